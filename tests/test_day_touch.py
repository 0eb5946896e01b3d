"""On a tablet a finger that rests on a visit drags it, else it scrolls; nothing said covers it."""

from playwright.sync_api import expect

from tests.test_day_drag import EIGHT, answer, make_sheet
from tests.visitor import open_day

TABLET = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
FREE = EIGHT + 75
COVERED = "button:visible:enabled, select:visible, input:visible"
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

    expect(page.locator(".o_clinic_said", has_text="Moved")).to_be_visible()
    assert [(visit, place["minutes"]) for visit, place, *_rest in asked] == [(100, FREE)]


def test_what_was_done_can_be_taken_back_and_nothing_is_covered_meanwhile(new_desk):
    page, sheet = new_desk(**TABLET), make_sheet()
    asked = []
    page.route("**/clinic.desk.day/get_sheet*", answer(sheet))
    page.route("**/clinic.appointment/action_arrive*", answer(False))
    page.route("**/clinic.appointment/read*", answer([{"id": 100, "state": "arrived"}]))

    def step_back(route):
        asked.append(route.request.post_data_json["params"]["args"])
        return answer(False)(route)

    page.route("**/clinic.desk.visit/step_back*", step_back)
    open_day(page, "frontdesk")
    page.locator(".o_clinic_arrive").first.click()
    said = page.locator(".o_clinic_said .alert")
    expect(said).to_contain_text("Patient 100: arrived")

    # A click that waits in vain for what is in front of it fails.
    for one in page.locator(".o_control_panel, .o_clinic_column_head").locator(COVERED).all():
        one.click(trial=True)
    page.locator(".o_clinic_card_main").last.click(trial=True)
    # Who pressed what is gone is still at the visit, and a letter does what it does there.
    page.keyboard.press("/")
    expect(page.get_by_label("Find on this day")).to_be_focused()
    said.get_by_role("button", name="Undo").click()

    expect(said).to_contain_text("Patient 100: booked again")
    assert asked == [[[100], "arrived"]]
