"""Three children and an adult, as the family finder's engine gets them: how long it searches."""

from random import Random

PRACTITIONERS, DAYS, DAY = 20, 28, 24 * 3600
HERE, ADULT, LENGTHS = 1, 4, (1800, 1800, 2700, 3600)


def make_search():
    """Return what searches four weeks for all of them, some of whose times are taken already."""
    # Inside `odoo shell` alone the addon is found.
    from odoo.addons.clinic_family.engine.intervals import Interval
    from odoo.addons.clinic_family.engine.plan_search import find_plans
    from odoo.addons.clinic_family.engine.plans import Party, Wanted

    random = Random(1)
    wanted = [
        Wanted(person_id=number, duration=length, starts=_make_starts(random, length))
        for number, length in enumerate(LENGTHS, start=1)
    ]
    party = Party(wanted=wanted, along_id=ADULT, led=frozenset({1, 2, 3}))
    days = [{HERE: Interval(day * DAY, (day + 1) * DAY)} for day in range(DAYS)]
    return lambda: find_plans(party, days)


def _make_starts(random, length):
    """Every quarter of an hour from nine to five, of which one in two is free."""
    return {
        (practitioner, HERE): [
            day * DAY + start
            for day in range(DAYS)
            for start in range(9 * 3600, 17 * 3600 - length + 1, 900)
            if random.random() < 0.5
        ]
        for practitioner in range(PRACTITIONERS)
    }
