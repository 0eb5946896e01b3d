"""A message is sent once, or known not to have left, or never again by itself."""

import smtplib
from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ROLE, TUESDAY, utc
from ..message_common import MessageCase


class Killed(BaseException):
    """The process ends here."""


@tagged("post_install", "-at_install")
class TestMessageCrashSafe(MessageCase):
    def setUp(self):
        super().setUp()
        self.desk = self.user("test_desk_c", "Dee Desk", ROLE + "front_desk")

    def refuse(self, trouble, **values):
        """What becomes of a message when the mail server answers so."""
        visit = self.visit(**values)
        self.server.trouble = trouble
        self.send()
        self.server.trouble = None
        return self.messages(visit)

    def lose(self):
        """A message in the middle of which the process died."""
        visit = self.visit()

        def die():
            self.assertEqual(self.messages(visit).state, "sending")
            raise Killed

        self.server.when_asked = die
        # Not assertRaises: Odoo's rolls back what was stored until then.
        with suppress(Killed):
            self.send()
        self.server.when_asked = lambda: None
        return self.messages(visit)

    def test_that_it_is_being_sent_is_committed_before_it_leaves(self):
        visit, committed = self.visit(), []
        self.server.when_asked = lambda: committed.append(dict(self.committed))
        self.send()

        message = self.messages(visit)
        self.assertEqual([states[message.id] for states in committed], ["sending"])
        self.assertEqual(self.committed[message.id], "sent")

    def test_what_was_being_sent_when_the_server_died_is_unknown_and_not_sent_again(self):
        message = self.lose()

        self.assertEqual(self.send(minutes=60), [])
        self.assertEqual(message.state, "unknown")
        self.assertEqual(self.send(minutes=600), [])

    def test_staff_send_what_is_unknown_again_if_they_want(self):
        message = self.lose()
        self.send(minutes=10)

        with self.after(20):
            message.with_user(self.desk).action_send_again()

        self.assertEqual(len(self.send(minutes=20)), 1)
        self.assertEqual(message.state, "sent")

    def test_a_refusal_is_tried_again_at_growing_distance_and_five_times(self):
        refusal = smtplib.SMTPDataError(451, b"Later please")
        message = self.refuse(refusal)
        self.assertEqual((message.state, message.tries), ("failed", 1))
        self.assertIn("Later please", message.failure_reason)
        self.server.trouble = refusal

        tries = {}
        for minute in range(4, 700):
            if message.try_at:
                self.send(minutes=minute)
                tries.setdefault(message.tries, minute)

        self.assertEqual(tries, {1: 4, 2: 8, 3: 28, 4: 88, 5: 328})
        self.assertFalse(message.try_at)

    def test_what_failed_leaves_when_the_mail_server_takes_it(self):
        message = self.refuse(smtplib.SMTPDataError(451, b"Later please"))

        self.assertEqual(len(self.send(minutes=8)), 1)
        self.assertEqual((message.state, message.failure_reason), ("sent", False))

    def test_when_the_mail_server_is_away_the_others_wait(self):
        first, second = self.visit(), self.visit(self.mother, clock="11:00")
        self.server.is_reachable = False
        self.send()
        self.assertEqual(
            (self.messages(first).state, self.messages(second).state), ("failed", "waiting")
        )
        self.server.is_reachable = True

        self.assertEqual(len(self.send(minutes=8)), 2)

    def test_a_connection_lost_in_the_middle_leaves_it_unknown(self):
        self.assertEqual(self.refuse(smtplib.SMTPServerDisconnected("gone")).state, "unknown")
        self.assertEqual(self.refuse(TimeoutError("slow"), clock="11:00").state, "unknown")

    def test_a_text_that_cannot_be_written_fails_and_says_why(self):
        template = self.env.ref("clinic_family.mail_template_confirmed")
        template.body_html = "<p t-out=\"1 / (not ctx.get('clinic_message'))\"/>"

        message = self.refuse(None)

        self.assertEqual(message.state, "failed")
        self.assertIn("division by zero", message.failure_reason)

    def test_nothing_stays_in_odoos_own_queue(self):
        self.refuse(smtplib.SMTPDataError(451, b"Later please"))
        self.visit(clock="15:00")
        self.send(minutes=4)

        self.assertFalse(self.env["mail.mail"].search([("email_to", "like", "leo@example.com")]))

    def test_what_failed_is_said_by_what_follows_and_not_tried_again(self):
        message = self.refuse(smtplib.SMTPDataError(451, b"Later please"))
        with self.after(4):
            message.participant_id.appointment_id.start = utc(TUESDAY, "15:00")

        mails = self.send(minutes=30)

        self.assertEqual(self.subjects(mails), ["Leo Littleton: now on Tue 30 Mar 3:00\u202fPM"])
        self.assertEqual(message.state, "failed")

    def test_a_relative_who_may_no_longer_is_not_tried_again(self):
        permission = self.grant(self.leo, self.mother, "notify")
        visit = self.visit()
        self.server.trouble = smtplib.SMTPDataError(451, b"Later please")
        self.send()
        self.server.trouble = None
        permission._revoke("Asked for")

        self.assertEqual(self.addresses(self.send(minutes=30)), ["leo@example.com"])
        states = {one.recipient_id: one.state for one in self.messages(visit)}
        self.assertEqual(states, {self.leo: "sent", self.mira: "failed"})

    def test_what_is_not_true_any_more_is_not_sent_again_by_staff_either(self):
        message = self.lose()
        self.send(minutes=10)
        with self.after(10):
            message.participant_id.appointment_id.start = utc(TUESDAY, "15:00")

        with self.after(20), self.assertRaisesRegex(UserError, "isn't true any more"):
            message.with_user(self.desk).action_send_again()

    def test_what_was_sent_is_not_sent_again(self):
        visit = self.visit()
        self.send()

        with self.assertRaises(UserError):
            self.messages(visit).with_user(self.desk).action_send_again()

    def test_only_the_front_desk_sends_again_and_reads_the_log(self):
        message = self.lose()
        doctor = self.user("test_doctor_c", "Dora D", ROLE + "practitioner")
        for user in (doctor, self.mother):
            with self.subTest(user.name), self.assertRaises(AccessError):
                message.with_user(user).action_send_again()

    def test_the_front_desk_changes_nothing_in_the_log(self):
        message = self.lose().with_user(self.desk)

        for operation in ("write", "create", "unlink"):
            self.assertFalse(message.has_access(operation))
