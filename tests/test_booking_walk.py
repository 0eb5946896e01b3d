"""Booking online, as families do it: choose, book, take back, move, give up, and look back."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.visitor import (
    GROUP,
    LAST,
    PASSWORD,
    SHORT,
    Visitor,
    book_for_emma_john_and_sam,
    in_utc,
)

ALL_FOUR = ("Emma", "Sam", "Mia", "Tess")
HOURS_AT_THE_BAY = """
    SELECT hours.id, hours.date_from, hours.date_to
      FROM clinic_schedule hours
      JOIN clinic_location location ON location.id = hours.location_id
      JOIN clinic_practitioner practitioner ON practitioner.id = hours.practitioner_id
     WHERE location.tz = 'Australia/Sydney' AND practitioner.name::text LIKE '%Moreau%'
"""
WORKS = "UPDATE clinic_schedule SET date_from = %s, date_to = %s WHERE id = %s"


@pytest.fixture
def moreau_starts_later(clinic):
    """Dr. Moreau works at the Bay clinic from three weeks from now on, for this test alone."""
    (hours,) = clinic.query(HOURS_AT_THE_BAY)
    begins = date.today() + timedelta(days=21)
    clinic.query(WORKS, [begins, begins + timedelta(days=29), hours["id"]])
    yield
    clinic.query(WORKS, [hours["date_from"], hours["date_to"], hours["id"]])


@pytest.mark.usefixtures("moreau_starts_later")
def test_who_chooses_a_practitioner_reads_why_nothing_is_free_and_is_led_on(phone, album):
    visitor = Visitor(phone)
    phone.goto("/book")
    phone.get_by_role("link", name="By practitioner").click()
    phone.get_by_role("link", name="Dr. A. Moreau").click()
    visitor.expect_heading("Dr. A. Moreau")
    album.keep_all(phone, "booking-practitioner")
    visitor.open_times(GROUP)
    expect(phone.get_by_label("With", exact=True)).to_have_value(re.compile("[1-9]"))

    phone.get_by_label("At", exact=True).select_option("Bay clinic")

    why = phone.locator(".o_clinic_why")
    expect(why).to_contain_text("Dr. A. Moreau doesn't work at Bay clinic in these days.")
    album.keep_all(phone, "booking-nothing")
    phone.get_by_role("link", name="Next free day").click()
    expect(why).to_have_count(0)
    expect(phone.locator(".o_clinic_starts").first).to_be_visible()
    expect(phone.locator(".o_clinic_times")).to_contain_text("Times are in Sydney")


@pytest.mark.usefixtures("smiths")
def test_a_mother_of_three_books_two_visits_at_once_and_takes_one_back(phone, visits, album):
    emma = Visitor(phone)
    emma.log_in_at("/book", "emma", PASSWORD)
    together, alone = _choose_for_all_and_for_sam(emma)
    album.keep_all(phone, "booking-basket")
    assert [visit["state"] for visit in visits()] == ["held", "held"]

    emma.book("Book all 2")
    expect(emma.main).to_contain_text("We'll write to you in 3 minutes.")
    expect(emma.main).to_contain_text("Changed your mind?")
    album.keep_all(phone, "booking-thanks")
    for_sam = phone.locator(".card").filter(has_text=SHORT)
    for_sam.get_by_text("Change or cancel").click()
    for_sam.get_by_role("button", name="Cancel").click()
    emma.expect_done("Taken back. Nobody gets a message.")

    kept, undone = visits()
    assert (kept["service"], kept["start"]) == (GROUP, in_utc(together))
    assert (kept["payer"], kept["to_tell"]) == ("John Smith", 4)
    assert set(kept["people"]) == {f"{name} Smith booked" for name in ALL_FOUR}
    assert (undone["service"], undone["start"]) == (SHORT, in_utc(alone))
    assert undone["people"] == ["Sam Smith cancelled"]
    assert (undone["is_booked"], undone["to_tell"]) == (False, 0)


def _choose_for_all_and_for_sam(emma):
    """A visit for Emma and her three children, for which John pays, and one for Sam."""
    page = emma.page
    together = emma.choose_time(GROUP)
    _add_two_children(emma)
    expect(page.locator(".o_clinic_choice")).to_contain_text(GROUP)
    expect(page.get_by_label("Sam Smith")).to_be_checked()
    page.get_by_label("Who pays?").select_option("John Smith")
    emma.name_people("Mia Smith", "Tess Smith")
    page.get_by_role("link", name="Book more").click()
    expect(page.get_by_role("status")).to_contain_text("1 appointment is held for you.")
    alone = emma.choose_time(SHORT, LAST)
    emma.name_people("Sam Smith")
    expect(page.locator(".o_clinic_item")).to_have_count(2)
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^\d:[0-5]\d$"))
    return together, alone


def _add_two_children(emma):
    """From who is coming to the family form and back, with Sam ticked before."""
    page = emma.page
    page.get_by_label("Sam Smith").check()
    page.get_by_role("button", name="Add someone").click()
    emma.add_two_children()
    emma.expect_heading("Who is coming?")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_who_comes_along_is_asked_once_a_child_is_chosen(new_phone, has_scripts):
    phone = new_phone(java_script_enabled=has_scripts)
    maria = Visitor(phone)
    maria.log_in_at("/book", "maria")
    maria.choose_time(GROUP)

    maria.expect_heading("Who is coming?")
    asked = phone.get_by_label("Who comes along with a child?")
    expect(asked).to_be_hidden()
    phone.get_by_label("Leo Rossi").check()
    expect(asked).to_be_visible()
    phone.get_by_label("Leo Rossi").uncheck()
    expect(asked).to_be_hidden()


@pytest.mark.usefixtures("smiths")
def test_who_pays_moves_a_visit_for_everyone(phone, visits, end_undo, album):
    emma, before = book_for_emma_john_and_sam(phone)
    end_undo()
    emma.open_visit(*visits())
    emma.choose("Move for everyone")
    album.keep_all(phone, "booking-move")

    emma.turn_to_next_week()
    after = emma.tap_time(2)
    emma.expect_heading("Move the visit?")
    album.keep_all(phone, "booking-move-check")
    phone.get_by_role("button", name="Move to").click()

    emma.expect_done("Moved. The new time is yours.")
    (visit,) = visits()
    assert before != after
    assert visit["start"] == in_utc(after)


@pytest.mark.usefixtures("smiths")
def test_who_pays_leaves_a_visit_to_others_and_finds_it_in_the_history(
    phone, visits, end_undo, album
):
    emma, moment = book_for_emma_john_and_sam(phone)
    end_undo()
    emma.open_visit(*visits())
    emma.cancel("Cancel for Sam")
    emma.expect_done("Cancelled.")
    emma.choose("Cancel for me")
    expect(phone.get_by_label("Emma Smith (you)")).to_be_checked()
    expect(emma.main).to_contain_text("The visit stays as it is for John.")
    album.keep_all(phone, "booking-cancel")
    phone.get_by_label("John Smith").check()
    phone.get_by_role("button", name="Cancel for me").click()
    emma.expect_done("Cancelled.")
    (visit,) = visits()
    assert (visit["state"], visit["payer"]) == ("booked", "John Smith")
    assert sorted(visit["people"]) == [
        "Emma Smith cancelled", "John Smith booked", "Sam Smith cancelled",
    ]  # fmt: skip

    emma.cancel("Cancel for John")
    emma.expect_done("Cancelled.")
    phone.goto("/my/appointments?when=past")
    given_up = emma.find_entry(visit)
    expect(given_up).to_contain_text(f"{moment:%-d %B %Y, %-I:%M}")
    expect(given_up).to_contain_text("Cancelled")
    expect(given_up).to_contain_text("Emma Smith (you)")


@pytest.mark.usefixtures("smiths")
def test_who_comes_along_sees_neither_her_who_booked_nor_moves_it(new_phone, visits, end_undo):
    book_for_emma_john_and_sam(new_phone())
    end_undo()
    john = Visitor(new_phone())
    john.log_in_at("/my/appointments", "john", PASSWORD)

    john.open_visit(*visits())
    expect(john.main).to_contain_text("John Smith (you)")
    assert "Emma" not in john.main.inner_text()
    expect(john.open_menu()).to_have_text(["Cancel for me", "Cancel for Sam"])
    john.page.get_by_role("link", name="Cancel for me").click()
    expect(john.main).to_contain_text("The visit stays as it is for Sam and the others.")
    john.page.get_by_role("button", name="Cancel for me").click()

    john.expect_done("Cancelled.")
    (visit,) = visits()
    assert (visit["state"], visit["payer"]) == ("booked", "Emma Smith")
    assert sorted(visit["people"]) == [
        "Emma Smith booked", "John Smith cancelled", "Sam Smith booked",
    ]  # fmt: skip
