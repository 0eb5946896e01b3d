"""A girl of sixteen keeps a visit to herself: whatever her parents open, it isn't there."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.test_family_walk import _share
from tests.test_growing_walk import _sixteen_years_ago
from tests.visitor import PASSWORD, SHORT, Visitor

ANA = "Ana Rossi"
# Her parents by their logins: they live apart.
PARENTS = {"juan": "Juan Ortega", "maria": "Maria Rossi"}
AGE = "UPDATE res_company SET clinic_confidential_age = %s"
# Where they look, and everything these pages lead to.
DOORS = ("/my", "/my/appointments", "/my/family", "/my/invoices", "/my/balance", "/my/packages")
KEPT = ("/my", "/book")


@pytest.fixture
def may_be_kept(clinic):
    """Patients may ask for a confidential visit from fourteen years on; for this alone."""
    clinic.query(AGE, [14])
    yield
    clinic.query(AGE, [0])


def _turn_sixteen_and_share(clinic, ana, young):
    """Who is sixteen decides alone, and lets both parents do all there is."""
    desk = Person(clinic.url, "frontdesk").log_in()
    desk.call("res.partner", "write", [ana], {"birth_date": _sixteen_years_ago()})
    young.log_in_at("/my/family", "ana", PASSWORD)
    for name in PARENTS.values():
        _share(young.page, name, {"pay", "book", "intake", "notify", "receipts", "calendar"})


def _book_in_confidence(young):
    young.page.goto("/book")
    young.choose_time(SHORT, 2)
    young.page.get_by_label("Keep this visit confidential").check()
    young.name_people()
    expect(young.main).to_contain_text("Confidential: nobody who acts for you sees it")
    young.book("Book for me")


def _put_on_an_invoice(clinic, visit):
    """As the front desk does by hand; she pays it herself."""
    desk = Person(clinic.url, "frontdesk").log_in()
    made = desk.call("clinic.appointment", "action_view_invoice", [visit["id"]])
    desk.call("account.move", "action_post", [made["res_id"]])
    return clinic.query("SELECT name FROM account_move WHERE id = %s", [made["res_id"]])[0]["name"]


def _read_everything(visitor, doors):
    """Every page behind these, and what it says: links are followed, buttons are not pressed."""
    page, pages, found = visitor.page, {}, list(doors)
    while found:
        address = found.pop(0)
        if address in pages or not address.startswith(KEPT):
            continue
        page.goto(address)
        pages[address] = page.locator("body").inner_text()
        links = visitor.main.locator("a[href]")
        hrefs = links.evaluate_all("links => links.map(link => link.href)")
        found += [urlsplit(href).path for href in hrefs if _is_read(href)]
    return pages


def _is_read(href):
    """Links with a choice in them lead to the same pages; files are no page."""
    parts = urlsplit(href)
    return not parts.query and not parts.path.endswith((".ics", "/download"))


def _answer(page, number):
    answer = page.goto(f"/my/appointments/{number}")
    return answer.status, page.url.split("/my")[0], page.locator("main").inner_text()


def test_neither_parent_finds_a_page_that_tells_of_it(
    new_phone, clinic, ana, may_be_kept, visits, end_undo, album
):
    young = Visitor(new_phone())
    _turn_sixteen_and_share(clinic, ana, young)
    _book_in_confidence(young)
    [visit] = visits()
    assert (visit["people"], visit["payer"]) == ([f"{ANA} booked"], ANA)
    young.open_visit(visit)
    expect(young.main).to_contain_text("Confidential: nobody who acts for you sees it")
    album.keep_all(young.page, "confidential-own")
    end_undo()
    invoice = _put_on_an_invoice(clinic, visit)

    when = young.main.locator("time").first.inner_text()
    for login in PARENTS:
        parent = Visitor(new_phone())
        parent.log_in_at("/my/appointments", login)
        pages = _read_everything(parent, DOORS)

        assert f"/my/appointments/{visit['id']}" not in pages
        for told in (when, invoice, "Confidential:"):
            assert [address for address, words in pages.items() if told in words] == []
        assert _answer(parent.page, visit["id"]) == _answer(parent.page, 10**9)
    young.page.goto("/my/invoices")
    expect(young.main).to_contain_text(invoice)
