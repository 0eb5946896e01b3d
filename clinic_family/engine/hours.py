"""Working hours, from the lines of a weekly calendar to instants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .instants import localize
from .intervals import Interval


class WorkLine(NamedTuple):
    """One line of a calendar: worked every week, or only in the weeks of one parity."""

    weekday: int
    """Monday is 0."""
    hour_from: float
    hour_to: float
    week: int | None = None
    """0 or 1 as `week_parity` counts; none for every week."""


def week_parity(day: date) -> int:
    """0 and 1 in turn from Monday to Monday, counted from year 1 and not within the year.

    >>> sunday, monday = date(2027, 1, 3), date(2027, 1, 4)
    >>> week_parity(sunday), week_parity(monday)
    (1, 0)
    """
    return (day.toordinal() - 1) // 7 % 2


def expand(
    lines: Iterable[WorkLine], zone: ZoneInfo, first_day: date, last_day: date
) -> list[Interval]:
    """When the lines are worked, in order, from *first_day* to *last_day*, both included.

    Each line gives one interval a day, never merged with its neighbour: where it starts, a grid
    of starts is anchored. A line without length gives none.

    >>> monday = date(2026, 11, 2)
    >>> [(start, stop)] = expand([WorkLine(0, 9, 12)], ZoneInfo("UTC"), monday, monday)
    >>> start == localize(monday, 9, ZoneInfo("UTC")), (stop - start) // 3600
    (True, 3)
    """
    worked = (
        Interval(localize(day, line.hour_from, zone), localize(day, line.hour_to, zone))
        for line in lines
        for day in _days(line.weekday, line.week, first_day, last_day)
    )
    return sorted(each for each in worked if each.start < each.stop)


@lru_cache(maxsize=1024)
def _days(weekday: int, week: int | None, first_day: date, last_day: date) -> list[date]:
    """The days of one weekday, in every week or in those of one parity."""
    first = first_day.toordinal() + (weekday - first_day.weekday()) % 7
    days = map(date.fromordinal, range(first, last_day.toordinal() + 1, 7))
    return [day for day in days if week is None or week == week_parity(day)]
