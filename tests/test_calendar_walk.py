"""A patient follows her visits in a calendar of her own; what another lets her see is there too."""

import icalendar
import pytest
import requests
from playwright.sync_api import expect

from tests.test_family_walk import _open_family, _share
from tests.visitor import PASSWORD, Visitor, book_for_emma_john_and_sam

EMMA, JOHN = "Emma Smith (you)", "John Smith"


class Calendar:
    """What an address shows of a visit, a row of `VISITS`."""

    def __init__(self, address, visit):
        self.address, self.uid = address, f"visit-{visit['id']}@"

    def fetch(self, **headers):
        return requests.get(self.address, headers=headers, timeout=60)

    def event(self):
        events = icalendar.Calendar.from_ical(self.fetch().text).walk("VEVENT")
        (event,) = [event for event in events if event["uid"].startswith(self.uid)]
        return event


def _make_address(page, clinic, visit, album=None):
    """On the page of one's calendar, make an address for it; what that shows of a visit."""
    page.get_by_role("button", name="Make an address for my calendar").click()
    expect(page.get_by_role("heading", name="Your address is ready")).to_be_visible()
    if album:
        album.keep_all(page, "calendar-address")
    address = page.get_by_label("Or copy the address into any other calendar:").input_value()
    return Calendar(f"{clinic.url}/calendar/{address.partition('/calendar/')[2]}", visit)


def _choose_levels(page, album):
    for name in (EMMA, JOHN):
        page.get_by_label(name).select_option("busy")
    page.get_by_role("button", name="Save").click()
    Visitor(page).expect_done("Saved")
    album.keep_all(page, "calendar-levels")


@pytest.mark.usefixtures("smiths")
def test_emma_follows_her_visits_until_she_ends_it(new_phone, clinic, visits, end_undo, album):
    phone = new_phone()
    emma, moment = book_for_emma_john_and_sam(phone)
    end_undo()
    phone.goto("/my/appointments")
    phone.get_by_role("link", name="See them in your phone's calendar").click()
    emma.expect_heading("Visits in my calendar")
    (visit,) = visits()
    calendar = _make_address(phone, clinic, visit, album)
    assert calendar.event()["dtstart"].dt == moment
    assert "John" not in calendar.event()["summary"]

    john = _open_family(new_phone(), "john", PASSWORD)
    _share(john, "Emma Smith", {"book", "pay", "calendar"})
    assert calendar.event()["summary"].endswith("for John")

    phone.reload()
    emma.expect_heading("Visits in my calendar")
    expect(phone.get_by_text("It can't be shown again")).to_be_visible()
    assert calendar.address.rpartition("/")[2] not in phone.content()
    _choose_levels(phone, album)
    assert calendar.event()["summary"] == "Busy"

    phone.get_by_role("button", name="End it").click()
    expect(phone.get_by_role("button", name="Make an address for my calendar")).to_be_visible()
    assert calendar.fetch().status_code == 404


def test_what_is_cancelled_says_so_in_the_calendar(phone, clinic, visits, end_undo):
    rosa = Visitor(phone)
    rosa.log_in_at("/book", "rosa")
    moment = rosa.choose_time("Physiotherapy: follow-up")
    rosa.name_people()
    rosa.book("Book for me")
    end_undo()
    phone.goto("/my/calendar")
    (visit,) = visits()
    calendar = _make_address(phone, clinic, visit)
    before = calendar.event()
    assert (before["dtstart"].dt, before["status"]) == (moment, "CONFIRMED")

    rosa.open_visit(visit)
    rosa.cancel("Cancel for me")
    rosa.expect_done("Cancelled.")

    after = calendar.event()
    assert (after["uid"], after["status"]) == (before["uid"], "CANCELLED")
    assert after["sequence"] >= before["sequence"]
