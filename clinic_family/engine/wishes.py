"""What somebody on the wait list would take, and who is offered which of the free times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .instants import DAY_IN_MINUTES, from_instant, localize
from .intervals import Interval, overlaps

# Between these hours of the clocks nobody is expected to answer.
NIGHT_BEGINS, MORNING = 21, 9


def wait_for_morning(moment: int, zone: ZoneInfo) -> int:
    """The same instant, or nine o'clock of the morning after the night in which it is.

    >>> zone = ZoneInfo("Pacific/Auckland")
    >>> evening = localize(date(2027, 3, 29), 20.5, zone)
    >>> wait_for_morning(evening, zone) == evening
    True
    >>> for hour in (21, 24, 30):
    ...     morning = wait_for_morning(localize(date(2027, 3, 29), 0, zone) + hour * 3600, zone)
    ...     print(from_instant(morning).astimezone(zone))
    2027-03-30 09:00:00+13:00
    2027-03-30 09:00:00+13:00
    2027-03-30 09:00:00+13:00
    """
    local = from_instant(moment).astimezone(zone)
    if MORNING <= local.hour < NIGHT_BEGINS:
        return moment
    day = local.date() + timedelta(days=local.hour >= NIGHT_BEGINS)
    return localize(day, MORNING, zone)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """On which days, weekdays (Monday is 0) and between which minutes of the day one would come.

    Days and minutes are those of the clocks where the visit is. No practitioner or location (0)
    stands for any. *refused* are times that were offered already and not taken.
    """

    first_day: date
    last_day: date
    weekdays: frozenset[int] = frozenset(range(7))
    begin: int = 0
    end: int = DAY_IN_MINUTES
    practitioner_id: int = 0
    location_id: int = 0
    refused: Sequence[Interval] = ()


class Free(NamedTuple):
    """A free time: the visit and what it blocks, as instants, with whom, where, in which zone."""

    start: int
    stop: int
    blocked: Interval
    practitioner_id: int
    location_id: int
    zone: ZoneInfo


@lru_cache(maxsize=65_536)
def read_clock(instant: int, zone: ZoneInfo) -> tuple[date, int]:
    """The day and the minute of the day that the clocks of *zone* show.

    >>> read_clock(0, ZoneInfo("Europe/Paris"))
    (datetime.date(1970, 1, 1), 60)
    """
    local = from_instant(instant).astimezone(zone)
    return local.date(), local.hour * 60 + local.minute


def fits(wish: Wish, free: Free) -> bool:
    """Whether the whole visit lies where the wish says; a day that lasts to 24:00 has no end.

    >>> from dataclasses import replace
    >>> span = Interval(0, 1800)
    >>> free = Free(*span, span, 7, 8, ZoneInfo("Europe/Paris"))  # a Thursday, 1:00 to 1:30
    >>> wish = Wish(first_day=date(1970, 1, 1), last_day=date(1970, 1, 1), begin=60, end=90)
    >>> fits(wish, free), fits(replace(wish, end=89), free)
    (True, False)
    >>> fits(replace(wish, weekdays=frozenset({2})), free), fits(replace(wish, location_id=9), free)
    (False, False)
    """
    if wish.practitioner_id not in (0, free.practitioner_id):
        return False
    if wish.location_id not in (0, free.location_id):
        return False
    day, begin = read_clock(free.start, free.zone)
    if not wish.first_day <= day <= wish.last_day or day.weekday() not in wish.weekdays:
        return False
    last_day, end = read_clock(free.stop, free.zone)
    end += (last_day - day).days * DAY_IN_MINUTES
    if begin < wish.begin or (end > wish.end and wish.end < DAY_IN_MINUTES):
        return False
    return not any(overlaps(Interval(free.start, free.stop), one) for one in wish.refused)


def deal(
    wishes: Mapping[int, Wish],
    free: Mapping[int, Iterable[Free]],
    resting: Iterable[tuple[int, Interval]] = (),
) -> dict[int, Free]:
    """Who is offered what: each in the order of *wishes* the first free time that fits.

    *free* has the times of each, in order. What was dealt to one blocks its practitioner for
    those behind, and *resting* times, by practitioner, aren't dealt at all.

    >>> zone = ZoneInfo("Europe/Paris")
    >>> spans = [Interval(0, 60), Interval(60, 120)]
    >>> free = [Free(*span, span, 7, 8, zone) for span in spans]
    >>> wish = Wish(first_day=date(1970, 1, 1), last_day=date(1970, 1, 1))
    >>> dealt = deal(dict.fromkeys((3, 1, 2), wish), dict.fromkeys((1, 2, 3), free))
    >>> {key: one.start for key, one in dealt.items()}
    {3: 0, 1: 60}
    """
    dealt: dict[int, Free] = {}
    blocked: dict[int, list[Interval]] = {}
    for practitioner_id, span in resting:
        blocked.setdefault(practitioner_id, []).append(span)
    for key, wish in wishes.items():
        for one in free.get(key, ()):
            others = blocked.setdefault(one.practitioner_id, [])
            if not any(overlaps(one.blocked, other) for other in others) and fits(wish, one):
                dealt[key] = one
                others.append(one.blocked)
                break
    return dealt
