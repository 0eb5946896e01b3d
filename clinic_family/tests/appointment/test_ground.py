"""What takes the ground from under an appointment: refused, or asked, and then found."""

from datetime import date

from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import CLOCKS_GO_BACK, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, utc
from ..staff_common import StaffCase


class GroundCase(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.leo], payer_id=cls.mira.id)
        cls.hours = cls.nora.schedule_ids.calendar_id

    def time_off(self, first="9:00", last="17:00", day=TUESDAY, user=None, **values):
        return self.env["resource.calendar.leaves"].with_user(user or self.doctor).create({
            "resource_id": self.nora.resource_id.id,
            "date_from": utc(day, first),
            "date_to": utc(day, last),
            **values,
        })  # fmt: skip

    def assertAsked(self, change):
        """The change is stored only after somebody noted that the visit waits."""
        with (
            self.assertRaisesRegex(RedirectWarning, "30 March 2027.*Leo Littleton") as asked,
            self.cr.savepoint(),
        ):
            change()
        _message, action, _button, context = asked.exception.args
        action = self.env["ir.actions.act_window"].browse(action)
        self.assertEqual(context["default_appointment_ids"], self.visit.ids)
        self.assertFalse(self.visit.is_orphaned)
        model = self.env[action.res_model].with_user(self.manager).with_context(**context)
        model.create({"note": "Nora is ill"}).action_save()
        change()
        self.assertTrue(self.visit.is_orphaned)
        self.assertEqual(self.visit.state, "booked")

    def assertRefused(self, sentence, change):
        with self.assertRaisesRegex(UserError, sentence) as refusal, self.env.cr.savepoint():
            change()
        self.assertIn("Leo Littleton", str(refusal.exception))

    def search_orphaned(self, user=None, value=True):
        return (
            self.env["clinic.appointment"]
            .with_user(user or self.front_desk)
            .search([("is_orphaned", "=", value), ("practitioner_id", "=", self.nora.id)])
        )


@tagged("post_install", "-at_install")
class TestOrphaned(GroundCase):
    def test_a_visit_in_working_hours_is_not_orphaned(self):
        self.assertFalse(self.visit.with_user(self.front_desk).is_orphaned)
        self.assertFalse(self.search_orphaned())
        self.assertEqual(self.search_orphaned(value=False), self.visit)

    def test_a_visit_that_ends_after_the_hours_is_orphaned(self):
        late = self.appointment(TUESDAY, "16:30", [self.leo], stop=utc(TUESDAY, "17:01"))
        self.assertTrue(late.is_orphaned)
        self.assertEqual(self.search_orphaned(), late)

    def test_a_visit_across_the_lunch_break_is_orphaned(self):
        over = self.appointment(TUESDAY, "11:45", [self.leo])
        self.assertTrue(over.is_orphaned)

    def test_what_is_over_or_cancelled_is_not_orphaned(self):
        past = self.appointment(date(2027, 3, 22), "20:00", [self.leo])
        off = self.appointment(WEDNESDAY, "20:00", [self.leo])
        off._update_state("cancelled")
        self.assertFalse(past.is_orphaned)
        self.assertFalse(off.is_orphaned)
        self.assertFalse(self.search_orphaned())

    def test_hours_are_read_in_the_zone_of_the_place_when_clocks_change(self):
        visit = self.appointment(CLOCKS_GO_BACK, "9:00", [self.leo])
        self.assertFalse(visit.is_orphaned)

    def test_a_visit_somebody_answered_for_is_not_orphaned_from_then_on(self):
        evening = self.appointment(TUESDAY, "20:00", [self.leo])
        self.assertTrue(evening.is_orphaned)

        evening.with_user(self.front_desk).time_reason = "She comes from far away"

        self.assertFalse(evening.is_orphaned)

    def test_many_visits_are_judged_with_as_few_queries_as_one(self):
        others = self.env["clinic.practitioner"]
        for number in range(5):
            others += self.practitioner(f"Test Practitioner {number}")
        visits = self.visit.union(*(
            self.appointment(day, clock, [self.leo], practitioner_id=one.id)
            for one in others
            for day in (TUESDAY, WEDNESDAY)
            for clock in ("9:00", "20:00")
        ))  # fmt: skip

        def count(appointments):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            appointments.mapped("is_orphaned")
            return self.cr.sql_log_count - before

        count(self.visit)
        self.assertEqual(count(visits), count(self.visit))
        self.assertEqual(len(visits.filtered("is_orphaned")), 10)

    def test_patients_do_not_read_that_they_are_orphaned(self):
        with self.assertRaises(AccessError):
            self.visit.with_user(self.mother).read(["is_orphaned"])


@tagged("post_install", "-at_install")
class TestHoursTakenAway(GroundCase):
    def test_time_off_over_a_visit_is_asked_about(self):
        self.assertAsked(self.time_off)

    def test_time_off_beside_visits_is_entered_without_a_word(self):
        self.time_off("11:00", "12:00")
        self.time_off(day=WEDNESDAY)
        self.assertFalse(self.visit.is_orphaned)

    def test_time_off_that_is_moved_over_a_visit_is_asked_about(self):
        off = self.time_off(day=WEDNESDAY)
        self.assertAsked(lambda: off.write({"date_from": utc(TUESDAY, "9:00")}))

    def test_a_closing_day_over_a_visit_is_asked_about(self):
        off = {"resource_id": False, "company_id": self.company.id, "user": self.env.user}
        self.assertAsked(lambda: self.time_off(**off))

    def test_hours_removed_over_a_visit_are_asked_about(self):
        lines = self.hours.attendance_ids.filtered(lambda line: line.dayofweek == "1")
        self.assertAsked(lines.with_user(self.manager).unlink)

    def test_hours_shortened_in_the_calendar_are_asked_about(self):
        lines = self.hours.attendance_ids.filtered(lambda line: line.hour_from == 9)
        change = [Command.update(line.id, {"hour_from": 11}) for line in lines]
        calendar = self.hours.with_user(self.manager)
        self.assertAsked(lambda: calendar.write({"attendance_ids": change}))

    def test_hours_replaced_in_one_step_are_judged_by_the_outcome(self):
        calendar = self.hours.with_user(self.manager)
        calendar.write({"attendance_ids": [
            Command.clear(),
            *(
                Command.create({
                    "name": "Hours", "dayofweek": day, "hour_from": 8, "hour_to": 18,
                })
                for day in "0123456"
            ),
        ]})  # fmt: skip
        self.assertFalse(self.visit.is_orphaned)

    def test_a_schedule_that_ends_before_a_visit_is_asked_about(self):
        schedule = self.nora.schedule_ids.with_user(self.manager)
        self.assertAsked(lambda: schedule.write({"date_to": MONDAY}))

    def test_a_schedule_deleted_from_the_practitioners_form_is_asked_about(self):
        nora = self.nora.with_user(self.manager)
        gone = [Command.delete(self.nora.schedule_ids.id)]
        self.assertAsked(lambda: nora.write({"schedule_ids": gone}))

    def test_a_schedule_replaced_in_one_step_is_judged_by_the_outcome(self):
        other = {"location_id": self.harbour.id, "calendar_id": self.hours.id, "date_from": MONDAY}
        replaced = [Command.delete(self.nora.schedule_ids.id), Command.create(other)]

        self.nora.with_user(self.manager).write({"schedule_ids": replaced})

        self.assertEqual(self.nora.schedule_ids.date_from, MONDAY)
        self.assertFalse(self.visit.is_orphaned)

    def test_hours_of_somebody_else_changed_on_the_way_are_asked_about(self):
        """Odoo lets a record's form write the lines of another."""
        ben = self.practitioner("Ben Other").with_user(self.manager)
        change = Command.update(self.nora.schedule_ids.id, {"date_to": MONDAY})
        self.assertAsked(lambda: ben.write({"schedule_ids": [change]}))

    def test_lines_of_other_hours_changed_on_the_way_are_asked_about(self):
        others = self.practitioner("Ben Other").schedule_ids.calendar_id.with_user(self.manager)
        lines = self.hours.attendance_ids.filtered(lambda line: line.hour_from == 9)
        change = [Command.update(line.id, {"hour_from": 11}) for line in lines]
        self.assertAsked(lambda: others.write({"attendance_ids": change}))

    def test_a_yes_is_recorded_and_speaks_of_one_time_only(self):
        self.visit.with_user(self.manager)._note_orphaned("Nora is ill")
        self.assertEqual(self.visit.orphaned_note, "Nora is ill")
        self.assertEqual(self.visit.orphaned_noted_by_id, self.manager)

        self.visit.with_user(self.front_desk).start = utc(TUESDAY, "14:00")

        self.assertFalse(self.visit.orphaned_note)
        self.assertAsked(self.time_off)

    def test_who_may_not_change_the_visits_can_not_let_them_wait(self):
        self.doctor.group_ids = self.env.ref("base.group_user")
        with self.assertRaisesRegex(UserError, "Nobody would work"):
            self.time_off()
        with self.assertRaises(AccessError):
            self.visit.with_user(self.doctor)._note_orphaned("So what")


@tagged("post_install", "-at_install")
class TestHoursDoubled(GroundCase):
    """Who works at a place at some time is written there once, whoever writes it and where."""

    def assertDoubled(self, change):
        with self.assertRaisesRegex(ValidationError, "already works"), self.cr.savepoint():
            change()
        self.env.invalidate_all()

    def add(self, hours, location=None, **period):
        return self.schedule(self.nora, self.calendar(hours), location, **period)

    def test_a_second_line_is_refused_in_the_list_and_on_the_form(self):
        hours = self.calendar((16, 18)).id
        line = {"location_id": self.harbour.id, "calendar_id": hours, "date_from": MONDAY}
        nora = self.nora.with_user(self.manager)

        self.assertDoubled(lambda: nora.schedule_ids.create({**line, "practitioner_id": nora.id}))
        self.assertDoubled(lambda: nora.write({"schedule_ids": [Command.create(line)]}))

    def test_so_are_hours_that_grow_into_others(self):
        evening = self.add((18, 20))
        lines = evening.calendar_id.attendance_ids.with_user(self.manager)

        self.assertDoubled(lambda: lines[0].write({"hour_from": 16}))
        self.assertDoubled(lambda: evening.write({"calendar_id": self.hours.id}))

    def test_of_two_that_change_in_one_step_the_outcome_counts(self):
        self.visit._update_state("cancelled")
        first = self.nora.schedule_ids
        first.date_to = TUESDAY
        second = self.add((9, 17), date_from=WEDNESDAY)

        self.nora.with_user(self.manager).write({"schedule_ids": [
            Command.update(first.id, {"date_to": WEDNESDAY}),
            Command.update(second.id, {"date_from": THURSDAY}),
        ]})  # fmt: skip

        self.assertEqual((first.date_to, second.date_from), (WEDNESDAY, THURSDAY))

    def test_weeks_in_turn_meet_only_in_the_same_week(self):
        evening = self.add((18, 20), date_from=MONDAY)
        self.hours.switch_calendar_type()
        lines = self.hours.attendance_ids.filtered(
            lambda line: line.hour_to == 17 and line.dayofweek == "1"
        )
        lines.filtered(lambda line: line.week_type == "0").hour_to = 18
        evening.calendar_id.switch_calendar_type()
        theirs = evening.calendar_id.attendance_ids.filtered(
            lambda line: line.hour_from == 18 and line.dayofweek == "1"
        )
        theirs.filtered(lambda line: line.week_type == "1").hour_from = 17.5
        clash = theirs.filtered(lambda line: line.week_type == "0")

        self.assertDoubled(lambda: clash.write({"hour_from": 17.5}))

    def test_at_another_place_whoever_books_first_takes_the_time(self):
        self.add((9, 17), self.location("Test Hill"))

        self.assertEqual(len(self.nora.schedule_ids), 2)

    def test_what_was_doubled_before_keeps_nobody_from_anything(self):
        other = self.add((18, 20))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_schedule SET calendar_id = %s WHERE id = %s", (self.hours.id, other.id)
        )
        self.env.invalidate_all()

        self.time_off(day=WEDNESDAY)
        other.date_to = THURSDAY


@tagged("post_install", "-at_install")
class TestAnsweredFor(GroundCase):
    """A yes to an unusual time is to what was unusual then; whatever comes later is asked about."""

    def answer_for(self, day, clock, **values):
        visit = self.appointment(day, clock, [self.leo], **values)
        visit.with_user(self.front_desk).time_reason = "She comes from far away"
        self.visit._update_state("cancelled")
        self.visit = visit
        self.assertFalse(visit.is_orphaned)
        return visit

    def end_hours_on(self, number):
        lines = self.hours.attendance_ids.filtered(lambda line: line.dayofweek == number)
        lines.with_user(self.manager).unlink()

    def test_outside_hours_it_stands_on_none_and_time_off_is_asked_about(self):
        visit = self.answer_for(TUESDAY, "20:00")

        self.end_hours_on("1")
        self.assertFalse(visit.is_orphaned)

        self.assertAsked(lambda: self.time_off("19:00", "22:00"))

    def test_during_time_off_it_still_stands_on_hours(self):
        self.time_off(day=WEDNESDAY)
        visit = self.answer_for(WEDNESDAY, "10:00")

        self.time_off(day=WEDNESDAY)
        self.assertFalse(visit.is_orphaned)

        with self.assertRaisesRegex(RedirectWarning, "Leo Littleton"):
            self.end_hours_on("2")

    def test_at_another_place_time_off_is_asked_about(self):
        self.answer_for(TUESDAY, "14:00", location_id=self.location("Test Hill").id)

        self.assertAsked(self.time_off)


@tagged("post_install", "-at_install")
class TestGroundTakenAway(GroundCase):
    def test_nobody_is_taken_off_a_service_while_somebody_is_expected_there(self):
        given = self.visit.service_id
        service, nora = given.with_user(self.manager), self.nora.with_user(self.manager)
        no_nora = {"practitioner_ids": [Command.unlink(nora.id)]}
        no_service = {"service_ids": [Command.clear()]}
        self.assertRefused("doesn't give", lambda: service.write(no_nora))
        self.assertRefused("doesn't give", lambda: nora.write(no_service))
        service.write({"practitioner_ids": [Command.set(nora.ids)]})

        self.visit._update_state("cancelled")

        service.write(no_nora)
        self.assertNotIn(self.nora, given.practitioner_ids)

    def test_the_zone_of_a_place_stays_while_visits_are_ahead(self):
        harbour = self.harbour.with_user(self.manager)
        self.assertRefused("another time zone", lambda: harbour.write({"tz": "Europe/Berlin"}))
        harbour.write({"tz": "Pacific/Auckland"})

        self.visit._update_state("cancelled")

        harbour.write({"tz": "Europe/Berlin"})

    def test_a_place_with_visits_is_not_given_to_another_company(self):
        other = self.env["res.company"].create({"name": "Other Clinic"})
        self.visit._update_state("cancelled")
        self.assertRefused("would go with it", lambda: self.harbour.write({"company_id": other.id}))
        self.location("Empty").write({"company_id": other.id})

    def test_nothing_a_visit_needs_is_archived_before_it(self):
        for needed in (self.harbour, self.visit.service_id, self.nora, self.nora.resource_id):
            with self.subTest(needed=needed):
                record = needed.with_user(self.manager)
                self.assertRefused("can't be archived", record.action_archive)

    def test_no_patient_is_archived_who_is_expected_or_pays(self):
        self.mother.active = False
        for person in (self.leo, self.mira):
            with self.subTest(person=person.name):
                record = person.with_user(self.front_desk)
                self.assertRefused("can't be archived", record.action_archive)

    def test_who_sees_no_visit_is_not_told_that_there_are_any(self):
        contacts = self.user("test_contacts", "Con Tact", "base.group_partner_manager")

        with self.assertRaises(UserError) as refused:
            self.leo.with_user(contacts).active = False

        whom = self.leo.display_name
        self.assertEqual(
            str(refused.exception),
            f"{whom} can't be archived. Please ask the clinic's front desk.",
        )

    def test_what_no_visit_needs_any_more_is_archived(self):
        self.visit._update_state("cancelled")
        for needed in (self.harbour, self.visit.service_id, self.nora, self.leo):
            needed.with_user(self.manager).action_archive()
            self.assertFalse(needed.active)

    def test_places_and_practitioners_with_hours_are_archived_instead_of_deleted(self):
        self.visit.unlink()
        for record in (self.harbour, self.nora):
            with self.assertRaisesRegex(UserError, "Archive instead"):
                record.with_user(self.manager).unlink()
        self.assertTrue(self.nora.schedule_ids)

    def test_visits_that_the_reader_may_not_see_are_counted_and_not_named(self):
        other = self.user(
            "other_doctor", "Olga Other", "clinic_family.clinic_family_group_practitioner"
        )
        listed = self.env["clinic.ground"].with_user(other)._list(self.visit.with_user(other))
        self.assertEqual(listed, "and 1 more")
