"""A week of working hours as people say it, and as a calendar has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.weeks import Part, Shift, judge_shifts, read_shifts, split_shifts


@st.composite
def weeks(draw):
    """Shifts that can be worked: on each day a few hours that don't meet, some with a break."""
    shifts = []
    for day in draw(st.sets(st.integers(0, 6))):
        edges = sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=8)))
        edges = [edge / 4 for edge in edges]
        while len(edges) >= 2:
            with_break = len(edges) >= 4 and draw(st.booleans())
            taken, edges = (edges[:4], edges[4:]) if with_break else (edges[:2], edges[2:])
            pause = (taken[1], taken[2]) if with_break else None
            shifts.append(Shift((day,), taken[0], taken[-1], pause))
    return shifts


@given(weeks())
def test_what_is_written_is_read_again(shifts):
    parts = split_shifts(shifts)

    assert judge_shifts(shifts)
    assert split_shifts(read_shifts(parts)) == parts


@given(weeks())
def test_the_same_hours_are_said_once(shifts):
    read = read_shifts(split_shifts(shifts))

    hours = [shift._replace(days=()) for shift in read]
    assert len(set(hours)) == len(hours)


def test_a_gap_is_a_break_only_where_one_is_written():
    parts = [Part(0, 9, 12), Part(0, 13, 17)]

    assert read_shifts(parts) == [Shift((0,), 9, 12), Shift((0,), 13, 17)]


@pytest.mark.parametrize(
    ("shift", "reason"),
    [
        (Shift((), 9, 17), "days"),
        (Shift((0,), 17, 9), "order"),
        (Shift((0,), 9, 9), "order"),
        (Shift((0,), 9, 24.5), "order"),
        (Shift((0,), -1, 9), "order"),
        (Shift((0,), 9, 17, (8, 10)), "break"),
        (Shift((0,), 9, 17, (13, 12)), "break"),
        (Shift((0,), 9, 17, (9, 12)), "break"),
    ],
)
def test_hours_that_can_t_be_worked_are_refused(shift, reason):
    assert judge_shifts([Shift((1,), 9, 17), shift]).reason == reason


def test_two_lines_may_meet_and_not_overlap():
    morning = Shift((0, 1), 9, 12)

    assert judge_shifts([morning, Shift((1, 2), 12, 17)])
    assert judge_shifts([morning, Shift((1, 2), 11.75, 17)]).facts == {"day": 1}
