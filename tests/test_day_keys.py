"""At the front desk everything is done without a mouse, too."""

import re
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from tests.people import Person
from tests.test_day_walk import (  # noqa: F401
    NAKAMURA,
    book_likewise,
    day,
    grace,
    juan_at,
    juan_today,
    walter,
)
from tests.visitor import CLINIC, SETTLED, in_zone, open_day, press

JUAN = "Juan Ortega"
LAYER = "element => Number(getComputedStyle(element).zIndex)"
# How many come to the visit that was booked last.
COMING = """
    SELECT count(*) AS people
      FROM clinic_participant
     WHERE appointment_id = (SELECT max(id) FROM clinic_appointment) AND state = 'booked'
"""
HOURS = """
    SELECT line.dayofweek AS day
      FROM clinic_schedule schedule
      JOIN resource_calendar_attendance line ON line.calendar_id = schedule.calendar_id
     WHERE schedule.practitioner_id = %s
"""


def _start_booking(desk):
    """With N, from a button: a letter typed where one writes is a letter."""
    press(desk.page, desk.page.get_by_role("button", name="After"), "n", by="Shift+Tab")
    expect(desk.dialog).to_be_visible()


def _type(desk, typed, found):
    """Find somebody, whoever is proposed first for what was typed."""
    keyboard = desk.page.keyboard
    keyboard.type(typed, delay=20)
    expect(desk.page.get_by_role("option", name=f"“{typed}”")).to_be_visible()
    option = desk.page.get_by_role("option", name=re.compile(found)).first
    for _ in range(9):
        if option.get_attribute("aria-selected") == "true":
            return keyboard.press("Enter")
        keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows don't lead to {found}")


def _book(desk, name):
    """What is whole can be booked, with one key."""
    button = desk.dialog.locator(".o_clinic_book")
    expect(button).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.dialog).to_be_hidden()
    expect(desk.card(name)).to_be_visible()


def _go_to(desk, name):
    """Find a visit of this day."""
    desk.page.keyboard.press("/")
    desk.page.keyboard.type(name)
    desk.page.keyboard.press("Enter")
    main = desk.card(name).locator(".o_clinic_card_main")
    expect(main).to_be_focused()
    return main


def walk_bookings(desk):
    """A visit every week for a child, a patient group, and a newcomer."""
    _start_booking(desk)
    _type(desk, "leo", "Leo Rossi")
    expect(desk.dialog.locator(".o_clinic_book")).to_be_focused()
    press(desk.page, desk.dialog.get_by_label("Repeat"), "ArrowDown")
    expect(desk.dialog.locator(".o_clinic_series li")).to_have_count(6)
    press(desk.page, desk.dialog.locator(".o_clinic_book"), "Enter")
    expect(desk.dialog).to_be_hidden()
    expect(desk.card("Leo Rossi")).to_be_visible()

    _start_booking(desk)
    _type(desk, "smiths", "The Smiths")
    _book(desk, "Smith")

    _start_booking(desk)
    _type(desk, "Kim Keys", "New patient")
    expect(desk.dialog.get_by_label("Name")).to_be_focused()
    desk.page.keyboard.press("Enter")
    _book(desk, "Kim Keys")


def _book_juan(desk):
    _start_booking(desk)
    _type(desk, "ortega ju", JUAN)
    _book(desk, JUAN)
    return desk.card(JUAN), desk.page.locator(".o_clinic_visit")


def walk_check_in(desk):
    """He has arrived, and that is taken back."""
    card, popover = _book_juan(desk)
    _go_to(desk, JUAN)
    desk.page.keyboard.press("a")
    expect(card).to_have_class(re.compile("o_clinic_state_arrived"))

    _go_to(desk, JUAN)
    desk.page.keyboard.press("Enter")
    press(desk.page, popover.get_by_role("button", name="Undo"), "Enter")
    expect(card).to_have_class(re.compile("o_clinic_state_booked"))


def walk_move_and_cancel(desk):
    """He comes later, and then not at all."""
    (card, popover), keyboard = _book_juan(desk), desk.page.keyboard
    main = _go_to(desk, JUAN)
    before = main.get_attribute("aria-label")
    keyboard.press("m")
    expect(desk.page.locator(".o_clinic_free")).not_to_have_count(0)
    ghost = desk.page.locator(".o_clinic_ghost")
    assert ghost.evaluate(LAYER) >= card.evaluate(LAYER)
    keyboard.press("ArrowDown")
    # Where it is light it can go.
    while not desk.page.locator(".o_clinic_ghost [part~=fits]").count():
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(main).not_to_have_attribute("aria-label", before)

    _go_to(desk, JUAN)
    keyboard.press("Enter")
    press(desk.page, popover.get_by_role("button", name="Cancel…"), "Enter")
    press(desk.page, desk.page.get_by_role("dialog").get_by_role("button", name="Ill"), "Enter")
    expect(card).to_have_count(0)


def walk_time_off(desk):
    page = desk.page
    press(page, page.get_by_role("button", name=NAKAMURA).first, "Enter")
    item = page.get_by_role("menuitem", name="Time off…")
    press(page, item, "Enter", by="ArrowDown")
    dialog = page.get_by_role("dialog")
    press(page, dialog.get_by_role("button", name="Enter Time Off"), "Enter")
    expect(dialog).to_have_count(0)


def walk_plan(desk):
    """Each of a patient group has a visit of their own."""
    page = desk.page
    _start_booking(desk)
    _type(desk, "smiths", "The Smiths")
    press(page, desk.dialog.locator(".o_clinic_plan"), "Enter")
    planning = page.locator(".o_clinic_planning")
    press(page, planning.locator(".o_clinic_take_plan").first, "Enter")
    expect(planning).to_have_count(0)
    expect(page.locator(".o_clinic_said .alert")).to_be_visible()


@pytest.mark.parametrize(
    "walk", [walk_bookings, walk_check_in, walk_move_and_cancel, walk_time_off, walk_plan]
)
def test_without_a_mouse(grace, walk):  # noqa: F811
    walk(grace)


def _enter_list(page, row):
    """An arrow leads from the search of a list to its rows, where Space presses a button."""
    expect(row).to_be_visible()
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(search).not_to_be_focused()


def test_a_visit_without_hours_is_moved_without_a_mouse(grace, walter):  # noqa: F811
    page, before = grace.page, walter("start")
    walk_time_off(grace)
    row = page.locator(".o_data_row", has_text="Walter Smith")

    _enter_list(page, row)
    press(page, row.get_by_role("button", name="Move"), "Space")
    nearest = page.locator(".o_clinic_nearest")
    press(page, nearest.get_by_role("group").get_by_role("button").first, "Enter")

    expect(nearest).to_be_hidden()
    expect(row.locator("[name=day_clock_text]")).to_have_class(re.compile("text-muted"))
    assert walter("start") != before


def test_who_waits_without_hours_is_called_and_cancelled_without_a_mouse(grace, walter):  # noqa: F811
    page = grace.page
    walk_time_off(grace)
    row = page.locator(".o_data_row", has_text="Walter Smith")

    _enter_list(page, row)
    press(page, row.locator("[name=action_note_called]"), "Space")
    expect(row.get_by_role("button", name="Undo")).to_be_visible()
    expect(row.get_by_role("button", name="Move")).to_be_focused()
    press(page, row.get_by_role("button", name="Cancel"), "Space")
    press(page, page.get_by_role("dialog").get_by_role("button", name="Ill"), "Enter")

    expect(row.get_by_role("button", name="Cancel")).to_have_count(0)
    assert walter("state", "called_at IS NULL AS is_new") == ("cancelled", False)


def test_today_is_open_and_worked_through_without_a_mouse(grace, juan_today):  # noqa: F811
    page = grace.page
    page.goto("/odoo/action-clinic_family.clinic_appointment_today_open_action")
    begins = in_zone(juan_today()["start"], CLINIC)
    his = page.locator(".o_data_row", has_text=JUAN)
    row = his.filter(has_text=re.compile(rf"{begins:%-I:%M}\sAM–"))

    _enter_list(page, row)
    press(page, row.get_by_role("button", name="Arrived"), "Space")
    done = row.get_by_role("button", name="Done")
    expect(done).to_be_focused()
    page.keyboard.press("Space")

    expect(done).to_have_count(0)
    assert juan_today()["state"] == "fulfilled"


def test_one_of_several_goes_to_another_visit_without_a_mouse(grace, clinic, day):  # noqa: F811
    page, later = grace.page, day + timedelta(days=14)
    grace.go(later)
    _start_booking(grace)
    _type(grace, "smiths", "The Smiths")
    _book(grace, "Smith")
    book_likewise(clinic)(datetime.combine(later + timedelta(days=7), time(10), CLINIC))

    _go_to(grace, "Smith")
    page.keyboard.press("Enter")
    press(page, page.locator(".o_clinic_part").first, "Enter")
    dialog = page.locator(".o_dialog")
    target = dialog.get_by_role("combobox")
    press(page, target, "ArrowDown")
    # All that were listed before one typed are gone.
    with page.expect_response(lambda answer: JUAN in (answer.request.post_data or "")):
        page.keyboard.type(JUAN)
    expect(page.locator(".o-autocomplete--dropdown-item").first).to_contain_text(JUAN)
    page.keyboard.press("Enter")
    # What is chosen says its time; what was typed doesn't.
    expect(target).to_have_value(re.compile(r"\d"))
    press(page, dialog.get_by_role("button", name="Move"), "Enter")

    expect(dialog).to_have_count(0)
    [there] = clinic.query(COMING)
    assert there["people"] == 2


@pytest.fixture
def kit(clinic):
    """A practitioner who works nowhere yet, and a function that reads when they do."""
    manager = Person(clinic.url, "manager").log_in()
    ids = manager.call("clinic.practitioner", "create", [{"name": "Kit Keys"}])
    yield lambda: clinic.query(HOURS, ids)
    manager.call("clinic.practitioner", "write", ids, {"active": False})


def _choose_whose_hours(page, *names):
    """In the window of weekly hours, the practitioner and the location."""
    dialog = page.get_by_role("dialog")
    for number, name in enumerate(names):
        _choose(page, dialog.get_by_role("combobox").nth(number), name)
    # What was chosen has been read by the server.
    expect(dialog.locator("[name=tz]")).to_contain_text("/")
    return dialog


def _choose(page, box, name):
    """Choose what is proposed; once more where scrolling closed the list before Enter came."""
    for _ in range(3):
        press(page, box, "Control+a")
        page.keyboard.type(name)
        expect(page.get_by_role("option", name=name).first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("option")).to_have_count(0)
        try:
            return expect(box).to_have_value(name, timeout=SETTLED)
        except AssertionError:
            press(page, box, "Control+a")
            page.keyboard.press("Delete")
    raise AssertionError(f"{name} can't be chosen")


@pytest.fixture
def weekly(new_desk):
    """The screen of a manager who enters weekly hours."""
    page = new_desk()
    open_day(page, "manager")
    page.goto("/odoo/action-clinic_family.clinic_week_action")
    return page


def test_hours_are_entered_without_a_mouse(weekly):
    dialog = _choose_whose_hours(weekly, "L. Fischer", "Bay clinic")

    press(weekly, dialog.get_by_text("Add a line"), "Enter")
    saturday = dialog.locator(".o_data_row").last.locator("[name=saturday] input")
    press(weekly, saturday, "Space")
    expect(saturday).to_be_checked()
    press(weekly, dialog.get_by_role("button", name="Save Hours"), "Tab")
    # The row is left before the window closes over it.
    expect(dialog.locator(".o_selected_row")).to_have_count(0)
    press(weekly, dialog.get_by_role("button", name="Back"), "Enter")

    expect(dialog).to_have_count(0)


def test_the_usual_hours_are_saved_without_a_mouse(weekly, kit):
    dialog = _choose_whose_hours(weekly, "Kit Keys", "Bay clinic")

    press(weekly, dialog.get_by_role("button", name="Save Hours"), "Enter")

    expect(dialog).to_have_count(0)
    assert {one["day"] for one in kit()} == {"0", "1", "2", "3", "4"}


def test_reports_are_filtered_and_drawn_without_a_mouse(new_desk):
    page = new_desk()
    open_day(page, "manager")
    page.goto("/odoo/action-clinic_family.clinic_appointment_report_action")
    expect(page.locator("div.o_pivot")).to_be_visible()
    # All there is would be much to count: it opens with three months.
    expect(page.locator(".o_searchview_facet", has_text="Date")).to_be_visible()

    page.keyboard.press("Alt+Shift+q")
    menu = page.locator(".o_search_bar_menu")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    press(page, page.get_by_role("button", name="Measures"), "Enter")
    expect(page.get_by_role("menuitem", name="No-shows")).to_be_visible()
    page.keyboard.press("Escape")
    press(page, page.locator(".o_switch_view.o_graph"), "Enter", by="Shift+Tab")

    expect(page.locator(".o_graph_view canvas, .o_graph_view .o_view_nocontent")).to_be_visible()


def test_a_step_of_the_first_day_is_taken_without_a_mouse(new_desk):
    page = new_desk()
    open_day(page, "manager")
    page.goto("/odoo/clinic-first-day")

    press(page, page.locator("[data-step='location'] button"), "Enter")

    expect(page.locator(".o_data_row", has_text="Harbour clinic")).to_be_visible()
