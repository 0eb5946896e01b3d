"""How old a person is on a day, and on which day they reach an age."""

from __future__ import annotations

from datetime import date, timedelta

from .decision import Decision
from .intake import add_months


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


def days_of_age(birth: date, youngest: int, oldest: int) -> tuple[date | None, date | None]:
    """The first and the last day on which somebody is from *youngest* to *oldest* years old.

    No age (0) asks for nothing, so there is no such day. Who is of an age is so until the day
    before the next birthday.

    >>> days_of_age(date(2020, 5, 1), 4, 12)
    (datetime.date(2024, 5, 1), datetime.date(2033, 4, 30))
    >>> days_of_age(date(2020, 5, 1), 0, 12)[0] is None
    True
    """
    first = birthday(birth, youngest) if youngest else None
    last = birthday(birth, oldest + 1) - timedelta(days=1) if oldest else None
    return first, last


def judge_age(birth: date | None, youngest: int, oldest: int, day: date) -> Decision:
    """Whether somebody born on *birth* is from *youngest* to *oldest* years old on *day*.

    An unknown birth is neither too young nor too old: it has to be asked for.

    >>> [judge_age(date(2020, 5, 1), 4, 12, date(*day)).reason
    ...  for day in ((2024, 4, 30), (2024, 5, 1), (2033, 4, 30), (2033, 5, 1))]
    ['too_young', '', '', 'too_old']
    >>> judge_age(None, 4, 0, date(2024, 5, 1)).reason, bool(judge_age(None, 0, 0, date.max))
    ('unknown_age', True)
    """
    if not (youngest or oldest):
        return Decision.yes()
    if birth is None:
        return Decision.no("unknown_age")
    first, last = days_of_age(birth, youngest, oldest)
    if first and day < first:
        return Decision.no("too_young")
    if last and day > last:
        return Decision.no("too_old")
    return Decision.yes()


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


def months_on(birth: date, day: date) -> int:
    """How old somebody born on *birth* is on *day*, in full months.

    >>> [months_on(date(2026, 8, 30), date(2027, 3, day)) for day in (29, 30)]
    [6, 7]
    >>> months_on(date(2027, 1, 31), date(2027, 2, 28))
    1
    """
    months = (day.year - birth.year) * 12 + day.month - birth.month
    return months - (day < add_months(birth, months))
