"""Who hears of a visit, decided at the moment of sending: one message to one person each."""

from datetime import date, timedelta

from odoo.tests import tagged

from ..message_common import MessageCase

CHILD_BORN = date(2018, 5, 1)


@tagged("post_install", "-at_install")
class TestMessageRecipients(MessageCase):
    def hear(self, visit=None, minutes=3):
        """The addresses that get a message about a visit of Leo's."""
        self.env.flush_all()
        if not visit:
            self.visit()
        return self.addresses(self.send(minutes=minutes))

    def guard(self, guardian, *kinds):
        self.env["clinic.permission"]._grant(
            self.leo, guardian.partner_id, kinds or ("book",), "parental"
        )

    def test_the_patient_and_whoever_may_have_their_messages(self):
        self.grant(self.leo, self.mother, "notify")
        self.grant(self.leo, self.father, "book", "pay", "calendar")

        self.assertEqual(self.hear(), ["leo@example.com", "mira@example.com"])

    def test_each_gets_a_message_of_their_own_with_no_other_address_in_it(self):
        self.grant(self.leo, self.mother, "notify")
        self.grant(self.leo, self.grandmother, "notify")
        self.visit()

        for mail in self.send():
            whole = " ".join([*mail.headers.values(), mail.html])
            others = {"leo", "mira", "greta"} - {mail.address.partition("@")[0]}
            for name in others:
                self.assertNotIn(f"{name}@example.com", whole)
            self.assertLessEqual({"To", "From", "Reply-To"}, set(mail.headers))
            self.assertFalse({"Cc", "Bcc", "X-Msg-To-Add"} & set(mail.headers))
            self.assertIn("clinic@example.com", mail.headers["From"])

    def test_one_message_to_one_address(self):
        self.grant(self.leo, self.mother, "notify")
        self.mira.email = '"Mira" <LEO@Example.com>'

        self.assertEqual(self.hear(), ["leo@example.com"])

    def test_a_child_without_an_address_hears_through_those_who_look_after_it(self):
        self.leo.write({"email": False, "birth_date": CHILD_BORN})
        self.guard(self.mother)
        self.grant(self.leo, self.grandmother, "book")

        self.assertEqual(self.hear(), ["mira@example.com"])

    def test_a_child_with_an_address_and_a_grown_up_without_hear_for_themselves(self):
        self.leo.birth_date = CHILD_BORN
        self.guard(self.mother)
        self.assertEqual(self.hear(), ["leo@example.com"])

        self.leo.write({"email": False, "birth_date": date(2000, 1, 1)})
        visit = self.visit(clock="14:00")
        self.assertEqual(self.hear(visit, minutes=10), [])

    def test_a_permission_ended_before_the_sending_counts_no_more(self):
        permission = self.grant(self.leo, self.mother, "notify")
        self.visit()
        permission._revoke("Asked for")

        self.assertEqual(self.addresses(self.send()), ["leo@example.com"])

    def test_a_permission_that_has_run_out_or_not_begun_counts_not(self):
        now = self.env.cr.now()
        day = timedelta(days=1)
        self.period(self.leo, self.mother, "notify", starts_at=now - 2 * day, ends_at=now - day)
        self.period(self.leo, self.father, "notify", starts_at=now + day)

        self.assertEqual(self.hear(), ["leo@example.com"])

    def test_an_address_changed_before_the_sending_is_the_one_written_to(self):
        self.visit()
        self.leo.email = "new@example.com"

        self.assertEqual(self.addresses(self.send()), ["new@example.com"])

    def test_archived_people_and_those_without_a_true_address_get_none(self):
        self.grant(self.leo, self.mother, "notify")
        self.grant(self.leo, self.grandmother, "notify")
        self.visit()
        self.greta.email = "not an address"
        self.mother.active = False
        self.mira.active = False

        self.assertEqual(self.addresses(self.send()), ["leo@example.com"])

    def test_staff_see_whom_nobody_could_write_to(self):
        self.leo.email = False
        visit = self.visit()

        self.assertEqual(self.send(), [])

        message = self.messages(visit)
        self.assertEqual((message.state, message.recipient_id), ("failed", self.leo))
        self.assertFalse(visit.participant_ids.tell_at)
        self.assertEqual(self.send(minutes=60), [])
        self.assertEqual(len(self.messages(visit)), 1)

    def test_who_has_got_an_address_is_written_to_when_staff_send_it_again(self):
        self.leo.email = False
        message = self.messages(self.visit())
        visit = self.visit(clock="15:00")
        self.send()
        self.leo.email = "late@example.com"
        message = self.messages(visit)

        with self.after(5):
            message.action_send_again()

        self.assertEqual(self.addresses(self.send(minutes=5)), ["late@example.com"])
        self.assertEqual(message.state, "sent")

    def test_who_hears_is_found_in_as_many_queries_for_many_as_for_few(self):
        people = [
            self.person(f"Patient {number}", email=f"p{number}@example.com") for number in range(12)
        ]
        visits = self.env["clinic.appointment"]
        for number, person in enumerate(people):
            visits += self.appointment(
                date(2027, 4, 5 + number), "10:00", [person], service_id=self.single.id
            )
        self.env.flush_all()
        self.env.invalidate_all()

        with self.assertQueryCount(8):
            visits.participant_ids._get_recipients()
