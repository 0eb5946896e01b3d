"""How people are looked for by those who type fast: any order, no accents, any spelling."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

# What Unicode takes for letters of their own, and people type as these.
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
# Written within a name, and left out by most: O'Brien, D’Angelo.
APOSTROPHES = re.compile("['’ʻ`´]")
NO_LETTERS = re.compile(r"[^\w]+|_")
THREE_NUMBERS = re.compile(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{2,4})")
SHORT_DATES = re.compile(r"(\d\d)(\d\d)(\d{4}|\d\d)")
PHONE = re.compile(r"[\d+()/.\- ]{5,}")
# Numbers are told apart by their ends: the country's prefix is there or not.
TELLING_DIGITS = 8


def fold(text: str | None) -> str:
    """The words of a text without accents, case, and signs, each after one space.

    >>> fold("Zoë  O'Brien-Müller")
    ' zoe obrien muller'
    >>> fold("Ørsted"), fold(None)
    (' orsted', '')
    """
    plain = APOSTROPHES.sub("", (text or "").casefold().translate(LETTERS))
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "".join(f" {word}" for word in NO_LETTERS.split(plain) if word)


def get_digits(text: str | None) -> str:
    """The digits of a phone number, however it is spelled.

    >>> get_digits("+64 (21) 555-123")
    '6421555123'
    """
    return "".join(letter for letter in text or "" if letter.isascii() and letter.isdigit())


def read_phone(text: str) -> str:
    """The digits by which a typed phone number is found; nothing where it is none.

    >>> read_phone("+64 21 555 123"), read_phone("021 555 123"), read_phone("Leo 5")
    ('21555123', '21555123', '')
    """
    if not PHONE.fullmatch(text.strip()):
        return ""
    digits = get_digits(text).lstrip("0")
    return digits[-TELLING_DIGITS:] if len(digits) >= 4 else ""


def read_dates(text: str, day_first: bool, today: date) -> list[date]:
    """The dates a text may mean, those of the reader's country first; none of them to come.

    >>> today = date(2026, 11, 28)
    >>> read_dates("3/5/2015", True, today)
    [datetime.date(2015, 5, 3), datetime.date(2015, 3, 5)]
    >>> read_dates("2015-05-03", True, today) == read_dates("03052015", True, today)[:1]
    True
    >>> read_dates("3.5.71", True, today)[0].year, read_dates("3.5.21", True, today)[0].year
    (1971, 2021)
    >>> read_dates("31/31/2015", True, today), read_dates("Leo", True, today)
    ([], [])
    """
    written = text.strip()
    found = THREE_NUMBERS.fullmatch(written) or SHORT_DATES.fullmatch(written)
    if not found:
        return []
    first, second, third = found.groups()
    if len(first) == 4:
        orders = [(first, second, third)]
    else:
        orders = [(third, second, first), (third, first, second)]
        orders = orders if day_first else orders[::-1]
    dates = [_make_date(*map(int, order), today) for order in orders]
    return list(dict.fromkeys(day for day in dates if day))


def _make_date(year: int, month: int, day: int, today: date) -> date | None:
    """A date that has been, of this century or the last where two digits are written."""
    if year < 100:
        year += 2000 if 2000 + year <= today.year else 1900
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return made if date(1880, 1, 1) < made <= today else None
