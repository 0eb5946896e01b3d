"""What the pages of the website are made of."""

from pathlib import Path

from lxml import etree

VIEWS = Path(__file__).resolve().parent.parent / "clinic_family" / "views"
# Odoo keeps whatever hasn't this class waiting until the last script is there.
AT_ONCE = "o_no_wait_lazy_js"


def _classes(element):
    return f"{element.get('class')} {element.get('t-attf-class')}".split()


def _reacting():
    """The forms and buttons of all pages, by the file and line they stand in."""
    for path in sorted(VIEWS.rglob("*_templates.xml")):
        for element in etree.parse(path).iter("form", "button", "summary"):
            if element.tag != "summary" or "btn" in _classes(element):
                yield f"{path.name}:{element.sourceline}", element


def test_every_form_and_button_reacts_before_the_scripts_are_there():
    reacting = dict(_reacting())

    assert len(reacting) > 30
    assert [where for where, one in reacting.items() if AT_ONCE not in _classes(one)] == []
