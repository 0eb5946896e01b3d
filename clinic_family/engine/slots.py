"""Which starts one practitioner can offer at one location, and why another is refused."""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain

from .decision import Decision
from .intervals import Interval, merge, subtract


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What one service asks of a start: lengths in seconds, *now* and *horizon* as instants.

    The blocked time is the visit with the room it needs *before* and *after* it. *lead* is the
    notice the clinic wants, *horizon* the first start no longer offered.
    """

    duration: int
    before: int = 0
    after: int = 0
    step: int
    now: int
    lead: int = 0
    horizon: int

    def __post_init__(self) -> None:
        if min(self.duration, self.step) <= 0 or min(self.before, self.after, self.lead) < 0:
            raise ValueError(f"these lengths describe no visit: {self}")

    @property
    def earliest(self) -> int:
        """The first start the notice allows: even without notice never now, never the past."""
        return self.now + max(self.lead, 1)


@dataclass(frozen=True, kw_only=True)
class Diary:
    """What fills a practitioner's days: hours worked, time off, and time blocked by others.

    Each interval of *work* anchors a grid of starts, so they are not merged. *busy* holds other
    appointments with their own room before and after.
    """

    work: Sequence[Interval] = ()
    closed: Sequence[Interval] = ()
    busy: Sequence[Interval] = ()


def free_starts(diary: Diary, terms: Terms, window: Interval) -> list[int]:
    """The starts offered in *window*, in order: exactly those that `judge` allows.

    Working hours and time off bound the visit; other appointments bound the blocked time. The
    room before a visit may thus reach out of the hours, but never into another appointment.

    >>> terms = Terms(duration=20, after=5, step=10, now=0, horizon=999)
    >>> diary = Diary(work=[Interval(100, 200)], busy=[Interval(130, 140)])
    >>> free_starts(diary, terms, Interval(0, 999))
    [100, 140, 150, 160, 170, 180]
    """
    return any_free_starts([diary], terms, window)


def any_free_starts(diaries: Iterable[Diary], terms: Terms, window: Interval) -> list[int]:
    """The starts offered in *window* by at least one of several, each once, in order.

    The grid is made once for all who share their hours and their time off.

    >>> terms = Terms(duration=20, step=20, now=0, horizon=999)
    >>> work = [Interval(100, 160)]
    >>> others = [Diary(work=work, busy=[each]) for each in ((100, 130), (110, 160))]
    >>> any_free_starts(others, terms, Interval(0, 999))
    [140]
    """
    first, end = max(window.start, terms.earliest), min(window.stop, terms.horizon)
    tail = terms.duration + terms.after
    teams: dict[tuple[tuple[Interval, ...], ...], list[Sequence[Interval]]] = {}
    for diary in diaries:
        # What matters here alone: diaries may be much longer.
        work = [line for line in diary.work if line[1] > first and line[0] < end + terms.duration]
        teams.setdefault((tuple(work), tuple(diary.closed)), []).append(
            [one for one in diary.busy if one[1] + terms.before > first and one[0] < end + tail]
        )
    found: set[int] = set()
    for (work, closed), theirs in teams.items():
        fitting = _fitting_starts(subtract(work, closed), terms)
        offered = cut(_starts_on_grid(work, terms.step, fitting), first, end)
        clear = (_clear_starts(busy, terms, first, end) for busy in theirs)
        for each in merge(chain.from_iterable(clear)):
            found.update(cut(offered, *each))
    return sorted(found)


def judge(diary: Diary, terms: Terms, start: int) -> Decision:
    """Whether *start* is offered, and if not, the first reason against it.

    >>> terms = Terms(duration=20, step=10, now=0, horizon=999)
    >>> diary = Diary(work=[Interval(100, 200)], busy=[Interval(130, 140)])
    >>> [judge(diary, terms, start).reason for start in (0, 90, 100, 125, 145, 999)]
    ['past', 'hours', '', 'taken', 'grid', 'horizon']
    """
    return (
        _decide_notice(terms, start)
        and _decide_hours(diary, terms, start)
        and _decide_room(diary, terms, start)
        and _decide_grid(diary, terms, start)
    )


def find_against(diary: Diary, terms: Terms, start: int) -> list[str]:
    """All that stands against *start*, apart from notice, horizon and grid.

    >>> terms = Terms(duration=20, step=10, now=0, horizon=999)
    >>> diary = Diary(work=[Interval(100, 200)], closed=[Interval(60, 110)])
    >>> [find_against(diary, terms, start) for start in (90, 100, 110)]
    [['hours', 'time_off'], ['time_off'], []]
    """
    visit = (start, start + terms.duration)
    found = {
        "hours": not _includes(_fitting_starts(merge(diary.work), terms), start),
        "time_off": bool(
            outside_hours(Diary(work=[Interval(*visit)], closed=diary.closed), [visit])
        ),
        "taken": _includes(_taken_starts(diary.busy, terms), start),
    }
    return [reason for reason, is_so in found.items() if is_so]


def outside_hours(diary: Diary, visits: Iterable[Interval]) -> list[Interval]:
    """Those of the visits that no longer lie in hours that are worked, whatever else is there.

    >>> diary = Diary(work=[Interval(100, 150), Interval(150, 200)], closed=[Interval(120, 130)])
    >>> [tuple(each) for each in outside_hours(diary, [(100, 120), (110, 121), (140, 160)])]
    [(110, 121)]
    """
    open_hours = subtract(diary.work, diary.closed)
    firsts = [hours.start for hours in open_hours]
    stranded = []
    for start, stop in visits:
        position = bisect(firsts, start) - 1
        if position < 0 or stop > open_hours[position].stop:
            stranded.append(Interval(start, stop))
    return stranded


def cut(starts: Sequence[int], first: int, end: int) -> list[int]:
    """What lies in the half-open range, of *starts* in order.

    >>> cut([10, 20, 30], 10, 30)
    [10, 20]
    """
    return list(starts[bisect_left(starts, first) : bisect_left(starts, end)])


def nearest(starts: Iterable[int], wanted: int, count: int) -> list[int]:
    """The *count* starts nearest to *wanted*, the nearest first; of two as near, the earlier.

    >>> nearest([10, 20, 30, 60], 20, 3)
    [20, 10, 30]
    """
    return nsmallest(count, starts, key=lambda start: (abs(start - wanted), start))


def _decide_notice(terms: Terms, start: int) -> Decision:
    if start <= terms.now:
        return Decision.no("past", now=terms.now)
    if start < terms.earliest:
        return Decision.no("notice", earliest=terms.earliest)
    if start >= terms.horizon:
        return Decision.no("horizon", horizon=terms.horizon)
    return Decision.yes()


def _decide_hours(diary: Diary, terms: Terms, start: int) -> Decision:
    if not _includes(_fitting_starts(merge(diary.work), terms), start):
        return Decision.no("hours")
    if not _includes(_fitting_starts(subtract(diary.work, diary.closed), terms), start):
        return Decision.no("time_off")
    return Decision.yes()


def _decide_room(diary: Diary, terms: Terms, start: int) -> Decision:
    if _includes(_taken_starts(diary.busy, terms), start):
        return Decision.no("taken")
    return Decision.yes()


def _decide_grid(diary: Diary, terms: Terms, start: int) -> Decision:
    if not _starts_on_grid(diary.work, terms.step, [(start, start + 1)]):
        return Decision.no("grid")
    return Decision.yes()


def _includes(ranges: Iterable[tuple[int, int]], start: int) -> bool:
    return any(first <= start < end for first, end in ranges)


def _fitting_starts(open_hours: Iterable[Interval], terms: Terms) -> list[tuple[int, int]]:
    """The starts whose visit ends within the interval it starts in, as half-open ranges.

    >>> _fitting_starts([(100, 130)], Terms(duration=30, step=5, now=0, horizon=999))
    [(100, 101)]
    """
    return [(start, stop - terms.duration + 1) for start, stop in open_hours]


def _taken_starts(busy: Iterable[Interval], terms: Terms) -> list[tuple[int, int]]:
    """The starts whose blocked time would overlap something busy, as half-open ranges.

    >>> terms = Terms(duration=30, before=5, after=10, step=5, now=0, horizon=999)
    >>> _taken_starts([(100, 200)], terms)
    [(61, 205)]
    """
    tail = terms.duration + terms.after
    return [(start - tail + 1, stop + terms.before) for start, stop in busy if start < stop]


def _clear_starts(
    busy: Iterable[Interval], terms: Terms, first: int, end: int
) -> Iterator[tuple[int, int]]:
    """The starts from *first* up to *end* whose blocked time overlaps nothing busy, as ranges.

    Some of the ranges may be empty.

    >>> terms = Terms(duration=30, before=5, after=10, step=5, now=0, horizon=999)
    >>> list(_clear_starts([(100, 200), (210, 300)], terms, 0, 999))
    [(0, 61), (205, 171), (305, 999)]
    """
    taken = _taken_starts(merge(busy), terms)
    return zip(
        [first, *(clear for _start, clear in taken)],
        [*(start for start, _clear in taken), end],
        strict=True,
    )


def _starts_on_grid(
    work: Iterable[Interval], step: int, ranges: Sequence[tuple[int, int]]
) -> list[int]:
    """The starts in *ranges* that lie a whole number of steps after the start of their line.

    >>> _starts_on_grid([(100, 120), (115, 130)], 10, [(101, 999)])
    [110, 115, 125]
    """
    starts: list[int] = []
    firsts, ends = zip(*ranges, strict=True) if ranges else ((), ())
    for anchor, stop in work:
        for first, end in ranges[bisect(ends, anchor) : bisect_left(firsts, stop)]:
            begin = max(anchor, first + (anchor - first) % step)
            starts.extend(range(begin, min(end, stop), step))
    starts.sort()
    return list(dict.fromkeys(starts))
