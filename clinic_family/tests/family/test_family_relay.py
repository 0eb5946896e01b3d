"""Nobody makes the clinic write to strangers: who is added, how often, and what is sent."""

from odoo.tests import tagged

from ..common import ROLE
from ..family_common import FamilyHttpCase


@tagged("post_install", "-at_install")
class TestRelay(FamilyHttpCase):
    def setUp(self):
        super().setUp()
        self.before = self.env["mail.mail"].search([])

    def mails(self, address=None):
        """What was queued since the test began, to this address or to any."""
        mails = self.env["mail.mail"].search([]) - self.before
        return mails.filtered(lambda mail: address in (None, mail.email_to))

    def add(self, user, form):
        return self.post(user, "/my/family/add", form)

    def add_children(self, *names, **more):
        return [self.add(self.mother, self.child(name, **more)).status_code for name in names]

    def ask_address(self, user, address="rosa@victim.example", **more):
        form = self.relative("Rosa", address, "parent", kind="book", **{"key": address, **more})
        return self.add(user, form)

    # How many

    def test_an_account_adds_no_more_people_a_day_than_the_clinic_allows(self):
        self.company.clinic_added_a_day = 3

        children = self.add_children("Tessa", "Tom", "Tilda", "Theo")
        adult = self.ask_address(self.mother)

        self.assertEqual(children, [303, 303, 303, 422])
        self.assertEqual(adult.status_code, 422)
        self.assertIn("added or asked many people today: 3", self.words(adult))
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Theo Littleton")]))
        self.assertEqual(self.add(self.father, self.child("Theo")).status_code, 303)

    def test_questions_and_children_count_together_and_so_does_what_was_taken_back(self):
        self.company.clinic_added_a_day = 2
        self.ask_address(self.mother)
        self.post(self.mother, f"/my/family/question/{self.invitations()[0].id}/withdraw")

        self.assertEqual(self.add_children("Tessa", "Tom"), [303, 422])

    def test_who_was_added_yesterday_does_not_count_today(self):
        self.company.clinic_added_a_day = 1
        self.add_children("Tessa")
        self.env.cr.execute(
            "UPDATE clinic_permission SET create_date = create_date - interval '25 hours'"
        )

        self.assertEqual(self.add_children("Tom"), [303])

    # What is written in a name

    def test_a_name_carries_no_address_no_link_and_no_number(self):
        for name in ("write to a@example.com", "www.example.com", "https://x", "Call 0800 55"):
            answer = self.add(self.mother, self.child(name))

            self.assertEqual(answer.status_code, 422, name)
            self.assertIn(f"“{name} Littleton” can't be a name.", self.words(answer))
        self.assertEqual(self.add_children("Mary-Jane O'Neill Jr."), [303])

    # What is sent where

    def test_nine_children_make_one_message_to_who_added_them(self):
        names = ("A", "B", "C", "D", "E", "F", "G", "H", "I")

        self.assertEqual(set(self.add_children(*names)), {303})

        mail = self.mails()
        self.assertEqual(mail.mapped("email_to"), ["home@example.com"])
        self.assertIn("/my/family", mail.body_html)
        self.assertNotIn("Littleton", mail.body_html)

    def test_a_childs_address_that_is_not_ones_own_is_not_written_to(self):
        self.add(self.mother, {**self.child("Tessa"), "email": "tessa@victim.example"})

        tessa = self.env["res.partner"].search([("name", "=", "Tessa Littleton")])
        self.assertFalse(self.mails("tessa@victim.example"))
        self.assertEqual((tessa.email, tessa.unconfirmed_email), (False, "tessa@victim.example"))
        visit = self.appointment(self.tuesday(), "10:00", [tessa])
        recipients = visit.participant_ids._get_recipients()[visit.participant_ids]
        self.assertEqual(set(recipients.values()), {"home@example.com"})

    def tuesday(self):
        return self.env.cr.now().date()

    def test_the_front_desk_confirms_a_childs_address(self):
        self.add(self.mother, {**self.child("Tessa"), "email": "tessa@example.com"})
        tessa = self.env["res.partner"].search([("name", "=", "Tessa Littleton")])
        desk = self.user("test_desk", "Fran Frontdesk", ROLE + "front_desk")

        tessa.with_user(desk).action_confirm_email()

        self.assertEqual((tessa.email, tessa.unconfirmed_email), ("tessa@example.com", False))

    def test_an_unknown_address_reads_nothing_that_was_typed_and_nobodys_name(self):
        self.ask_address(self.mother)

        mail = self.mails("rosa@victim.example")
        text = f"{mail.subject} {mail.body_html}"
        self.assertIn("/clinic/invitation/", text)
        for word in ("Rosa", "Littleton", "Mira", "Motherwell", "Book appointments"):
            self.assertNotIn(word, text)

    def test_a_relative_who_is_asked_reads_who_asks(self):
        self.grandmother.partner_id.email = "greta@example.com"

        self.ask(self.mother, self.grandmother)

        self.assertIn("Mira Motherwell", self.mails("greta@example.com").body_html)

    def test_whoever_asks_and_however_often_an_address_gets_one_message(self):
        for round_number in range(3):
            self.ask_address(self.mother, key=str(round_number))
        self.ask_address(self.stranger)
        mine = self.invitations().filtered(lambda one: one.asker_id == self.mother.partner_id)
        self.post(self.mother, f"/my/family/question/{mine[0].id}/withdraw")
        self.ask_address(self.mother, key="once more")

        self.assertEqual(len(self.mails("rosa@victim.example")), 1)

    def test_one_link_answers_all_who_asked_at_that_address_one_after_the_other(self):
        self.ask_address(self.mother)
        link = f"/clinic/invitation/{self.last_token()}"
        self.ask_address(self.stranger)

        first = self.post(self.father, link, {"answer": "accept", "kind": "book"})
        second = self.post(self.father, link, {"answer": "decline"})

        self.assertTrue(first.headers["Location"].endswith(link))
        self.assertTrue(second.headers["Location"].endswith("/my/family?done=declined"))
        self.assertEqual(self.held(self.father, self.mother), ["book"])
        self.assertFalse(self.held(self.father, self.stranger))
        self.assertEqual(self.get(self.father, link).status_code, 404)

    def test_who_is_kept_apart_takes_nobodys_message_away(self):
        self.env["clinic.block"]._set(self.stranger.partner_id, self.father.partner_id, "A reason")
        self.ask_address(self.stranger, "fergus@example.com")
        self.assertFalse(self.mails())

        self.ask_address(self.mother, "fergus@example.com")

        self.assertEqual(len(self.mails("fergus@example.com")), 1)
        self.assertIn("Mira", self.see(self.father, f"/clinic/invitation/{self.last_token()}"))
