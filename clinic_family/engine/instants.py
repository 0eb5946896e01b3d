"""Instants and the clocks on the wall.

An instant is a whole number of POSIX seconds: it has no zone, so it cannot be in the wrong one.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from math import modf
from struct import unpack
from zoneinfo import ZoneInfo

from .decision import Decision
from .intervals import Interval, cover

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
SENT_SINCE = 946_684_800
ONE_DAY = timedelta(days=1)
DAY_IN_MINUTES = 24 * 60
# Years that leave room for the weeks around: the calendar ends with 9999.
WRITTEN_START = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d")


def to_instant(moment: datetime) -> int:
    """The instant of an aware *moment*, without its fraction of a second.

    >>> to_instant(datetime(1970, 1, 1, 1, 0, 5, tzinfo=timezone(timedelta(hours=1))))
    5
    """
    if moment.utcoffset() is None:
        raise ValueError(f"a time without a zone is not an instant: {moment}")
    return (moment - EPOCH) // SECOND


def from_instant(instant: int) -> datetime:
    """The aware moment of *instant*, in UTC.

    >>> from_instant(86_400).isoformat()
    '1970-01-02T00:00:00+00:00'
    """
    return EPOCH + instant * SECOND


def from_stored(moment: datetime) -> int:
    """The instant of a *moment* as Odoo stores it: in UTC, without saying so.

    >>> from_stored(datetime(1970, 1, 1, 0, 0, 5))
    5
    """
    return to_instant(moment.replace(tzinfo=timezone.utc))


def to_stored(instant: int) -> datetime:
    """The moment of *instant* as Odoo stores it.

    >>> to_stored(86_400).isoformat()
    '1970-01-02T00:00:00'
    """
    return from_instant(instant).replace(tzinfo=None)


def read_periods(sent: bytes) -> list[Interval]:
    """What periods take together, merged, whose starts and stops PostgreSQL sends in turn.

    It sends a moment as the microseconds since 2000, in eight bytes.

    >>> hours = b"".join((n * 3_600_000_000).to_bytes(8, "big") for n in (2, 4, 4, 5))
    >>> [from_instant(each).hour for period in read_periods(hours) for each in period]
    [2, 5]
    """
    moments = unpack(f">{len(sent) // 8}q", sent)
    return [
        Interval(SENT_SINCE + start // 1_000_000, SENT_SINCE + stop // 1_000_000)
        for start, stop in cover(moments[::2], moments[1::2])
    ]


def get_now() -> int:
    """The instant it is."""
    return to_instant(datetime.now(timezone.utc))


def get_day(instant: int, zone: ZoneInfo) -> date:
    """The day it is in *zone* at *instant*.

    >>> get_day(0, ZoneInfo("America/New_York")).isoformat()
    '1969-12-31'
    """
    return from_instant(instant).astimezone(zone).date()


@lru_cache(maxsize=16_384)
def localize(day: date, hour: float, zone: ZoneInfo) -> int:
    """The instant at which the clocks of *zone* show *hour* on *day*, to the minute.

    A time the clocks show twice means the second time. A time they skip is read as if they had
    not been changed yet. Hour 24 is the end of the day. Odoo reads working hours the same way,
    except in Ireland and Morocco, where it takes the first of two.

    >>> paris = ZoneInfo("Europe/Paris")
    >>> from_instant(localize(date(2026, 10, 25), 2.5, paris)).strftime("%H:%M")
    '01:30'
    >>> from_instant(localize(date(2027, 3, 28), 2.5, paris)).strftime("%H:%M")
    '01:30'
    """
    minutes = _whole_minutes(hour)
    if minutes == DAY_IN_MINUTES:
        return _read_clock(day, time(23, 59, 59), zone) + 1
    return _read_clock(day, time(*divmod(minutes, 60)), zone)


def _whole_minutes(hour: float) -> int:
    """Halves go up, and a float that misses a half by a hair counts as one.

    >>> _whole_minutes(9.25), _whole_minutes(0.125), _whole_minutes(24)
    (555, 8, 1440)
    """
    if not 0 <= hour <= 24:
        raise ValueError(f"a day has no hour {hour}")
    fraction, whole = modf(hour)
    minutes = 60 * fraction
    return 60 * int(whole) + round(minutes + minutes * 2**-50)


def _read_clock(day: date, shown: time, zone: ZoneInfo) -> int:
    """The later of the two readings: they differ only while the clocks are being changed."""
    moment = datetime.combine(day, shown, zone)
    return max(to_instant(moment), to_instant(moment.replace(fold=1)))


def day_bounds(day: date, zone: ZoneInfo) -> Interval:
    """Everything that happens on *day*: 23 or 25 hours when the clocks change.

    It starts where the day before stops, because some zones skip midnight or have it twice.

    >>> start, stop = day_bounds(date(2026, 10, 25), ZoneInfo("Europe/Paris"))
    >>> (stop - start) // 3600
    25
    """
    return Interval(localize(day - ONE_DAY, 24, zone), localize(day, 24, zone))


def write_start(instant: int, zone: ZoneInfo) -> str:
    """The start as a web address carries it: what the clocks show, and their offset from UTC.

    >>> write_start(0, ZoneInfo("Europe/Paris"))
    '1970-01-01T01:00+01:00'
    """
    return write_local(from_instant(instant).astimezone(zone))


def write_local(local: datetime) -> str:
    """The same of a moment as the clocks show it. Seconds are written where there are any."""
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def read_start(text: str | None, zone: ZoneInfo) -> Decision:
    """The instant that `write_start` wrote, as a fact, if it could have written this text.

    >>> read_start("1970-01-01T01:00+01:00", ZoneInfo("Europe/Paris")).facts
    {'instant': 0}
    >>> read_start("tomorrow at ten", ZoneInfo("Europe/Paris")).reason
    'unreadable'

    The clocks of *zone* must show that time with that offset on that day. Earlier addresses had
    seconds throughout.

    >>> read_start("1970-01-01T01:00+02:00", ZoneInfo("Europe/Paris")).reason
    'nonexistent'
    >>> read_start("1970-01-01T01:00:00+01:00", ZoneInfo("Europe/Paris")).facts
    {'instant': 0}
    """
    if not text or not WRITTEN_START.fullmatch(text):
        return Decision.no("unreadable")
    try:
        instant = to_instant(datetime.fromisoformat(text))
        local = from_instant(instant).astimezone(zone)
    except (ValueError, OverflowError):
        return Decision.no("unreadable")
    if text not in (write_local(local), local.isoformat()):
        return Decision.no("nonexistent")
    return Decision.yes(instant=instant)
