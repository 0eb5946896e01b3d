"""Packages, as people use them on a phone: bought, paid, used, shared and given back."""

import re

import pytest
from playwright.sync_api import expect

from tests.visitor import PASSWORD, SHORT, Visitor, pay_with

PACKAGE = "10 physio follow-ups"
ONE_USED = f"Package “{PACKAGE}”: 1 session used, 9 left"
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
    pay_with(page, dialog.get_by_role("button", name=re.compile("^Pay")))


def _pay_instead_and_back(visitor):
    """At the check-out, use no session after all, and then one."""
    visitor.page.get_by_role("button", name="Pay $ 60.00 instead").click()
    expect(visitor.main).to_contain_text("paid at the clinic")
    visitor.page.get_by_role("button", name="Use a session of").click()
    expect(visitor.main).to_contain_text(ONE_USED)


def _buy_from_the_list(page):
    page.get_by_role("link", name=PACKAGE).click()
    page.get_by_role("button", name="Buy for").click()
    _pay(page)


def _let_emma_use_one(page, album):
    page.goto("/my/packages")
    page.get_by_role("link", name="Change what Emma Smith may use").click()
    page.get_by_label("How many sessions at most?").fill("1")
    album.keep_all(page, "package-share")
    page.get_by_role("button", name="Save").click()


def _share_sessions(page, is_shared):
    """Let Emma use package sessions, or not, on the page of the family."""
    page.goto("/my/family")
    page.get_by_role("link", name="Change what Emma Smith may do for you").click()
    page.get_by_role("switch", name="Use package sessions").set_checked(is_shared)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It counts from now on.")).to_be_visible()


@pytest.mark.usefixtures("smiths")
def test_a_patient_buys_pays_and_uses_a_package(phone, sessions, album):
    john = Visitor(phone)
    john.log_in_at("/book", "john", PASSWORD)
    _choose(john)
    album.keep_all(phone, "package-hint")
    _buy(phone)
    expect(john.main).to_contain_text("$ 540.00 with taxes")
    album.keep_all(phone, "package-offer")

    phone.get_by_role("button", name="Buy for").click()
    expect(john.main).to_contain_text("10 of 10 sessions left")
    expect(john.main).to_contain_text("can be used once the invoice is paid")
    _pay(phone)
    phone.get_by_role("link", name="Back to what you were booking").click()

    expect(john.main).to_contain_text(ONE_USED)
    album.keep_all(phone, "package-basket")
    _pay_instead_and_back(john)
    john.book("Book for me")
    expect(john.main).to_contain_text("9 sessions left")
    assert sessions("John Smith") == {"free": 9, "reserved": 1}

    john.open_menu()
    phone.get_by_role("button", name="Cancel for me").click()
    john.expect_done("Taken back.")
    assert sessions("John Smith") == {"free": 10}
    phone.goto("/my/packages")
    expect(phone.get_by_role("region", name=PACKAGE)).to_contain_text("10 left")


@pytest.mark.usefixtures("smiths")
def test_a_relative_uses_the_owners_sessions_up_to_the_limit(new_phone, sessions, album):
    john, emma = Visitor(new_phone()), Visitor(new_phone())
    john.log_in_at("/my/packages", "john", PASSWORD)
    emma.log_in_at("/my/packages", "emma", PASSWORD)
    _buy_from_the_list(john.page)
    before = sessions("John Smith").get("reserved", 0)
    _share_sessions(john.page, True)
    _let_emma_use_one(john.page, album)
    expect(john.main).to_contain_text("at most 1 session, 0 used so far")

    _choose(emma, 3)
    expect(emma.main).to_contain_text(f"John Smith's package “{PACKAGE}”: 1 session used, 0 left")
    emma.book("Book for me")
    emma.page.goto("/my/packages")
    expect(emma.main).to_contain_text("You have used as many as John Smith lets you.")
    album.keep_all(emma.page, "package-shared")

    john.page.goto("/my/packages")
    expect(john.main).to_contain_text("by Emma Smith")
    album.keep_all(john.page, "package-mine")
    assert sessions("John Smith")["reserved"] == before + 1

    _share_sessions(john.page, False)
    emma.page.reload()
    expect(emma.main).not_to_contain_text("John")
    expect(emma.main).to_contain_text("No packages yet.")
