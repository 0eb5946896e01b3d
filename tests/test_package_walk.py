"""Packages, as people use them on a phone: bought, paid, used, shared and given back."""

import re

import pytest
from playwright.sync_api import expect

from tests.visitor import PASSWORD, SHORT, Visitor

PACKAGE = "10 physio follow-ups"
SESSIONS = """
    SELECT session.state, count(*)
      FROM clinic_package_session session
      JOIN res_partner owner ON owner.id = session.owner_id
     WHERE owner.name = %s
  GROUP BY session.state
"""


@pytest.fixture
def sessions(clinic):
    """Return a function that counts somebody's sessions by state."""
    return lambda owner: {row["state"]: row["count"] for row in clinic.query(SESSIONS, [owner])}


def _choose(visitor, number=0):
    """From the services to the last page before a follow-up is booked, for oneself."""
    visitor.page.goto("/book")
    visitor.choose_time(SHORT, number)
    visitor.name_people()


def _buy(page):
    """From the hint at the check-out to the paid invoice, with the demo provider."""
    page.get_by_role("link", name=f"Or buy {PACKAGE}").click()
    expect(page.get_by_role("heading", name=PACKAGE, level=1)).to_be_visible()


def _pay(page):
    page.get_by_role("link", name="Pay Now").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("textbox").fill("4242")
    dialog.get_by_role("button", name=re.compile("^Pay")).click()


def _share_sessions(page, is_shared):
    """Let Rosa use package sessions, or not, on the page of the family."""
    page.goto("/my/family")
    page.get_by_role("link", name="Change what Rosa Rossi may do for you").click()
    page.get_by_role("switch", name="Use package sessions").set_checked(is_shared)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It counts from now on.")).to_be_visible()


@pytest.mark.usefixtures("smiths")
def test_a_patient_buys_pays_and_uses_a_package(phone, sessions, album):
    emma = Visitor(phone)
    emma.log_in_at("/book", "emma", PASSWORD)
    _choose(emma)
    album.keep_all(phone, "package-hint")
    _buy(phone)
    expect(emma.main).to_contain_text("$ 540.00 with taxes")
    album.keep_all(phone, "package-offer")

    phone.get_by_role("button", name="Buy for").click()
    expect(emma.main).to_contain_text("10 of 10 sessions left")
    expect(emma.main).to_contain_text("can be used once the invoice is paid")
    _pay(phone)
    phone.get_by_role("link", name="Back to what you were booking").click()

    expect(emma.main).to_contain_text(f"Package “{PACKAGE}”: 1 session used, 9 left")
    album.keep_all(phone, "package-basket")
    phone.get_by_role("button", name="Pay $ 60.00 instead").click()
    expect(emma.main).to_contain_text("paid at the clinic")
    phone.get_by_role("button", name="Use a session of").click()
    emma.book("Book for me")
    expect(emma.main).to_contain_text("9 sessions left")
    assert sessions("Emma Smith") == {"free": 9, "reserved": 1}

    phone.get_by_role("button", name="Cancel for me").click()
    emma.expect_done("Taken back.")
    assert sessions("Emma Smith") == {"free": 10}
    phone.goto("/my/packages")
    expect(phone.get_by_role("region", name=PACKAGE)).to_contain_text("10 left")


def test_a_relative_uses_the_owners_sessions_up_to_the_limit(new_phone, sessions, album):
    maria, rosa = Visitor(new_phone()), Visitor(new_phone())
    maria.log_in_at("/my/family", "maria")
    rosa.log_in_at("/my/packages", "rosa")
    before = sessions("Maria Rossi")
    _share_sessions(maria.page, True)
    maria.page.goto("/my/packages")
    maria.page.get_by_role("link", name="Change what Rosa Rossi may use").click()
    maria.page.get_by_label("How many sessions at most?").fill("1")
    album.keep_all(maria.page, "package-share")
    maria.page.get_by_role("button", name="Save").click()
    expect(maria.main).to_contain_text("at most 1 session, 0 used so far")

    _choose(rosa, 3)
    expect(rosa.main).to_contain_text(f"Maria Rossi's package “{PACKAGE}”: 1 session used, 0 left")
    rosa.book("Book for me")
    rosa.page.goto("/my/packages")
    expect(rosa.main).to_contain_text("You have used as many as Maria Rossi lets you.")
    album.keep_all(rosa.page, "package-shared")

    maria.page.goto("/my/packages")
    expect(maria.page.get_by_role("region", name=PACKAGE)).to_contain_text("by Rosa Rossi")
    album.keep_all(maria.page, "package-mine")
    assert sessions("Maria Rossi")["reserved"] == before["reserved"] + 1

    _share_sessions(maria.page, False)
    rosa.page.reload()
    expect(rosa.main).not_to_contain_text("Maria")
    expect(rosa.main).to_contain_text("No packages yet.")
