"""Whether two profiles may be one person who was entered twice.

Names are compared word by word, in any order and spelling. An e-mail address says nothing here:
families share one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from difflib import SequenceMatcher

from .searching import fold, read_phone

SAME, NEAR, DIFFERENT, UNKNOWN = "same", "near", "different", "unknown"
# From here on staff are shown the two beside each other.
LIKELY = 50
# From here on a name alone, of whom nothing else is known yet, has another spelling at most.
SPELLED_ALIKE = 35
# What a name that is the same, word by word, counts; and everything else beside it.
NAME_POINTS = 50
BIRTH_POINTS = {SAME: 40, NEAR: 10, UNKNOWN: 0, DIFFERENT: -40}
PHONE_POINTS, ADDRESS_POINTS = 20, 10
# Names that share no more than this share nothing.
LEAST_ALIKE = 0.4
# Two words that have less in common are two words.
LEAST_ALIKE_WORD = 0.5
SHORTENED, INITIAL = 0.85, 0.7
SHORTEST_SHORT = 3
SINGLE_WORD = 0.75
WORD_LEFT_OUT = 0.03
CENTURY = 100


@dataclass(frozen=True)
class Profile:
    """What is known of somebody; what isn't is empty."""

    name: str = ""
    birth: date | None = None
    phone: str = ""
    address: str = ""


def compare_names(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1, whatever the order of their words.

    >>> compare_names("Zoë O'Brien", "OBRIEN Zoe")
    1.0
    >>> compare_names("Jon Smyth", "Smith, John") > 0.8, compare_names("Mia Smith", "Tom Smith")
    (True, 0.5)
    >>> compare_names("", "Leo"), compare_names("Leo", "Leo Littleton")
    (0.0, 0.73)
    """
    shorter, longer = sorted((fold(one).split(), fold(other).split()), key=len)
    if not shorter:
        return 0.0
    by_word = _match_words(shorter, longer) / len(shorter)
    by_word -= WORD_LEFT_OUT * (len(longer) - len(shorter))
    if len(shorter) == 1 < len(longer):
        by_word *= SINGLE_WORD
    # Anne Marie is Annemarie.
    in_one = _compare("".join(shorter), "".join(longer))
    together = in_one if in_one > 0.9 else 0.0
    return round(max(by_word, together, 0.0), 2)


def _match_words(shorter: list[str], longer: list[str]) -> float:
    """What the words of one have in common with those of the other, each taken once."""
    pairs = sorted(
        ((_compare_words(one, other), i, j) for i, one in enumerate(shorter)
         for j, other in enumerate(longer)),
        reverse=True,
    )  # fmt: skip
    left, right, total = set(), set(), 0.0
    for alike, i, j in pairs:
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            total += alike
    return total


def _compare_words(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and len(short) >= SHORTEST_SHORT:
        return SHORTENED
    if long.startswith(short) and len(short) == 1:
        return INITIAL
    alike = _compare(one, other)
    return alike if alike > LEAST_ALIKE_WORD else 0.0


def _compare(one: str, other: str) -> float:
    # What it finds may depend on which comes first.
    first, second = sorted((one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def compare_births(one: date | None, other: date | None) -> str:
    """Whether two dates of birth are the same, or one slip of the keyboard apart.

    >>> compare_births(date(1984, 5, 3), date(1984, 3, 5))
    'near'
    >>> compare_births(date(1984, 5, 3), date(1985, 5, 3)), compare_births(date(1984, 5, 3), None)
    ('near', 'unknown')
    >>> compare_births(date(1984, 5, 3), date(1958, 5, 13))
    'different'
    """
    if not (one and other):
        return UNKNOWN
    if one == other:
        return SAME
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return NEAR
    parts = zip(one.timetuple()[:3], other.timetuple()[:3], strict=True)
    return NEAR if sum(a == b for a, b in parts) == 2 else DIFFERENT


def get_near_births(birth: date) -> list[date]:
    """The dates that are the same or one slip apart, at most a century before or after.

    >>> near = get_near_births(date(1984, 5, 3))
    >>> {date(1984, 5, 3), date(1984, 3, 5), date(1948, 5, 3), date(1984, 5, 30)} <= set(near)
    True
    >>> {compare_births(date(1984, 5, 3), day) for day in near} == {SAME, NEAR}
    True
    """
    year, month, day = birth.year, birth.month, birth.day
    parts = [(year, day, month)]
    parts += [(year, month, other) for other in range(1, 32)]
    parts += [(year, other, day) for other in range(1, 13)]
    parts += [(other, month, day) for other in range(year - CENTURY, year + CENTURY + 1)]
    return sorted({date(*part) for part in parts if _is_date(*part)})


def _is_date(year: int, month: int, day: int) -> bool:
    if not (MINYEAR <= year <= MAXYEAR and 1 <= month <= 12):
        return False
    return 1 <= day <= monthrange(year, month)[1]


def compare_phones(one: str, other: str) -> str:
    """Whether two telephone numbers are the same, with the country's prefix or without.

    >>> compare_phones("+64 21 555 123", "021 555123"), compare_phones("021 555 123", "")
    ('same', 'unknown')
    """
    these, those = read_phone(one or ""), read_phone(other or "")
    if not (these and those):
        return UNKNOWN
    return SAME if these == those else DIFFERENT


def compare_addresses(one: str, other: str) -> str:
    """Whether two addresses are the same, written with other signs and capitals.

    >>> compare_addresses("12 Quay St, 1010 Auckland", "12 quay st 1010  AUCKLAND")
    'same'
    """
    these, those = fold(one), fold(other)
    if not (these and those):
        return UNKNOWN
    return SAME if these == those else DIFFERENT


def judge_likeness(one: Profile, other: Profile) -> int:
    """How likely these two are one person; from `LIKELY` on they are worth a look.

    >>> born = date(1984, 5, 3)
    >>> judge_likeness(Profile("Jon Smyth", born), Profile("John Smith", born)) >= LIKELY
    True
    >>> judge_likeness(Profile("John Smith", born), Profile("John Smith", date(1958, 7, 1)))
    10
    """
    name = compare_names(one.name, other.name)
    points = max(name - LEAST_ALIKE, 0) / (1 - LEAST_ALIKE) * NAME_POINTS
    points += BIRTH_POINTS[compare_births(one.birth, other.birth)]
    points += PHONE_POINTS * (compare_phones(one.phone, other.phone) == SAME)
    points += ADDRESS_POINTS * (compare_addresses(one.address, other.address) == SAME)
    # Who has no name in common with somebody is somebody else.
    return round(points) if name > LEAST_ALIKE else 0
