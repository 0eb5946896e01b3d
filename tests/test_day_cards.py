"""On a card no word is cut: it stands there whole, or isn't there at all."""

import pytest
from playwright.sync_api import expect

from tests.test_day_drag import EIGHT, answer, make_sheet
from tests.visitor import open_day

NAMES = (
    "Alexandra Papadopoulos-Featherstonehaugh", "Maximiliane Oberhauser", "Ana, Leo, Maria Rossi",
    "Jo", "Wolfgang Hubert Blaine Wolfeschlegelsteinhausen",
)  # fmt: skip
SERVICES = ("Physiotherapy: follow-up", "Counselling for couples and families")
SIGNS = ("orphaned", "unpaid", "form", "group", "first")
# A word that is partly in sight: of each the box of its letters, and of what it is cut by.
FIND_CUT = """
    () => {
        const cut = [];
        for (const line of document.querySelectorAll(".o_clinic_card .o_clinic_line")) {
            const around = [".o_clinic_line", ".o_clinic_card_main", ".o_clinic_card"];
            const boxes = around.map((one) => line.closest(one).getBoundingClientRect());
            const left = Math.max(...boxes.map((box) => box.left));
            const beside = line.closest(".o_clinic_card").querySelector(".o_clinic_arrive");
            const right = Math.min(
                beside.getBoundingClientRect().left, ...boxes.map((box) => box.right)
            );
            const top = Math.max(...boxes.map((box) => box.top));
            const bottom = Math.min(...boxes.map((box) => box.bottom));
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                for (const word of walker.currentNode.data.matchAll(/[^\\s-]+/g)) {
                    const range = document.createRange();
                    range.setStart(walker.currentNode, word.index);
                    range.setEnd(walker.currentNode, word.index + word[0].length);
                    const rects = [...range.getClientRects()];
                    // Half a pixel is what browsers round.
                    const isIn = (rect) =>
                        rect.left > left - 0.5 && rect.right < right + 0.5 &&
                        (rect.top + rect.bottom) / 2 < bottom && rect.bottom < bottom + 1.5;
                    const isOut = (rect) => (rect.top + rect.bottom) / 2 > bottom + 4;
                    if (!rects.every(isIn) && !rects.every(isOut)) {
                        cut.push(`${word[0]} of ${line.textContent}`);
                    }
                }
            }
        }
        return [...new Set(cut)];
    }
"""


def _get_card(number):
    """Cards of a quarter and of half an hour, with long names and several signs."""
    length = (15, 30)[number % 2]
    signs = SIGNS[: number % len(SIGNS)]
    return {
        "title": NAMES[number % len(NAMES)], "service": SERVICES[number % 3 % 2],
        "signs": [{"kind": kind, "text": kind} for kind in signs],
        "to": EIGHT + 40 * (number % 15) + length,
    }  # fmt: skip


@pytest.mark.timeless
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1024, 768)])
def test_no_word_is_cut_on_a_full_day(new_desk, album, width, height):
    page = new_desk()
    page.set_viewport_size({"width": width, "height": height})
    sheet = make_sheet()
    for number, card in enumerate(card for column in sheet["columns"] for card in column["cards"]):
        card.update(_get_card(number))
    page.route("**/clinic.desk.day/get_sheet*", answer(sheet))
    open_day(page, "frontdesk")
    expect(page.locator(".o_clinic_card").last).to_be_attached()

    expect(page.get_by_text("A css error occured")).to_have_count(0)
    album.keep(page, f"desk-full-{width}")
    assert page.evaluate(FIND_CUT) == []


@pytest.mark.timeless
def test_what_is_done_is_said_whole_where_there_is_room(new_desk):
    page, sheet = new_desk(), make_sheet()
    for card in (card for column in sheet["columns"] for card in column["cards"]):
        card.update(service=SERVICES[1], title=NAMES[2], signs=[], to=card["from"] + 50)
        card["signs"] = [{"kind": kind, "text": kind} for kind in SIGNS[:3]]
    page.route("**/clinic.desk.day/get_sheet*", answer(sheet))
    open_day(page, "frontdesk")
    lines = page.locator(".o_clinic_card").first.locator(".o_clinic_line")
    expect(lines.last).to_be_visible()

    hidden = "lines => lines.map(line => line.scrollHeight - line.clientHeight)"
    assert max(lines.evaluate_all(hidden)) <= 1
    assert page.evaluate(FIND_CUT) == []


@pytest.mark.timeless
@pytest.mark.parametrize("width", [1400, 1024])
def test_half_an_hour_has_room_for_a_name_and_all_of_a_service(new_desk, width):
    page, sheet = new_desk(), make_sheet()
    page.set_viewport_size({"width": width, "height": 768})
    for card in (card for column in sheet["columns"] for card in column["cards"]):
        card.update(service=SERVICES[0], title="Jo Field", to=card["from"] + 30)
        card["signs"] = [{"kind": kind, "text": kind} for kind in SIGNS[:2]]
    page.route("**/clinic.desk.day/get_sheet*", answer(sheet))
    open_day(page, "frontdesk")
    line = page.locator(".o_clinic_card").first.locator(".o_clinic_second")
    expect(line).to_have_attribute("title", SERVICES[0])

    assert line.evaluate("line => line.scrollHeight - line.clientHeight") <= 1
    assert page.evaluate(FIND_CUT) == []


@pytest.mark.timeless
def test_a_quarter_of_an_hour_says_all_of_a_name_before_the_service(new_desk):
    """Where there are signs they have the second line; what isn't shown is said under the mouse."""
    page, sheet = new_desk(), make_sheet()
    page.set_viewport_size({"width": 1024, "height": 768})
    long_name, short_name, signed, *_others = sheet["columns"][0]["cards"]
    for card in (card for column in sheet["columns"] for card in column["cards"]):
        card.update(service=SERVICES[0], title=NAMES[1], signs=[], to=card["from"] + 15)
    short_name["title"] = "Jo Field"
    signed["signs"] = [{"kind": kind, "text": kind} for kind in SIGNS[:2]]
    page.route("**/clinic.desk.day/get_sheet*", answer(sheet))
    open_day(page, "frontdesk")
    first, second, third = (
        page.locator(f".o_clinic_card[data-id='{card['id']}'] .o_clinic_line")
        for card in (long_name, short_name, signed)
    )
    expect(third.last).to_be_visible()

    left_out = "line => line.scrollHeight - line.clientHeight"
    assert first.first.evaluate(left_out) <= 1
    assert first.last.evaluate("line => line.clientHeight") == 0
    expect(first.last).to_have_attribute("title", SERVICES[0])
    assert second.last.evaluate("line => line.clientHeight") > 10
    assert third.last.evaluate("line => line.clientHeight") > 10
    assert page.evaluate(FIND_CUT) == []
