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


def is_younger(birth: date | None, age: int, day: date) -> bool | None:
    """Whether somebody is younger than *age* on *day*; None where the birth isn't known.

    >>> is_younger(date(2010, 5, 1), 16, date(2026, 4, 30))
    True
    >>> is_younger(date(2010, 5, 1), 16, date(2026, 5, 1))
    False
    >>> is_younger(None, 16, date(2026, 5, 1)) is None
    True
    """
    return None if birth is None else day < birthday(birth, age)


def follows_age(basis: str, is_child: bool | None) -> bool:
    """Whether what was permitted on this basis ends as the patient grows up.

    ``is_child`` says whether they were a child as it was permitted, by the date of birth known
    now, None for an unknown one. A parent is a child's, and a guardian of somebody of
    unknown age is taken for one until the date says otherwise. Whoever is a child
    permits nothing alone, so that another decided, whatever the basis. A power of attorney, and
    what an adult permits, say nothing about age.

    >>> follows_age("parental", None), follows_age("guardianship", None)
    (True, True)
    >>> follows_age("consent", True), follows_age("consent", None), follows_age("consent", False)
    (True, False, False)
    >>> follows_age("guardianship", False), follows_age("attorney", True)
    (False, False)
    """
    if basis == "attorney":
        return False
    if is_child is None:
        return basis in ("parental", "guardianship")
    return is_child or basis == "parental"


def age_on(birth: date, day: date) -> int:
    """How old somebody born on *birth* is on *day*, in full years.

    >>> age_on(date(2017, 8, 14), date(2026, 8, 13)), age_on(date(2017, 8, 14), date(2026, 8, 14))
    (8, 9)
    """
    years = day.year - birth.year
    return years - (day < birthday(birth, years))
