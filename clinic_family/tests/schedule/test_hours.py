"""The hours the diaries hold are those that Odoo itself computes."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from ...engine.instants import from_instant
from ...engine.intervals import Interval, intersect, merge, subtract
from ..common import ClinicCase, instant

ZONES = ["Pacific/Auckland", "Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "UTC"]
WEEKS_OF_CLOCK_CHANGES = [
    date(2026, 10, 25), date(2026, 11, 1), date(2027, 3, 14), date(2027, 3, 28),
    date(2027, 4, 4), date(2027, 9, 26), date(2027, 10, 3),
]  # fmt: skip
# Morning, lunch and afternoon, in quarters of an hour.
day_hours = st.none() | st.lists(st.integers(0, 96), min_size=4, max_size=4, unique=True).map(
    sorted
)
week_hours = st.lists(day_hours, min_size=7, max_size=7)
calendars = st.lists(week_hours, min_size=1, max_size=2)
first_days = st.sampled_from(WEEKS_OF_CLOCK_CHANGES).map(lambda day: day - timedelta(days=4))
# Whose it is, after how many hours it begins, and how many minutes it lasts.
leaves = st.lists(
    st.tuples(
        st.sampled_from(["nora", "hours", "company", "colleague", "other hours", "not off"]),
        st.integers(-48, 16 * 24),
        st.integers(1, 3000),
    ),
    max_size=4,
)


@tagged("post_install", "-at_install")
class TestHoursAreThoseOfOdoo(ClinicCase):
    def make_calendar(self, weeks):
        """A weekly calendar, or one of two weeks in turn, with a break at noon."""
        periods = ("morning", "lunch", "afternoon")
        lines = [
            Command.create({
                "name": period,
                "dayofweek": str(weekday),
                "week_type": str(week) if len(weeks) == 2 else False,
                "day_period": period,
                "hour_from": begins / 4,
                "hour_to": ends / 4,
            })
            for week, hours in enumerate(weeks)
            for weekday, quarters in enumerate(hours)
            for period, (begins, ends) in zip(periods, pairwise(quarters or ()), strict=False)
        ]  # fmt: skip
        return self.env["resource.calendar"].create({
            "name": "Test weeks",
            "two_weeks_calendar": len(weeks) == 2,
            "attendance_ids": [Command.clear(), *lines],
        })  # fmt: skip

    def make_leave(self, calendar, first_day, whose, hour, minutes):
        """Time off of Nora or of a colleague, or a closing day of her hours or the company."""
        begins = datetime.combine(first_day, time()) + timedelta(hours=hour)
        values = {
            "nora": {"resource_id": self.nora.resource_id.id},
            "colleague": {"resource_id": self.ben.resource_id.id},
            "hours": {"calendar_id": calendar.id},
            "other hours": {"calendar_id": self.other_hours.id},
            "company": {"calendar_id": False},
            "not off": {"calendar_id": calendar.id, "time_type": "other"},
        }[whose]
        ends = begins + timedelta(minutes=minutes)
        self.env["resource.calendar.leaves"].create(
            {"date_from": begins, "date_to": ends, **values}
        )

    def read_ours(self, location, window):
        """Nora's working time as the diary has it, without what she is closed."""
        diaries = self.env["clinic.availability"]._read_diaries(self.nora, location, window)
        diary = diaries[self.nora.id, location.id]
        return intersect(subtract(diary.work, diary.closed), [window])

    def read_odoos(self, calendar, zone, window):
        """The same as Odoo's own method has it; it ends a day a microsecond early."""
        resource = self.nora.resource_id
        worked = calendar._work_intervals_batch(
            from_instant(window.start),
            from_instant(window.stop),
            resources=resource,
            tz=pytz.timezone(zone),
        )[resource.id]
        return merge(
            Interval(round(start.timestamp()), round(stop.timestamp()))
            for start, stop, _lines in worked
        )

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(calendars, st.sampled_from(ZONES), first_days, leaves)
    def assertSameHours(self, weeks, zone, first_day, times_off):
        with self.env.cr.savepoint() as example:
            location = self.location("Test place", zone)
            calendar = self.make_calendar(weeks)
            self.schedule(self.nora, calendar, location, date_from=date(2026, 1, 1))
            self.nora.resource_id.calendar_id = calendar
            for time_off in times_off:
                self.make_leave(calendar, first_day, *time_off)
            begins = instant(first_day, "5:30", ZoneInfo(zone))
            window = Interval(begins, begins + 15 * 24 * 3600)

            self.assertEqual(
                self.read_ours(location, window), self.read_odoos(calendar, zone, window)
            )
            example.rollback()

    def test_working_hours_are_those_that_odoo_computes(self):
        self.ben = self.practitioner("Ben Test-Other")
        self.other_hours = self.calendar((9, 17))

        self.assertSameHours()
