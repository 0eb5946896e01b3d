"""The days of a visit that comes again every so many weeks."""

from datetime import date, timedelta
from itertools import takewhile

# What comes again longer than that is decided anew.
MOST_VISITS, MOST_WEEKS = 52, 12
FARTHEST_DAY = date(9000, 1, 1)


def repeat(first, weeks, count, until=None):
    """The days on which it comes: so many of them, or all up to the last day that is named.

    Never more than the most, however far the last day is.

    >>> [str(day) for day in repeat(date(2027, 3, 2), 2, 3)]
    ['2027-03-02', '2027-03-16', '2027-03-30']
    >>> [str(day) for day in repeat(date(2027, 3, 2), 1, 6, until=date(2027, 3, 16))]
    ['2027-03-02', '2027-03-09', '2027-03-16']
    >>> repeat(date(2027, 3, 2), 1, 6, until=date(2027, 3, 1))
    []
    >>> len(repeat(date(2027, 3, 2), 1, 6, until=date(2040, 3, 1)))
    52
    """
    weeks = min(max(weeks, 1), MOST_WEEKS)
    most = MOST_VISITS if until else min(max(count, 1), MOST_VISITS)
    last = min(until or FARTHEST_DAY, FARTHEST_DAY)
    days = (first + timedelta(weeks=weeks * number) for number in range(most))
    return list(takewhile(lambda day: day <= last, days))
