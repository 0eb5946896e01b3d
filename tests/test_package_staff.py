"""The front desk sells a package and works with its sessions, from the invoice and the calendar."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.visitor import CLINIC, PATIENCE, in_utc, log_in, pick

PACKAGE, SERVICE = "10 physio follow-ups", "Physiotherapy: follow-up"
OWNER = "Juan Ortega"
PHYSIOTHERAPIST = "T. Nakamura"
SIMILAR = """
    SELECT service_id, practitioner_id, location_id, payer_id
      FROM clinic_appointment visit JOIN clinic_service service ON service.id = service_id
      JOIN clinic_practitioner practitioner ON practitioner.id = practitioner_id
     WHERE service.name->>'en_US' = %s AND practitioner.name = %s
  ORDER BY visit.id
     LIMIT 1
"""
AT_THE_CLINIC = {"timezone_id": "Pacific/Auckland"}
SESSIONS = """
    SELECT session.state, count(*) AS count
      FROM clinic_package_session session JOIN res_partner owner ON owner.id = session.owner_id
     WHERE owner.name = %s
  GROUP BY session.state
"""


def _next_monday():
    """A day on which the physiotherapist works and nothing is booked yet."""
    today = date.today()
    return today + timedelta(days=7 * 3 - today.weekday())


@pytest.fixture
def states(clinic):
    """Return a function that counts the owner's sessions by state."""
    return lambda: {row["state"]: row["count"] for row in clinic.query(SESSIONS, [OWNER])}


def _log_in(desk):
    desk.set_default_timeout(PATIENCE)
    desk.goto("/web/login")
    log_in(desk, "frontdesk")
    expect(desk.get_by_title("Home Menu")).to_be_visible()


def _dialog(desk):
    dialog = desk.locator(".modal-dialog").last
    expect(dialog).to_be_visible()
    return dialog


def _gone(desk):
    expect(desk.locator(".modal-dialog")).to_have_count(0)


def _sell(desk, album):
    """Sell the package on a new invoice, confirm it and take the money."""
    desk.goto("/odoo/action-account.action_move_out_invoice_type/new")
    pick(desk, "partner_id", OWNER, exact=False)
    desk.get_by_role("button", name="Add a Package").click()
    selling = _dialog(desk)
    pick(selling, "package_id", PACKAGE, exact=False)
    expect(selling.locator("[name=owner_id] input")).to_have_value(OWNER)
    album.keep(desk, "staff-package-sell")
    selling.get_by_role("button", name="Add", exact=True).click()
    _gone(desk)
    expect(desk.locator("[name=invoice_line_ids] .o_data_row")).to_have_count(11)
    desk.get_by_role("button", name="Confirm").click()
    desk.get_by_role("button", name="Pay", exact=True).click()
    _dialog(desk).get_by_role("button", name="Create Payment").click()
    _gone(desk)
    expect(desk.locator(".ribbon:visible")).to_be_visible()
    return desk.url


def _row(desk, state):
    rows = desk.locator("[name=invoice_line_ids] .o_data_row")
    return rows.filter(has=desk.get_by_text(state, exact=True)).first


def _fill_date(place, field, text):
    """A date is shown as a button until it is clicked."""
    place.locator(f"[name={field}]").locator("button, input").first.click()
    place.locator(f"[name={field}] input").first.fill(text)
    place.locator(f"[name={field}] input").first.press("Tab")


def _fill_time(dialog, day, clock):
    _fill_date(dialog, "day", f"{day:%m/%d/%Y}")
    dialog.locator("[name=clock] input").fill(clock)
    dialog.locator("[name=clock] input").press("Tab")


def _take_time(clinic, day):
    """Somebody else books nine o'clock with the physiotherapist."""
    (visit,) = clinic.query(SIMILAR, [SERVICE, PHYSIOTHERAPIST])
    nine = datetime.combine(day, time(9), CLINIC)
    manager = Person(clinic.url, "manager").log_in()
    somebody = [(0, 0, {"partner_id": visit["payer_id"]})]
    manager.call("clinic.appointment", "create", [
        {**visit, "start": str(in_utc(nine)), "participant_ids": somebody}
    ])  # fmt: skip


def _book_from_the_line(desk, clinic, day, album):
    _row(desk, "Free").locator("[name=action_book_session]").click()
    booking = _dialog(desk)
    expect(booking.locator("[name=practitioner_id] input")).to_have_value(PHYSIOTHERAPIST)
    _take_time(clinic, day)
    _fill_time(booking, day, "9:00")
    expect(booking).to_contain_text(f"{PHYSIOTHERAPIST} has something else at that time.")
    booking.get_by_role("button", name="Check Availability").click()
    expect(_dialog(desk)).to_contain_text(f"{PHYSIOTHERAPIST} has something else at that time.")
    album.keep(desk, "staff-package-book")
    _dialog(desk).locator("[name=nearest] button").first.click()
    expect(_dialog(desk)).to_contain_text("Free.")
    _dialog(desk).get_by_role("button", name="Book", exact=True).click()
    _gone(desk)
    expect(_row(desk, "Reserved")).to_be_visible()
    album.keep(desk, "staff-package-invoice")


def _unlink(desk):
    _row(desk, "Reserved").locator("[name=action_unlink_session]").click()
    _dialog(desk).get_by_role("button", name=re.compile("Ok", re.IGNORECASE)).click()
    _gone(desk)
    expect(_row(desk, "Reserved")).to_have_count(0)


def _new_appointment(desk, day, clock):
    """A new appointment of the owner, as the calendar opens it."""
    desk.goto("/odoo/clinic-appointments/new")
    pick(desk, "service_id", SERVICE, exact=False)
    pick(desk, "practitioner_id", PHYSIOTHERAPIST, exact=False)
    pick(desk, "location_id", "Harbour clinic", exact=False)
    _fill_date(desk, "start", f"{day:%m/%d/%Y} {clock}:00")
    # The server answers with a line more, and what is below it moves.
    expect(desk.locator("[name=local_time]")).to_contain_text("Auckland")
    desk.locator("[name=participant_ids]").get_by_text("Add a line").click()
    pick(desk.locator("[name=participant_ids]"), "partner_id", OWNER, exact=False)
    desk.locator(".o_form_button_save").click()
    expect(desk.locator("[name=session_ids]")).to_contain_text(PACKAGE)


def _pay_instead_and_back(desk, states, album):
    album.keep(desk, "staff-package-appointment")
    desk.get_by_role("button", name="Pay Instead").click()
    _dialog(desk).get_by_role("button", name=re.compile("Ok", re.IGNORECASE)).click()
    _gone(desk)
    expect(desk.get_by_role("button", name="Use a Session")).to_be_visible()
    assert states() == {"free": 10}
    desk.get_by_role("button", name="Use a Session").click()
    album.keep(desk, "staff-package-choose")
    _dialog(desk).get_by_role("button", name="Use", exact=True).first.click()
    _gone(desk)
    expect(desk.locator("[name=session_ids]")).to_contain_text("Reserved")


def _cancel_and_undo(desk, states):
    desk.get_by_role("button", name="Cancel Appointment").click()
    _dialog(desk).get_by_role("button", name="No reason given").click()
    _gone(desk)
    expect(desk.get_by_role("button", name="Count Session as Used")).to_be_visible()
    assert states() == {"free": 10}
    desk.get_by_role("button", name="Undo").click()
    expect(desk.locator("[name=session_ids]")).to_contain_text("Reserved")


def _nobody_came(desk, states):
    desk.get_by_role("button", name="No-show").click()
    _dialog(desk).get_by_label("They won't come").check()
    _dialog(desk).get_by_role("button", name="No reason given").click()
    _gone(desk)
    expect(desk.locator("[name=session_ids]")).to_contain_text("Used")
    assert states() == {"free": 9, "used": 1}


def _refund(desk, album):
    desk.goto("/odoo/clinic-packages")
    desk.locator(".o_data_row", has_text=OWNER).locator("td").nth(1).click()
    expect(desk.locator("[name=session_ids]")).to_be_visible()
    album.keep(desk, "staff-package-purchase")
    desk.get_by_role("button", name="Refund Unused…").click()
    expect(_dialog(desk)).to_contain_text("9 free sessions")
    expect(_dialog(desk)).to_contain_text("486.00")
    album.keep(desk, "staff-package-refund")
    _dialog(desk).get_by_role("button", name="Refund", exact=True).click()
    _gone(desk)
    expect(desk.locator("[name=move_type]").first).to_contain_text("Credit Note")


def test_the_front_desk_lives_with_a_package(new_desk, clinic, states, album):
    desk, day = new_desk(**AT_THE_CLINIC), _next_monday()
    _log_in(desk)

    _sell(desk, album)
    assert states() == {"free": 10}
    _book_from_the_line(desk, clinic, day, album)
    assert states() == {"free": 9, "reserved": 1}
    _unlink(desk)
    assert states() == {"free": 10}
    _new_appointment(desk, day, "14:00")
    assert states() == {"free": 9, "reserved": 1}
    _pay_instead_and_back(desk, states, album)
    _cancel_and_undo(desk, states)
    _nobody_came(desk, states)
    _refund(desk, album)

    assert states() == {"refunded": 9, "used": 1}
