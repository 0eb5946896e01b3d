"""Why nothing is offered: the reason names what would have to go, and nobody's affairs."""

from dataclasses import replace
from itertools import chain
from unittest.mock import patch

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from clinic_family.engine import nothing_free
from clinic_family.engine.intervals import Interval
from clinic_family.engine.nothing_free import explain_nothing, first_start
from clinic_family.engine.slots import Diary, Terms, free_starts, judge

seconds = st.integers(0, 60)
some_intervals = st.lists(st.builds(Interval, seconds, seconds), max_size=3)
diaries = st.builds(Diary, work=some_intervals, closed=some_intervals, busy=some_intervals)
teams = st.lists(diaries, max_size=3)
some_terms = st.builds(
    Terms,
    duration=st.integers(1, 12),
    before=st.integers(0, 5),
    after=st.integers(0, 5),
    step=st.integers(1, 9),
    now=st.integers(-10, 40),
    lead=st.integers(0, 30),
    horizon=st.integers(10, 70),
)
windows = st.builds(Interval, seconds, seconds)
asked = settings(max_examples=300, deadline=None)

MORNING = Interval(100, 200)
usual = Terms(duration=20, step=10, now=0, horizon=999)


def is_any_free(team, terms, window):
    return any(free_starts(diary, terms, window) for diary in team)


def without(team, *names):
    return [replace(diary, **{name: () for name in names}) for diary in team]


def reason(diary, terms=usual, window=MORNING):
    return explain_nothing([diary], terms, window).reason


@asked
@given(teams, some_terms, windows)
def test_a_reason_is_given_exactly_when_there_is_no_start(team, terms, window):
    decision = explain_nothing(team, terms, window)

    assert bool(decision) == is_any_free(team, terms, window)
    assert bool(decision.reason) != is_any_free(team, terms, window)


@asked
@given(teams, some_terms, windows)
def test_the_first_start_is_the_first_of_all_however_far_it_is(team, terms, window):
    starts = chain.from_iterable(free_starts(diary, terms, window) for diary in team)

    with patch.object(nothing_free, "A_WEEK", 3):
        assert first_start(team, terms, window) == min(starts, default=None)


@asked
@given(teams, some_terms, windows)
def test_taken_means_that_there_would_be_a_start_without_what_is_busy(team, terms, window):
    decision = explain_nothing(team, terms, window)

    assume(not decision)
    would_be_free = is_any_free(without(team, "busy"), terms, window)
    assert decision.reason != "taken" or would_be_free
    assert not would_be_free or decision.reason in ("taken", "notice")


@asked
@given(teams, some_terms, windows)
def test_nobody_is_called_away_who_has_no_time_off(team, terms, window):
    decision = explain_nothing(without(team, "closed"), terms, window)

    assert decision.reason != "time_off"


@asked
@given(teams, some_terms, windows)
def test_more_notice_is_asked_for_exactly_where_it_stands_in_the_way(team, terms, window):
    decision = explain_nothing(team, terms, window)

    at_once = replace(terms, lead=0)
    assume(not decision)
    assert decision.reason == "notice" or not is_any_free(team, at_once, window)
    assert decision.reason != "notice" or is_any_free(
        without(team, "busy", "closed"), at_once, window
    )


@asked
@given(teams, some_terms, windows)
def test_the_horizon_is_named_when_all_hours_lie_beyond_it(team, terms, window):
    decision = explain_nothing(team, terms, window)

    open_hours = without(team, "busy", "closed")
    endless = replace(terms, lead=0, horizon=999)
    beyond = not is_any_free(open_hours, replace(terms, lead=0), window)
    assert (decision.reason == "horizon") == (beyond and is_any_free(open_hours, endless, window))


@asked
@given(teams, some_terms, windows)
def test_hours_means_that_nobody_works(team, terms, window):
    decision = explain_nothing(team, terms, window)

    open_hours = without(team, "busy", "closed")
    endless = replace(terms, lead=0, horizon=999)
    assert (decision.reason == "hours") == (not is_any_free(open_hours, endless, window))


@asked
@given(diaries, some_terms, seconds)
@example(
    Diary(work=[Interval(0, 11)]),
    Terms(duration=1, step=1, now=0, lead=11, horizon=10),
    10,
)
def test_a_single_start_is_refused_as_the_judge_refuses_it_or_more_kindly(diary, terms, start):
    refusal = judge(diary, terms, start)

    named = reason(diary, terms, Interval(start, start + 1))

    # Where more notice is asked for than the book is open, a start can be too soon and too far.
    too_far = {"horizon"} if start >= terms.horizon else set()
    kinder = {
        "past": {"hours"},
        "notice": {"notice", "hours"} | too_far,
        "horizon": {"horizon", "hours"},
        "hours": {"hours"},
        "time_off": {"time_off", "hours"},
        "taken": {"taken", "hours"},
        "grid": {"hours"},
        "": {""},
    }
    if start >= terms.horizon:
        # Too soon and too far ahead at once, where the notice is longer than the book.
        kinder["notice"].add("horizon")
    assert named in kinder[refusal.reason]


def test_the_kindest_of_several_reasons_is_given():
    away = Diary(work=[MORNING], closed=[MORNING])
    booked = Diary(work=[MORNING], busy=[MORNING])

    assert reason(away) == "time_off"
    assert reason(booked) == "taken"
    assert explain_nothing([away, booked], usual, MORNING).reason == "taken"


def test_times_that_are_free_but_too_soon_are_named_before_those_taken():
    half_full = Diary(work=[MORNING], busy=[Interval(150, 200)])

    assert reason(half_full, replace(usual, now=90, lead=50)) == "notice"
    assert reason(half_full, replace(usual, now=90, lead=20)) == ""


def test_whoever_is_away_and_was_booked_is_away():
    assert reason(Diary(work=[MORNING], closed=[MORNING], busy=[MORNING])) == "time_off"


def test_nobody_works_where_there_is_nobody():
    assert explain_nothing([], usual, MORNING).reason == "hours"


def test_a_first_start_is_found_where_one_stretch_of_the_search_ends():
    far = Diary(work=[Interval(110, 140)])

    with patch.object(nothing_free, "A_WEEK", 10):
        assert first_start([far], usual, Interval(100, 999)) == 110
    assert first_start([far], usual, Interval(115, 999)) == 120
