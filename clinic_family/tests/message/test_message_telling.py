"""Confirmed, changed, cancelled: told once, after the undo period, by whatever path."""

from datetime import timedelta

from odoo.tests import tagged

from ..common import MONDAY, TUESDAY, ClinicCase, utc
from ..message_common import MessageCase


@tagged("post_install", "-at_install")
class TestMessageTelling(MessageCase):
    def kinds(self, visit):
        return self.messages(visit).mapped("kind")

    def test_a_booking_is_confirmed_once_after_the_undo_period(self):
        self.visit()

        self.assertEqual(self.send(minutes=2), [])
        self.assertEqual(
            self.subjects(self.send()), ["Leo Littleton: booked for Thu 1 Apr 10:00\u202fAM"]
        )
        self.assertEqual(self.send(minutes=10), [])

    def test_a_booking_taken_back_within_the_undo_period_is_not_told(self):
        visit = self.visit()
        with self.after(1):
            visit._update_state("cancelled")

        self.assertEqual(self.send(minutes=60), [])
        self.assertFalse(self.messages(visit))

    def test_a_booking_moved_within_the_undo_period_is_confirmed_with_the_new_time(self):
        visit = self.visit()
        with self.after(1):
            visit.start = utc(TUESDAY, "15:00")

        mails = self.send(minutes=4)

        self.assertEqual(
            self.subjects(mails), ["Leo Littleton: booked for Tue 30 Mar 3:00\u202fPM"]
        )

    def test_a_visit_moved_twice_is_told_once(self):
        visit = self.told(self.visit())
        visit.start = utc(TUESDAY, "15:00")
        with self.after(1):
            visit.start = utc(TUESDAY, "16:00")

        mails = self.send(minutes=4)

        self.assertEqual(self.subjects(mails), ["Leo Littleton: now on Tue 30 Mar 4:00\u202fPM"])
        self.assertIn("Before: Thursday 1 April 2027, 10:00 AM", mails[0].words)

    def test_a_visit_moved_and_moved_back_is_not_told(self):
        visit = self.told(self.visit())
        start = visit.start
        visit.start = utc(TUESDAY, "15:00")
        visit.start = start

        self.assertFalse(visit.participant_ids.tell_at)
        self.assertEqual(self.send(minutes=60), [])

    def test_another_practitioner_or_place_is_a_change(self):
        visit = self.told(self.visit())
        other = self.practitioner("Olga Other")
        visit.practitioner_id = other
        [practitioner_changed] = self.send()
        visit.location_id = self.location("Test Hill", phone="555")
        [place_changed] = self.send(minutes=10)

        self.assertIn("With Olga Other", practitioner_changed.words)
        self.assertIn("Before: Nora Test-Nightingale Test Fam", practitioner_changed.words)
        self.assertIn("Before: Test Harbour Test Fam", place_changed.words)
        self.assertIn("Test Hill", place_changed.words)

    def test_a_cancelled_visit_is_told_with_the_time_the_patient_knew(self):
        visit = self.told(self.visit())
        visit.start = utc(TUESDAY, "15:00")
        visit._update_state("cancelled")

        [mail] = self.send()

        self.assertEqual(mail.subject, "Leo Littleton: cancelled, Thu 1 Apr 10:00\u202fAM")

    def test_one_participant_who_cancels_is_told_alone(self):
        visit = self.told(self.visit(self.leo, self.mother))
        visit.participant_ids[0]._cancel()

        self.assertEqual(self.addresses(self.send()), ["leo@example.com"])

    def test_a_change_by_rpc_is_noticed(self):
        visit = self.told(self.visit())
        desk = self.user(
            "test_desk_m", "Dee Test-Desk", "clinic_family.clinic_family_group_front_desk"
        )
        visit.with_user(desk).write({"start": utc(TUESDAY, "15:00")})

        self.assertEqual(len(self.send()), 1)

    def test_a_visit_of_which_nothing_was_read_yet_is_moved_far(self):
        visit = self.visit()
        self.env.flush_all()
        self.env.invalidate_all()

        visit.start += timedelta(days=7)
        self.env.flush_all()

        self.assertEqual(visit.stop, visit.start + timedelta(minutes=30))

    def test_what_is_held_is_not_told(self):
        visit = self.visit(state="held", booked_at=False)
        visit.participant_ids.state = "held"
        self.assertFalse(self.send(minutes=60))

        visit._update_state("booked")

        self.assertEqual(len(self.send(minutes=90)), 1)

    def test_what_is_past_is_not_told(self):
        past = self.visit(day=MONDAY, clock="8:00")
        soon = self.visit(day=MONDAY, clock="9:15")

        self.assertFalse(past.participant_ids.tell_at)
        self.assertEqual(self.send(minutes=60), [])
        self.assertFalse(soon.participant_ids.tell_at)

    def test_arriving_and_missing_a_visit_change_nothing_that_was_told(self):
        visit = self.told(self.visit())
        for state in ("arrived", "fulfilled", "noshow"):
            visit.participant_ids.state = visit.state = state
            self.assertFalse(visit.participant_ids.tell_at, state)

    def test_a_visit_taken_up_again_is_confirmed(self):
        visit = self.told(self.visit())
        visit._update_state("cancelled")
        self.send()
        visit._update_state("booked")
        self.send(minutes=10)

        self.assertEqual(self.kinds(visit), ["cancelled", "confirmed"])

    def test_no_undo_period_tells_at_once(self):
        self.company.clinic_undo_minutes = 0
        self.visit()

        self.assertEqual(len(self.send(minutes=0)), 1)

    def test_what_changes_between_the_undo_period_and_the_sending_is_told_as_it_is(self):
        moved, cancelled = self.visit(), self.visit(self.mother, clock="11:00")
        with self.after(10):
            moved.start = utc(TUESDAY, "15:00")
            cancelled._update_state("cancelled")

        mails = self.send(minutes=13)

        self.assertEqual(
            self.subjects(mails), ["Leo Littleton: booked for Tue 30 Mar 3:00\u202fPM"]
        )

    def test_the_job_of_odoos_scheduler_sends_them(self):
        self.company.clinic_undo_minutes = 0
        self.visit()
        job = self.env.ref("clinic_family.ir_cron_send_messages")
        self.env.flush_all()

        with self.enter_registry_test_mode():
            job.method_direct_trigger()

        self.assertEqual(len(self.server.mails), 1)


@tagged("post_install", "-at_install")
class TestParticipantName(ClinicCase):
    def test_only_staff_see_in_a_participants_title_who_it_is(self):
        doctor = self.user(
            "test_doctor_n", "Dora D", "clinic_family.clinic_family_group_front_desk"
        )
        participant = self.appointment(TUESDAY, "10:00", [self.leo]).participant_ids

        self.assertIn("Leo Littleton", participant.with_user(doctor).display_name)
        self.env.invalidate_all()
        self.assertNotIn("Leo", participant.with_user(self.mother).sudo().display_name)
