"""The pictures of the guide, and the page on which the addon shows itself."""

import re

from lxml import html

from tools.environment import ADDON, ROOT

PICTURES = ROOT / "docs" / "pictures"
SHOP = ADDON / "static" / "description"
# The page travels with the addon.
MOST_BYTES = 500_000


def _taken():
    """The pictures that a walk takes, by the names it gives them."""
    walks = "\n".join(path.read_text() for path in (ROOT / "tests").glob("test_*.py"))
    return set(re.findall(r'album\.keep\w*\([\w.]+, f?"([\w{}.()-]+)"\)', walks))


def _shown():
    texts = [(ROOT / "README.md").read_text()]
    texts += [path.read_text() for path in (ROOT / "docs").rglob("*.md")]
    return set(re.findall(r"pictures/([\w-]+)\.png", "\n".join(texts)))


def test_each_picture_that_is_there_is_shown_and_no_other():
    assert {path.stem for path in PICTURES.iterdir()} == _shown()


def test_each_picture_is_taken_anew_by_a_walk():
    taken = _taken()
    # Named in a loop, by whose it is.
    assert "mail-{name.lower()}" in taken

    assert _shown() - taken == {"mail-emma"}


def test_the_addons_page_has_what_it_shows_and_nothing_from_elsewhere():
    text = (SHOP / "index.html").read_text()
    page = html.fromstring(text)
    shown = page.xpath("//img/@src")

    assert not page.xpath("//script | //link | //iframe | //style")
    assert "://" not in text
    assert all(page.xpath("//img/@alt"))
    assert {f"{name}.png" for name in _taken()} >= set(shown)
    there = {path.name for path in SHOP.glob("*.png")} - {"icon.png"}
    assert there == set(shown)
    assert sum(path.stat().st_size for path in SHOP.iterdir()) < MOST_BYTES
