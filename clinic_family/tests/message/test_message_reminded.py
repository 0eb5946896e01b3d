"""Of each visit who hears of it is reminded, whatever else they were reminded of that day."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import freeze_time
from odoo.tools import mute_logger

from ...models.message.clinic_message import ClinicMessage
from ...models.message.clinic_message_send import ClinicMessage as Sending
from ...models.message.clinic_participant import ClinicParticipant
from ...models.message.clinic_participant_letter import ClinicParticipant as Letter
from .test_message_together import TogetherCase


class RemindedCase(TogetherCase):
    def reminders(self, visit):
        return self.messages(visit).filtered(lambda one: one.kind == "reminder")

    def shortly(self, visit, minutes):
        """A moment so many minutes from the time at which the visit is reminded of."""
        return freeze_time(visit.start - timedelta(hours=24) + timedelta(minutes=minutes))


@tagged("post_install", "-at_install")
class TestWhoCantBeReached(RemindedCase):
    def test_an_address_that_is_gone_since_the_reminder_of_the_day_stops_nobody(self):
        early, late = (self.booked(self.father, clock=clock) for clock in ("9:00", "16:00"))
        other = self.booked(self.leo, clock="15:30")
        self.assertEqual(len(self.before(early)), 1)
        self.fergus.email = False

        self.assertEqual(self.addresses(self.before(late)), ["mira@example.com"])

        self.assertEqual(self.reminders(late).mapped("state"), ["sent"])
        self.assertEqual(len(self.reminders(other)), 1)

    def test_whom_no_reminder_can_be_made_for_stops_nobody(self):
        broken = self.booked(self.father, clock="9:00")
        others = [self.booked(self.leo, clock="9:30"), self.booked(self.ana, clock="10:00")]
        make = ClinicMessage._get_reminder_values

        def fail(messages, participant, *args, **kwargs):
            if participant in broken.participant_ids:
                messages.env.cr.execute("SELECT 1 / 0")
            return make(messages, participant, *args, **kwargs)

        with (
            patch.object(ClinicMessage, "_get_reminder_values", fail),
            mute_logger("odoo.sql_db"),
            self.assertLogs(ClinicMessage.__module__, "ERROR") as log,
        ):
            mails = self.before(others[1])

        self.assertEqual(len(log.output), 1)
        self.assertEqual(len(self.to("mira", mails)), 1)
        for visit in others:
            self.assertTrue(self.reminders(visit))
        self.assertFalse(self.reminders(broken))
        self.assertEqual(len(self.to("fergus", self.before(broken, hours=23))), 1)

    def test_whom_nothing_can_be_told_of_stops_nobody(self):
        broken, other = self.visit(self.father, clock="9:00"), self.visit(self.leo, clock="9:30")
        tell = ClinicParticipant._tell

        def fail(participant):
            if participant == broken.participant_ids:
                participant.env.cr.execute("SELECT 1 / 0")
            tell(participant)

        with (
            patch.object(ClinicParticipant, "_tell", fail),
            mute_logger("odoo.sql_db"),
            self.assertLogs(ClinicParticipant.__module__, "ERROR"),
        ):
            self.assertEqual(self.addresses(self.send()), ["mira@example.com"])

        self.assertTrue(self.messages(other))
        self.assertEqual(self.addresses(self.send(minutes=4)), ["fergus@example.com"])

    def test_one_message_that_cant_be_read_stops_no_other(self):
        broken, other = self.booked(self.father, clock="9:00"), self.booked(self.leo, clock="9:30")
        for owner, name in ((Sending, "_get_mail_key"), (ClinicMessage, "_find_address")):
            ask = getattr(owner, name)

            def fail(message, ask=ask):
                if message.participant_id == broken.participant_ids:
                    raise ValueError("No such thing")  # pylint: disable=translation-required
                return ask(message)

            with self.subTest(name), self.env.cr.savepoint() as point:
                with patch.object(owner, name, fail), self.assertLogs(Sending.__module__):
                    self.assertEqual(self.addresses(self.before(other)), ["mira@example.com"])
                [failed] = self.reminders(broken)
                self.assertEqual((failed.state, failed.tries), ("failed", 1))
                self.assertEqual(failed.failure_reason, "No such thing")
                self.assertTrue(self.reminders(other))

                again = self.before(other, hours=23, minutes=50)

                self.assertEqual(self.addresses(again), ["fergus@example.com"])
                point.rollback()

    def test_a_visit_that_cant_be_put_into_words_stops_no_other_of_its_mail(self):
        broken, other = self.booked(self.ana, clock="9:00"), self.booked(self.leo, clock="9:30")
        write = Letter._get_visit_letter

        def fail(participant):
            if participant == broken.participant_ids:
                raise ValueError("No such word")  # pylint: disable=translation-required
            return write(participant)

        with patch.object(Letter, "_get_visit_letter", fail), self.assertLogs(Sending.__module__):
            mails = self.before(broken)

        [mail] = self.to("mira", mails)
        self.assertNotIn("Ana", mail.words + mail.subject)
        self.assertIn("For Leo Littleton", mail.words)
        failed = self.reminders(broken)
        self.assertEqual(set(failed.mapped("state")), {"failed"})
        # In Odoo's words, which depend on whether it wrote the subject first or the text.
        self.assertTrue(all(failed.mapped("failure_reason")))
        self.assertEqual(set(self.reminders(other).mapped("state")), {"sent"})
        # Tried again, it is on its own.
        again = self.to("mira", self.before(broken, hours=23, minutes=50))
        self.assertEqual([mail.subject for mail in again], [
            "Ana Anderling: coming on Thu 1 Apr 9:00\u202fAM",
        ])  # fmt: skip


@tagged("post_install", "-at_install")
class TestRemindedOfEach(RemindedCase):
    def setUp(self):
        super().setUp()
        self.leos = self.booked(self.leo, clock="9:00")
        self.anas = self.booked(self.ana, clock="9:40")

    def test_a_reminder_of_another_company_is_none_of_this_one(self):
        other = self.env["res.company"].create({
            "name": "Other Clinic", "email": "other@example.com", "clinic_reminder_hours": "24",
        })  # fmt: skip
        bay = self.location("Other Bay", company_id=other.id)
        nora = self.practitioner("Other Nora", location=bay, company_id=other.id)
        theirs = self.booked(
            self.leo,
            clock="14:00",
            location_id=bay.id,
            practitioner_id=nora.id,
            service_id=self.service("Other Talk", nora, company_id=other.id).id,
        )

        self.assertEqual(len(self.to("mira", self.before(self.leos))), 1)
        self.assertFalse(self.messages(theirs))

        self.assertEqual(len(self.to("mira", self.before(theirs))), 1)
        self.assertEqual(self.reminders(theirs).state, "sent")

    def test_who_may_hear_since_the_reminder_of_the_day_is_reminded(self):
        self.grant(self.leo, self.father, "notify")
        [permission] = self.env["clinic.permission"].search([
            ("grantor_id", "=", self.ana.id), ("grantee_id", "=", self.fergus.id),
        ])  # fmt: skip
        permission._revoke("For now")
        self.assertEqual(len(self.to("fergus", self.before(self.leos))), 1)
        with self.shortly(self.anas, -10):
            self.grant(self.ana, self.father, "notify")

        [mail] = self.before(self.anas)

        self.assertEqual(mail.address, "fergus@example.com")
        self.assertNotIn("Leo", mail.words)
        self.assertEqual(self.before(self.anas, hours=23), [])

    def test_a_visit_that_was_being_moved_at_the_reminder_of_the_day_is_reminded_of(self):
        start = self.anas.start
        with self.shortly(self.leos, -2):
            self.anas.start = start + timedelta(days=3)
            self.env.flush_all()
        self.assertEqual(len(self.before(self.leos)), 1)
        with self.shortly(self.leos, 1):
            self.anas.start = start
            self.env.flush_all()

        self.assertEqual(
            self.addresses(self.before(self.anas)), ["fergus@example.com", "mira@example.com"]
        )

    def test_what_an_earlier_version_left_out_of_the_reminder_is_reminded_of(self):
        self.before(self.leos)
        self.reminders(self.anas).unlink()

        self.assertEqual(len(self.to("mira", self.before(self.anas))), 1)

    def test_a_reminder_that_failed_is_none(self):
        self.before(self.leos)
        (self.reminders(self.leos) | self.reminders(self.anas)).write({
            "state": "failed", "try_at": False, "tries": 5,
        })  # fmt: skip

        [mail] = self.to("mira", self.before(self.anas))

        self.assertNotIn("Leo", mail.words)
        self.assertEqual(self.before(self.anas, hours=23), [])

    def test_one_that_may_have_left_is_one(self):
        self.before(self.leos)
        (self.reminders(self.leos) | self.reminders(self.anas)).state = "unknown"

        self.assertEqual(self.to("mira", self.before(self.anas)), [])

    def test_a_changed_visit_of_which_they_were_told_since_is_known(self):
        self.before(self.leos)
        with self.shortly(self.leos, 5):
            self.anas.start += timedelta(hours=2)
            self.env.flush_all()
        self.assertEqual(len(self.at(self.leos.start - timedelta(hours=23, minutes=50))), 2)

        self.assertEqual(self.to("mira", self.before(self.anas)), [])

    def test_children_with_one_address_have_one_reminder(self):
        self.leo.email = self.ana.email = "family@example.com"

        [mail] = self.to("family", self.before(self.leos))

        self.assertRegex(mail.words, "For Leo.*For Ana")
        self.assertEqual(self.to("family", self.before(self.anas)), [])

    def test_who_knows_is_looked_up_once(self):
        late = self.booked(self.leo, clock="11:00")
        self.before(self.leos)
        for minutes in (0, -1, -2):
            with (
                self.subTest(minutes),
                patch.object(
                    ClinicParticipant,
                    "_get_recipients",
                    autospec=True,
                    side_effect=ClinicParticipant._get_recipients,
                ) as asked,
                freeze_time(late.start - timedelta(hours=24, minutes=minutes)),
            ):
                self.env["clinic.message"]._queue_reminders()
                self.env.flush_all()
            self.assertEqual(asked.called, minutes == 0)

    def test_a_letter_is_made_once_for_its_mail(self):
        with patch.object(
            Letter, "_get_visits_told", autospec=True, side_effect=Letter._get_visits_told
        ) as made:
            mails = self.before(self.leos)

        self.assertEqual((len(mails), made.call_count), (1, 1))
