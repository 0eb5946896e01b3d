"""The main job, as people do it: a family books a visit, the clinic sees it and invoices it."""

import pytest
from playwright.sync_api import expect

from tests.visitor import PATIENCE, in_utc, log_in, press, read_moment, sign_up, turn_to_next_week

GROUP = "Counselling for couples and families"
ALONE = "Physiotherapy: first visit"
AT_THE_CLINIC = {"timezone_id": "Pacific/Auckland"}

BOOKED_AFTER = """
    SELECT booking.id AS booking, booker.name AS booker, appointment.id AS appointment,
           service.name->>'en_US' AS service, appointment.start, payer.name AS payer,
           patient.name AS patient, booked_by.name AS booked_by, permission.kind, permission.basis,
           invoice.state AS invoice, billed.name AS billed, invoice.amount_untaxed,
           line.name AS line
      FROM clinic_booking booking
      JOIN res_partner booker ON booker.id = booking.booker_id
      JOIN clinic_appointment appointment ON appointment.booking_id = booking.id
      JOIN clinic_service service ON service.id = appointment.service_id
      JOIN res_partner payer ON payer.id = appointment.payer_id
      JOIN clinic_participant participant ON participant.appointment_id = appointment.id
      JOIN res_partner patient ON patient.id = participant.partner_id
      JOIN res_partner booked_by ON booked_by.id = participant.booked_by_id
 LEFT JOIN clinic_permission permission ON permission.id = participant.permission_id
 LEFT JOIN account_move invoice ON invoice.id = appointment.invoice_id
 LEFT JOIN res_partner billed ON billed.id = invoice.partner_id
 LEFT JOIN account_move_line line ON line.move_id = invoice.id AND line.display_type = 'product'
     WHERE booking.id > %s
  ORDER BY participant.id
"""


def _patient(page):
    page.set_default_timeout(PATIENCE)
    return page


def _choose_time(page, service):
    """Go from the front page to a free time of next week and choose it; return its moment."""
    page.get_by_role("link", name=service).click()
    turn_to_next_week(page)
    return _tap_first_time(page)


def _tap_first_time(page):
    free = page.locator(".o_clinic_starts").locator("a, button").first
    moment = read_moment(free)
    free.click()
    return moment


def _when(moment):
    """A moment as the pages say it, up to the hour's half.

    >>> from datetime import datetime
    >>> _when(datetime(2026, 12, 1, 15, 30))
    'Tuesday 1 December 2026, 3:30'
    """
    return f"{moment:%A %-d %B %Y, %-I:%M}"


@pytest.fixture
def booked(clinic):
    """Return a function that tells what was booked since the test began, a row for each person."""
    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM clinic_booking")[0]["id"]
    return lambda: clinic.query(BOOKED_AFTER, [last])


def _book_for_a_family(phone, album):
    """Maria books for herself and her son, from the front page to her list of appointments."""
    phone.goto("/book")
    expect(phone.get_by_role("link", name=GROUP).locator(".fa-users")).to_be_visible()
    album.keep_all(phone, "01-services")
    phone.get_by_role("link", name=GROUP).click()
    turn_to_next_week(phone)
    album.keep_all(phone, "02-times")
    moment = _tap_first_time(phone)
    expect(phone.get_by_label("Email")).to_be_visible()
    expect(phone.locator(".o_clinic_choice")).to_contain_text(_when(moment))
    album.keep_all(phone, "03-login")
    log_in(phone, "maria")
    _check_and_book(phone, moment, album)
    return moment


def _check_and_book(phone, moment, album):
    """Go on from who is coming: the choice of the pages before is still there."""
    expect(phone.locator(".o_clinic_choice")).to_contain_text(GROUP)
    expect(phone.locator(".o_clinic_choice")).to_contain_text(_when(moment))
    expect(phone.get_by_label("Maria Rossi (you)")).to_be_checked()
    phone.get_by_label("Leo Rossi").check()
    album.keep_all(phone, "04-who")
    phone.get_by_role("button", name="Continue").click()
    book = phone.get_by_role("button", name="Book for me and Leo")
    expect(book).to_be_visible()
    album.keep_all(phone, "05-check")
    book.click()
    expect(phone.get_by_role("heading", name="Booked")).to_be_visible()
    _expect_whole_appointment(phone.locator("main"), moment)
    album.keep_all(phone, "06-thanks")
    phone.get_by_role("link", name="My appointments").first.click()
    entry = phone.locator(".list-group-item").filter(has_text=_when(moment))
    _expect_whole_appointment(entry, moment)


def _expect_whole_appointment(place, moment):
    """Who, when and where, as the booker reads it."""
    for words in ("Maria Rossi (you), Leo Rossi", _when(moment), GROUP, "Harbour clinic"):
        expect(place).to_contain_text(words)


def _invoice_the_family(desk, moment):
    """The front desk finds the appointment in the calendar and makes the draft invoice."""
    desk.goto("/odoo")
    log_in(desk, "frontdesk")
    desk.get_by_title("Home Menu").click()
    apps = desk.locator(".o-dropdown--menu")
    apps.get_by_role("menuitem", name="Clinic", exact=True).click()
    desk.get_by_role("menuitem", name="Appointments").click()
    _turn_calendar_to(desk, moment)
    _find_in_calendar(desk, moment).click()
    expect(desk.locator(".o_cw_popover")).to_contain_text("Maria Rossi, Leo Rossi")
    desk.locator(".o_cw_popover").get_by_text("View").click()
    participants = desk.locator("[name=participant_ids]")
    expect(participants.locator(".o_data_row")).to_contain_text(["Maria Rossi", "Leo Rossi"])
    desk.get_by_role("button", name="Create Invoice").click()
    expect(desk.locator("[name=partner_id] input")).to_have_value("Maria Rossi")
    expect(desk.locator("[name=invoice_line_ids]")).to_contain_text("Maria Rossi, Leo Rossi")


def _turn_calendar_to(desk, moment):
    """Turn the weeks of the calendar until the day is on it."""
    days = desk.locator(".fc-timegrid-col[data-date]")
    expect(days).to_have_count(7)
    while not desk.locator(f".fc-timegrid-col[data-date='{moment:%Y-%m-%d}']").count():
        shown = days.first.get_attribute("data-date")
        desk.get_by_role("button", name="Next").click()
        expect(days.first).not_to_have_attribute("data-date", shown)


def _find_in_calendar(desk, moment):
    day = desk.locator(f".fc-timegrid-col[data-date='{moment:%Y-%m-%d}']")
    return day.locator(".fc-event").filter(has_text=GROUP).filter(has_text="Maria Rossi, Leo Rossi")


def test_a_mother_books_for_herself_and_her_son_and_the_clinic_invoices_her(
    new_phone, new_desk, album, booked
):
    phone, desk = _patient(new_phone()), _patient(new_desk(**AT_THE_CLINIC))

    moment = _book_for_a_family(phone, album)
    _invoice_the_family(desk, moment)

    hers, his = booked()
    shared = {
        "booking": hers["booking"],
        "booker": "Maria Rossi",
        "appointment": hers["appointment"],
        "service": GROUP,
        "start": in_utc(moment),
        "payer": "Maria Rossi",
        "booked_by": "Maria Rossi",
        "invoice": "draft",
        "billed": "Maria Rossi",
        "amount_untaxed": 140,
        "line": hers["line"],
    }
    assert hers == {**shared, "patient": "Maria Rossi", "kind": None, "basis": None}
    assert his == {**shared, "patient": "Leo Rossi", "kind": "book", "basis": "parental"}
    assert "Maria Rossi, Leo Rossi" in hers["line"]


def test_a_new_patient_signs_up_on_the_way_and_books_for_herself(phone, booked, read_code):
    _patient(phone).goto("/book")
    moment = _choose_time(phone, ALONE)

    sign_up(phone, "nora@example.com", "Nora Berg", read_code)
    expect(phone.locator(".o_clinic_choice")).to_contain_text(_when(moment))
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Book for me").click()

    expect(phone.get_by_role("heading", name="Booked")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("Nora Berg (you)")
    (row,) = booked()
    assert (row["service"], row["start"]) == (ALONE, in_utc(moment))
    assert {row["patient"], row["booker"], row["payer"]} == {"Nora Berg"}


def test_the_keyboard_alone_is_enough_to_book(desk, booked):
    _patient(desk).goto("/web/login?redirect=/book")
    log_in(desk, "maria")
    expect(desk.get_by_role("heading", name="Book an appointment")).to_be_visible()

    press(desk, desk.get_by_role("link", name=GROUP), "Enter")
    first_week = desk.locator(".o_clinic_week").inner_text()
    press(desk, desk.get_by_role("link", name="Later"), "Enter")
    expect(desk.locator(".o_clinic_week")).not_to_have_text(first_week)
    free = desk.locator(".o_clinic_starts button").first
    moment = read_moment(free)
    press(desk, free, "Enter")
    press(desk, desk.get_by_label("Leo Rossi"), "Space")
    press(desk, desk.get_by_role("button", name="Continue"), "Enter")
    press(desk, desk.get_by_role("button", name="Book for me and Leo"), "Enter")

    expect(desk.get_by_role("heading", name="Booked")).to_be_visible()
    assert [(row["patient"], row["start"]) for row in booked()] == [
        ("Maria Rossi", in_utc(moment)),
        ("Leo Rossi", in_utc(moment)),
    ]


def test_all_pages_work_without_javascript(new_phone, booked):
    phone = _patient(new_phone(java_script_enabled=False))
    phone.goto("/book")
    moment = _choose_time(phone, GROUP)

    log_in(phone, "maria")
    phone.get_by_label("Leo Rossi").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Book for me and Leo").click()

    expect(phone.get_by_role("heading", name="Booked")).to_be_visible()
    _expect_whole_appointment(phone.locator("main"), moment)
    assert [(row["patient"], row["start"]) for row in booked()] == [
        ("Maria Rossi", in_utc(moment)),
        ("Leo Rossi", in_utc(moment)),
    ]
