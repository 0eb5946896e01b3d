"""A mother looks for times for her three children, and books them together."""

import pytest
from playwright.sync_api import expect

from tests.visitor import CLINIC, PASSWORD, SHORT, Visitor, in_zone

MOST_TAPS = 9


class Tapping(Visitor):
    """Counts what her thumb does; choosing from a list is two taps."""

    def __init__(self, page):
        super().__init__(page)
        self.taps = 0

    def tap(self, target, taps=1):
        self.taps += taps
        return target


@pytest.mark.usefixtures("smiths")
def test_a_mother_books_three_children_back_to_back_in_nine_taps(phone, visits, album):
    emma = Tapping(phone)
    emma.log_in_at("/book/family", "emma", PASSWORD)
    _add_two_children(emma)
    phone.goto("/book")

    _look_for_times(emma, album)
    plan = phone.locator(".o_clinic_plan").first
    emma.tap(plan.get_by_role("button", name="Choose these times")).click()
    emma.expect_heading("Check and book")
    expect(phone.locator(".o_clinic_item")).to_have_count(3)
    emma.tap(phone.get_by_role("button", name="Book all 3")).click()
    emma.expect_heading("Booked")

    assert emma.taps <= MOST_TAPS
    booked = sorted(visits(), key=lambda visit: visit["start"])
    assert {visit["state"] for visit in booked} == {"booked"}
    assert {visit["payer"] for visit in booked} == {"Emma Smith"}
    assert {name for visit in booked for name in visit["people"]} == {
        "Sam Smith booked", "Mia Smith booked", "Tess Smith booked",
    }  # fmt: skip
    assert [visit["service"] for visit in booked].count(SHORT) == 1
    assert len({in_zone(visit["start"], CLINIC).date() for visit in booked}) == 1
    _move_all_of_it(emma, album)
    moved = sorted(visits(), key=lambda visit: visit["start"])
    assert [visit["start"] for visit in moved] != [visit["start"] for visit in booked]
    assert len({in_zone(visit["start"], CLINIC).date() for visit in moved}) == 1
    _take_all_of_it_back(emma, album)
    assert {visit["state"] for visit in visits()} == {"cancelled"}


def _move_all_of_it(emma, album):
    """From the list of her visits to another plan, and back to the list."""
    page = emma.page
    page.goto("/my/appointments")
    page.get_by_role("link", name="Move all of it…").click()
    emma.expect_heading("Move all of this outing")
    plan = page.locator(".o_clinic_plan").last
    plan.get_by_role("button", name="Choose these times").click()
    emma.expect_heading("Move all of this outing?")
    album.keep_all(page, "booking-family-move-check")
    page.get_by_role("button", name="Move all 3 visits").click()
    expect(page.get_by_text("Moved. The new times are yours.")).to_be_visible()


def _take_all_of_it_back(emma, album):
    """From the list of her visits, with one button."""
    page = emma.page
    page.goto("/my/appointments")
    expect(page.get_by_text("Together: ")).to_have_count(1)
    album.keep_all(page, "booking-family-mine")
    page.get_by_role("link", name="Cancel all of it…").click()
    emma.expect_heading("All of this outing")
    album.keep_all(page, "booking-family-cancel")
    page.get_by_role("button", name="Cancel all 3 visits").click()
    expect(page.get_by_text("Taken back. Nobody gets a message.")).to_be_visible()


def _add_two_children(emma):
    """From the finder to the family form, twice, and back."""
    emma.page.get_by_role("link", name="Add someone").click()
    emma.add_two_children()
    emma.expect_heading("Times for several people")


def _look_for_times(emma, album):
    """From the front page to plans for all three, one of them for another service."""
    page = emma.page
    emma.tap(page.get_by_role("link", name="Times for several people at once")).click()
    emma.expect_heading("Times for several people")
    for name in ("Sam Smith", "Mia Smith", "Tess Smith"):
        emma.tap(page.get_by_role("checkbox", name=name)).check()
    service = emma.tap(page.get_by_label("Service for Sam Smith"), taps=2)
    service.select_option(label=f"{SHORT}, 30 min")
    album.keep_all(page, "booking-family")
    emma.tap(page.get_by_role("button", name="Find times")).click()
    first_plan = page.locator(".o_clinic_plan").first
    expect(first_plan.get_by_role("listitem")).to_have_count(3)
    album.keep(page, "booking-family-plans")
