"""What is offered, once more: straight from the definition, second by second, in one minute."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_family.engine.intervals import Interval
from clinic_family.engine.slots import Diary, Terms, any_free_starts, free_starts, judge, nearest

seconds = st.integers(0, 60)
some_intervals = st.lists(st.builds(Interval, seconds, seconds), max_size=5)
diaries = st.builds(Diary, work=some_intervals, closed=some_intervals, busy=some_intervals)
some_terms = st.builds(
    Terms,
    duration=st.integers(1, 12),
    before=st.integers(0, 5),
    after=st.integers(0, 5),
    step=st.integers(1, 9),
    now=st.integers(-10, 20),
    lead=st.integers(0, 10),
    horizon=st.integers(20, 70),
)
whole = Interval(-20, 80)


def members(intervals):
    return {second for start, stop in intervals for second in range(start, stop)}


def is_offered(a_diary, some_terms, start):
    visit = set(range(start, start + some_terms.duration))
    blocked_stop = start + some_terms.duration + some_terms.after
    blocked = set(range(start - some_terms.before, blocked_stop))
    return (
        any(start in range(*line)[:: some_terms.step] for line in a_diary.work)
        and start > some_terms.now
        and some_terms.now + some_terms.lead <= start < some_terms.horizon
        and visit <= members(a_diary.work) - members(a_diary.closed)
        and not blocked & members(a_diary.busy)
    )


@settings(max_examples=200, deadline=None)
@given(diaries, some_terms)
def test_what_is_offered_is_what_is_judged_free_is_what_the_definition_says(a_diary, some_terms):
    starts = free_starts(a_diary, some_terms, whole)

    assert starts == [each for each in range(*whole) if judge(a_diary, some_terms, each)]
    assert starts == [each for each in range(*whole) if is_offered(a_diary, some_terms, each)]


@settings(max_examples=200, deadline=None)
@given(st.lists(diaries, max_size=4), some_intervals, some_terms)
def test_what_several_offer_is_what_one_of_them_offers(team, more_busy, some_terms):
    # One who shares the hours and time off of each, but not what is booked.
    team += [replace(each, busy=more_busy) for each in team]

    starts = any_free_starts(team, some_terms, whole)

    assert starts == [
        each for each in range(*whole) if any(is_offered(one, some_terms, each) for one in team)
    ]


@settings(max_examples=100, deadline=None)
@given(diaries, some_terms, st.builds(Interval, seconds, seconds))
def test_a_window_shows_what_a_larger_one_shows_of_it(a_diary, some_terms, window):
    starts = free_starts(a_diary, some_terms, window)

    everything = free_starts(a_diary, some_terms, whole)
    assert starts == [each for each in everything if window.start <= each < window.stop]


@settings(max_examples=100, deadline=None)
@given(diaries, some_terms, st.randoms())
def test_the_order_of_a_diary_does_not_matter(a_diary, some_terms, random):
    shuffled = Diary(
        work=random.sample(a_diary.work, len(a_diary.work)),
        closed=random.sample(a_diary.closed, len(a_diary.closed)),
        busy=random.sample(a_diary.busy, len(a_diary.busy)),
    )

    assert free_starts(shuffled, some_terms, whole) == free_starts(a_diary, some_terms, whole)


@settings(max_examples=100, deadline=None)
@given(st.lists(seconds, max_size=9), seconds, st.integers(0, 5))
def test_no_start_left_out_is_nearer_than_one_chosen(starts, wanted, count):
    chosen = nearest(starts, wanted, count)

    assert chosen == sorted(starts, key=lambda start: (abs(start - wanted), start))[:count]
