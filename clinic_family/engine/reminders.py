"""When somebody is reminded of a visit."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .decision import Decision

HOUR = 3600
LONGEST = 720
WRITTEN_HOURS = re.compile(r"\d{1,3}", re.ASCII)


def read_hours(text: str | None) -> Decision:
    """The hours before a visit at which reminders leave, as a fact; nothing means none.

    >>> read_hours("2, 48").facts["hours"], read_hours("").facts["hours"]
    ((2, 48), ())
    >>> read_hours("a day before").reason, read_hours("0").reason
    ('unreadable', 'unreadable')
    """
    parts = [part.strip() for part in (text or "").split(",")] if (text or "").strip() else []
    if not all(WRITTEN_HOURS.fullmatch(part) and 1 <= int(part) <= LONGEST for part in parts):
        return Decision.no("unreadable")
    return Decision.yes(hours=tuple(sorted({int(part) for part in parts})))


def due_reminder(hours: Iterable[int], start: int, settled: int, now: int) -> int | None:
    """The reminder time that has come for a visit, in hours before its *start*; None for none.

    Of several that have come, the nearest to the visit.

    >>> monday, day = 0, 24 * HOUR
    >>> due_reminder([2, 48], start=7 * day, settled=monday, now=6 * day)
    48
    >>> due_reminder([2, 48], start=7 * day, settled=monday, now=7 * day - HOUR)
    2

    Who booked or moved it only then (*settled*) needs no reminder, and nobody does afterwards.

    >>> due_reminder([48], start=7 * day, settled=6 * day, now=6 * day)
    >>> due_reminder([48], start=7 * day, settled=monday, now=7 * day)
    """
    come = [before for before in hours if start - before * HOUR <= now < start]
    if not come or settled >= start - min(come) * HOUR:
        return None
    return min(come)


def goes_along(before: int, start: int, settled: int, now: int) -> bool:
    """Whether a visit is reminded of *now* with an earlier one of its day.

    So it is as long as its own reminder, so many hours *before* its start, is still to come.

    >>> monday, day = 0, 24 * HOUR
    >>> goes_along(24, start=2 * day, settled=monday, now=day - HOUR)
    True
    >>> goes_along(24, start=2 * day, settled=monday, now=day)
    False
    """
    return settled < now < start - before * HOUR
