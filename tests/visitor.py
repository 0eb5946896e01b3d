"""Somebody at a browser who books visits, changes them and gives them up."""

import re
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import TimeoutError as NothingCame
from playwright.sync_api import expect

from tools.environment import ADDON

# The first visitor waits until the server has put its style sheets and scripts together.
PATIENCE = 90_000
# Until then a field shows what was chosen, also on a busy machine.
SETTLED = 10_000
expect.set_options(timeout=PATIENCE)

GROUP = "Counselling for couples and families"
SHORT = "Physiotherapy: follow-up"
# The last free time of a week: never at the time of another service's first.
LAST = -1
PASSWORD = "rosa"
IS_FOCUSED_ONCE_DRAWN = """async (element, patience) => {
    const drawn = () => new Promise(requestAnimationFrame);
    const until = performance.now() + patience;
    const left = window.leftByKey;
    while (left && [left, document.body].includes(document.activeElement)
           && performance.now() < until) {
        await drawn();
    }
    await drawn();
    await drawn();
    const isFocused = element === document.activeElement;
    window.leftByKey = isFocused ? null : document.activeElement.closest(".o_selected_row *");
    return isFocused;
}"""
SHOP = ADDON / "static" / "description"
COLOURS = 64
CLINIC = ZoneInfo("Pacific/Auckland")
TOKEN = re.compile('name="csrf_token" value="([^"]+)"')
# All but a few of the scripts: Odoo fetches them when the page is there already.
SCRIPTS = "**/web.assets_frontend_lazy*.js"

VISITS = """
    SELECT appointment.id, service.name->>'en_US' AS service, appointment.start, appointment.state,
           payer.name AS payer, appointment.booked_at IS NOT NULL AS is_booked,
           array_agg(patient.name || ' ' || participant.state ORDER BY participant.id) AS people,
           count(participant.tell_at) AS to_tell
      FROM clinic_appointment appointment
      JOIN clinic_service service ON service.id = appointment.service_id
      JOIN res_partner payer ON payer.id = appointment.payer_id
      JOIN clinic_participant participant ON participant.appointment_id = appointment.id
      JOIN res_partner patient ON patient.id = participant.partner_id
     WHERE appointment.booking_id > %s
  GROUP BY appointment.id, service.id, payer.id
  ORDER BY appointment.id
"""


class Album:
    """The pictures of the guide, in the folder that PICTURES names; without it there are none.

    Those that the addon's own page shows are put beside it too, in fewer colours.
    """

    def __init__(self, folder):
        self.folder = Path(folder) if folder else None

    def keep(self, page, name):
        """Keep what a person at the desk sees at once."""
        if self.folder:
            expect(page.locator(".o_loading_indicator")).to_be_hidden()
            page.wait_for_timeout(500)
            page.screenshot(
                path=self.folder / f"{name}.png",
                scale="css",
                animations="disabled",
                # What was said of the step before is not what the picture is about.
                style=".o_notification_manager { visibility: hidden; }",
            )
            self._show(name)

    def keep_all(self, page, name):
        """Keep all that a person at the phone may scroll to, without the website's own footer."""
        if self.folder:
            page.wait_for_load_state("networkidle")
            # Where the page was scrolled to, its header would stand in the middle.
            page.evaluate("window.scrollTo({top: 0, behavior: 'instant'})")
            end = page.evaluate("document.querySelector('#footer, #bottom').offsetTop")
            page.screenshot(
                path=self.folder / f"{name}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": page.viewport_size["width"], "height": end},
                scale="css",
                animations="disabled",
            )
            self._show(name)

    def _show(self, name):
        """Put a picture beside the addon's page in the app store, if it is shown there."""
        picture = f"{name}.png"
        if f'src="{picture}"' in (SHOP / "index.html").read_text():
            with Image.open(self.folder / picture) as full:
                full.convert("RGB").quantize(COLOURS).save(SHOP / picture, optimize=True)

    def keep_paper(self, page, name):
        """Keep a whole document as the report draws it."""
        if self.folder:
            page.wait_for_load_state("networkidle")
            page.screenshot(path=self.folder / f"{name}.png", full_page=True, scale="css")


def in_utc(moment):
    """A moment as the database stores it."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)


def in_zone(stored, zone):
    """What the database stores, as the clocks of a zone show it."""
    return stored.replace(tzinfo=timezone.utc).astimezone(zone)


def press(page, target, key, at_most=80, by="Tab"):
    """Walk to the target with the Tab key or another, and press a key there.

    Between two keys the page is drawn, as it is for a person, and a row of a list of Odoo's is
    left: the list fails where Tab comes again while the server is asked for a new row.
    """
    expect(target).to_be_visible()
    for _ in range(at_most):
        if target.evaluate(IS_FOCUSED_ONCE_DRAWN, SETTLED):
            return page.keyboard.press(key)
        page.keyboard.press(by)
    raise AssertionError(f"{at_most} presses of {by} don't lead to {target}")


def pick(place, field, name, exact=True):
    """Type a name into a field of Odoo's, and take what is proposed.

    Whatever scrolls closes the list, so type it once more where it is gone.
    """
    box = place.locator(f"[name={field}] input").first
    for _ in range(2):
        box.fill(name)
        try:
            return box.page.get_by_role("option", name=name, exact=exact).first.click(
                timeout=PATIENCE // 3
            )
        except NothingCame:
            box.fill("")
    raise AssertionError(f"{name} isn't proposed for {field}")


def hold_scripts_back(page, go):
    """Go to a page that is there before its scripts; a function that lets them come."""
    held_back = []
    page.route(SCRIPTS, lambda script: held_back.append(script))
    with page.expect_request(SCRIPTS):
        go()
    return lambda: held_back.pop().continue_()


def read_moment(free):
    """The moment that a free time stands for: a button, or a link where a visit moves."""
    address = urlsplit(free.get_attribute("href") or "").query
    return datetime.fromisoformat(free.get_attribute("value") or parse_qs(address)["start"][0])


def turn_to_next_week(page):
    """Turn a page of times, and wait until the new week is there as a whole."""
    week = page.locator(".o_clinic_week")
    before = week.inner_text()
    page.get_by_role("link", name="Later").click()
    expect(week).not_to_have_text(before)
    page.wait_for_load_state("domcontentloaded")


def take(free):
    """Take a free time, opening the day it stands under: one of a week is open."""
    free.locator("xpath=ancestor::section[1]/preceding-sibling::label[1]").click()
    free.click()


def tick_none(page):
    """Take the tick out of each box of a page that is there as a whole."""
    page.wait_for_load_state("domcontentloaded")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()


def pay_with(page, button):
    """Press the button of a payment form, and wait until the page it leads on to is there.

    The page in between goes on by itself, also over where somebody has gone meanwhile.
    """
    with page.expect_event("framenavigated", lambda frame: "/payment/" not in frame.url):
        button.click()


class Visitor:
    """A person and what they do; each step ends on the page that follows."""

    def __init__(self, page):
        self.page = page
        page.set_default_timeout(PATIENCE)

    @property
    def main(self):
        return self.page.locator("main")

    def expect_heading(self, name):
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def log_in(self, login, password=None):
        log_in(self.page, login, password)

    def log_in_at(self, address, login, password=None):
        """Go on from there as who has logged in before."""
        enter(self.page, login, password)
        self.page.goto(address)
        self.page.wait_for_url(lambda url: urlsplit(url).path == address)

    def open_times(self, service):
        self.page.get_by_role("link", name=service).click()
        self.expect_heading(service)

    def choose_time(self, service, number=0):
        """From the services to a free time of next week; its moment."""
        self.open_times(service)
        self.turn_to_next_week()
        return self.tap_time(number)

    def turn_to_next_week(self):
        """Turn the page of times, and wait until the new week is there."""
        turn_to_next_week(self.page)

    def tap_time(self, number=0):
        """Take a free time that is on the page; its moment."""
        free = self.page.locator(".o_clinic_starts").locator("a, button").nth(number)
        moment = read_moment(free)
        take(free)
        return moment

    def name_people(self, *names):
        """Say who comes, oneself and these, and go on."""
        for name in names:
            self.page.get_by_label(name).check()
        self.page.get_by_role("button", name="Continue").click()
        self.expect_heading("Check and book")

    def add_two_children(self):
        """On one family form: Mia, and Tess beside her."""
        page = self.page
        self.expect_heading("Add a family member")
        page.get_by_label("First name", exact=True).fill("Mia")
        page.get_by_label("Last name", exact=True).fill("Smith")
        page.get_by_label("This person is my…").select_option("child")
        page.get_by_label("Date of birth", exact=True).fill("2021-05-04")
        expect(page.get_by_role("textbox", name="E-mail")).not_to_have_value("")
        page.locator("summary").filter(has_text="Another child").first.click()
        page.get_by_label("First name of child 2").fill("Tess")
        page.get_by_label("Date of birth of child 2").fill("2021-05-04")
        page.get_by_role("button", name="Continue to booking").click()

    def book(self, words):
        self.page.get_by_role("button", name=words).click()
        self.expect_heading("Booked")

    def open_visit(self, visit):
        """From "My appointments" to a visit, a row of `VISITS`."""
        self.page.goto("/my/appointments")
        self.find_entry(visit).click()
        expect(self.page.locator(".o_clinic_actions")).to_be_visible()

    def find_entry(self, visit):
        """What a list of appointments says about a visit."""
        return self.page.locator(f".list-group-item[href='/my/appointments/{visit['id']}']")

    def open_menu(self):
        """Open what can be done about a visit; the words of the choices."""
        self.page.locator("summary").filter(has_text="Change or cancel").click()
        return self.page.locator("details").get_by_role("link")

    def choose(self, words):
        """Choose something from the menu of a visit."""
        self.open_menu().filter(has_text=words).click()

    def cancel(self, words):
        """Give up a visit, for those the words name, over the page that says what follows."""
        self.choose(words)
        self.expect_heading(f"{words}?")
        self.page.get_by_role("button", name=words).click()

    def expect_done(self, words):
        expect(self.main.get_by_role("status").filter(has_text=words)).to_be_visible()


def sign_up(page, email, name, read_code, *, with_family=False):
    """From the page that asks who it is, over the message with the code, to an account."""
    page.get_by_label("Your e-mail address").fill(email)
    page.get_by_role("button", name="Continue").click()
    confirm_address(page, email, name, read_code, with_family=with_family)


def confirm_address(page, email, name, read_code, *, with_family=False):
    """With the code from the message, on the page that asks for it; the password is the address."""
    code = page.get_by_label("Code from the message")
    # Nothing is written to who hasn't been heard yet.
    expect(code).to_be_visible()
    code.fill(read_code(email))
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(email)
    page.get_by_label("Confirm Password").fill(email)
    if with_family:
        page.get_by_label("Will you book for family members?").check()
    page.get_by_role("button", name="Sign up").click()


def log_in(page, login, password=None):
    """Fill in the login page, and wait until it is left; the password is often the login."""
    page.get_by_label("Email").fill(login)
    page.get_by_label("Password", exact=True).fill(password or login)
    page.get_by_role("button", name="Log in").click()
    # Who goes elsewhere before the answer is there isn't logged in.
    page.wait_for_url(lambda url: urlsplit(url).path != "/web/login", wait_until="commit")


def enter(page, login, password=None, url=""):
    """Log in without the login page on the screen: others fill it in, and to show it takes long."""
    door = f"{url}/web/login"
    token = TOKEN.search(page.request.get(door).text())[1]
    form = {"csrf_token": token, "login": login, "password": password or login}
    assert page.request.post(door, form=form, max_redirects=0).status == 303


def open_day(page, login, url=""):
    """Log in as one of the staff, whose first screen is the day sheet."""
    page.set_default_timeout(PATIENCE)
    enter(page, login, url=url)
    # Who goes elsewhere at once has nothing of it run.
    page.goto(f"{url}/odoo/clinic-day", wait_until="commit")


def book_for_emma_john_and_sam(page):
    """Emma logs in and books a family visit that she pays for; its moment."""
    emma = Visitor(page)
    emma.log_in_at("/book", "emma", PASSWORD)
    moment = emma.choose_time(GROUP)
    emma.name_people("John Smith", "Sam Smith")
    emma.book("Book for me, John and Sam")
    return emma, moment
