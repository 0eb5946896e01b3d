"""How smoothly a visit is dragged over a full day sheet: the browser's frames meanwhile."""

import itertools
import json
import statistics

from tools import browser, server

LOGIN = "frontdesk"
PATIENCE = 120_000
STEPS = 120
WHERE = "clinic_family.day_sheet"
# The moments of the frames while the hand moves; Chromium draws sixty a second when it can.
COUNTING = """
    () => {
        window.frames_seen = [];
        const see = (now) => {
            window.frames_seen.push(now);
            window.frames_request = requestAnimationFrame(see);
        };
        window.frames_request = requestAnimationFrame(see);
    }
"""
COUNTED = "() => { cancelAnimationFrame(window.frames_request); return window.frames_seen; }"


def measure(database, sheet):
    """Return how long frames took while a visit of this sheet was dragged, in milliseconds."""
    from playwright.sync_api import sync_playwright

    executable = browser.ensure()
    with server.serving(database, server.free_port()) as running, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=browser.ARGUMENTS)
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.add_init_script(f"sessionStorage.setItem('{WHERE}', {json.dumps(json.dumps(sheet))})")
        page.goto(f"{running.url}/web/login?redirect=/odoo/clinic-day")
        page.get_by_label("Email").fill(LOGIN)
        page.get_by_label("Password", exact=True).fill(LOGIN)
        page.keyboard.press("Enter")
        moments = _drag(page)
        chromium.close()
    took = [later - sooner for sooner, later in itertools.pairwise(moments)]
    return {"frames": len(took), "ms": statistics.median(took), "longest": max(took)}


def _drag(page):
    """Drag a visit to and fro across the columns; return the moments of the frames."""
    card = page.locator(".o_clinic_card").nth(5)
    card.wait_for()
    card.evaluate("card => card.scrollIntoView({ block: 'center', inline: 'center' })")
    page.locator(".o_loading_indicator").wait_for(state="hidden")
    box = card.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    # What can be dropped is asked for first; then the hand moves.
    page.mouse.move(x, y + 20, steps=5)
    page.locator(".o_clinic_free").first.wait_for()
    page.evaluate(COUNTING)
    page.mouse.move(x + 300, y + 150, steps=STEPS)
    page.mouse.move(x, y + 20, steps=STEPS)
    moments = page.evaluate(COUNTED)
    page.keyboard.press("Escape")
    page.mouse.up()
    return moments
