"""The front desk drags a visit in the calendar: to an ordinary time, and to one that isn't."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import PATIENCE, in_utc

SERVICE, PATIENT = "Physiotherapy: follow-up", "Juan Ortega"
AT_THE_CLINIC = {"timezone_id": "Pacific/Auckland"}
IS_HOURS_BELOW = """
    ([day, patient, hours]) => {
        const events = document.querySelectorAll(`.fc-timegrid-col[data-date='${day}'] .fc-event`);
        const event = [...events].find((each) => each.textContent.includes(patient));
        const line = document.querySelector(".fc-timegrid-slot-lane[data-time='10:00:00']");
        const [shown, ten] = [event, line].map((each) => each.getBoundingClientRect());
        const [hour, slip] = [ten.height * 2, 5];
        const isThere = Math.abs(shown.top - ten.top - hours * hour) < slip;
        return isThere && Math.abs(shown.height - hour) < slip;
    }
"""


@pytest.fixture
def day():
    """A Thursday on which the physiotherapist works and nothing is booked yet."""
    return date.today() + timedelta(days=7 * 3 - date.today().weekday() + 3)


@pytest.fixture
def visit(clinic, day):
    """Juan Ortega comes to T. Nakamura at ten, for an hour."""
    grace = Person(clinic.url, "frontdesk").log_in()
    return grace.call("clinic.appointment", "create", [{
        "service_id": _find(grace, "clinic.service", SERVICE),
        "practitioner_id": _find(grace, "clinic.practitioner", "T. Nakamura"),
        "location_id": _find(grace, "clinic.location", "Harbour clinic"),
        "payer_id": _find(grace, "res.partner", PATIENT),
        "participant_ids": [(0, 0, {"partner_id": _find(grace, "res.partner", PATIENT)})],
        "start": str(_at(day, "10:00")),
        "stop": str(_at(day, "11:00")),
        "uses_session": False,
    }])[0]  # fmt: skip


def _find(person, model, name):
    return person.call(model, "search", [("name", "=", name)])[0]


def _at(day, clock):
    """A time at the clinic, as the database stores it."""
    zone = ZoneInfo(AT_THE_CLINIC["timezone_id"])
    return in_utc(datetime.combine(day, time.fromisoformat(clock), zone))


def _open_calendar(desk, day):
    desk.set_default_timeout(PATIENCE)
    desk.goto("/web/login?redirect=/odoo/clinic-appointments")
    desk.get_by_label("Email").fill("frontdesk")
    desk.get_by_label("Password", exact=True).fill("frontdesk")
    desk.get_by_role("button", name="Log in").click()
    days = desk.locator(".fc-timegrid-col[data-date]")
    expect(days).to_have_count(7)
    while not desk.locator(f".fc-timegrid-col[data-date='{day}']").count():
        shown = days.first.get_attribute("data-date")
        desk.get_by_role("button", name="Next").click()
        expect(days.first).not_to_have_attribute("data-date", shown)


def _event(desk, day):
    column = desk.locator(f".fc-timegrid-col[data-date='{day}']")
    return column.locator(".fc-event").filter(has_text=PATIENT)


def _drag(desk, day, hours):
    """Drag the visit so many hours down, as a hand does: not in one jump."""
    box = _event(desk, day).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    desk.mouse.move(x, y)
    desk.mouse.down()
    desk.mouse.move(x, y + hours * _get_hour(desk), steps=10)
    with desk.expect_response("**/clinic.appointment/write"):
        desk.mouse.up()


def _get_hour(desk):
    """How high an hour is in the calendar."""
    first, second = (
        desk.locator(f".fc-timegrid-slot-lane[data-time='{clock}:00']").bounding_box()
        for clock in ("10:00", "11:00")
    )
    return second["y"] - first["y"]


def _expect_hours_below(desk, day, hours):
    """The visit is shown so many hours below the line of ten o'clock, and is an hour long."""
    expect(_event(desk, day)).to_have_count(1)
    desk.wait_for_function(IS_HOURS_BELOW, arg=[str(day), PATIENT, hours], timeout=PATIENCE)


@pytest.fixture
def start(clinic, visit):
    """Return a function that tells when the visit begins, as it is stored."""
    asked = "SELECT start FROM clinic_appointment WHERE id = %s"
    return lambda: clinic.query(asked, [visit])[0]["start"]


def test_a_visit_dragged_to_an_unusual_time_is_shown_at_its_own_again(new_desk, start, day):
    desk = new_desk(**AT_THE_CLINIC)
    _open_calendar(desk, day)

    _drag(desk, day, 2)
    refusal = desk.locator(".modal-dialog")
    expect(refusal).to_contain_text(
        re.compile("T. Nakamura doesn't work at Harbour clinic.*Why at This Time")
    )
    refusal.get_by_role("button", name="Close").first.click()

    expect(refusal).to_have_count(0)
    assert start() == _at(day, "10:00")
    _expect_hours_below(desk, day, 0)


def test_a_visit_dragged_to_an_ordinary_time_is_there(new_desk, start, day):
    desk = new_desk(**AT_THE_CLINIC)
    _open_calendar(desk, day)

    _drag(desk, day, 1)

    assert start() == _at(day, "11:00")
    _expect_hours_below(desk, day, 1)
