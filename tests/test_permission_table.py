"""What each permission shows of a person stands in one table; the guide repeats it truly."""

from pathlib import Path

from clinic_family.engine.permissions import OFFERED, TABLE

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide" / "families.md"


def read_guide():
    """What the guide's table says each permission shows."""
    rows = [line.split("|")[1:3] for line in GUIDE.read_text().splitlines() if "| name" in line]
    return {
        kind.strip(): tuple(word.strip().replace(" ", "_") for word in shown.split(","))
        for kind, shown in rows
    }


def test_the_guide_says_what_the_code_says():
    assert read_guide() == {"none": ("name",), **{kind: TABLE[kind].shows for kind in OFFERED}}
