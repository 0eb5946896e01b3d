"""Readers of what a form or an address says: what can't be read becomes what nobody offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from .permissions import SWITCHES

LONGEST_PATH = 1000


def read_id(text: object) -> int:
    """The record id written in *text*; 0, which is no record's id, for anything else.

    >>> [read_id(text) for text in ("7", " 7 ", "-7", "7x", "", None, "٧", "9" * 12)]
    [7, 7, 0, 0, 0, 0, 0, 0]
    """
    digits = str(text or "").strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return 0
    return int(digits)


def read_amount(text: object) -> float:
    """The amount of money written in *text*; 0 for anything else.

    >>> [read_amount(text) for text in ("30.5", "80", "-1", "nan", "inf", "few", None)]
    [30.5, 80.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    try:
        amount = float(str(text or ""))
    except ValueError:
        return 0.0
    return amount if 0 < amount < float("inf") else 0.0


def read_ids(text: object) -> list[int]:
    """The record ids written in *text* with a dash between them; 0 for what can't be read.

    >>> read_ids("12-7"), read_ids("12-x"), read_ids("")
    ([12, 7], [12, 0], [0])
    """
    return [read_id(part) for part in str(text or "").split("-")]


def read_text(text: object, longest: int = 64) -> str:
    """The beginning of *text*, without what no database can hold.

    >>> read_text("ab\\0c"), read_text(None), read_text("abc", longest=2)
    ('abc', '', 'ab')
    """
    return str(text or "").replace("\0", "")[:longest]


def read_day(text: object) -> date | None:
    """The day written in *text*, or None.

    >>> read_day("2017-08-14"), read_day("14 August"), read_day("2017-02-30")
    (datetime.date(2017, 8, 14), None, None)
    """
    try:
        return date.fromisoformat(str(text or "").strip())
    except ValueError:
        return None


def read_kinds(texts: Sequence[str]) -> tuple[str, ...]:
    """Those kinds of permission that have a switch, in the order of the table.

    >>> read_kinds(["book", "everything", "intake", "card", "pay"])
    ('pay', 'book', 'intake')
    """
    return tuple(kind for kind in SWITCHES if kind in texts)


def read_count(text: str, most: int) -> int | None:
    """The number from 1 to *most* written in *text*; 0 when nothing is, None for anything else.

    >>> [read_count(text, most=20) for text in ("7", "", "0", "21", "-1", "few")]
    [7, 0, None, None, None, None]
    """
    if not text:
        return 0
    number = read_id(text)
    return number if 0 < number <= most else None


def read_path(text: object) -> str:
    """The path on this site written in *text*, or nothing: a form leads nowhere else.

    >>> read_path("/book/physio-1/who?start=2027-03-30")
    '/book/physio-1/who?start=2027-03-30'
    >>> [read_path(text) for text in ("//evil.example", "/\\\\evil.example", "https://evil.example")]
    ['', '', '']
    >>> [read_path(text) for text in ("/a\\nb", "/\\t/evil.example", "book", None, "/" * 2000)]
    ['', '', '', '', '']
    """
    path = str(text or "")
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_PATH:
        return ""
    if "\\" in path or not path.isprintable() or " " in path:
        return ""
    return path


def read_code(text: object) -> str:
    """The digits of a code as somebody typed or pasted it.

    >>> read_code(" 482 913 "), read_code("482-913x"), read_code(None)
    ('482913', '482913', '')
    """
    return "".join(sign for sign in str(text or "")[:64] if sign.isascii() and sign.isdigit())
