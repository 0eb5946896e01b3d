"""Families, as people live with them: who is linked, who shares what, and how it ends."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import enter, log_in, pick, sign_up, take, turn_to_next_week

ALONE = "Physiotherapy: first visit"
AT_THE_CLINIC = {"timezone_id": "Pacific/Auckland"}
# The first visitor waits until the server has put its style sheets and scripts together.
PATIENCE = 90_000
expect.set_options(timeout=PATIENCE)

PERMISSIONS = """
    SELECT permission.kind, permission.basis, permission.starts_at, permission.ends_at,
           permission.grown_at, permission.ended_at, recorder.login AS recorded_by,
           ender.login AS ended_by
      FROM clinic_permission permission
      JOIN res_partner grantor ON grantor.id = permission.grantor_id
      JOIN res_partner grantee ON grantee.id = permission.grantee_id
      JOIN res_users recorder ON recorder.id = permission.granted_by_id
 LEFT JOIN res_users ender ON ender.id = permission.ended_by_id
     WHERE grantor.name = %s AND grantee.name = %s AND permission.id != ALL(%s)
  ORDER BY permission.id
"""
OVER = "SELECT id FROM clinic_permission WHERE ended_at IS NOT NULL"
RELATIONSHIPS = """
    SELECT type_a.code AS one, type_b.code AS other, relationship.ended_at,
           recorder.login AS recorded_by
      FROM clinic_relationship relationship
      JOIN res_partner a ON a.id = relationship.person_a_id
      JOIN res_partner b ON b.id = relationship.person_b_id
      JOIN clinic_relationship_type type_a ON type_a.id = relationship.type_a_id
      JOIN clinic_relationship_type type_b ON type_b.id = relationship.type_b_id
      JOIN res_users recorder ON recorder.id = relationship.create_uid
     WHERE (a.name, b.name) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))
  ORDER BY relationship.id
"""
# Another test gives somebody the same login.
LOGIN_ENDS = "UPDATE res_users SET active = FALSE, login = login || ' until ' || id"
INVITATIONS = """
    SELECT invitation.email, invitation.state, invitation.kinds, invitation.grantor_id,
           asker.name AS asker
      FROM clinic_invitation invitation
      JOIN res_partner asker ON asker.id = invitation.asker_id
     WHERE invitation.email = %s
"""
VISITS = """
    SELECT participant.state, payer.name AS payer, booked_by.name AS booked_by
      FROM clinic_participant participant
      JOIN clinic_appointment appointment ON appointment.id = participant.appointment_id
      JOIN res_partner payer ON payer.id = appointment.payer_id
      JOIN res_partner patient ON patient.id = participant.partner_id
      JOIN res_partner booked_by ON booked_by.id = participant.booked_by_id
     WHERE patient.name = %s AND booked_by.name = %s
  ORDER BY appointment.start
"""


class Ledger:
    """What the database holds between two people."""

    def __init__(self, clinic):
        self.query = clinic.query
        self.over = [row["id"] for row in clinic.query(OVER)]

    def permissions(self, grantor, grantee):
        """All that one lets the other do, or did since the test began, in order."""
        return self.query(PERMISSIONS, [grantor, grantee, self.over])

    def live_kinds(self, grantor, grantee):
        """What one lets the other do and nobody has ended."""
        rows = self.permissions(grantor, grantee)
        return {row["kind"] for row in rows if not row["ended_at"]}

    def relationships(self, one, other):
        """The facts that the two were family, whichever side comes first."""
        return self.query(RELATIONSHIPS, {"one": one, "other": other})

    def invitations(self, email):
        """The questions sent to an address."""
        return self.query(INVITATIONS, [email])

    def visits(self, patient, booked_by):
        """The visits of one that the other has booked, in order."""
        return self.query(VISITS, [patient, booked_by])


@pytest.fixture
def ledger(clinic):
    return Ledger(clinic)


def _years_ago(years):
    """A birthday that was some months ago, as a form takes it."""
    day = date.today() - timedelta(days=100)
    return day.replace(year=day.year - years, day=min(day.day, 28)).isoformat()


def _open_family(page, login, password=None):
    """Somebody logs in and is on the page of their family."""
    page.set_default_timeout(PATIENCE)
    enter(page, login, password)
    page.goto("/my/family")
    expect(page.get_by_role("heading", name="Family members", exact=True)).to_be_visible()
    return page


def _card(page, name):
    """What the family page says about one person."""
    return page.get_by_role("region", name=name)


def _fill_relative(page, first_name, last_name, kind, email, birth=""):
    page.get_by_label("First name", exact=True).fill(first_name)
    page.get_by_label("Last name", exact=True).fill(last_name)
    page.get_by_label("This person is my…").select_option(kind)
    page.get_by_label("Date of birth", exact=True).fill(birth)
    page.get_by_role("textbox", name="E-mail").fill(email)


def _share(page, name, kinds, until=""):
    """Share exactly these with a family member, from the family page and back to it."""
    page.get_by_role("link", name=f"Change what {name} may do for you").click()
    switches = page.get_by_role("switch")
    expect(switches).to_have_count(7)
    for switch in switches.all():
        switch.set_checked(switch.get_attribute("value") in kinds)
    page.get_by_label("Until").fill(until)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It counts from now on.")).to_be_visible()


def _choose_time(page):
    """Go from the front page to the last free time of next week, which no other test takes."""
    page.goto("/book")
    page.get_by_role("link", name=ALONE).click()
    turn_to_next_week(page)
    take(page.locator(".o_clinic_starts").locator("a, button").last)


def _book_for(page, name):
    """Somebody who is logged in books for another."""
    _choose_time(page)
    page.get_by_label(name).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=f"Book for {name.split()[0]}").click()
    expect(page.get_by_role("heading", name="Booked")).to_be_visible()


def test_the_front_desk_links_two_patients_on_a_recorded_basis(new_desk, ledger, album):
    desk = new_desk(**AT_THE_CLINIC)
    panel = _open_panel(desk, "Emma Smith")
    expect(panel).to_contain_text("John Smith")
    expect(panel).not_to_contain_text("Walter Smith")

    _fill_link(desk, "Walter Smith", "Other family", "Book appointments")
    album.keep(desk, "staff-family-add")
    _link(desk)

    linked = panel.get_by_role("row").filter(has_text="Walter Smith")
    expect(linked.locator(".o_clinic_mark_live")).to_have_count(1)
    expect(linked.locator(".o_clinic_mark_live")).to_contain_text("Book appointments")
    (relationship,) = ledger.relationships("Emma Smith", "Walter Smith")
    assert (relationship["recorded_by"], relationship["ended_at"]) == ("frontdesk", None)
    (permission,) = ledger.permissions("Emma Smith", "Walter Smith")
    assert (permission["kind"], permission["basis"]) == ("book", "consent")
    assert permission["recorded_by"] == "frontdesk"
    assert ledger.permissions("Walter Smith", "Emma Smith") == []
    album.keep(desk, "staff-family-panel")


def _open_panel(desk, patient):
    """The front desk opens what the clinic knows of a patient's family."""
    desk.set_default_timeout(PATIENCE)
    desk.goto("/odoo/action-clinic_family.res_partner_action_patients")
    log_in(desk, "frontdesk")
    desk.get_by_role("cell", name=patient, exact=True).click()
    desk.get_by_role("tab", name="Family").click()
    return desk.locator(".o_clinic_family_panel")


def _fill_link(desk, relative, kind, permission):
    """Name a known person, who may do one thing for the patient, because both agreed."""
    desk.get_by_role("button", name="Add relationship").click()
    assistant = desk.get_by_role("dialog")
    pick(assistant, "relative_id", relative)
    pick(assistant, "relative_type_id", kind)
    row = assistant.locator(".o_data_row").filter(has_text=permission)
    row.locator("[name=is_granted] input").click()
    expect(row.locator("[name=is_granted] input")).to_be_checked()
    basis = assistant.locator("[name=granted_basis] input")
    basis.click()
    desk.locator(".o_select_menu_item").filter(has_text="Consent").click()
    expect(basis).to_have_value("Consent")
    assistant.get_by_label("Both have agreed, or the basis is recorded").check()


def _link(desk):
    """Link the two that the assistant names."""
    assistant = desk.get_by_role("dialog")
    assistant.get_by_role("button", name="Link them").click()
    expect(assistant).to_be_hidden()


def test_a_child_is_added_at_once_and_an_adult_is_asked(phone, ledger):
    _open_family(phone, "maria")

    phone.get_by_role("link", name="Add family member").click()
    _fill_relative(phone, "Mia", "Rossi", "child", "rossi.family@example.com", _years_ago(6))
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("status")).to_contain_text("Mia Rossi was added.")
    expect(_card(phone, "Mia Rossi")).to_contain_text("Your child · 6 years")

    phone.get_by_role("link", name="Add family member").click()
    _fill_relative(phone, "Tom", "Hale", "partner", "tom.hale@example.com")
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("status")).to_contain_text("We have written to tom.hale@example.com")
    waiting = phone.get_by_role("region", name="Waiting for an answer")
    expect(waiting).to_contain_text("Tom Hale")
    expect(waiting).to_contain_text("Nothing is shared until they agree")
    expect(_card(phone, "Mia Rossi")).to_be_visible()

    (relationship,) = ledger.relationships("Maria Rossi", "Mia Rossi")
    assert relationship["recorded_by"] == "maria"
    held = ledger.permissions("Mia Rossi", "Maria Rossi")
    assert {"book", "pay"} <= {row["kind"] for row in held}
    assert {row["basis"] for row in held} == {"parental"}
    assert all(row["grown_at"] for row in held)
    (asked,) = ledger.invitations("tom.hale@example.com")
    assert (asked["asker"], asked["state"]) == ("Maria Rossi", "open")
    assert asked["grantor_id"] is None
    assert ledger.query("SELECT id FROM res_partner WHERE email = 'tom.hale@example.com'") == []


def test_what_a_mother_shares_counts_until_she_ends_it(new_phone, ledger):
    until = date.today() + timedelta(days=60)
    maria, rosa = _open_family(new_phone(), "maria"), _open_family(new_phone(), "rosa")
    hers = _card(rosa, "Maria Rossi")
    expect(hers).to_contain_text("Nothing yet.")

    _share(maria, "Rosa Rossi", {"book", "notify"}, until.isoformat())
    rosa.reload()
    expect(hers.get_by_role("listitem")).to_have_text(["book", "messages"])
    expect(hers).to_contain_text("Consent, since")
    expect(hers).to_contain_text(f"It ends on {until:%-d %b %Y}")
    assert ledger.live_kinds("Maria Rossi", "Rosa Rossi") == {"book", "notify"}

    _share(maria, "Rosa Rossi", set())
    rosa.reload()
    expect(hers).to_contain_text("Nothing yet.")
    expect(hers.get_by_role("listitem")).to_have_count(0)
    kept = ledger.permissions("Maria Rossi", "Rosa Rossi")
    assert [(row["recorded_by"], row["ended_by"]) for row in kept] == [("maria", "maria")] * 2
    assert ledger.live_kinds("Maria Rossi", "Rosa Rossi") == set()


def test_a_father_elsewhere_sees_his_son_and_not_the_mothers_home(phone, ledger):
    held = ledger.live_kinds("Leo Rossi", "Maria Rossi")
    _open_family(phone, "juan")
    leo = _card(phone, "Leo Rossi")
    expect(leo).to_contain_text("Your child · 9 years")
    expect(leo.locator(".card-body").first.get_by_role("listitem")).to_have_text(
        ["book", "forms", "messages"]
    )
    expect(_card(phone, "Ana Rossi")).to_contain_text("Nothing yet.")
    shown = phone.content()
    assert [
        secret for secret in _get_contact_details(ledger, "Maria Rossi") if secret in shown
    ] == []

    expect(leo).to_contain_text("Maria Rossi")
    expect(leo.get_by_role("button", name="End what Maria Rossi may do")).to_have_count(0)
    refused = phone.request.post(_end_for(ledger, "Leo Rossi", "Maria Rossi"), form=_token(phone))
    assert refused.status == 422
    assert "Only the clinic can end this" in refused.text()
    assert held and ledger.live_kinds("Leo Rossi", "Maria Rossi") == held


def _get_contact_details(ledger, name):
    """Where somebody lives and can be reached."""
    (row,) = ledger.query("SELECT street, email, phone FROM res_partner WHERE name = %s", [name])
    assert row["street"] == "8 Hinemoa Street"
    return row.values()


def _end_for(ledger, ward, other):
    """The address to which a guardian's button would send."""
    rows = ledger.query("SELECT name, id FROM res_partner WHERE name IN %s", [(ward, other)])
    ids = {row["name"]: row["id"] for row in rows}
    return f"/my/family/{ids[ward]}/end/{ids[other]}"


def _token(page):
    return {"csrf_token": page.locator("main input[name=csrf_token]").first.input_value()}


def test_who_signs_up_for_a_family_adds_a_child_on_the_way_to_booking(phone, ledger, read_code):
    phone.set_default_timeout(PATIENCE)
    _choose_time(phone)
    sign_up(phone, "ines@example.com", "Ines Vidal", read_code, with_family=True)

    expect(phone.get_by_role("heading", name="Add a family member")).to_be_visible()
    _fill_relative(phone, "Pau", "Vidal", "child", "ines@example.com", _years_ago(7))
    phone.get_by_role("button", name="Continue to booking").click()

    expect(phone.get_by_role("heading", name="Who is this for?")).to_be_visible()
    expect(phone.locator(".o_clinic_choice")).to_contain_text(ALONE)
    expect(phone.get_by_label("Ines Vidal (you)")).to_be_visible()
    phone.get_by_label("Pau Vidal").check()
    assert "book" in ledger.live_kinds("Pau Vidal", "Ines Vidal")
    assert {row["basis"] for row in ledger.permissions("Pau Vidal", "Ines Vidal")} == {"parental"}


@pytest.fixture
def ana(clinic):
    """Ana's login: she turned sixteen, and what her mother may do still lasts."""
    (row,) = clinic.query("SELECT id, birth_date FROM res_partner WHERE name = 'Ana Rossi'")
    birth = "UPDATE res_partner SET birth_date = %s WHERE id = %s"
    clinic.query(birth, [_years_ago(16), row["id"]])
    portal = "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_portal'"
    groups = [(6, 0, [group["res_id"] for group in clinic.query(portal)])]
    account = {"partner_id": row["id"], "login": "ana", "group_ids": groups}
    Person(clinic.url, "manager").log_in().call("res.users", "create", [account])
    copied = "(SELECT password FROM res_users WHERE login = 'rosa')"
    clinic.query(f"UPDATE res_users SET password = {copied} WHERE login = 'ana'")
    yield
    clinic.query(f"{LOGIN_ENDS} WHERE login = 'ana'")
    clinic.query(birth, [row["birth_date"], row["id"]])


@pytest.mark.usefixtures("ana")
def test_a_sixteen_year_old_sees_who_acts_for_her_and_ends_it(phone, ledger):
    phone.set_default_timeout(PATIENCE)
    phone.goto("/web/login?redirect=/my/family")
    log_in(phone, "ana", "rosa")
    mother = _card(phone, "Maria Rossi")
    expect(mother).to_contain_text("What Maria may do for you")
    expect(mother.get_by_role("listitem")).to_have_text(["payer", "book", "messages", "receipts"])
    expect(mother).to_contain_text("Parental responsibility")

    _share(phone, "Maria Rossi", set())

    expect(mother.locator(".card-body").first).to_contain_text("Nothing.")
    ended = ledger.permissions("Ana Rossi", "Maria Rossi")
    assert [row["ended_by"] for row in ended] == ["ana"] * 4
    (relationship,) = ledger.relationships("Maria Rossi", "Ana Rossi")
    assert relationship["ended_at"] is None


def test_two_people_separate_and_decide_each_visit_between_them(new_phone, ledger):
    maria, rosa = _open_family(new_phone(), "maria"), _open_family(new_phone(), "rosa")
    _share(maria, "Rosa Rossi", {"book"})
    _share(rosa, "Maria Rossi", {"notify"})
    _book_for(rosa, "Maria Rossi")
    _book_for(rosa, "Maria Rossi")
    assert {row["payer"] for row in ledger.visits("Maria Rossi", "Rosa Rossi")} == {"Rosa Rossi"}

    maria.get_by_role("link", name="End with Rosa").click()
    visits = maria.get_by_role("group").filter(has_text=ALONE)
    expect(visits).to_have_count(2)
    expect(visits.first.get_by_label("Keep it: you pay for it")).to_be_checked()
    expect(maria.get_by_text("What Rosa may do for Leo Rossi stays.")).to_be_visible()
    visits.last.get_by_label("Cancel it for me").check()
    maria.get_by_role("button", name="End with Rosa").click()

    expect(maria.get_by_role("status")).to_contain_text("It has ended.")
    expect(_card(maria, "Rosa Rossi")).to_have_count(0)
    rosa.goto("/my/family")
    expect(_card(rosa, "Leo Rossi")).to_be_visible()
    expect(_card(rosa, "Maria Rossi")).to_have_count(0)
    (relationship,) = ledger.relationships("Maria Rossi", "Rosa Rossi")
    assert relationship["ended_at"]
    assert ledger.live_kinds("Maria Rossi", "Rosa Rossi") == set()
    assert ledger.live_kinds("Rosa Rossi", "Maria Rossi") == set()
    kept, cancelled = ledger.visits("Maria Rossi", "Rosa Rossi")
    assert (kept["state"], kept["payer"]) == ("booked", "Maria Rossi")
    assert cancelled["state"] == "cancelled"
