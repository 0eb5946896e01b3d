"""Reminders: at the times the clinic sets, never twice, never of what isn't so any more."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..common import CLOCKS_GO_BACK, TUESDAY, ClinicCase, freeze_time
from ..message_common import MessageCase


@tagged("post_install", "-at_install")
class TestMessageReminders(MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.clinic_reminder_hours = "48, 2"

    def booked(self, *people, **values):
        """A visit on Thursday at ten, booked now, of which its patients know."""
        return self.told(self.visit(*people, **values))

    def before(self, visit, hours, minutes=0):
        """What leaves so long before the visit."""
        self.env.flush_all()
        count = len(self.server.mails)
        with freeze_time(visit.start - timedelta(hours=hours, minutes=minutes)):
            self.env["clinic.message"]._send_due()
        return self.server.mails[count:]

    def test_it_leaves_at_each_time_and_once(self):
        visit = self.booked()

        self.assertEqual(self.before(visit, 48, 1), [])
        self.assertEqual(
            self.subjects(self.before(visit, 48)),
            ["Leo Littleton: coming on Thu 1 Apr 10:00\u202fAM"],
        )
        self.assertEqual(self.before(visit, 47), [])
        self.assertEqual(len(self.before(visit, 2)), 1)
        self.assertEqual(self.before(visit, 1), [])

    def test_when_two_times_have_come_only_the_nearest_leaves(self):
        visit = self.booked()

        self.assertEqual(len(self.before(visit, 1)), 1)
        self.assertEqual(self.messages(visit).hours, 2)
        self.assertEqual(self.before(visit, 1), [])

    def test_none_for_who_booked_or_moved_only_then(self):
        visit = self.booked()
        moved = self.booked(self.mother, clock="14:00")
        with freeze_time(moved.start - timedelta(hours=40)):
            moved.start += timedelta(minutes=30)
            self.told(moved)
            late = self.booked(self.grandmother, clock="15:00")

        self.assertEqual(len(self.before(visit, 39)), 1)
        self.assertFalse(self.messages(moved))
        self.assertFalse(self.messages(late))
        self.assertEqual(len(self.before(late, 2)), 2)

    def test_nobody_is_reminded_before_they_are_told(self):
        due = self.booked().start + timedelta(minutes=30) - timedelta(hours=48)
        with freeze_time(due - timedelta(minutes=1)):
            visit = self.visit(self.mother, clock="10:30")

        with freeze_time(due + timedelta(minutes=1)):
            self.env["clinic.message"]._send_due()
            untold = self.messages(visit)
        with freeze_time(due + timedelta(minutes=2)):
            self.env["clinic.message"]._send_due()

        self.assertFalse(untold)
        self.assertEqual(sorted(self.messages(visit).mapped("kind")), ["confirmed", "reminder"])

    def test_none_for_who_was_added_only_then(self):
        visit = self.booked()
        with freeze_time(visit.start - timedelta(hours=40)):
            visit.participant_ids = [(0, 0, {"partner_id": self.mira.id})]
            self.told(visit)

        self.assertEqual(self.addresses(self.before(visit, 39)), ["leo@example.com"])

    def test_the_new_time_of_a_moved_visit_is_reminded_of(self):
        visit = self.booked()
        self.before(visit, 48)
        visit.start += timedelta(days=7)
        self.told(visit)

        self.assertEqual(
            self.subjects(self.before(visit, 48)),
            ["Leo Littleton: coming on Thu 8 Apr 9:00\u202fAM"],
        )

    def test_none_of_what_is_cancelled_held_past_or_has_begun(self):
        cancelled, past = self.booked(), self.booked(clock="11:00")
        held = self.booked(clock="13:00", state="held", booked_at=False)
        left_alone = self.booked(self.leo, self.mother, clock="14:00")
        cancelled._update_state("cancelled")
        self.told(cancelled)
        left_alone.participant_ids[0]._cancel()
        left_alone.participant_ids._count_as_told()

        self.assertEqual(self.addresses(self.before(left_alone, 2)), ["mira@example.com"])
        self.assertFalse(self.messages(past) + self.messages(cancelled) + self.messages(held))

    def test_a_visit_cancelled_or_moved_between_finding_and_sending_is_not_reminded_of(self):
        visit = self.booked()
        other = self.booked(self.mother, clock="10:30")
        self.server.when_asked = lambda: other._update_state("cancelled")

        self.assertEqual(self.addresses(self.before(visit, 47)), ["leo@example.com"])
        self.assertFalse(self.messages(other))

    def test_relatives_are_reminded_and_not_those_who_may_no_longer(self):
        permission = self.grant(self.leo, self.mother, "notify")
        visit = self.booked()
        self.assertEqual(
            self.addresses(self.before(visit, 48)), ["leo@example.com", "mira@example.com"]
        )
        permission._revoke("Asked for")

        self.assertEqual(self.addresses(self.before(visit, 2)), ["leo@example.com"])

    def test_hours_are_real_hours_when_the_clocks_change(self):
        self.company.clinic_reminder_hours = "24"
        visit = self.booked(day=CLOCKS_GO_BACK, clock="10:00")

        self.assertEqual(self.before(visit, 24, 1), [])
        self.assertIn("10:00 AM, Auckland (NZST)", self.before(visit, 24)[0].words)

    def test_finding_them_takes_as_many_queries_for_many_as_for_few(self):
        self.company.clinic_reminder_hours = "700"
        for number in range(12):
            self.booked(day=TUESDAY + timedelta(days=number + 3))
        self.env.flush_all()
        self.env.invalidate_all()
        companies = self.env["res.company"].search([("id", "!=", self.company.id)])
        companies.clinic_reminder_hours = ""
        self.env.flush_all()

        with self.after(60), self.assertQueryCount(40):
            self.env["clinic.message"]._queue_reminders()


@tagged("post_install", "-at_install")
class TestReminderHours(ClinicCase):
    def test_nonsense_is_refused_in_a_plain_sentence(self):
        for text in ("a day", "0", "721", "24;2", "-5", "24,,2", "1.5"):
            with self.subTest(text), self.assertRaisesRegex(ValidationError, "as in 48, 2"):
                self.company.clinic_reminder_hours = text

    def test_several_one_and_none_are_taken(self):
        for text, hours in (("48, 2", (2, 48)), (" 24 ", (24,)), ("", ()), (False, ())):
            self.company.clinic_reminder_hours = text
            self.assertEqual(self.company._get_reminder_hours(), hours)
