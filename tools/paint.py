"""How soon somebody on a slow line sees something, beside a page that is Odoo's own.

Chromium is slowed down to a phone on slow 3G, and comes for the first time each time. Seconds
depend on the machine; what compares is the ratio.
"""

import re
import statistics

from tools import browser, databases, server
from tools.environment import Failure, step

STOCK = "/web/login"
OURS = ("/book", "times")
TIMES = 3
# As Chromium's own "Slow 3G": 400 kbit/s, and 400 ms until the first answer.
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400 * 1000 / 8,
    "uploadThroughput": 400 * 1000 / 8,
}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
MOST_RATIO = 1.25
PATIENCE = 120_000
PAINTED = """
    () => new Promise((tell) => new PerformanceObserver((list) => {
        const paint = list.getEntriesByName("first-contentful-paint")[0];
        if (paint) tell(paint.startTime);
    }).observe({type: "paint", buffered: true}))
"""
FETCHED = """
    () => ["navigation", "resource"]
        .flatMap((type) => performance.getEntriesByType(type))
        .reduce((sum, one) => sum + one.transferSize, 0)
"""
SERVICE = re.compile(r'href="(/book/[\w-]+-\d+)"')


def run():
    """Serve a copy of the demo clinic, and print how long each page keeps somebody waiting."""
    from playwright.sync_api import sync_playwright

    executable = browser.ensure()
    with (
        databases.test_copy() as database,
        server.serving(database, server.free_port(), workers=2) as running,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=executable, args=browser.ARGUMENTS)
        pages = {STOCK: STOCK, "/book": "/book", "times": _find_service(chromium, running.url)}
        measured = {}
        for name, path in pages.items():
            with step(f"Looking at {name} {TIMES} times"):
                measured[name] = [_look(chromium, running.url, path) for _time in range(TIMES)]
        chromium.close()
    judge({name: [paint for paint, _bytes in each] for name, each in measured.items()})
    for name, each in measured.items():
        print(f"{name:<12}{max(fetched for _paint, fetched in each) / 1000:>8.0f} kB until then")


def _find_service(chromium, url):
    """The page of times of a service; what the server makes once, it has made then."""
    page = chromium.new_page()
    for path in (STOCK, "/book"):
        page.goto(url + path, timeout=PATIENCE)
    path = SERVICE.search(page.content())[1]
    page.goto(url + path, timeout=PATIENCE)
    page.close()
    return path


def _look(chromium, url, path):
    """How many milliseconds until something is seen, and how many bytes were fetched by then."""
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto(url + path, timeout=PATIENCE, wait_until="commit")
    seen = page.evaluate(PAINTED), page.evaluate(FETCHED)
    context.close()
    return seen


def judge(painted):
    """Print the median of each page, and its ratio to Odoo's own; fail where it is much later.

    >>> judge({STOCK: [1000, 3000, 2000], "/book": [2200, 2100, 9000]})
    page         first paint   ratio
    /web/login         2.0 s    1.00
    /book              2.2 s    1.10
    """
    medians = {name: statistics.median(each) for name, each in painted.items()}
    print(f"{'page':<12}{'first paint':>12}{'ratio':>8}")
    for name, median in medians.items():
        print(f"{name:<12}{median / 1000:>10.1f} s{median / medians[STOCK]:>8.2f}")
    late = [name for name, median in medians.items() if median > MOST_RATIO * medians[STOCK]]
    if late:
        raise Failure(f"Seen later than {MOST_RATIO} times Odoo's own: {', '.join(late)}.")
