"""The addon's README.rst, put together from its fragments as OCA lays them out."""

from tools.environment import ADDON, step

FRAGMENTS = ADDON / "readme"
README = ADDON / "README.rst"
TITLE = "Clinic Family"
SECTIONS = {
    "DESCRIPTION": None,
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "CONTRIBUTORS": "Contributors",
}
LICENSE = "LGPL-3"


def make():
    """Return the text that the fragments say.

    >>> make().splitlines()[1]
    'Clinic Family'
    """
    parts = [_headline(TITLE, over=True)]
    for name, title in SECTIONS.items():
        parts += [_headline(title)] if title else []
        parts.append((FRAGMENTS / f"{name}.rst").read_text().strip())
    return "\n\n".join([*parts, _headline("License"), LICENSE]) + "\n"


def write():
    """Write the README anew."""
    with step(f"Writing {README.name}"):
        README.write_text(make())


def _headline(title, over=False):
    line = "=" * len(title)
    return "\n".join([*([line] if over else []), title, line])
