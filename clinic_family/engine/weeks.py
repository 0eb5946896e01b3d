"""A week of working hours as people say it: on these days, from, to, with a break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from .decision import Decision


class Shift(NamedTuple):
    """The same hours on some days of the week. Hours are of the clock: 9.5 is half past nine."""

    days: tuple[int, ...]
    """Monday is 0."""
    hour_from: float
    hour_to: float
    pause: tuple[float, float] | None = None
    """When the break begins and ends."""


class Part(NamedTuple):
    """A line of a weekly calendar: worked, or a break."""

    day: int
    hour_from: float
    hour_to: float
    is_break: bool = False


def read_shifts(parts: Iterable[Part]) -> list[Shift]:
    """What the lines say, in as few shifts as there are different hours.

    Two parts of a day are one shift with a break where a break lies exactly between them.

    >>> day = [Part(0, 9, 12), Part(0, 12, 13, is_break=True), Part(0, 13, 17)]
    >>> for shift in read_shifts([*day, *(part._replace(day=1) for part in day), Part(5, 9, 12)]):
    ...     print(shift)
    Shift(days=(0, 1), hour_from=9, hour_to=17, pause=(12, 13))
    Shift(days=(5,), hour_from=9, hour_to=12, pause=None)
    """
    by_day = defaultdict(list)
    for part in sorted(parts):
        by_day[part.day].append(part)
    days = defaultdict(list)
    for day, in_day in by_day.items():
        for hours in _read_day(in_day):
            days[hours].append(day)
    return [Shift(tuple(at), *hours) for hours, at in days.items()]


def _read_day(parts):
    pauses = {(part.hour_from, part.hour_to) for part in parts if part.is_break}
    worked = [(part.hour_from, part.hour_to, None) for part in parts if not part.is_break]
    joined = worked[:1]
    for hour_from, hour_to, _pause in worked[1:]:
        begun, ended, pause = joined[-1]
        if pause is None and (ended, hour_from) in pauses:
            joined[-1] = (begun, hour_to, (ended, hour_from))
        else:
            joined.append((hour_from, hour_to, None))
    return joined


def split_shifts(shifts: Iterable[Shift]) -> list[Part]:
    """The lines of a weekly calendar that say the same, in order.

    >>> for part in split_shifts([Shift((0,), 9, 17, pause=(12, 13))]):
    ...     print(part)
    Part(day=0, hour_from=9, hour_to=12, is_break=False)
    Part(day=0, hour_from=12, hour_to=13, is_break=True)
    Part(day=0, hour_from=13, hour_to=17, is_break=False)
    """
    parts = []
    for shift in shifts:
        begins, ends = shift.pause or (shift.hour_to, shift.hour_to)
        for day in shift.days:
            parts.append(Part(day, shift.hour_from, begins))
            if shift.pause:
                parts += [Part(day, begins, ends, is_break=True), Part(day, ends, shift.hour_to)]
    return sorted(parts)


def group_days(days: Iterable[int]) -> list[tuple[int, int]]:
    """Days that follow each other as their first and last; two of them stay apart.

    >>> group_days([0, 1, 2, 4, 5])
    [(0, 2), (4, 4), (5, 5)]
    """
    runs = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [
        span
        for run in runs
        for span in ([(run[0], run[-1])] if len(run) > 2 else [(day, day) for day in run])
    ]


def judge_shifts(shifts: Iterable[Shift]) -> Decision:
    """Whether these hours can be worked; the first thing that is wrong, with its day.

    >>> judge_shifts([Shift((0,), 9, 12), Shift((0, 1), 11, 17)])
    Decision(allowed=False, reason='overlap', facts={'day': 0})
    >>> judge_shifts([Shift((0,), 9, 12, pause=(12, 13))]).reason
    'break'
    """
    shifts = list(shifts)
    for shift in shifts:
        if not shift.days:
            return Decision.no("days")
        if not 0 <= shift.hour_from < shift.hour_to <= 24:
            return Decision.no("order", day=shift.days[0])
        if shift.pause and not (shift.hour_from < shift.pause[0] < shift.pause[1] < shift.hour_to):
            return Decision.no("break", day=shift.days[0])
    for earlier, later in pairwise(split_shifts(shifts)):
        if earlier.day == later.day and later.hour_from < earlier.hour_to:
            return Decision.no("overlap", day=later.day)
    return Decision.yes()
