"""Two front desks work on one day: they book, check in, move and take back, in few clicks."""

import re
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.front_proxy import in_front_of
from tests.people import Person
from tests.visitor import CLINIC, in_utc, in_zone, open_day
from tools import server

AT_THE_CLINIC = {"timezone_id": "Pacific/Auckland"}
# A device elsewhere: the sheet is in the time of the clinic all the same.
ELSEWHERE = {"timezone_id": "Europe/London"}
OKAFOR, NAKAMURA, MOREAU = "S. Okafor", "T. Nakamura", "Dr. A. Moreau"
VISITS = """
    SELECT visit.id, visit.state, visit.start, practitioner.name AS practitioner,
           payer.name AS payer,
           array_agg(patient.name ORDER BY patient.name) AS people
      FROM clinic_appointment visit
      JOIN clinic_practitioner practitioner ON practitioner.id = visit.practitioner_id
      JOIN res_partner payer ON payer.id = visit.payer_id
      JOIN clinic_participant participant ON participant.appointment_id = visit.id
      JOIN res_partner patient ON patient.id = participant.partner_id
     WHERE visit.start >= %s AND visit.start < %s AND visit.id > %s
  GROUP BY visit.id, practitioner.name, payer.name
  ORDER BY visit.start
"""
# What axe finds of Odoo's own window, and why it isn't ours to mend.
OF_ODOO = {
    ".modal": "it names none of its dialogs to a screen reader",
    ".modal-header": "each dialog has a banner beside the page's own",
    ".modal-title": "its titles are headings of the fourth level, whatever stands before",
    ".modal-body": "each dialog has a main part beside the page's own",
    ".modal-footer": "and a foot beside the page's own",
    "th.o_list_actions_header": "the column of a list's buttons has no header",
    "#boolean_checkbox": "nor has a box of a list that only shows a name",
    ".o_list_record_selector input": "nor do the boxes of its rows have a name",
    ".modal-body .o_form_view_container > .o_content": "and a form in it has one more",
    ".o_list_renderer .badge": "white on the light blue of its badges is too pale",
    ".o_group_header th": "the line of a group of rows is a header without words",
    ".o_pivot th": "the headers of its pivot table are pale, and its corner is one without words",
}
# Whether something is seen there, and not what stands in front of it.
IN_FRONT = """
    of => {
        const { x, y, width, height } = document.querySelector(of).getBoundingClientRect();
        return !!document.elementFromPoint(x + width / 2, y + height / 2).closest(of);
    }
"""
# What was done, and how it is taken back.
SAID = ".o_clinic_said .alert"
STILL = """
    () => Promise.all(document.getAnimations()
        .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
        .map(one => one.finished.catch(() => null)))
"""


def find_all_faults(page, *places):
    """The same in one text, which is empty where there are none."""
    return "\n".join(find_faults(page, *places))


def find_faults(page, *places):
    """What axe says of these parts of the page at rest, besides what is Odoo's own."""
    page.evaluate(STILL)
    found = Axe().run(page, context={"include": [[place] for place in places]})
    return [
        f"{fault['id']}: {node['html']}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
        if not page.locator(node["target"][0]).first.evaluate(
            "(element, odoos) => element.matches(odoos)", ", ".join(OF_ODOO)
        )
    ]


@contextmanager
def on_a_tablet(page):
    """The same page as small as a tablet shows it."""
    before = page.viewport_size
    page.set_viewport_size({"width": 1024, "height": 768})
    yield
    page.set_viewport_size(before)


class Desk:
    """Somebody at a screen with the day sheet, whose clicks are counted."""

    def __init__(self, page, login="frontdesk", url=""):
        self.page, self.clicks = page, 0
        open_day(page, login, url)
        expect(page.locator(".o_clinic_date")).to_be_visible()

    def go(self, day):
        self.page.locator(".o_clinic_date").fill(day.isoformat())
        expect(self.page.locator(f".o_clinic_column_body[data-key$='{day}']").first).to_be_visible()

    def click(self, target, **how):
        self.clicks += 1
        target.click(**how)

    def click_time(self, practitioner, clock):
        """Click a free time in a practitioner's column."""
        heads = self.page.locator(".o_clinic_column_head")
        names = heads.locator(".fw-bold").all_inner_texts()
        column = self.page.locator(".o_clinic_column_body").nth(names.index(practitioner))
        first = int(self.page.locator(".o_clinic_mark_hour").first.inner_text().split(":")[0])
        top = self.get_hour() * (time.fromisoformat(clock).hour - first) + 4
        self.click(column, position={"x": 40, "y": top})
        expect(self.dialog).to_be_visible()

    def get_hour(self):
        """How tall an hour is."""
        marks = self.page.locator(".o_clinic_mark_hour")
        first, second = (marks.nth(number).bounding_box()["y"] for number in (0, 1))
        return second - first

    @property
    def dialog(self):
        return self.page.locator(".o_clinic_booking")

    def choose(self, typed, found):
        self.dialog.get_by_role("combobox").first.press_sequentially(typed, delay=20)
        # What was found for the first letters alone may be shown before.
        expect(self.page.get_by_role("option", name=f"“{typed}”")).to_be_visible()
        self.click(self.dialog.page.get_by_role("option", name=re.compile(re.escape(found))).first)

    def book(self):
        button = self.dialog.locator(".o_clinic_book")
        expect(button).to_be_enabled()
        self.click(button)
        expect(self.dialog).to_be_hidden()

    def card(self, name):
        return self.page.locator(".o_clinic_card").filter(has_text=name)

    def undo(self):
        self.page.locator(SAID).get_by_role("button", name="Undo").click()

    def close_notices(self):
        """Close what is said of the step before, once it is said: it can be undone for a minute."""
        notice = self.page.locator(SAID)
        notice.get_by_role("button", name="Close").click()
        expect(notice).to_have_count(0)


@pytest.fixture
def day():
    """A Tuesday on which all of them work and nothing is booked yet."""
    today = date.today()
    return today + timedelta(days=7 * 4 - today.weekday() + 1)


@pytest.fixture
def visits(clinic, day):
    """Return a function that reads the visits of the day booked since the test began."""
    last = clinic.query("SELECT coalesce(max(id), 0) AS id FROM clinic_appointment")[0]["id"]
    begins, ends = (
        in_utc(datetime.combine(each, time.min, CLINIC)) for each in (day, day + timedelta(days=1))
    )
    return lambda: clinic.query(VISITS, [begins, ends, last])


@pytest.fixture
def grace(new_desk, day):
    """Grace Patel's screen, on that day."""
    grace = Desk(new_desk(**ELSEWHERE))
    grace.go(day)
    return grace


@pytest.fixture(params=["one process", "several behind a proxy"])
def live_url(clinic, request):
    """Where browsers are told unasked: Odoo itself, or what stands in front of it.

    Of several processes only one does that, at a port of its own.
    """
    if request.param == "one process":
        with server.serving(clinic.database, server.free_port()) as running:
            yield running.url
    else:
        with in_front_of(clinic.url) as proxy:
            yield proxy.url
            assert proxy.reached


def _told_alone(page):
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
    return page


def _at(visit):
    """What the clock at the clinic shows when it begins."""
    return f"{in_zone(visit['start'], CLINIC):%H:%M}"


def test_a_known_patient_a_child_and_a_whole_family_are_booked_in_few_clicks(grace, visits, album):
    grace.click_time(OKAFOR, "10:00")
    grace.choose("ortega ju", "Juan Ortega")
    grace.book()
    known = grace.clicks
    grace.click_time(NAKAMURA, "14:00")
    grace.choose("leo", "Leo Rossi")
    expect(grace.dialog.get_by_label("Paid by")).to_contain_text("Maria Rossi")
    album.keep(grace.page, "desk-booking")
    grace.book()
    child = grace.clicks - known
    grace.click_time(MOREAU, "10:00")
    grace.choose("smiths", "The Smiths")
    grace.book()
    family = grace.clicks - known - child

    expect(grace.card("Juan Ortega")).to_be_visible()
    album.keep(grace.page, "desk-day")
    grace.card("Leo Rossi").locator(".o_clinic_card_main").click()
    expect(grace.page.locator(".o_clinic_visit")).to_be_visible()
    album.keep(grace.page, "desk-visit")
    assert max(known, child, family) <= 4
    booked = {(_at(one), one["practitioner"]): one for one in visits()}
    assert booked["10:00", OKAFOR]["people"] == ["Juan Ortega"]
    assert booked["14:00", NAKAMURA]["people"] == ["Leo Rossi"]
    assert booked["14:00", NAKAMURA]["payer"] == "Maria Rossi"
    assert len(booked["10:00", MOREAU]["people"]) > 1


def test_who_it_is_about_stays_in_sight_while_one_scrolls(grace):
    grace.page.locator(".o_clinic_mark_hour").last.scroll_into_view_if_needed()

    expect(grace.page.locator(".o_clinic_mark_hour").last).to_be_in_viewport()
    expect(grace.page.locator(".o_clinic_column_head").first).to_be_in_viewport()
    expect(grace.page.get_by_role("button", name="New", exact=True)).to_be_in_viewport()


def test_on_a_tablet_nothing_that_is_chosen_is_cut(grace, album):
    grace.click_time(MOREAU, "10:00")
    grace.choose("smiths", "The Smiths")
    grace.book()
    grace.close_notices()
    grace.click_time(OKAFOR, "11:00")
    grace.choose("ortega ju", "Juan Ortega")
    grace.book()
    grace.close_notices()
    selects = [grace.page.get_by_label(name) for name in ("Location", "Practitioner")]

    def read_widths():
        return [select.bounding_box()["width"] for select in selects]

    on_a_desk = read_widths()
    title = grace.page.locator(".o_clinic_title")
    with on_a_tablet(grace.page):
        assert read_widths() == on_a_desk
        box = title.bounding_box()
        assert box["x"] + box["width"] <= selects[0].bounding_box()["x"]
        expect(grace.page.get_by_label("Find on this day")).to_be_in_viewport(ratio=1)
        album.keep(grace.page, "desk-day-tablet")


def test_a_newcomer_is_booked_in_few_clicks(grace, visits):
    grace.click_time(NAKAMURA, "10:00")
    grace.choose("Nina Newcomer", "New patient")
    grace.dialog.get_by_label("Date of birth").fill("1990-02-01")
    grace.dialog.get_by_label("Phone").fill("021 555 777")
    grace.click(grace.dialog.get_by_role("button", name="Add this patient"))
    grace.book()

    expect(grace.card("Nina Newcomer")).to_be_visible()
    assert grace.clicks <= 6
    [visit] = [one for one in visits() if one["people"] == ["Nina Newcomer"]]
    assert (visit["payer"], visit["state"]) == ("Nina Newcomer", "booked")


def test_six_weekly_visits_are_booked_in_few_clicks_and_taken_back_at_once(clinic, grace, album):
    begun = clinic.query("SELECT max(id) AS id FROM clinic_appointment")[0]["id"]
    grace.click_time(OKAFOR, "12:00")
    grace.choose("juan", "Juan Ortega")
    grace.clicks += 2
    grace.dialog.get_by_label("Repeat").select_option(label="Every week")
    expect(grace.dialog.locator(".o_clinic_series li")).to_have_count(6)
    album.keep(grace.page, "desk-series")
    grace.book()

    assert grace.clicks <= 6
    expect(grace.page.locator(SAID, has_text="6 visits")).to_be_visible()
    expect(grace.card("Juan Ortega")).to_be_visible()
    grace.undo()
    expect(grace.card("Juan Ortega")).to_have_count(0)
    states = clinic.query(
        "SELECT count(*) AS count, state FROM clinic_appointment WHERE id > %s GROUP BY state",
        [begun],
    )
    assert [(row["state"], row["count"]) for row in states] == [("cancelled", 6)]


# The desks are closed before the server that they listen to is.
def test_what_one_desk_does_the_other_sees_and_takes_back(live_url, new_desk, day, visits):
    # Who isn't looked at doesn't ask by themselves, as others do each minute: they are told.
    grace, other = (
        Desk(_told_alone(new_desk(**where)), url=live_url) for where in (ELSEWHERE, AT_THE_CLINIC)
    )
    grace.go(day)
    other.go(day)

    grace.click_time(OKAFOR, "15:00")
    grace.choose("walter", "Walter Smith")
    grace.book()

    expect(other.card("Walter Smith")).to_be_visible()
    other.click(other.card("Walter Smith").locator(".o_clinic_card_main"))
    popover = other.page.locator(".o_clinic_visit")
    other.click(popover.get_by_role("button", name="Arrived"))
    expect(grace.card("Walter Smith")).to_have_class(re.compile("o_clinic_state_arrived"))
    other.undo()
    expect(grace.card("Walter Smith")).to_have_class(re.compile("o_clinic_state_booked"))
    grace.undo()
    expect(other.card("Walter Smith")).to_have_count(0)
    assert {one["state"] for one in visits() if one["people"] == ["Walter Smith"]} == {"cancelled"}


def test_a_visit_is_dragged_to_where_it_can_be_and_taken_back(grace, visits):
    grace.click_time(NAKAMURA, "13:00")
    grace.choose("anna", "New patient")
    grace.dialog.get_by_label("Name").fill("Anna Dragged")
    grace.click(grace.dialog.get_by_role("button", name="Add this patient"))
    grace.book()
    card = grace.card("Anna Dragged")
    expect(card).to_be_visible()
    # Near the edge of what is shown, the sheet would scroll under the hand.
    card.evaluate("card => card.scrollIntoView({ block: 'center' })")
    box = card.bounding_box()
    mouse = grace.page.mouse
    x, y = box["x"] + 60, box["y"] + 12
    hour = grace.get_hour()

    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y + 20, steps=5)
    expect(grace.page.locator(".o_clinic_free").first).to_be_visible()
    mouse.move(x, y + hour, steps=10)
    mouse.up()

    def find_time():
        return [_at(one) for one in visits() if one["people"] == ["Anna Dragged"]]

    expect(grace.page.locator(SAID, has_text="2:00")).to_be_visible()
    assert find_time() == ["14:00"]
    grace.undo()
    expect(card.locator(".o_clinic_card_main")).to_have_attribute("aria-label", re.compile("^1:00"))
    assert find_time() == ["13:00"]


@pytest.fixture
def walter(clinic, grace, day):
    """Walter's visit a week later, and a function that reads what is stored of it."""
    grace.go(day + timedelta(days=7))
    grace.click_time(NAKAMURA, "11:00")
    grace.choose("walter", "Walter Smith")
    grace.book()
    grace.close_notices()
    grace.clicks = 0
    [visit] = clinic.query("SELECT max(id) AS id FROM clinic_appointment")

    def read(*names):
        query = f"SELECT {', '.join(names)} FROM clinic_appointment WHERE id = %s"
        return tuple(clinic.query(query, [visit["id"]])[0].values())

    return read


def test_a_visit_is_cancelled_for_a_reason_in_three_clicks_and_taken_back(grace, walter, album):
    card, dialog = grace.card("Walter Smith"), grace.page.get_by_role("dialog")

    grace.click(card.locator(".o_clinic_card_main"))
    grace.click(grace.page.locator(".o_clinic_visit").get_by_role("button", name="Cancel…"))
    expect(dialog.get_by_text("Walter Smith").first).to_be_visible()
    album.keep(grace.page, "desk-cancel")
    grace.click(dialog.get_by_role("button", name="Ill"))
    expect(card).to_have_count(0)

    assert (grace.clicks, *walter("state")) == (3, "cancelled")
    grace.undo()
    expect(card).to_be_visible()
    assert walter("state", "cancel_reason_id") == ("booked", None)


def book_likewise(clinic):
    """A function that books Juan for what the last visit is for, at a moment."""
    [visit] = clinic.query("SELECT * FROM clinic_appointment ORDER BY id DESC LIMIT 1")
    [juan] = clinic.query("SELECT id FROM res_partner WHERE name = 'Juan Ortega'")
    front_desk = Person(clinic.url, "frontdesk").log_in()

    def book(moment):
        start = in_utc(moment)
        return front_desk.call("clinic.appointment", "create", [{
            "service_id": visit["service_id"], "practitioner_id": visit["practitioner_id"],
            "location_id": visit["location_id"], "payer_id": juan["id"],
            "start": f"{start}", "stop": f"{start + timedelta(minutes=5)}", "time_reason": "Asked",
            "participant_ids": [(0, 0, {"partner_id": juan["id"]})],
        }])  # fmt: skip

    return book


@pytest.fixture
def juan_at(clinic, walter):
    """A function that books Juan for what Walter is booked for, at a moment."""
    return book_likewise(clinic)


@pytest.fixture
def juan_today(clinic, juan_at):
    """Juan comes today, by the clock at the clinic; a function that reads his visit."""
    midnight = datetime.combine(datetime.now(CLINIC).date(), time.min, CLINIC)
    [others] = clinic.query(
        "SELECT count(*) AS count FROM clinic_appointment WHERE start >= %s AND start < %s",
        [in_utc(midnight), in_utc(midnight + timedelta(days=1))],
    )
    juan_at(midnight + timedelta(minutes=5 * others["count"]))
    [visit] = clinic.query("SELECT max(id) AS id FROM clinic_appointment")
    return lambda: clinic.query("SELECT * FROM clinic_appointment WHERE id = %s", [visit["id"]])[0]


@pytest.fixture
def twelve(grace, juan_at, day):
    """Twelve visits on that day, of which Walter's is one."""
    begins = datetime.combine(day + timedelta(days=7), time(13), CLINIC)
    for number in range(11):
        juan_at(begins + timedelta(minutes=15 * number))
    grace.go(day)
    grace.go(day + timedelta(days=7))


def test_a_practitioner_with_twelve_visits_is_away_in_two_clicks_and_who_waits_is_listed(
    grace, walter, twelve, album
):
    dialog = grace.page.get_by_role("dialog")
    head = grace.page.locator(".o_clinic_column_head", has_text=NAKAMURA)

    grace.click(head.get_by_role("button", name="Time off…"))
    expect(dialog.get_by_text("12 visits will wait")).to_be_visible()
    album.keep(grace.page, "desk-time-off")
    grace.click(dialog.get_by_role("button", name="Enter Time Off"))

    row = grace.page.locator(".o_data_row", has_text="Walter Smith")
    expect(row).to_be_visible()
    expect(grace.page.locator(".o_data_row")).to_have_count(12)
    assert find_all_faults(grace.page, ".o_list_renderer tbody") == ""
    album.keep(grace.page, "desk-without-hours")
    with on_a_tablet(grace.page):
        expect(row.get_by_role("button", name="Called")).to_be_in_viewport(ratio=1)
    assert (grace.clicks, *walter("orphaned_note")) == (2, "Time off")


def test_a_visit_without_hours_is_moved_from_the_list_in_two_clicks(grace, walter, album):
    grace.page.get_by_role("button", name=NAKAMURA).first.click()
    grace.page.get_by_role("menuitem", name="Time off…").click()
    grace.page.get_by_role("button", name="Enter Time Off").click()
    row = grace.page.locator(".o_data_row", has_text="Walter Smith")
    before = walter("start")

    grace.click(row.get_by_role("button", name="Move"))
    dialog = grace.page.locator(".o_clinic_nearest")
    times = dialog.get_by_role("group").get_by_role("button")
    expect(times.first).to_be_visible()
    assert find_faults(grace.page, ".o_dialog") == []
    album.keep(grace.page, "desk-nearest")
    grace.click(times.first)
    expect(dialog).to_be_hidden()

    assert grace.clicks == 2
    assert walter("start") != before
    expect(row.locator("[name=day_clock_text]")).to_have_class(re.compile("text-muted"))

    row.get_by_role("button", name="Move").click()
    expect(dialog).to_be_visible()
    assert grace.page.evaluate(IN_FRONT, ".o_notification") is False
    dialog.get_by_role("button", name="Back").click()

    grace.page.locator(".o_notification").last.get_by_role("button", name="Undo").click()

    expect(row.locator("[name=day_clock_text]")).not_to_have_class(re.compile("text-muted"))
    assert walter("start", "orphaned_note") == (*before, "Time off")


def test_a_visit_without_hours_is_cancelled_from_the_list_and_taken_back(grace, walter):
    grace.page.get_by_role("button", name=NAKAMURA).first.click()
    grace.page.get_by_role("menuitem", name="Time off…").click()
    grace.page.get_by_role("button", name="Enter Time Off").click()
    row = grace.page.locator(".o_data_row", has_text="Walter Smith")
    begins = row.locator("[name=day_clock_text]")

    grace.click(row.get_by_role("button", name="Cancel"))
    grace.click(grace.page.get_by_role("dialog").get_by_role("button", name="Practitioner is away"))

    said = grace.page.locator(".o_notification", has_text="Walter Smith: cancelled")
    expect(said).to_be_visible()
    assert (grace.clicks, *walter("state")) == (2, "cancelled")
    said.get_by_role("button", name="Undo").click()

    expect(row.get_by_role("button", name="Cancel")).to_be_visible()
    expect(begins).not_to_have_class(re.compile("text-muted"))
    assert walter("state", "orphaned_note") == ("booked", "Time off")


def test_time_off_that_was_entered_by_a_slip_is_taken_back(grace, walter):
    grace.page.get_by_role("button", name=NAKAMURA).first.click()
    grace.page.get_by_role("menuitem", name="Time off…").click()
    grace.page.get_by_role("button", name="Enter Time Off").click()
    row = grace.page.locator(".o_data_row", has_text="Walter Smith")
    expect(row.get_by_role("button", name="Cancel")).to_be_visible()

    said = grace.page.locator(".o_notification", has_text="time off entered")
    said.get_by_role("button", name="Undo").click()

    expect(row.locator("[name=day_clock_text]")).to_have_class(re.compile("text-muted"))
    assert walter("state") == ("booked",)


def test_time_off_for_which_nobody_waits_is_taken_back_on_the_sheet(grace, day):
    grace.go(day + timedelta(days=140))
    head = grace.page.locator(".o_clinic_column_head", has_text=NAKAMURA)
    away = grace.page.locator(".o_clinic_block", has_text="Time off")
    expect(away).to_have_count(0)

    head.get_by_role("button", name="Time off…").click()
    grace.page.get_by_role("button", name="Enter Time Off").click()

    expect(grace.page.locator(SAID)).to_contain_text("time off entered")
    expect(away).to_have_count(1)
    grace.undo()
    expect(away).to_have_count(0)
    expect(grace.page.locator(SAID)).to_have_count(0)


@pytest.fixture
def walters_number(clinic):
    """A number so long that it doesn't fit beside his name in a column of a list."""
    number = "+64 21 555 010 4567"
    change = "UPDATE res_partner SET phone = %s WHERE name = 'Walter Smith'"
    clinic.query(change, [number])
    yield number
    clinic.query(change, [None])


def test_no_phone_number_is_broken_over_two_lines(grace, walter, walters_number):
    grace.page.get_by_role("button", name=NAKAMURA).first.click()
    grace.page.get_by_role("menuitem", name="Time off…").click()
    grace.page.get_by_role("button", name="Enter Time Off").click()
    cell = grace.page.locator(".o_data_row td[name=phone_text]", has_text="Walter Smith")
    number = cell.get_by_text(walters_number, exact=True)

    with on_a_tablet(grace.page):
        assert number.evaluate("element => element.getClientRects().length") == 1
        place, line = cell.bounding_box(), number.bounding_box()
        assert line["x"] + line["width"] <= place["x"] + place["width"]


def test_axe_finds_nothing_on_the_sheet(grace, walter):
    assert walter("state") == ("booked",)

    assert find_faults(grace.page, ".o_clinic_day", ".o_control_panel") == []


def test_axe_finds_nothing_of_ours_where_one_books(grace):
    grace.click_time(MOREAU, "10:00")
    assert find_faults(grace.page, ".o_dialog") == []

    grace.choose("smiths", "The Smiths")
    grace.dialog.get_by_label("Repeat").select_option(label="Every week")
    expect(grace.dialog.locator(".o_clinic_series li")).to_have_count(6)
    assert find_faults(grace.page, ".o_dialog") == []

    grace.page.keyboard.press("Escape")
    expect(grace.dialog).to_be_hidden()
    grace.click_time(MOREAU, "10:00")
    grace.choose("Walter Smith", "New patient")
    expect(grace.dialog.get_by_text("may know this patient already")).to_be_visible()
    assert find_faults(grace.page, ".o_dialog") == []


def test_axe_finds_nothing_of_ours_on_a_visit_and_its_windows(grace, walter):
    card, popover = grace.card("Walter Smith"), grace.page.locator(".o_clinic_visit")
    for state in ("booked", "arrived", "fulfilled"):
        expect(card).to_have_class(re.compile(f"o_clinic_state_{state}"))
        card.locator(".o_clinic_card_main").click()
        expect(popover).to_be_visible()
        assert find_faults(grace.page, ".o_clinic_visit") == []
        popover.get_by_role("button", name=re.compile("^(Arrived|Done|Undo)$")).first.click()
        expect(popover).to_be_hidden()

    expect(card).to_have_class(re.compile("o_clinic_state_arrived"))
    assert walter("state") == ("arrived",)
    card.locator(".o_clinic_card_main").click()
    popover.get_by_role("button", name="Cancel…").click()
    expect(grace.page.get_by_role("dialog").get_by_role("button", name="Ill")).to_be_visible()
    assert find_faults(grace.page, ".o_dialog") == []

    grace.page.keyboard.press("Escape")
    expect(grace.page.locator(".o_dialog")).to_be_hidden()
    grace.page.get_by_role("button", name=NAKAMURA).first.click()
    grace.page.get_by_role("menuitem", name="Time off…").click()
    expect(grace.page.get_by_role("dialog").get_by_text("will wait")).to_be_visible()
    assert find_faults(grace.page, ".o_dialog") == []


def test_a_practitioner_sees_their_own_day_alone(new_desk, day):
    own = Desk(new_desk(**AT_THE_CLINIC), login="moreau")
    own.go(day)

    expect(own.page.locator(".o_clinic_column_head")).to_have_count(1)
    expect(own.page.locator(".o_clinic_column_head")).to_contain_text(MOREAU)
    expect(own.page.get_by_role("button", name="New", exact=True)).to_have_count(0)
    own.page.get_by_label("Practitioner").select_option(label=f"Week of {MOREAU}")
    expect(own.page.locator(".o_clinic_column_head")).to_have_count(7)


def test_a_practitioner_works_through_their_day_on_the_phone(grace, new_phone, clinic, day):
    grace.click_time(MOREAU, "10:00")
    grace.choose("walter", "Walter Smith")
    grace.book()
    own = Desk(new_phone(**AT_THE_CLINIC), login="moreau")
    own.go(day)
    card, popover = own.card("Walter Smith"), own.page.locator(".o_clinic_visit")

    for words, state in (("Arrived", "arrived"), ("Done", "fulfilled")):
        own.click(card.locator(".o_clinic_card_main"))
        expect(popover.get_by_role("button", name=words)).to_be_in_viewport(ratio=1)
        own.click(popover.get_by_role("button", name=words))
        expect(card).to_have_class(re.compile(f"o_clinic_state_{state}"))
    card.locator(".o_clinic_card_main").click()
    note = popover.get_by_label("Note for the staff")
    note.fill("Ice the knee")
    with own.page.expect_response(lambda answer: "note" in answer.url):
        note.press("Tab")

    assert own.clicks == 4
    [stored] = clinic.query(
        "SELECT state, kept_note FROM clinic_appointment ORDER BY id DESC LIMIT 1"
    )
    assert stored == {"state": "fulfilled", "kept_note": "Ice the knee"}
    expect(grace.card("Walter Smith")).to_have_count(1)
