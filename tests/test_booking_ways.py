"""Other ways to book online: as somebody new, without scripts, by keyboard, too late, from afar."""

import re

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import (
    GROUP,
    LAST,
    PASSWORD,
    SCRIPTS,
    SHORT,
    Visitor,
    book_for_emma_john_and_sam,
    hold_scripts_back,
    in_utc,
    press,
    sign_up,
)

ALONE = "Physiotherapy: first visit"


@pytest.fixture
def rules(clinic):
    """Return a function that changes the clinic's settings; afterwards they are as before."""
    manager = Person(clinic.url, "manager").log_in()
    names = ["clinic_cancel_hours", "clinic_reschedule_hours"]
    (before,) = manager.call("res.company", "read", [1], names)
    yield lambda **values: manager.call("res.company", "write", [1], values)
    manager.call("res.company", "write", [1], {name: before[name] for name in names})


def test_a_new_patient_signs_up_on_the_way_and_gives_the_visit_up(phone, visits, read_code):
    nils = Visitor(phone)
    phone.goto("/book")
    nils.choose_time(ALONE)
    sign_up(phone, "nils@example.com", "Nils Holm", read_code)
    nils.expect_heading("Who is this for?")
    nils.name_people()
    nils.book("Book for me")

    nils.open_menu()
    phone.get_by_role("button", name="Cancel for me").click()

    nils.expect_done("Taken back. Nobody gets a message.")
    expect(nils.main).to_contain_text("Nothing is booked.")
    (visit,) = visits()
    assert (visit["people"], visit["is_booked"]) == (["Nils Holm cancelled"], False)


def _take_back(page, service):
    """Take one of several visits back, on the page that says they are booked."""
    visit = page.locator(".card").filter(has_text=service)
    visit.locator("summary").click()
    visit.get_by_role("button", name="Cancel").click()


@pytest.mark.usefixtures("smiths")
@pytest.mark.parametrize("has_scripts", [False, True], ids=["switched off", "on their way"])
def test_everything_works_without_scripts(new_phone, visits, end_undo, has_scripts):
    emma = Visitor(new_phone(java_script_enabled=has_scripts))
    page = emma.page
    emma.log_in_at("/book", "emma", PASSWORD)
    page.route(SCRIPTS, lambda _script: "It never comes.")
    emma.choose_time(GROUP)
    emma.name_people("Sam Smith")
    page.get_by_role("link", name="Book more").click()
    emma.choose_time(SHORT, LAST)
    emma.name_people("Sam Smith")
    expect(page.get_by_role("timer")).to_contain_text("until")
    emma.book("Book all 2")
    _take_back(page, SHORT)
    emma.expect_done("Taken back.")

    end_undo()
    emma.open_visit(visits()[0])
    emma.choose("Move for everyone")
    moment = emma.tap_time(1)
    page.get_by_role("button", name="Move to").click()
    emma.expect_done("Moved.")
    emma.cancel("Cancel for everyone")

    emma.expect_done("Cancelled.")
    moved, undone = visits()
    assert (moved["start"], moved["state"]) == (in_utc(moment), "cancelled")
    assert sorted(moved["people"]) == ["Emma Smith cancelled", "Sam Smith cancelled"]
    assert undone["is_booked"] is False


@pytest.mark.usefixtures("smiths")
def test_the_time_left_counts_from_when_the_page_came_not_its_scripts(phone):
    emma = Visitor(phone)
    emma.log_in_at("/book", "emma", PASSWORD)
    emma.choose_time(SHORT)
    emma.expect_heading("Who is this for?")
    let_scripts_come = hold_scripts_back(phone, phone.reload)
    timer = phone.get_by_role("timer")
    at_first = int(phone.locator(".o_clinic_countdown").get_attribute("data-seconds"))
    phone.wait_for_function("performance.now() > 4000")

    let_scripts_come()

    expect(timer).to_have_text(re.compile(r"^\d:[0-5]\d$"))
    minutes, seconds = timer.inner_text().split(":")
    assert int(minutes) * 60 + int(seconds) <= at_first - 4


@pytest.mark.usefixtures("smiths")
def test_who_comes_back_to_a_page_that_was_sent_may_send_it_once_more(phone):
    emma = Visitor(phone)
    emma.log_in_at("/book", "emma", PASSWORD)
    emma.choose_time(SHORT)
    emma.name_people()
    phone.route("**/book/confirm", lambda sent: sent.fulfill(status=204))
    book = phone.get_by_role("button", name="Book for me")
    expect(phone.get_by_role("timer")).to_have_text(re.compile(r"^\d:[0-5]\d$"))
    book.click()
    expect(book).to_contain_class("disabled")

    phone.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")

    expect(book).not_to_contain_class("disabled")


@pytest.mark.usefixtures("smiths")
def test_the_keyboard_alone_is_enough_to_move_and_to_cancel(desk, visits, end_undo):
    emma, before = book_for_emma_john_and_sam(desk)
    end_undo()
    emma.open_visit(*visits())
    menu = desk.locator("summary")

    press(desk, menu, "Enter")
    press(desk, desk.get_by_role("link", name="Move for everyone"), "Enter")
    press(desk, desk.locator(".o_clinic_starts a").first, "Enter")
    press(desk, desk.get_by_role("button", name="Move to"), "Enter")
    emma.expect_done("Moved.")
    (visit,) = visits()
    assert visit["start"] != in_utc(before)
    press(desk, menu, "Enter")
    press(desk, desk.get_by_role("link", name="Cancel for everyone"), "Enter")
    press(desk, desk.get_by_role("button", name="Cancel for everyone"), "Enter")

    emma.expect_done("Cancelled.")
    (visit,) = visits()
    assert visit["state"] == "cancelled"


@pytest.mark.usefixtures("smiths")
def test_after_the_deadline_the_page_says_why_and_whom_to_call(
    phone, visits, end_undo, rules, album
):
    emma, _moment = book_for_emma_john_and_sam(phone)
    end_undo()
    rules(clinic_cancel_hours=24 * 60, clinic_reschedule_hours=24 * 60)

    emma.open_visit(*visits())

    expect(emma.main).to_contain_text(
        "It's less than 60 days before the visit, so it can't be moved or cancelled online."
    )
    call = emma.main.get_by_role("link", name="+64 9 555 0123")
    expect(call).to_have_attribute("href", re.compile("^tel:"))
    expect(phone.locator("summary")).to_have_count(0)
    album.keep_all(phone, "booking-late")


@pytest.mark.usefixtures("smiths")
def test_a_traveller_reads_the_clinics_times_with_their_zone(new_phone, album):
    emma = Visitor(new_phone(timezone_id="America/Lima"))
    emma.page.goto("/book")
    emma.open_times(GROUP)
    expect(emma.main).to_contain_text("Times are in Auckland (NZ")
    expect(emma.main).to_contain_text("Your device is in Lima:")
    album.keep_all(emma.page, "booking-elsewhere")

    emma.turn_to_next_week()
    moment = emma.tap_time()
    emma.log_in("emma", PASSWORD)

    choice = emma.page.locator(".o_clinic_choice")
    expect(choice).to_contain_text(f"{moment:%A %-d %B %Y, %-I:%M}")
    expect(choice).to_contain_text("Auckland (NZ")
    assert moment.utcoffset().total_seconds() >= 12 * 3600
