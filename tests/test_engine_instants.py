"""Instants, and what the clocks on the wall show."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_family.engine.instants import (
    SENT_SINCE,
    day_bounds,
    from_instant,
    from_stored,
    get_day,
    localize,
    read_periods,
    read_start,
    to_instant,
    to_stored,
    write_start,
)
from clinic_family.engine.intervals import Interval, merge

HOUR = 3600
paris = ZoneInfo("Europe/Paris")
new_york = ZoneInfo("America/New_York")
auckland = ZoneInfo("Pacific/Auckland")
lord_howe = ZoneInfo("Australia/Lord_Howe")
cairo = ZoneInfo("Africa/Cairo")
havana = ZoneInfo("America/Havana")
utc = ZoneInfo("UTC")

zones = st.sampled_from([paris, new_york, auckland, lord_howe, cairo, havana, utc])
days = st.dates(date(2024, 1, 1), date(2036, 12, 31))
instants = st.integers(to_instant(datetime(1970, 1, 1, tzinfo=timezone.utc)), 4_000_000_000)


def written(instant):
    return from_instant(instant).strftime("%Y-%m-%d %H:%M:%S")


def length(day, zone):
    start, stop = day_bounds(day, zone)
    return (stop - start) / HOUR


def test_a_time_without_a_zone_is_refused():
    naive = datetime(2026, 11, 2, 9, 0)

    with pytest.raises(ValueError, match="without a zone"):
        to_instant(naive)


def test_what_odoo_stores_is_in_utc_and_says_no_zone():
    stored = datetime(2026, 11, 2, 8, 0)

    assert from_stored(stored) == to_instant(stored.replace(tzinfo=timezone.utc))
    assert to_stored(from_stored(stored)) == stored


def test_one_moment_is_one_instant_in_every_zone():
    in_paris = datetime(2026, 11, 2, 9, 0, tzinfo=paris)
    in_auckland = datetime(2026, 11, 2, 21, 0, tzinfo=auckland)

    assert to_instant(in_paris) == to_instant(in_auckland)
    assert written(to_instant(in_paris)) == "2026-11-02 08:00:00"


def test_a_fraction_of_a_second_is_dropped_and_never_rounded_up():
    moment = datetime(1970, 1, 1, 0, 0, 5, 999_999, tzinfo=timezone.utc)

    assert to_instant(moment) == 5
    assert to_instant(moment - timedelta(seconds=10)) == -5


def test_an_instant_comes_back_as_a_moment_in_utc():
    moment = from_instant(86_400)

    assert moment == datetime(1970, 1, 2, tzinfo=timezone.utc)
    assert moment.utcoffset() == timedelta(0)


@given(instants)
def test_an_instant_survives_being_stored(instant):
    assert from_stored(to_stored(instant)) == instant


@settings(deadline=None)
@given(st.datetimes(timezones=zones, allow_imaginary=False).map(lambda d: d.replace(microsecond=0)))
def test_a_moment_survives_being_an_instant(moment):
    assert from_instant(to_instant(moment)) - moment.astimezone(timezone.utc) == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        (paris, date(2026, 10, 25), 2.5, "2026-10-25 01:30:00"),
        (new_york, date(2026, 11, 1), 1.5, "2026-11-01 06:30:00"),
        (auckland, date(2027, 4, 4), 2.5, "2027-04-03 14:30:00"),
        (lord_howe, date(2027, 4, 4), 1.75, "2027-04-03 15:15:00"),
        (havana, date(2025, 11, 2), 0, "2025-11-02 05:00:00"),
    ],
)
def test_a_time_shown_twice_means_the_second(zone, day, hour, expected):
    assert written(localize(day, hour, zone)) == expected


@pytest.mark.parametrize(
    ("zone", "day", "hour", "expected"),
    [
        (paris, date(2027, 3, 28), 2.5, "2027-03-28 01:30:00"),
        (new_york, date(2027, 3, 14), 2.5, "2027-03-14 07:30:00"),
        (auckland, date(2026, 9, 27), 2.5, "2026-09-26 14:30:00"),
        (lord_howe, date(2026, 10, 4), 2.25, "2026-10-03 15:45:00"),
        (cairo, date(2026, 4, 24), 0, "2026-04-23 22:00:00"),
    ],
)
def test_a_time_the_clocks_skip_is_read_as_before_the_change(zone, day, hour, expected):
    assert written(localize(day, hour, zone)) == expected


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        (paris, date(2026, 11, 2), "2026-11-02 23:00:00"),
        (utc, date(2028, 2, 28), "2028-02-29 00:00:00"),
        (cairo, date(2026, 4, 23), "2026-04-23 22:00:00"),
        (havana, date(2025, 11, 1), "2025-11-02 04:00:00"),
    ],
)
def test_hour_24_is_the_end_of_the_day(zone, day, expected):
    assert written(localize(day, 24, zone)) == expected


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (8 + 1 / 3, "08:20"),
        (9.1, "09:06"),
        (8.125, "08:08"),
        (8.375, "08:23"),
        (8.124, "08:07"),
        (9.999, "10:00"),
        (23.999, "00:00"),
        (0.0, "00:00"),
    ],
)
def test_hours_are_read_to_the_minute_and_half_a_minute_counts_as_one(hour, expected):
    instant = localize(date(2026, 11, 2), hour, utc)

    assert from_instant(instant).strftime("%H:%M") == expected


@pytest.mark.parametrize("hour", [-0.5, 24.5, float("nan")])
def test_an_hour_no_day_has_is_refused(hour):
    with pytest.raises(ValueError, match="no hour"):
        localize(date(2026, 11, 2), hour, utc)


def test_a_day_is_shorter_or_longer_when_the_clocks_change():
    assert length(date(2027, 3, 28), paris) == 23
    assert length(date(2026, 10, 25), paris) == 25
    assert length(date(2027, 3, 14), new_york) == 23
    assert length(date(2026, 11, 1), new_york) == 25
    assert length(date(2026, 10, 4), lord_howe) == 23.5
    assert length(date(2027, 4, 4), lord_howe) == 24.5


def test_the_leap_day_is_an_ordinary_day():
    assert length(date(2028, 2, 29), paris) == 24
    assert written(day_bounds(date(2028, 2, 29), utc).start) == "2028-02-29 00:00:00"


def test_a_day_whose_midnight_is_skipped_starts_when_the_clocks_change():
    start, stop = day_bounds(date(2026, 4, 24), cairo)

    assert written(start) == "2026-04-23 22:00:00"
    assert written(stop) == "2026-04-24 21:00:00"


def test_a_day_with_two_midnights_starts_with_the_first():
    start, stop = day_bounds(date(2025, 11, 2), havana)

    assert written(start) == "2025-11-02 04:00:00"
    assert (stop - start) / HOUR == 25


@settings(deadline=None)
@given(instants, zones)
def test_every_instant_lies_in_the_day_the_clocks_show(instant, zone):
    day = get_day(instant, zone)

    start, stop = day_bounds(day, zone)

    assert start <= instant < stop


@settings(deadline=None)
@given(days, zones)
def test_days_follow_each_other_without_gap_or_overlap(day, zone):
    today = day_bounds(day, zone)
    tomorrow = day_bounds(day + timedelta(days=1), zone)

    assert today.start < today.stop == tomorrow.start


def test_a_start_is_read_as_written():
    decision = read_start("2026-12-03T13:00+13:00", auckland)

    assert decision
    assert decision.facts == read_start("2026-12-03T13:00:00+13:00", auckland).facts
    assert written(decision.facts["instant"]) == "2026-12-03 00:00:00"
    assert write_start(decision.facts["instant"], auckland) == "2026-12-03T13:00+13:00"


def test_a_start_with_seconds_keeps_them():
    late = read_start("2026-12-03T13:00:07+13:00", auckland).facts["instant"]

    assert write_start(late, auckland) == "2026-12-03T13:00:07+13:00"


def test_both_showings_of_a_doubled_hour_can_be_read():
    first = read_start("2026-10-25T02:30:00+02:00", paris).facts["instant"]
    second = read_start("2026-10-25T02:30:00+01:00", paris).facts["instant"]

    assert second - first == HOUR


def test_the_29th_of_february_exists_in_leap_years_only():
    assert read_start("2028-02-29T10:00:00+01:00", paris)
    assert read_start("2027-02-29T10:00:00+01:00", paris).reason == "unreadable"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "tomorrow at ten",
        "2026-12-03",
        "2026-12-03T13:00:00",
        "2026-12-03T13:00:00Z",
        "2026-12-03T13:00:00 13:00",
        "2026-12-03 13:00:00+13:00",
        "2026-12-03T13:00:00+13:00\n",
        "2026-12-03T13:00:00.5+13:00",
        "2026-12-03T13:00:00+13:00:00.500000",
        "2026-13-03T13:00:00+13:00",
        "2026-12-03T25:00:00+13:00",
        "2026-12-03T13:00:00+25:00",
        "２０２６-12-03T13:00:00+13:00",
        "0001-01-01T00:00:00+13:00",
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T23:59:59+00:00",
        "12026-12-03T13:00:00+13:00",
        "2026-12-03T13:00:00+13:00" * 10_000,
    ],
)
def test_what_is_no_start_is_unreadable(text):
    decision = read_start(text, auckland)

    assert not decision
    assert decision.reason == "unreadable"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2027-03-28T02:30:00+01:00", paris),
        ("2027-03-28T02:30:00+02:00", paris),
        ("2027-03-14T02:30:00-05:00", new_york),
        ("2026-10-04T02:15:00+10:30", lord_howe),
        ("2026-04-24T00:30:00+02:00", cairo),
    ],
)
def test_a_time_the_clocks_skip_does_not_exist(text, zone):
    assert read_start(text, zone).reason == "nonexistent"


@pytest.mark.parametrize(
    "text",
    ["2026-12-03T13:00:00+12:00", "2026-12-03T00:00:00+00:00", "2026-07-03T13:00:00+13:00"],
)
def test_a_time_with_an_offset_its_zone_does_not_have_does_not_exist(text):
    assert read_start(text, auckland).reason == "nonexistent"


@settings(deadline=None)
@given(instants, zones)
def test_every_written_start_is_read_back(instant, zone):
    assert read_start(write_start(instant, zone), zone).facts == {"instant": instant}


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_reading(text):
    decision = read_start(text, paris)

    assert decision.allowed == (decision.reason == "")


some_periods = st.lists(
    st.tuples(st.integers(-90, 90), st.integers(1, 40)).map(lambda one: Interval(one[0], sum(one)))
)


@settings(deadline=None)
@given(some_periods)
def test_periods_are_read_as_they_were_sent_and_merged(periods):
    moments = ((each - SENT_SINCE) * 1_000_000 for period in periods for each in period)
    sent = b"".join(moment.to_bytes(8, "big", signed=True) for moment in moments)

    assert read_periods(sent) == merge(periods)
