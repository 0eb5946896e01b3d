"""Until when a visit is cancelled or moved online."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.cancelling import get_deadline, judge_change
from clinic_family.engine.instants import from_instant, localize

START = 1_000_000
HOUR = 3600
AUCKLAND = ZoneInfo("Pacific/Auckland")

instants = st.integers(0, 2_000_000)
hours = st.one_of(st.integers(0, 200), st.floats(0, 200))
visits = st.fixed_dictionaries({
    "now": instants,
    "start": instants,
    "is_booked": st.booleans(),
    "is_allowed": st.booleans(),
    "hours": hours,
    "undo_until": st.none() | instants,
})  # fmt: skip


def judge(now, **values):
    usual = {"start": START, "is_booked": True, "is_allowed": True, "hours": 24}
    return judge_change(now=now, **{**usual, **values})


def test_in_time_it_says_until_when():
    decision = judge(START - 25 * HOUR)

    assert decision
    assert decision.facts == {"until": START - 24 * HOUR, "is_undo": False}


def test_exactly_at_the_deadline_is_still_in_time():
    assert judge(START - 24 * HOUR)
    assert judge(START - 24 * HOUR + 1).reason == "late"


def test_a_late_refusal_says_until_when_it_could_have_been():
    assert judge(START - HOUR).facts == {"until": START - 24 * HOUR, "hours": 24}


def test_a_visit_that_has_begun_is_not_changed_even_without_a_deadline():
    assert judge(START - 1, hours=0)
    assert judge(START, hours=0).reason == "past"


def test_what_the_clinic_does_not_allow_is_refused_however_early():
    assert judge(0, is_allowed=False).reason == "not_allowed"


def test_what_is_not_booked_any_more_is_refused_even_in_the_undo_period():
    assert judge(0, is_booked=False).reason == "state"
    assert judge(0, is_booked=False, undo_until=HOUR).reason == "state"


@pytest.mark.parametrize("values", [{"hours": 500}, {"is_allowed": False}, {"start": 99}])
def test_the_undo_period_counts_however_late_and_whatever_is_allowed(values):
    decision = judge(100, undo_until=101, **values)

    assert decision.facts == {"until": 101, "is_undo": True}
    assert not judge(101, undo_until=101, **values)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        # On the Sunday the clocks go back at three, and forward at two.
        (date(2027, 4, 4), "2027-04-03T11:00:00+13:00"),
        (date(2027, 9, 26), "2027-09-25T09:00:00+12:00"),
    ],
)
def test_24_hours_are_24_hours_over_a_clock_change(day, clock):
    start = localize(day, 10, AUCKLAND)

    deadline = get_deadline(start, 24)

    assert from_instant(deadline).astimezone(AUCKLAND).isoformat() == clock
    assert judge(deadline, start=start)
    assert judge(deadline + 1, start=start).reason == "late"


@given(visits)
def test_it_is_allowed_exactly_in_the_undo_period_or_up_to_the_deadline(visit):
    now, start = visit["now"], visit["start"]
    in_undo = visit["undo_until"] is not None and now < visit["undo_until"]
    in_time = visit["is_allowed"] and now < start and start - now >= round(visit["hours"] * HOUR)

    assert bool(judge_change(**visit)) == (visit["is_booked"] and (in_undo or in_time))


@given(visits, st.integers(0, 100_000))
def test_what_is_refused_stays_refused(visit, later):
    if not judge_change(**visit):
        assert not judge_change(**{**visit, "now": visit["now"] + later})


@given(visits)
def test_it_may_be_changed_until_the_instant_it_names_and_not_after(visit):
    decision = judge_change(**{**visit, "undo_until": None})

    if decision:
        until = decision.facts["until"]
        assert visit["now"] <= until
        assert judge_change(**{**visit, "now": min(until, visit["start"] - 1), "undo_until": None})
        assert not judge_change(**{**visit, "now": until + 1, "undo_until": None})


@given(visits, hours)
def test_a_longer_notice_never_allows_more(visit, more):
    longer = judge_change(**{**visit, "hours": visit["hours"] + more})

    assert not longer or judge_change(**visit)
