"""The main job in other languages, with and without JavaScript, from a small phone to a desk.

`make languages` walks each of them in each way, and from right to left.
"""

import base64
import os
import re
from urllib.parse import urlsplit

import pytest

from tests.english import find_english, get_english
from tests.people import Person
from tests.test_access_walk import CUT_OFF
from tests.visitor import SHORT, Visitor
from tools import terms

LANGUAGES = {"fr": "fr_FR", "es": "es_ES"}
WIDTHS = (320, 390, 1280)
WAYS = [("fr", True), ("es", False)]
if "CLINIC_FAMILY_WALKS" in os.environ:
    # Nobody has said ours in Arabic yet: it shows whether the pages hold from right to left.
    LANGUAGES["ar"] = "ar_001"
    WAYS = [(code, has_scripts) for code in LANGUAGES for has_scripts in (True, False)]
NOTHING = re.compile("(?!)")
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A margin at the beginning of a line, which is on the right once the styles are turned around.
TURNED = """() => [...document.querySelectorAll(".fa.me-1, .fa.me-2")].every(
    (icon) => getComputedStyle(icon).marginLeft !== "0px"
)"""
PAGES = ("/my/appointments", "/my/family", "/my/family/add", "/my/packages", "/my/balance")


@pytest.fixture(scope="module")
def languages(clinic):
    """The website in other languages too; afterwards the clinic knows English alone, as before."""
    admin = Person(clinic.url, "admin").log_in()
    for code, name in LANGUAGES.items():
        _teach(admin, clinic, code, name)
    codes = list(LANGUAGES.values())
    rows = clinic.query("SELECT id FROM res_lang WHERE code = ANY(%s)", [codes])
    ids = [row["id"] for row in rows]
    websites = [row["id"] for row in clinic.query("SELECT id FROM website")]
    admin.call("website", "write", websites, {"language_ids": [(4, one) for one in ids]})
    yield
    admin.call("website", "write", websites, {"language_ids": [(3, one) for one in ids]})
    admin.call("res.lang", "write", ids, {"active": False})


def _teach(admin, clinic, code, name):
    """Switch a language on, with what the addon says in it and not all that Odoo says."""
    rows = clinic.query("SELECT id FROM res_lang WHERE code = %s", [name])
    admin.call("res.lang", "write", [row["id"] for row in rows], {"active": True})
    path = terms.FOLDER / f"{code}.po"
    if path.exists():
        data = base64.b64encode(path.read_bytes()).decode()
        values = {"name": name, "code": name, "data": data, "filename": path.name}
        window = admin.call("base.language.import", "create", [{**values, "overwrite": True}])
        admin.call("base.language.import", "import_lang", window)


def _find_faults(page, english):
    """What is in English, and what doesn't fit a screen of these widths."""
    faults = [f"in English: {line}" for line in find_english(page, english)]
    if page.locator(".o_rtl").count() and not page.evaluate(TURNED):
        faults.append("it is laid out from left to right")
    usual = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        faults += [f"at {width} px: {words}" for words in page.evaluate(CUT_OFF)]
        if page.evaluate(WIDE) > 0:
            faults.append(f"at {width} px it scrolls sideways")
    page.set_viewport_size(usual)
    return [f"{page.url} {fault}" for fault in faults]


def _watch_console(page, clinic):
    """What a script complains of, about what the clinic itself serves."""
    said = []
    page.on(
        "console",
        lambda message: (
            said.append(message.text)
            if message.type == "error" and message.location["url"].startswith(clinic.url)
            else None
        ),
    )
    return said


def _book(page, code, service):
    """From the services to *Booked*; yields at each page."""
    page.goto(f"/{code}/book")
    yield
    page.locator(f"main a[href$='-{service}']").first.click()
    page.locator(".o_clinic_soonest").wait_for()
    yield
    page.locator(".o_clinic_soonest").click()
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/who"))
    yield
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url(lambda url: urlsplit(url).path.endswith("/basket"))
    yield
    page.locator("main form[action*='/confirm'] button[type=submit]").click()
    page.wait_for_url("**/book/thanks/*")
    yield


@pytest.mark.parametrize(("code", "has_scripts"), WAYS)
@pytest.mark.usefixtures("languages")
def test_the_main_job_reads_and_fits_in_every_language(
    new_phone, clinic, visits, code, has_scripts
):
    page = new_phone(java_script_enabled=has_scripts)
    english = NOTHING if code == "ar" else get_english(code)
    said = _watch_console(page, clinic)
    Visitor(page).log_in_at("/my/appointments", "maria")
    (service,) = clinic.query("SELECT id FROM clinic_service WHERE name->>'en_US' = %s", [SHORT])

    faults = []
    for _page in _book(page, code, service["id"]):
        faults += _find_faults(page, english)
    visit = f"/my/appointments/{visits()[-1]['id']}"
    for path in (visit, f"{visit}/move", *PAGES):
        page.goto(f"/{code}{path}")
        faults += _find_faults(page, english)

    assert faults == []
    assert said == []
