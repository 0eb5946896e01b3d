"""When a form is due again, after somebody has filled it in."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, or the last day of a shorter month.

    >>> add_months(date(2027, 1, 31), 1), add_months(date(2027, 12, 15), 2)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 15))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_due(
    due: str, filled_on: date | None, visit_on: date, *, months: int = 0, is_fresh: bool = False
) -> bool:
    """Whether a form is to be filled in for a visit.

    *due* says how often: "once", every so many "months", or "always", for each visit anew.
    *filled_on* is the day on which it was filled in last, *is_fresh* whether that was after
    the visit was booked and after the one before it; both days are those of the clinic.

    >>> visit = date(2027, 6, 1)
    >>> [is_due(due, None, visit) for due in ("once", "months", "always")]
    [True, True, True]
    >>> is_due("once", date(2020, 1, 1), visit)
    False
    >>> is_due("months", date(2026, 12, 1), visit, months=6)
    True
    >>> is_due("months", date(2026, 12, 2), visit, months=6)
    False
    >>> [is_due("always", date(2027, 5, 1), visit, is_fresh=fresh) for fresh in (False, True)]
    [True, False]
    """
    if filled_on is None:
        return True
    if due == "always":
        return not is_fresh
    return due == "months" and add_months(filled_on, months) <= visit_on
