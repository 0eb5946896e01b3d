"""Working hours become instants exactly as Odoo's resource calendar does it."""

import math
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_family.engine.hours import WorkLine, expand, week_parity
from clinic_family.engine.instants import from_instant, to_instant
from clinic_family.engine.intervals import Interval, merge

MONDAY, TUESDAY, SUNDAY = 0, 1, 6
HOUR = 3600
paris = ZoneInfo("Europe/Paris")
new_york = ZoneInfo("America/New_York")
auckland = ZoneInfo("Pacific/Auckland")
lord_howe = ZoneInfo("Australia/Lord_Howe")


def shown(intervals, zone=paris):
    """The working hours as the clocks of *zone* show them."""
    return [
        tuple(from_instant(edge).astimezone(zone).strftime("%m-%d %H:%M") for edge in interval)
        for interval in intervals
    ]


def hours_worked(line, zone, day):
    return [(stop - start) / HOUR for start, stop in expand([line], zone, day, day)]


def test_a_line_is_worked_on_its_weekday_only():
    lines = [WorkLine(MONDAY, 9, 12)]

    worked = expand(lines, paris, date(2026, 11, 1), date(2026, 11, 15))

    assert shown(worked) == [("11-02 09:00", "11-02 12:00"), ("11-09 09:00", "11-09 12:00")]


def test_the_first_and_the_last_day_are_both_worked():
    lines = [WorkLine(MONDAY, 9, 12)]
    monday, next_monday = date(2026, 11, 2), date(2026, 11, 9)

    assert len(expand(lines, paris, monday, next_monday)) == 2
    assert len(expand(lines, paris, monday + timedelta(days=1), next_monday)) == 1
    assert len(expand(lines, paris, monday, next_monday - timedelta(days=1))) == 1


def test_lines_that_touch_stay_apart_because_each_anchors_a_grid():
    lines = [WorkLine(MONDAY, 12, 15), WorkLine(MONDAY, 9, 12)]

    worked = expand(lines, paris, date(2026, 11, 2), date(2026, 11, 2))

    assert shown(worked) == [("11-02 09:00", "11-02 12:00"), ("11-02 12:00", "11-02 15:00")]


def test_a_line_until_midnight_touches_the_next_day():
    lines = [WorkLine(MONDAY, 22, 24), WorkLine(TUESDAY, 0, 2)]

    late, early = expand(lines, paris, date(2026, 11, 2), date(2026, 11, 3))

    assert late.stop == early.start
    assert shown([late, early]) == [("11-02 22:00", "11-03 00:00"), ("11-03 00:00", "11-03 02:00")]


def test_a_line_without_length_is_not_worked():
    lines = [WorkLine(MONDAY, 9, 9), WorkLine(MONDAY, 12, 11)]

    assert expand(lines, paris, date(2026, 11, 2), date(2026, 11, 8)) == []


def test_a_line_of_one_week_in_two_is_worked_in_weeks_of_its_parity():
    day = date(2026, 11, 2)
    other_week = 1 - week_parity(day)

    this = expand([WorkLine(MONDAY, 9, 12, week_parity(day))], paris, day, date(2026, 11, 22))
    other = expand([WorkLine(MONDAY, 9, 12, other_week)], paris, day, date(2026, 11, 22))

    assert shown(this) == [("11-02 09:00", "11-02 12:00"), ("11-16 09:00", "11-16 12:00")]
    assert shown(other) == [("11-09 09:00", "11-09 12:00")]


def test_weeks_alternate_from_monday_across_a_year_of_53_weeks():
    assert week_parity(date(2026, 12, 27)) == 0
    assert week_parity(date(2026, 12, 28)) == week_parity(date(2027, 1, 3)) == 1
    assert week_parity(date(2027, 1, 4)) == 0


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (paris, date(2027, 3, 28), 3),
        (paris, date(2026, 10, 25), 5),
        (new_york, date(2027, 3, 14), 3),
        (new_york, date(2026, 11, 1), 5),
        (auckland, date(2026, 9, 27), 3),
        (auckland, date(2027, 4, 4), 5),
        (lord_howe, date(2026, 10, 4), 3.5),
        (lord_howe, date(2027, 4, 4), 4.5),
        (paris, date(2026, 11, 1), 4),
    ],
)
def test_a_night_is_shorter_or_longer_when_the_clocks_change(zone, day, hours):
    night = WorkLine(SUNDAY, 0, 4)

    assert hours_worked(night, zone, day) == [hours]


def test_a_line_the_clocks_skip_is_not_worked():
    skipped = WorkLine(SUNDAY, 2.5, 3)

    assert hours_worked(skipped, paris, date(2027, 3, 28)) == []
    assert hours_worked(skipped, paris, date(2027, 4, 4)) == [0.5]


def test_the_morning_after_the_change_starts_at_the_hour_the_clocks_show():
    lines = [WorkLine(SUNDAY, 9, 12)]

    worked = expand(lines, paris, date(2027, 3, 21), date(2027, 3, 28))

    assert shown(worked) == [("03-21 09:00", "03-21 12:00"), ("03-28 09:00", "03-28 12:00")]
    assert worked[1].start - worked[0].start == (7 * 24 - 1) * HOUR


def test_the_leap_day_is_worked():
    lines = [WorkLine(TUESDAY, 9, 12)]

    worked = expand(lines, paris, date(2028, 2, 28), date(2028, 3, 1))

    assert shown(worked) == [("02-29 09:00", "02-29 12:00")]


# What Odoo does, line by line, with its own time zones (`resource.calendar`, `float_to_time`).
# Both sides read pytz's zone files: which year a country changes its law is not the question.


def odoo_time(hours):
    if hours == 24:
        return time.max
    fraction, whole = math.modf(hours)
    minutes = 60 * fraction
    epsilon = 2 ** (math.log2(minutes) - 50) if minutes else 0
    return time(int(whole), round(minutes + epsilon))


def odoo_week_type(day):
    return math.floor((day.toordinal() - 1) / 7) % 2


def odoo_instant(zone, day, hours):
    moment = zone.localize(datetime.combine(day, odoo_time(hours)))
    whole_second = moment.replace(microsecond=0)
    return to_instant(whole_second) + (moment.microsecond == 999_999)


def odoo_hours(lines, zone, first_day, last_day):
    return [
        Interval(odoo_instant(zone, day, line.hour_from), odoo_instant(zone, day, line.hour_to))
        for count in range((last_day - first_day).days + 1)
        for day in [first_day + timedelta(days=count)]
        for line in lines
        if line.weekday == day.weekday() and line.week in (None, odoo_week_type(day))
    ]


def from_the_same_file(name):
    with pytz.open_resource(name) as file:
        return pytz.timezone(name), ZoneInfo.from_file(file, key=name)


zones = st.sampled_from(
    [
        "Europe/Paris",
        "America/New_York",
        "Pacific/Auckland",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "Asia/Kolkata",
        "Asia/Beirut",
        "Africa/Cairo",
        "America/Havana",
        "America/Santiago",
        "America/St_Johns",
        "America/Asuncion",
    ]
).map(from_the_same_file)
minutes_as_hours = st.integers(0, 24 * 60).map(lambda minutes: minutes / 60)
edges_of_the_night = st.sampled_from([0.0, 0.5, 1.0, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0, 23.5, 24.0])
hours = minutes_as_hours | edges_of_the_night
work_lines = st.builds(
    WorkLine, st.integers(0, 6), hours, hours, st.sampled_from([None, None, 0, 1])
)
first_days = st.dates(date(2024, 1, 1), date(2036, 11, 1))


@settings(max_examples=200, deadline=None)
@given(st.lists(work_lines, max_size=8), zones, first_days, st.integers(0, 20))
def test_working_hours_are_those_of_odoo(lines, zone, first_day, more_days):
    odoo_zone, our_zone = zone
    last_day = first_day + timedelta(days=more_days)

    worked = expand(lines, our_zone, first_day, last_day)

    in_odoo = odoo_hours(lines, odoo_zone, first_day, last_day)
    assert worked == sorted(each for each in in_odoo if each.start < each.stop)
    assert merge(worked) == merge(in_odoo)


changes = [
    ("Europe/Paris", date(2027, 3, 28)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2026, 11, 1)),
    ("Pacific/Auckland", date(2026, 9, 27)),
    ("Pacific/Chatham", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 30)),
    ("America/Havana", date(2025, 11, 2)),
    ("America/Asuncion", date(2024, 3, 24)),
    ("Asia/Beirut", date(2026, 3, 29)),
]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(hours, hours), max_size=8), st.sampled_from(changes))
def test_working_hours_are_those_of_odoo_when_the_clocks_change(spans, change):
    name, day = change
    odoo_zone, our_zone = from_the_same_file(name)
    eve, morrow = day - timedelta(days=1), day + timedelta(days=1)
    lines = [WorkLine(each.weekday(), *span) for span in spans for each in (eve, day, morrow)]

    worked = expand(lines, our_zone, eve, morrow)

    in_odoo = odoo_hours(lines, odoo_zone, eve, morrow)
    assert worked == sorted(each for each in in_odoo if each.start < each.stop)
