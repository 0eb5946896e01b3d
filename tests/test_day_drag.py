"""Dragging stays smooth on a full day: what the browser does at each move of the hand is counted.

Time isn't: a busy machine is slow. What was slow is that the whole page was looked at anew.
"""

import pytest
from playwright.sync_api import expect

from tests.visitor import open_day

PRACTITIONERS, VISITS_OF_EACH, MOVES = 20, 15, 60
EIGHT = 8 * 60
TIMELINE = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
# A full sheet has thousands of elements.
MOST_ELEMENTS = 20


def _make_card(number, begins):
    return {
        "id": number, "is_elsewhere": False, "is_aside": False, "state": "booked",
        "title": f"Patient {number}", "service": "Physiotherapy", "step": 5, "signs": [],
        "from": begins, "to": begins + 30, "time": "10:00",
        "blocked_from": begins, "blocked_to": begins + 30,
    }  # fmt: skip


def _make_column(number, day):
    begins = [EIGHT + 40 * visit for visit in range(VISITS_OF_EACH)]
    cards = [_make_card(100 * number + at, start) for at, start in enumerate(begins)]
    return {
        "key": f"{number}-{day}", "practitioner_id": number, "name": f"Dr. {number}", "day": day,
        "date": "Tue", "is_today": True, "hours": [[EIGHT, EIGHT + 600]], "hours_text": "8–18",
        "blocks": [], "cards": cards,
    }  # fmt: skip


def answer(value):
    return lambda route: route.fulfill(
        json={"jsonrpc": "2.0", "id": route.request.post_data_json["id"], "result": value}
    )


def make_sheet(day="2027-03-30"):
    """A day with 300 visits."""
    columns = [_make_column(number, day) for number in range(1, PRACTITIONERS + 1)]
    return {
        "day": day, "is_today": True, "title": "Tuesday", "location_id": 1,
        "practitioner_id": False, "locations": [{"id": 1, "name": "Harbour"}],
        "practitioners": [], "may_book": True, "columns": columns, "first": EIGHT,
        "last": EIGHT + 600, "marks": [{"minutes": EIGHT, "text": "8:00"}], "now": EIGHT,
    }  # fmt: skip


@pytest.fixture
def full_sheet(new_desk):
    """A sheet with 300 visits, all of them free to be moved anywhere between."""
    page, sheet = new_desk(), make_sheet()
    free = {column["key"]: [EIGHT + 30, EIGHT + 70] for column in sheet["columns"]}
    page.route("**/clinic.desk.day/get_sheet*", answer(sheet))
    page.route("**/clinic.desk.visit/get_free*", answer(free))
    open_day(page, "frontdesk")
    expect(page.locator(".o_clinic_card")).to_have_count(PRACTITIONERS * VISITS_OF_EACH)
    return page


def _trace(page, do):
    """What the browser notes while something is done."""
    session, events, ended = page.context.new_cdp_session(page), [], []
    session.on("Tracing.dataCollected", lambda some: events.extend(some["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": TIMELINE}})
    do()
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    return events


def _count_styled(events):
    """For how many elements the browser worked out anew how they look, each time it did."""
    return [
        event["args"].get("elementCount", 0)
        for event in events
        if event["name"] == "UpdateLayoutTree" and "elementCount" in event.get("args", {})
    ]


@pytest.mark.timeless
@pytest.mark.parametrize(
    ("grip", "light"),
    [(".o_clinic_card_main", ".o_clinic_free"), (".o_clinic_edge", ".o_clinic_picked")],
)
def test_at_each_move_of_the_hand_the_browser_looks_at_what_moves_alone(full_sheet, grip, light):
    box = full_sheet.locator(grip).nth(1).bounding_box()
    mouse = full_sheet.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y + 20, steps=4)
    expect(full_sheet.locator(light)).not_to_have_count(0)

    def wave():
        for at in range(MOVES):
            mouse.move(x + at % 9 * 60, y + 20 + at % 15 * 12)
            full_sheet.evaluate("() => new Promise(requestAnimationFrame)")

    events = _trace(full_sheet, wave)

    styled = _count_styled(events)
    assert len(styled) > MOVES / 4  # it followed the hand
    # Once a minute the line of the time of day moves on, and the sheet is drawn for that.
    assert sum(count > MOST_ELEMENTS for count in styled) <= MOVES / 10


@pytest.mark.timeless
def test_drawing_a_full_day_and_finding_on_it_looks_at_each_element_a_few_times(full_sheet):
    elements = full_sheet.evaluate("document.querySelectorAll('.o_clinic_day *').length")
    find, typed = full_sheet.get_by_label("Find on this day"), "patient 10"
    find.focus()

    events = _trace(full_sheet, lambda: full_sheet.keyboard.type(typed))
    expect(full_sheet.locator(".o_clinic_card:not(.o_clinic_dim)")).not_to_have_count(0)
    assert sum(_count_styled(events)) <= len(typed) * elements

    events = _trace(full_sheet, lambda: _turn(full_sheet))
    assert 0 < sum(_count_styled(events)) <= 4 * elements


def _turn(page):
    """To the next day, which looks the same, and is drawn anew."""
    with page.expect_response("**/clinic.desk.day/get_sheet*"):
        page.get_by_role("button", name="After").click()
    page.evaluate("() => new Promise(requestAnimationFrame)")
