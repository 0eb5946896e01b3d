"""Half-open intervals, compared with plain sets of whole numbers."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_family.engine.intervals import Interval, intersect, merge, overlaps, subtract

instants = st.integers(min_value=-15, max_value=15)
anything = st.lists(st.builds(Interval, instants, instants), max_size=8)


def members(intervals):
    return {instant for start, stop in intervals for instant in range(start, stop)}


def gaps(intervals):
    return [later.start - earlier.stop for earlier, later in pairwise(intervals)]


def test_touching_intervals_become_one():
    touching = [Interval(9, 10), Interval(10, 11)]

    merged = merge(touching)

    assert merged == [Interval(9, 11)]


def test_an_interval_inside_another_disappears():
    nested = [Interval(1, 9), Interval(2, 3), Interval(8, 10)]

    merged = merge(nested)

    assert merged == [Interval(1, 10)]


def test_an_empty_interval_disappears_and_bridges_nothing():
    intervals = [Interval(1, 2), Interval(2, 2), Interval(5, 3), Interval(4, 5)]

    merged = merge(intervals)

    assert merged == [Interval(1, 2), Interval(4, 5)]


def test_an_empty_hole_leaves_the_interval_whole():
    rest = subtract([Interval(1, 9)], [Interval(4, 4), Interval(7, 6)])

    assert rest == [Interval(1, 9)]


def test_a_hole_up_to_the_start_takes_nothing_and_one_from_the_start_does():
    work = [Interval(9, 12)]

    assert subtract(work, [Interval(8, 9)]) == [Interval(9, 12)]
    assert subtract(work, [Interval(9, 10)]) == [Interval(10, 12)]


def test_a_hole_from_the_stop_takes_nothing_and_one_up_to_the_stop_does():
    work = [Interval(9, 12)]

    assert subtract(work, [Interval(12, 13)]) == [Interval(9, 12)]
    assert subtract(work, [Interval(11, 12)]) == [Interval(9, 11)]


def test_touching_intervals_share_nothing():
    assert intersect([Interval(9, 10)], [Interval(10, 11)]) == []


def test_touching_is_not_overlapping():
    visit = Interval(10, 11)

    assert not overlaps(visit, Interval(9, 10))
    assert not overlaps(visit, Interval(11, 12))
    assert overlaps(visit, Interval(9, 11))


def test_an_empty_interval_overlaps_nothing_even_inside_another():
    assert not overlaps(Interval(5, 5), Interval(1, 9))
    assert not overlaps(Interval(1, 9), Interval(5, 5))


def test_answers_have_named_ends():
    work = [Interval(1, 9)]

    assert merge(work)[0].start == 1
    assert intersect(work, work)[0].stop == 9
    assert subtract(work, [])[0].stop == 9


@settings(deadline=None)
@given(anything)
def test_merging_keeps_every_instant_and_leaves_gaps_between(intervals):
    merged = merge(intervals)

    assert members(merged) == members(intervals)
    assert all(start < stop for start, stop in merged)
    assert all(gap > 0 for gap in gaps(merged))


@settings(deadline=None)
@given(anything, anything)
def test_subtracting_is_taking_away_instants(minuend, subtrahend):
    rest = subtract(minuend, subtrahend)

    assert members(rest) == members(minuend) - members(subtrahend)
    assert rest == merge(rest)


@settings(deadline=None)
@given(anything, anything)
def test_intersecting_is_keeping_common_instants(these, those):
    shared = intersect(these, those)

    assert members(shared) == members(these) & members(those)
    assert shared == merge(shared)


@settings(deadline=None)
@given(st.builds(Interval, instants, instants), st.builds(Interval, instants, instants))
def test_two_intervals_overlap_exactly_when_they_share_an_instant(one, other):
    assert overlaps(one, other) == bool(members([one]) & members([other]))
