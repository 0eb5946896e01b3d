"""Which starts are offered, and for which reason another is not."""

from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from clinic_family.engine.hours import WorkLine, expand
from clinic_family.engine.instants import day_bounds, from_instant, to_instant
from clinic_family.engine.intervals import Interval
from clinic_family.engine.slots import Diary, Terms, free_starts, judge, nearest

MINUTE = 60
HOUR = 60 * MINUTE
SATURDAY, SUNDAY = 5, 6
paris = ZoneInfo("Europe/Paris")
new_york = ZoneInfo("America/New_York")
midnight = to_instant(datetime(2026, 11, 2, tzinfo=timezone.utc))
the_day = Interval(midnight, midnight + 24 * HOUR)


def at(clock):
    hours, minutes = clock.split(":")
    return midnight + int(hours) * HOUR + int(minutes) * MINUTE


def span(text):
    start, stop = text.split("-")
    return Interval(at(start), at(stop))


def diary(*work, closed=(), busy=()):
    return Diary(
        work=[span(each) for each in work],
        closed=[span(each) for each in closed],
        busy=[span(each) for each in busy],
    )


def terms(duration=30, *, before=0, after=0, step=30, now="00:00", lead=0, horizon="48:00"):
    return Terms(
        duration=duration * MINUTE,
        before=before * MINUTE,
        after=after * MINUTE,
        step=step * MINUTE,
        now=at(now),
        lead=lead * MINUTE,
        horizon=at(horizon),
    )


def clocks(starts, zone=timezone.utc):
    return [from_instant(start).astimezone(zone).strftime("%H:%M") for start in starts]


def offered(a_diary, some_terms, window=the_day):
    return clocks(free_starts(a_diary, some_terms, window))


def reason(a_diary, some_terms, clock):
    return judge(a_diary, some_terms, at(clock)).reason


def test_the_last_visit_ends_when_the_work_does():
    morning = diary("09:00-10:30")

    assert offered(morning, terms(30)) == ["09:00", "09:30", "10:00"]
    assert offered(morning, terms(31)) == ["09:00", "09:30"]
    assert reason(morning, terms(31), "10:00") == "hours"


def test_each_line_anchors_its_own_grid():
    two_lines = diary("09:00-10:00", "10:10-11:10")

    assert offered(two_lines, terms(30)) == ["09:00", "09:30", "10:10", "10:40"]
    assert reason(two_lines, terms(30), "10:30") == "grid"


def test_a_line_anchors_no_start_beyond_its_stop():
    touching = diary("09:00-10:10", "10:10-11:10")

    assert offered(touching, terms(20)) == ["09:00", "09:30", "10:00", "10:10", "10:40"]
    assert reason(touching, terms(20), "10:30") == "grid"


def test_a_visit_may_reach_from_one_line_into_the_next():
    touching = diary("09:00-10:00", "10:00-11:00")
    apart = diary("09:00-10:00", "10:01-11:00")

    assert offered(touching, terms(60)) == ["09:00", "09:30", "10:00"]
    assert offered(apart, terms(60)) == ["09:00"]


def test_overlapping_lines_offer_a_start_once():
    overlapping = diary("09:00-11:00", "10:00-11:00")

    assert offered(overlapping, terms(30)) == ["09:00", "09:30", "10:00", "10:30"]


def test_time_off_ends_visits_and_time_off_outside_the_hours_changes_nothing():
    with_time_off = diary("09:00-11:00", closed=["09:30-10:00", "11:00-12:00"])

    assert offered(with_time_off, terms(30)) == ["09:00", "10:00", "10:30"]
    assert reason(with_time_off, terms(30), "09:30") == "time_off"
    assert reason(with_time_off, terms(30), "11:00") == "hours"


def test_a_visit_may_touch_an_appointment_and_not_overlap_it():
    with_appointment = diary("09:00-11:00", busy=["09:30-10:00"])

    assert offered(with_appointment, terms(30)) == ["09:00", "10:00", "10:30"]
    assert offered(with_appointment, terms(31)) == ["10:00"]
    assert reason(with_appointment, terms(31), "09:00") == "taken"


def test_the_room_before_and_after_a_visit_may_not_overlap_an_appointment():
    with_appointment = diary("09:00-12:00", busy=["10:00-10:30"])

    assert offered(with_appointment, terms(30, after=30)) == ["09:00", "10:30", "11:00", "11:30"]
    assert "09:00" not in offered(with_appointment, terms(30, after=31))
    assert "10:30" in offered(with_appointment, terms(30, before=0))
    assert "10:30" not in offered(with_appointment, terms(30, before=1))


def test_the_room_before_and_after_a_visit_may_reach_out_of_the_hours():
    morning = diary("09:00-10:00", closed=["10:00-11:00"])

    assert offered(morning, terms(60, before=15, after=15)) == ["09:00"]


def test_an_appointment_outside_the_hours_still_needs_its_room():
    early_appointment = diary("09:00-10:00", busy=["08:00-08:50"])

    assert offered(early_appointment, terms(30, before=10)) == ["09:00", "09:30"]
    assert offered(early_appointment, terms(30, before=11)) == ["09:30"]


def test_an_empty_busy_interval_takes_nothing():
    nothing = diary("09:00-10:00", busy=["09:15-09:15"])

    assert offered(nothing, terms(60)) == ["09:00"]
    assert reason(nothing, terms(60), "09:00") == ""


def test_the_past_is_never_offered_and_now_is_the_past():
    morning = diary("09:00-11:00")

    assert offered(morning, terms(30, now="09:59")) == ["10:00", "10:30"]
    assert offered(morning, terms(30, now="10:00")) == ["10:30"]
    assert reason(morning, terms(30, now="10:00"), "10:00") == "past"


def test_a_start_exactly_at_the_end_of_the_notice_is_offered():
    morning = diary("09:00-11:00")

    assert offered(morning, terms(30, now="08:00", lead=120)) == ["10:00", "10:30"]
    assert offered(morning, terms(30, now="08:00", lead=121)) == ["10:30"]
    assert reason(morning, terms(30, now="08:00", lead=121), "10:00") == "notice"


def test_the_horizon_itself_is_not_offered():
    morning = diary("09:00-11:00")

    assert offered(morning, terms(30, horizon="10:00")) == ["09:00", "09:30"]
    assert offered(morning, terms(30, horizon="10:01")) == ["09:00", "09:30", "10:00"]
    assert reason(morning, terms(30, horizon="10:00"), "10:00") == "horizon"


def test_a_window_holds_its_start_and_not_its_stop():
    morning = diary("09:00-11:00")

    assert offered(morning, terms(30), span("09:30-10:30")) == ["09:30", "10:00"]
    assert offered(morning, terms(30), span("09:31-10:31")) == ["10:00", "10:30"]


@pytest.mark.parametrize(
    ("clock", "first_reason"),
    [
        ("06:00", "past"),
        ("07:00", "notice"),
        ("21:00", "horizon"),
        ("08:25", "hours"),
        ("12:05", "time_off"),
        ("13:05", "taken"),
        ("14:05", "grid"),
        ("14:00", ""),
    ],
)
def test_of_several_reasons_the_first_is_given(clock, first_reason):
    a_day = diary("09:00-18:00", closed=["12:00-13:00"], busy=["12:00-13:30", "08:00-08:30"])

    assert reason(a_day, terms(30, now="06:00", lead=120, horizon="20:00"), clock) == first_reason


def test_a_refusal_says_what_would_be_possible():
    morning, notice = diary("09:00-11:00"), terms(30, now="08:00", lead=90, horizon="10:30")

    assert judge(morning, notice, at("08:00")).facts == {"now": at("08:00")}
    assert judge(morning, notice, at("09:00")).facts == {"earliest": at("09:30")}
    assert judge(morning, notice, at("10:30")).facts == {"horizon": at("10:30")}


def test_a_refusal_says_nothing_about_other_appointments():
    with_appointment = diary("09:00-11:00", busy=["09:00-10:00"])

    assert judge(with_appointment, terms(30), at("09:30")).facts == {}


def test_a_visit_may_cross_midnight():
    lines = [WorkLine(SATURDAY, 22, 24), WorkLine(SUNDAY, 0, 2)]
    night = Diary(work=expand(lines, paris, date(2026, 11, 7), date(2026, 11, 8)))
    evening, morning = day_bounds(date(2026, 11, 7), paris), day_bounds(date(2026, 11, 8), paris)

    late = free_starts(night, terms(60, horizon="999:00"), evening)
    early = free_starts(night, terms(60, horizon="999:00"), morning)

    assert clocks(late, paris) == ["22:00", "22:30", "23:00", "23:30"]
    assert clocks(early, paris) == ["00:00", "00:30", "01:00"]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        (paris, date(2027, 3, 28), ["01:00", "03:00"]),
        (paris, date(2026, 10, 25), ["01:00", "02:00", "02:00", "03:00"]),
        (new_york, date(2027, 3, 14), ["01:00", "03:00"]),
        (new_york, date(2026, 11, 1), ["01:00", "02:00", "03:00"]),
        (paris, date(2026, 11, 1), ["01:00", "02:00", "03:00"]),
    ],
)
def test_the_grid_counts_elapsed_time_when_the_clocks_change(zone, day, expected):
    night = Diary(work=expand([WorkLine(SUNDAY, 1, 4)], zone, day, day))
    hourly = terms(60, step=60, now="-999:00", horizon="9999:00")

    starts = free_starts(night, hourly, day_bounds(day, zone))

    assert clocks(starts, zone) == expected


@pytest.mark.parametrize(
    "wrong",
    [{"duration": 0}, {"step": 0}, {"step": -5}, {"before": -1}, {"after": -1}, {"lead": -1}],
)
def test_terms_that_describe_no_visit_are_refused(wrong):
    with pytest.raises(ValueError, match="no visit"):
        terms(**wrong)


def test_the_nearest_starts_come_first_and_the_earlier_of_two_as_near():
    starts = [at("09:00"), at("10:00"), at("11:00"), at("15:00")]

    assert clocks(nearest(starts, at("10:00"), 3)) == ["10:00", "09:00", "11:00"]
    assert clocks(nearest(starts, at("14:00"), 2)) == ["15:00", "11:00"]
    assert nearest([], at("14:00"), 2) == []


def test_what_lies_beyond_the_window_counts_for_a_visit_that_starts_in_it():
    morning = span("09:00-10:00")
    worked_on = diary("09:00-10:00", "10:00-11:00")
    taken_after = diary("09:00-12:00", busy=["10:15-10:30"])
    taken_before = diary("09:00-12:00", busy=["08:00-09:00"])

    assert offered(worked_on, terms(60), morning) == ["09:00", "09:30"]
    assert offered(taken_after, terms(60), morning) == ["09:00"]
    assert offered(taken_before, terms(60, before=15), morning) == ["09:30"]
