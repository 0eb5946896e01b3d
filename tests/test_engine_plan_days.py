"""A family's plans on several days: each day for itself, and what the search costs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_family.engine.intervals import Interval
from clinic_family.engine.plan_search import _Search, find_plans
from clinic_family.engine.plans import Party
from tests.test_engine_plans import (
    ANA,
    DAY,
    HARBOUR,
    HOUR,
    LEO,
    ME,
    MINUTE,
    NORA,
    OTTO,
    at,
    parties,
    try_everything,
    wanted,
    whole_day,
)

# All over two days, most often close to the end of the first and the beginning of the second.
LATE = st.lists(
    st.one_of(st.integers(0, 287), st.integers(120, 160)).map(lambda tens: tens * 10),
    unique=True, max_size=5,
)  # fmt: skip


def test_no_plan_reaches_into_the_next_day():
    """Who is free on the second day only isn't there on the first, however far one looks."""
    every_half_hour = range(9 * HOUR, 16 * HOUR + 31 * MINUTE, 30 * MINUTE)
    leo = {(NORA, HARBOUR): [day * DAY + start for day in (0, 1) for start in every_half_hour]}
    ana = {(OTTO, HARBOUR): [DAY + start for start in range(9 * HOUR, 17 * HOUR, 5 * MINUTE)]}
    party = Party(wanted=[wanted(LEO, 30, leo), wanted(ANA, 30, ana)])

    monday, tuesday = find_plans(party, [whole_day(0), whole_day(1)])

    assert (monday, len(tuesday)) == ([], 3)


def test_nothing_fits_into_a_window_shorter_than_all_of_it():
    free = {(NORA, HARBOUR): at("9:00", "9:30", "10:00")}
    party = Party(wanted=[wanted(LEO, 30, free), wanted(ANA, 30, free)])

    assert find_plans(party, [{HARBOUR: Interval(*at("9:00", "9:45"))}]) == [[]]


def test_who_is_free_on_one_weekday_only_costs_no_more_than_that_day():
    """Counted in what is tried, not in time: four are free all day long, the fifth seldom."""
    all_day = range(8 * HOUR, 18 * HOUR, 15 * MINUTE)
    free = {(NORA, HARBOUR): [day * DAY + start for day in range(28) for start in all_day]}
    seldom = {
        (OTTO, HARBOUR): [day * DAY + start for day in range(1, 28, 7) for start in all_day[-4:]]
    }
    everybody = [wanted(who, 30, free) for who in range(10, 14)]
    days = [whole_day(day) for day in range(28)]

    search = _Search(Party(wanted=[*everybody, wanted(ME, 45, seldom)]), days, 3)

    plans = search.run()

    assert [day for day, found in enumerate(plans) if found] == [1, 8, 15, 22]
    assert search.trials < 5_000


@settings(max_examples=300, deadline=None)
@given(parties(minutes=LATE), st.integers(1, 3))
def test_of_two_days_each_has_what_it_would_have_alone(party, most):
    """Each is free when they are: on one of the days only, late, or early."""
    found = find_plans(party, [whole_day(0), whole_day(1)], most)

    for day, plans in enumerate(found):
        bounds = Interval(day * DAY, (day + 1) * DAY)
        there = Party(
            wanted=[
                wanted(
                    one.person_id, one.duration // MINUTE,
                    {
                        place: [s for s in starts
                                if bounds.start <= s <= bounds.stop - one.duration]
                        for place, starts in one.starts.items()
                    },
                    before=one.before, after=one.after,
                )
                for one in party.wanted
            ],
            along_id=party.along_id, led=party.led, side_by_side=party.side_by_side,
            travel=party.travel, zones=party.zones, engaged=party.engaged,
        )  # fmt: skip
        assert [plan.rank for plan in plans] == try_everything(there, most)
        for visit in (visit for plan in plans for visit in plan.visits):
            assert bounds.start <= visit.start < visit.stop <= bounds.stop
