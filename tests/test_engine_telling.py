"""What a patient is told is the difference between the truth and what they were told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_family.engine.reminders import HOUR, due_reminder, read_hours
from clinic_family.engine.telling import PAUSES, pause_after, what_to_tell

NOTHING = {}
VISITS = st.fixed_dictionaries(
    {"start": st.integers(1, 3), "practitioner": st.integers(1, 2), "location": st.integers(1, 2)}
)
TRUTHS = st.one_of(st.just(NOTHING), VISITS)
HOURS = st.lists(st.integers(1, 720), max_size=4)
WEEKS = st.integers(0, 60 * 24 * HOUR)


@given(TRUTHS, st.lists(TRUTHS))
def test_whatever_happens_in_between_what_is_as_it_was_is_not_told(told, changes):
    truth = [told, *changes, told][-1]

    assert what_to_tell(told, truth) is None


@given(TRUTHS, TRUTHS)
def test_a_difference_is_told_by_one_message_that_fits_it(told, truth):
    kind = what_to_tell(told, truth)

    assert (kind is None) == (told == truth)
    assert (kind == "confirmed") == (told == NOTHING != truth)
    assert (kind == "cancelled") == (truth == NOTHING != told)


@given(st.lists(TRUTHS))
def test_who_is_told_each_difference_knows_the_truth(truths):
    known = NOTHING
    for truth in truths:
        kind = what_to_tell(known, truth)
        known = {None: known, "cancelled": NOTHING}.get(kind, truth)
        assert known == truth


@given(VISITS)
def test_nothing_told_is_the_same_as_told_that_it_is_cancelled(visit):
    assert what_to_tell(None, visit) == what_to_tell(NOTHING, visit) == "confirmed"
    assert what_to_tell(None, None) is what_to_tell(None, NOTHING) is None


def test_pauses_grow_and_end():
    assert list(PAUSES) == sorted(set(PAUSES))
    assert [pause_after(tries) for tries in range(1, 7)] == [*PAUSES, None, None]


@given(HOURS, WEEKS, WEEKS, WEEKS)
def test_a_reminder_is_due_between_its_time_and_the_visit(hours, start, settled, now):
    before = due_reminder(hours, start, settled, now)

    if before is not None:
        assert before in hours
        assert settled < start - before * HOUR <= now < start
        assert not [nearer for nearer in hours if nearer < before and start - nearer * HOUR <= now]


@given(HOURS, WEEKS, WEEKS)
def test_each_time_has_its_reminder_when_somebody_looks_every_minute(hours, start, settled):
    exact = [due_reminder(hours, start, settled, start - before * HOUR) for before in hours]

    assert exact == [before if settled < start - before * HOUR else None for before in hours]


@given(HOURS)
def test_hours_are_read_as_they_are_written(hours):
    written = ", ".join(map(str, hours))

    assert read_hours(written).facts["hours"] == tuple(sorted(set(hours)))


@pytest.mark.parametrize("text", ["x", "0", "721", "1;2", "1,", ",", "-1", "1.5", "²", "٣"])
def test_nonsense_is_not_read(text):
    assert not read_hours(text)
