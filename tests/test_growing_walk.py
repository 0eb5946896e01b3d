"""A girl turns sixteen: what her mother may do ends by itself, and she decides anew."""

from datetime import date

from playwright.sync_api import expect

from tests.people import Person
from tests.test_family_walk import Ledger, _card, _open_family, _share
from tests.visitor import PASSWORD, log_in

AUTHORITIES = """
    SELECT authority.kind
      FROM clinic_authority authority
      JOIN res_partner actor ON actor.id = authority.actor_id
     WHERE authority.person_id = %s AND actor.name = %s
"""
ANA, MARIA = "Ana Rossi", "Maria Rossi"


def _sixteen_years_ago():
    """Somebody born then has turned sixteen wherever the clinic is, and is not yet seventeen."""
    today = date.today()
    return today.replace(year=today.year - 16, day=min(today.day, 28)).isoformat()


def test_a_girl_turns_sixteen_and_decides_anew(new_phone, clinic, ana, album):
    ledger = Ledger(clinic)
    maria = _open_family(new_phone(), "maria")
    hers = _card(maria, ANA)
    expect(hers).to_contain_text("when Ana turns 16, you can no longer act for Ana")
    expect(hers).to_contain_text("Ana decides then, and can allow it again.")
    album.keep_all(maria, "family-growing")
    young = new_phone()
    young.goto("/web/login?redirect=/my/family")
    log_in(young, "ana", PASSWORD)
    added = "Family members are added by the person who looks after you."
    expect(young.get_by_text(added)).to_be_visible()

    Person(clinic.url, "frontdesk").log_in().call(
        "res.partner", "write", [ana], {"birth_date": _sixteen_years_ago()}
    )
    maria.reload()
    expect(hers).to_contain_text("Nothing yet.")
    assert clinic.query(AUTHORITIES, [ana, MARIA]) == []

    young.reload()
    _share(young, MARIA, {"notify"})
    maria.reload()
    expect(hers.get_by_role("listitem")).to_have_text(["messages"])
    expect(hers).to_contain_text("Consent, since")
    expect(hers).not_to_contain_text("turns 16")
    (given,) = [row for row in ledger.permissions(ANA, MARIA) if row["recorded_by"] == "ana"]
    assert (given["kind"], given["basis"], given["grown_at"]) == ("notify", "consent", None)
