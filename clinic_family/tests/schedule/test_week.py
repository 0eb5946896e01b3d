"""The hours of a week are written in one window, and Odoo's working hours are made of them."""

from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import MONDAY, ROLE, THURSDAY, TUESDAY, WEDNESDAY, days
from ..week_common import WeekCase


@tagged("post_install", "-at_install")
class TestWeek(WeekCase):
    def test_the_usual_hours_are_there_already(self):
        self.company.resource_calendar_id = self.calendar((8, 12), (13, 17), weekdays="01234")

        self.week(self.newcomer).save().action_save()

        schedule = self.newcomer.schedule_ids
        self.assertEqual(schedule.location_id, self.harbour)
        self.assertEqual(schedule.date_from, MONDAY)
        self.assertNotEqual(schedule.calendar_id, self.company.resource_calendar_id)
        self.assertEqual(len(schedule.calendar_id.attendance_ids), 10)

    def test_what_is_written_is_offered(self):
        self.write_week(
            self.newcomer, tuesday=True, hour_from=9.5, hour_to=13, break_from=11, break_to=11.5
        )

        self.assertEqual(self.offered(self.newcomer), {TUESDAY.isoformat(): ("09:30", "12:30")})
        starts = self.single._get_slots(days(TUESDAY, 1), self.newcomer, self.harbour)
        self.assertNotIn(
            "11:00", {self.harbour._get_time_values(s.start)["param"][11:16] for s in starts}
        )

    def test_they_are_the_hours_of_the_place(self):
        schedule = self.write_week(self.newcomer, monday=True)

        self.assertEqual(schedule.calendar_id.tz, self.harbour.tz)
        self.assertEqual(schedule.calendar_id.company_id, self.harbour.company_id)

    def test_at_a_second_place_the_days_that_are_left_are_proposed(self):
        self.company.resource_calendar_id = self.calendar((8, 12), weekdays="01234")
        self.write_week(self.newcomer, monday=True, tuesday=True)

        [line] = self.week(self.newcomer).save().line_ids

        self.assertEqual(
            [line.monday, line.tuesday, line.wednesday, line.thursday, line.friday, line.saturday],
            [False, False, True, True, True, False],
        )

    def test_what_was_written_is_changed_in_place(self):
        schedule = self.write_week(self.newcomer, monday=True)
        calendar = schedule.calendar_id

        week = self.week(schedule=schedule)
        with week.line_ids.edit(0) as line:
            line.friday = True
        week.save().action_save()

        self.assertEqual(self.newcomer.schedule_ids, schedule)
        self.assertEqual(schedule.calendar_id, calendar)
        self.assertEqual(set(calendar.attendance_ids.mapped("dayofweek")), {"0", "4"})

    def test_the_hours_of_others_stay(self):
        shared = self.calendar((9, 12), weekdays="0")
        for user_of_it in ("schedule", "resource", "company"):
            with self.subTest(user_of_it), self.env.cr.savepoint() as before:
                schedule = self.schedule(self.newcomer, shared, self.harbour)
                if user_of_it == "schedule":
                    self.schedule(self.nora, shared, self.location("Test Hill"))
                elif user_of_it == "resource":
                    self.env["resource.resource"].create({
                        "name": "Room", "calendar_id": shared.id,
                    })  # fmt: skip
                else:
                    self.company.resource_calendar_id = shared
                week = self.week(schedule=schedule)
                with week.line_ids.edit(0) as line:
                    line.tuesday = True
                week.save().action_save()

                self.assertEqual(shared.attendance_ids.mapped("dayofweek"), ["0"])
                self.assertNotEqual(schedule.calendar_id, shared)
                before.rollback()

    def test_from_a_later_day_on_the_old_hours_hold_until_then(self):
        schedule = self.write_week(self.newcomer, monday=True)

        week = self.week(schedule=schedule)
        week.date_from = THURSDAY
        with week.line_ids.edit(0) as line:
            line.monday, line.friday = False, True
        week.save().action_save()

        old, new = self.newcomer.schedule_ids.sorted("date_from")
        self.assertEqual(old, schedule)
        self.assertEqual(old.date_to, THURSDAY - timedelta(days=1))
        self.assertEqual((new.date_from, new.date_to), (THURSDAY, False))
        offered = self.offered(self.newcomer, count=14)
        self.assertEqual(
            list(offered), [MONDAY.isoformat(), *(f"2027-04-{day:02}" for day in (2, 9))]
        )

    def test_hours_that_had_ended_stay_ended(self):
        schedule = self.write_week(self.newcomer, monday=True)
        schedule.date_to = TUESDAY

        week = self.week(schedule=schedule)
        week.date_from, week.date_to = THURSDAY, False
        week.save().action_save()

        self.assertEqual(schedule.date_to, TUESDAY)
        self.assertEqual(len(self.newcomer.schedule_ids), 2)

    def test_whose_hours_they_are_is_what_the_schedule_says(self):
        schedule = self.write_week(self.newcomer, monday=True)
        week = self.week(schedule=schedule).save()
        week.practitioner_id = self.nora

        week.action_save()

        self.assertEqual(schedule.practitioner_id, self.newcomer)
        self.assertEqual(week.practitioner_id, self.newcomer)

    def test_a_week_without_hours_is_refused(self):
        week = self.week(self.newcomer)
        while len(week.line_ids):
            week.line_ids.remove(0)

        with self.assertRaisesRegex(ValidationError, "add a line"):
            week.save().action_save()

    def test_hours_beside_others_of_the_same_time_are_refused_in_words(self):
        self.write_week(self.newcomer, monday=True, tuesday=True)

        with self.assertRaisesRegex(
            ValidationError, r"Nick Newcomer already works .* on Tue 30 Mar 2027.*Mon, Tue 9:00"
        ):
            self.write_week(self.newcomer, tuesday=True, hour_from=16, hour_to=18)

    def test_hours_that_begin_before_those_before_them_end_are_refused(self):
        first = self.write_week(self.newcomer, monday=True)
        first.date_to = TUESDAY
        later = self.schedule(self.newcomer, self.calendar((9, 12)), date_from=WEDNESDAY)
        week = self.week(schedule=later)
        week.date_from = MONDAY

        with self.assertRaisesRegex(ValidationError, "already works"), self.env.cr.savepoint():
            week.save().action_save()

        self.assertEqual(later.date_from, WEDNESDAY)

    def test_hours_on_other_days_or_after_each_other_stand_side_by_side(self):
        self.write_week(self.newcomer, monday=True, hour_from=9, hour_to=12)
        self.write_week(self.newcomer, friday=True, hour_from=9, hour_to=12)

        self.write_week(self.newcomer, monday=True, hour_from=12, hour_to=14)

        self.assertEqual(len(self.newcomer.schedule_ids), 3)

    def test_new_hours_and_their_last_day_are_judged_together(self):
        schedule = self.write_week(self.newcomer, monday=True)
        self.schedule(self.newcomer, self.calendar((9, 17), weekdays="1"), date_from=WEDNESDAY)
        week = self.week(schedule=schedule)
        week.date_to = TUESDAY
        with week.line_ids.edit(0) as line:
            line.tuesday = True

        week.save().action_save()

        self.assertEqual(set(schedule.calendar_id.attendance_ids.mapped("dayofweek")), {"0", "1"})

    def test_a_slip_is_refused_in_words(self):
        for values, words in (
            ({}, "tick the days"),
            ({"friday": True, "hour_from": 17, "hour_to": 9}, "On Friday, the hours end before"),
            ({"friday": True, "break_from": 8, "break_to": 10}, "On Friday, the break lies"),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.write_week(self.newcomer, **values)

    def test_two_weeks_in_turn_open_odoo_s_own_form(self):
        calendar = self.calendar((9, 12))
        schedule = self.schedule(self.newcomer, calendar, self.harbour)
        calendar.switch_calendar_type()

        action = schedule.with_user(self.manager).action_edit_week()

        self.assertEqual((action["res_model"], action["res_id"]), (calendar._name, calendar.id))

    def test_a_line_says_the_week(self):
        calendar = self.calendar((9, 12), weekdays="01246")
        schedule = self.schedule(self.newcomer, calendar, self.harbour)

        self.assertEqual(
            schedule.hours_text.replace("\u202f", " "), "Mon–Wed, Fri, Sun 9:00 AM – 12:00 PM"
        )

    def test_managers_alone_write_it(self):
        for role in ("front_desk", "billing", "practitioner"):
            user = self.user(f"test_{role}", role, ROLE + role)
            with self.subTest(role), self.assertRaises(AccessError):
                self.week(self.newcomer, user=user)
