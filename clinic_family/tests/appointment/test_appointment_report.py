"""Reports count visits and working hours; the hours are those the free times are made of."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ...engine.instants import day_bounds
from ...engine.intervals import Interval, subtract
from ..common import MONDAY, ROLE, TUESDAY, WEDNESDAY, utc
from ..company_common import Neighbours
from ..staff_common import StaffCase

# The clocks of Auckland go back within it.
FIRST, LAST = date(2027, 3, 22), date(2027, 4, 11)


class ReportCase(Neighbours, StaffCase):
    def figures(self, *names, user=None, groupby=(), domain=()):
        """The sums of Nora's rows, as a pivot shows them."""
        report = self.env["clinic.appointment.report"].with_user(user or self.manager)
        domain = [("practitioner_id", "=", self.nora.id), *domain]
        specs = [
            f"{name}:{'avg' if name in ('utilization', 'lead_days') else 'sum'}" for name in names
        ]
        return report._read_group(domain, groupby, specs)

    def away(self, day, first, last, **values):
        return self.env["resource.calendar.leaves"].create({
            "date_from": utc(day, first), "date_to": utc(day, last), **values,
        })  # fmt: skip


@tagged("post_install", "-at_install")
class TestAppointmentReport(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo], payer_id=cls.mira.id)
        cls.ill = cls.env.ref("clinic_family.clinic_cancel_reason_ill")

    def counts(self, **how):
        names = ("visit_count", "cancelled_count", "noshow_count")
        [row] = self.figures(*names, domain=[("state", "!=", False)], **how)
        return row

    def test_visits_are_counted_by_what_became_of_them(self):
        off = self.appointment(TUESDAY, "14:00", [self.leo], payer_id=self.mira.id)
        missed = self.appointment(MONDAY, "9:00", [self.leo], payer_id=self.mira.id)
        self.assertEqual(self.counts(), (3, 0, 0))

        self.ill._call_off(off, "cancelled")
        self.ill._call_off(missed, "noshow")

        self.assertEqual(self.counts(), (3, 1, 1))
        reasons = self.figures(
            "visit_count", groupby=["reason_id"], domain=[("state", "=", "cancelled")]
        )
        self.assertEqual(reasons, [(self.ill, 1)])

    def test_what_was_only_held_is_not_counted(self):
        held = self.appointment(WEDNESDAY, "10:00", [self.leo], payer_id=self.mira.id)
        held.write({"state": "held", "booked_at": False})

        self.assertEqual(self.counts(), (1, 0, 0))

    def test_the_hours_of_a_cancelled_visit_are_free(self):
        [(before,)] = self.figures("booked_hours")
        self.assertAlmostEqual(before, self.visit._get_length() / 3600)

        self.ill._call_off(self.visit, "cancelled")

        [(after,)] = self.figures("booked_hours")
        self.assertEqual(after, 0)

    def test_a_new_patient_is_new_once(self):
        def new():
            [(count,)] = self.figures("new_count")
            return count

        self.assertEqual(new(), 1)
        earlier = self.appointment(MONDAY, "9:00", [self.leo], payer_id=self.mira.id)
        earlier._update_state("fulfilled")
        self.env.flush_all()

        self.assertEqual(new(), 1)

    def test_how_long_before_it_is_booked(self):
        self.visit.booked_at = utc(MONDAY, "10:00")
        self.env.flush_all()

        [(days,)] = self.figures("lead_days")
        self.assertAlmostEqual(days, 1)

    def test_utilisation_is_of_all_the_hours_and_not_the_mean(self):
        domain = [("start", ">=", utc(TUESDAY, "0:00")), ("start", "<", utc(WEDNESDAY, "0:00"))]
        hours = self.visit._get_length() / 3600

        [(booked, opened, share)] = self.figures(
            "booked_hours", "open_hours", "utilization", domain=domain
        )

        self.assertAlmostEqual(booked, hours)
        self.assertEqual(opened, 7)
        self.assertAlmostEqual(share, 100 * hours / 7)

    def test_it_is_for_managers_of_the_company(self):
        billing = self.user("test_billing", "Bo Billing", ROLE + "billing")
        self.build_neighbours()
        for user in (self.front_desk, self.doctor, billing, self.employee, self.mother):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.figures("visit_count", user=user)

        self.assertEqual(self.counts(user=self.theirs["manager"])[0] or 0, 0)

    def test_a_page_of_the_pivot_is_one_query(self):
        self.figures("visit_count", groupby=["practitioner_id"])
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.figures("visit_count", "utilization", groupby=["practitioner_id"])


@tagged("post_install", "-at_install")
class TestOpenHours(ReportCase):
    def assertAgrees(self, practitioner, location):
        """The report counts the same hours as the judge of the free times."""
        zone = location._get_zone()
        window = Interval(day_bounds(FIRST, zone).start, day_bounds(LAST, zone).stop)
        diaries = self.env["clinic.availability"]._read_hours(practitioner, location, window)
        diary = diaries[practitioner.id, location.id]
        work = [one for one in diary.work if window.start <= one.start < window.stop]
        expected = sum(one.stop - one.start for one in subtract(work, diary.closed)) / 3600
        report = self.env["clinic.appointment.report"].with_user(self.manager)
        [(counted,)] = report._read_group(
            [
                ("practitioner_id", "=", practitioner.id),
                ("location_id", "=", location.id),
                ("state", "=", False),
                ("start", ">=", utc(FIRST, "0:00", zone)),
                ("start", "<=", utc(LAST, "23:59", zone)),
            ],
            [],
            ["open_hours:sum"],
        )
        self.assertAlmostEqual(counted, expected)
        return counted

    def test_every_day_has_its_hours_also_when_the_clocks_change(self):
        self.assertEqual(self.assertAgrees(self.nora, self.harbour), 21 * 7)

    def test_time_off_and_closing_days_are_not_open(self):
        self.away(TUESDAY, "10:00", "14:00", resource_id=self.nora.resource_id.id)
        self.away(WEDNESDAY, "0:00", "23:59", company_id=self.company.id)
        self.env.flush_all()

        self.assertEqual(self.assertAgrees(self.nora, self.harbour), 21 * 7 - 3 - 7)

    def test_the_time_off_of_others_changes_nothing(self):
        other = self.practitioner("Olga Other")
        self.away(TUESDAY, "10:00", "14:00", resource_id=other.resource_id.id)
        self.env.flush_all()

        self.assertEqual(self.assertAgrees(self.nora, self.harbour), 21 * 7)

    def test_two_weeks_take_turns_and_a_period_ends(self):
        calendar = self.env["resource.calendar"].create({
            "name": "Two weeks",
            "two_weeks_calendar": True,
            "attendance_ids": [Command.clear(), *(
                Command.create({
                    "name": "Hours", "dayofweek": "0", "hour_from": 9, "hour_to": 9 + hours,
                    "week_type": week,
                })
                for week, hours in (("0", 2), ("1", 3))
            )],
        })  # fmt: skip
        olga = self.practitioner("Olga Other", calendar)
        olga.schedule_ids.date_to = date(2027, 4, 4)

        self.assertEqual(self.assertAgrees(olga, self.harbour), 5)

    def test_hours_are_by_the_clock_of_the_location(self):
        far = self.location("Faraway", "America/New_York")
        olga = self.practitioner("Olga Other", location=far)

        self.assertEqual(self.assertAgrees(olga, far), 21 * 7)
