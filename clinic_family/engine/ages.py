"""How old a person is on a day, and on which day they reach an age."""

from __future__ import annotations

from datetime import date


def birthday(birth: date, age: int) -> date:
    """The day on which somebody born on *birth* turns *age*; after 29 February, 1 March.

    >>> birthday(date(2008, 2, 29), 18), birthday(date(2008, 2, 29), 20)
    (datetime.date(2026, 3, 1), datetime.date(2028, 2, 29))
    """
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


def is_younger(birth: date | None, age: int, day: date) -> bool:
    """Whether somebody is younger than *age* on *day*; unknown births are never a child's.

    >>> is_younger(date(2010, 5, 1), 16, date(2026, 4, 30))
    True
    >>> is_younger(date(2010, 5, 1), 16, date(2026, 5, 1)), is_younger(None, 16, date(2026, 5, 1))
    (False, False)
    """
    return birth is not None and day < birthday(birth, age)


def age_on(birth: date, day: date) -> int:
    """How old somebody born on *birth* is on *day*, in full years.

    >>> age_on(date(2017, 8, 14), date(2026, 8, 13)), age_on(date(2017, 8, 14), date(2026, 8, 14))
    (8, 9)
    """
    years = day.year - birth.year
    return years - (day < birthday(birth, years))
