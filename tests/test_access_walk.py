"""The pages of patients for who sees little: axe finds nothing, and nothing is cut off."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.test_day_walk import STILL
from tests.test_deposit_walk import paid_first  # noqa: F401
from tests.visitor import GROUP, Visitor

# A small phone, and one of usual size that shows everything twice as large.
NARROW = (320, 195)
OF_VISITORS = ("/book", "/book/with")
# Made of Odoo's own blocks, whose large buttons don't get smaller.
BUILT = ("/", "/contactus")
OF_PATIENTS = (
    "/my/appointments",
    "/my/appointments?view=history",
    "/my/balance",
    "/my/calendar",
    "/my/family",
    "/my/family/add",
    "/my/forms",
    "/my/packages",
    "/my/statement",
    "/my/waitlist",
    "/book/family",
)
CUT_OFF = """
    () => [...document.querySelectorAll("main *")]
        .filter((one) => {
            const box = one.getBoundingClientRect();
            const isShown = box.width && box.height && !one.closest(".visually-hidden");
            const edge = document.documentElement.clientWidth;
            return isShown && (box.right > edge + 1 || box.left < -1);
        })
        .map((one) => one.outerHTML.slice(0, 120))
"""


@pytest.fixture
def maria(new_desk):
    """Maria, on a screen that can be made narrower."""
    maria = Visitor(new_desk())
    maria.log_in_at("/my/appointments", "maria")
    return maria


def _find_faults(page, narrow=NARROW, besides=()):
    """What axe says of the page besides what is Odoo's, and what is cut off."""
    # What was just tapped is still changing its colour.
    page.mouse.move(0, 0)
    page.evaluate(STILL)
    context = {"include": [["main"]], "exclude": [[part] for part in besides]}
    found = Axe().run(page, context=context).response["violations"]
    faults = [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]
    usual = page.viewport_size
    for width in narrow:
        page.set_viewport_size({"width": width, "height": 800})
        faults += [f"at {width} px: {words}" for words in page.evaluate(CUT_OFF)]
    page.set_viewport_size(usual)
    return [f"{page.url} {fault}" for fault in faults]


def _find_faults_of(page, paths, narrow=NARROW):
    faults = []
    for path in paths:
        page.goto(path)
        faults += _find_faults(page, narrow)
    return faults


def _find_links(page, path, pattern):
    """The addresses a page leads to that look like this, each kind once."""
    page.goto(path)
    links = page.locator("main a[href]").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return {re.sub(r"\d+", "", link): link for link in links if re.search(pattern, link)}.values()


def test_a_visitor_reads_every_page(new_desk):
    page = new_desk()

    assert _find_faults_of(page, OF_VISITORS) == []
    assert _find_faults_of(page, BUILT, NARROW[:1]) == []


def test_a_mother_reads_every_page_of_hers(maria):
    visit, *_more = _find_links(maria.page, "/my/appointments", r"^/my/appointments/\d+$")
    family = _find_links(maria.page, "/my/family", r"^/my/family/\d+/")
    packages = _find_links(maria.page, "/my/packages", r"^/my/packages/")
    cancelling = _find_links(maria.page, visit, r"^/my/appointments/\d+/cancel")
    assert len(family) > 2
    assert cancelling

    paths = [*OF_PATIENTS, visit, f"{visit}/move", *cancelling, *family, *packages]

    assert _find_faults_of(maria.page, paths) == []


def test_a_mother_reads_every_page_on_the_way_to_a_visit(maria):
    maria.page.goto("/book")
    maria.open_times("Physiotherapy: first visit")
    faults = _find_faults(maria.page)
    maria.turn_to_next_week()
    maria.tap_time()
    maria.expect_heading("Who is this for?")
    faults += _find_faults(maria.page)
    maria.name_people()
    faults += _find_faults(maria.page)
    maria.book("Book for me")
    expect(maria.page.get_by_text("Changed your mind?")).to_be_visible()
    maria.open_menu()
    faults += _find_faults(maria.page)

    assert faults == []


@pytest.mark.usefixtures("paid_first")
def test_a_mother_reads_the_page_on_which_she_pays(maria):
    maria.page.goto("/book")
    maria.open_times(GROUP)
    maria.page.locator(".o_clinic_soonest").click()
    maria.name_people()
    maria.page.get_by_role("button", name="Go on to pay").click()
    maria.expect_heading("Pay and book")

    # Odoo says with a sign that the provider is there for a try, and shows its name twice.
    of_odoo = ["i.fa-exclamation-triangle", "img[src*='/payment.method/']"]
    assert _find_faults(maria.page, besides=of_odoo) == []


def test_a_mother_reads_her_invoice_on_a_small_phone(maria):
    invoice, *_more = _find_links(maria.page, "/my/packages", r"^/my/invoices/\d+")
    maria.page.set_viewport_size({"width": NARROW[0], "height": 800})
    maria.page.goto("/my/invoices")
    ends = maria.page.locator("#wrap table td:visible").evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect().right)"
    )
    assert max(ends) <= NARROW[0]
    maria.page.goto(invoice)

    expect(maria.page.locator("body")).not_to_contain_text("Salesperson")
    paper = maria.page.frame_locator("#invoice_html")
    expect(paper.locator(".invoice_tbody tr")).to_have_count(1)
    expect(paper.locator(".invoice_tbody")).to_contain_text("10 × Physiotherapy: follow-up")
    expect(paper.locator("h2")).not_to_contain_text("Proforma")
    expect(paper.locator("body")).to_contain_text("12 Quay Street")
    edge = paper.locator("body").evaluate("body => body.clientWidth")
    ends = paper.locator(".o_main_table td:visible").evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect().right)"
    )
    assert max(ends) <= edge
    assert maria.page.evaluate(CUT_OFF) == []


def test_what_a_family_is_offered_says_legibly_what_a_session_pays(maria):
    page = maria.page
    page.goto("/book/family")
    for name in ("Leo Rossi", "Ana Rossi"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Find times").click()

    expect(page.get_by_text("Paid with a session").first).to_be_visible()
    assert _find_faults(page) == []
