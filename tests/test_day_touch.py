"""On a tablet a finger that rests on a visit drags it; else it scrolls."""

from playwright.sync_api import expect

from tests.test_day_drag import EIGHT, answer, make_sheet
from tests.visitor import open_day

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
FREE = EIGHT + 75
LONGER_THAN_A_TAP = 1000


class Finger:
    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def _send(self, kind, *points):
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def put(self, x, y):
        self._send("touchStart", {"x": x, "y": y})

    def move(self, x, y):
        self._send("touchMove", {"x": x, "y": y})

    def lift(self):
        self._send("touchEnd")


def test_a_finger_that_rests_on_a_visit_moves_it(new_desk):
    page, asked = new_desk(**TABLET), []
    sheet = make_sheet()
    first = sheet["columns"][0]["key"]
    page.route("**/clinic.desk.day/get_sheet*", answer(sheet))
    page.route("**/clinic.desk.visit/get_free*", answer({first: [FREE]}))

    def move(route):
        asked.append(route.request.post_data_json["params"]["args"])
        return answer({"done": "Moved", "back": {"place": {}, "length": 30, "reason": ""}})(route)

    page.route("**/clinic.desk.visit/move*", move)
    open_day(page, "frontdesk")
    card = page.locator(".o_clinic_card").first
    expect(card).to_be_visible()
    box, finger = card.bounding_box(), Finger(page)
    x, y = box["x"] + 40, box["y"] + 10
    hour = box["height"] * 2

    finger.put(x, y)
    page.wait_for_timeout(LONGER_THAN_A_TAP)
    finger.move(x, y + 20)
    expect(page.locator(".o_clinic_free")).to_have_count(1)
    for step in range(1, 9):
        finger.move(x, y + hour * 75 / 60 * step / 8)
    finger.lift()

    expect(page.locator(".o_notification", has_text="Moved")).to_be_visible()
    assert [(visit, place["minutes"]) for visit, place, *_rest in asked] == [(100, FREE)]
