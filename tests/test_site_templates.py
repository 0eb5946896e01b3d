"""What the pages of the website are made of."""

import ast
import re
from pathlib import Path

from lxml import etree

ADDON = Path(__file__).resolve().parent.parent / "clinic_family"
VIEWS = ADDON / "views"
# What a phone on a slow line has to fetch besides Odoo's own.
MOST_BYTES = 30_000
# Odoo keeps whatever hasn't this class waiting until the last script is there.
AT_ONCE = "o_no_wait_lazy_js"
# A week has so many times that a script gives the class to each, before Odoo looks.
TIMES, TAPS = "o_clinic_starts", ADDON / "static" / "src" / "boot" / "taps.js"


def _classes(element):
    return f"{element.get('class')} {element.get('t-attf-class')}".split()


def _reacting():
    """The forms, buttons and what looks like one, by the file and line they stand in."""
    for path in sorted(VIEWS.rglob("*_templates.xml")):
        for element in etree.parse(path).iter("form", "button", "summary", "label"):
            if TIMES in _classes(element.getparent()):
                continue
            if element.tag in ("form", "button") or "btn" in _classes(element):
                yield f"{path.name}:{element.sourceline}", element


def test_every_form_and_button_reacts_before_the_scripts_are_there():
    reacting = dict(_reacting())

    assert len(reacting) > 30
    assert [where for where, one in reacting.items() if AT_ONCE not in _classes(one)] == []


def test_a_script_lets_the_times_of_a_week_react_before_odoo_looks():
    script = TAPS.read_text()
    ((how, lazy, path),) = _get_assets()["web.assets_frontend_minimal"]

    assert f'".{TIMES} > button"' in script and f'add("{AT_ONCE}")' in script
    assert (how, lazy.rpartition("/")[2]) == ("before", "lazyloader.js")
    assert ADDON.parent / path == TAPS


def _get_assets():
    return ast.literal_eval((ADDON / "__manifest__.py").read_text())["assets"]


def test_our_styles_and_scripts_for_visitors_are_small():
    named = _get_assets()["web.assets_frontend"]

    files = [path for name in named for path in ADDON.parent.glob(name)] + [TAPS]

    assert {path.suffix for path in files} == {".scss", ".js"}
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_our_styles_for_visitors_hold_from_right_to_left():
    """A side is where a line begins or ends: left and right are turned round in Arabic."""
    sided = re.compile(
        r"(?:margin|padding|border)-(?:left|right)\b|(?<![\w-])(?:left|right)\s*:"
        r"|(?:float|text-align)\s*:\s*(?:left|right)\b"
    )
    styles = [
        path
        for name in _get_assets()["web.assets_frontend"]
        for path in ADDON.parent.glob(name)
        if path.suffix == ".scss"
    ]

    assert sided.search("margin-left: 1px") and not sided.search("margin-inline-start: 1px")
    assert styles
    assert [path.name for path in styles if sided.search(path.read_text())] == []


def test_no_page_for_visitors_names_a_side():
    """Bootstrap's classes say start and end, and what a page says itself does, too."""
    sided = re.compile(
        r"\b(?:float|text)-(?:left|right)\b|\b[mp][lr]-\d|style=[^>]*\b(?:left|right):"
    )
    pages = sorted(VIEWS.rglob("*_templates.xml"))

    assert sided.search('class="text-right"') and not sided.search('class="text-end ms-2"')
    assert len(pages) > 20
    assert [path.name for path in pages if sided.search(path.read_text())] == []
