"""Nobody learns who somebody is, or what a record says, by storing something that points there."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import NO_ID, NOW, ROLE, ClinicCase
from ..company_common import Neighbours

LETTER = {"body": "Private", "subject": "Mira's invoice"}
ANSWER = "Yes"
REFUSED = "isn't there, or (whom|that) you may not see"


@tagged("post_install", "-at_install")
class TestStoredNames(Neighbours, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.doctor = cls.user("test_doctor", "Dora Doctor", ROLE + "practitioner")
        cls.clerk = cls.user("test_no_role", "Nora No-Role", "base.group_user")
        cls.strangers = {
            "practitioner": cls.doctor,
            **{who: user for who, user in cls.theirs.items() if who != "patient"},
        }
        cls.hidden = cls.mother.partner_id
        cls.hidden.write({"company_id": cls.company.id, "is_patient": True})
        cls.invoice = cls.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": cls.hidden.id}
        )
        cls.message = cls.invoice.message_post(**LETTER)
        cls.env.flush_all()

    def refuses(self, model, values, user):
        """Whether this user is refused to store this, and told no more of it than of nobody."""
        self.env.invalidate_all()
        with mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"):
            try:
                self.env[model].with_user(user).create(values)
            except AccessError as refusal:
                self.assertRegex(str(refusal), REFUSED)
                return True
        return False

    def make_event(self, user):
        return self.env["calendar.event"].with_user(user).create(
            {"name": "Lunch", "start": NOW, "stop": NOW}
        )  # fmt: skip

    def test_who_is_hidden_is_in_no_calendar_of_anybody_elses(self):
        for who, user in self.strangers.items():
            event = self.make_event(user)
            for name, person in (("hidden", self.hidden.id), ("nobody", NO_ID)):
                values = {"event_id": event.id, "partner_id": person}
                with self.subTest(who, name=name):
                    self.assertTrue(self.refuses("calendar.attendee", values, user))

    def test_a_colleague_is_in_it_as_ever(self):
        event = self.make_event(self.doctor)

        values = {"event_id": event.id, "partner_id": self.clerk.partner_id.id}

        self.assertFalse(self.refuses("calendar.attendee", values, self.doctor))

    def test_a_login_of_somebody_hidden_is_named_by_nobody(self):
        for who, user in self.strangers.items():
            values = {"event_id": self.make_event(user).id, "partner_id": self.hidden.id}
            campaign = {"name": "Spring", "user_id": self.mother.id}
            with self.subTest(who):
                self.assertTrue(self.refuses("calendar.attendee", values, user))
                if self.env["utm.campaign"].with_user(user).has_access("create"):
                    self.assertTrue(self.refuses("utm.campaign", campaign, user))

    def test_who_is_hidden_follows_nothing_of_anybody_elses(self):
        for who, user in self.strangers.items():
            event = self.make_event(user)

            event.message_subscribe([self.hidden.id, self.clerk.partner_id.id])

            with self.subTest(who):
                followers = event.sudo().message_partner_ids
                self.assertNotIn(self.hidden, followers)
                self.assertIn(self.clerk.partner_id, followers)

    def test_a_window_tells_nothing_of_an_invoice_of_another_company(self):
        for role in ("billing", "front_desk", "manager"):
            values = {"move_id": self.invoice.id}
            with self.subTest(role):
                self.assertTrue(self.refuses("account.move.send.wizard", values, self.theirs[role]))

    def test_nothing_answers_a_message_that_one_may_not_read(self):
        for who, user in self.strangers.items():
            for parent in (self.message.id, NO_ID):
                values = {"body": "Hm", "parent_id": parent}
                with self.subTest(who, parent=parent):
                    self.assertTrue(self.refuses("mail.message", values, user))
                    self.assertTrue(self.refuses("mail.compose.message", values, user))

    def test_an_answer_beside_a_message_goes_on(self):
        biller = self.user("test_billing", "Bill Biller", ROLE + "billing")

        answer = self.invoice.with_user(biller).message_post(body=ANSWER, parent_id=self.message.id)

        self.assertEqual(answer.sudo().parent_id, self.message)

    def test_a_patient_gives_no_badge_and_sees_nobodys(self):
        badge = self.env["gamification.badge"].create({"name": "Kind"})
        given = self.env["gamification.badge.user"].create([
            {"badge_id": badge.id, "user_id": self.mother.id},
            {"badge_id": badge.id, "user_id": self.doctor.id},
        ])  # fmt: skip
        stranger = self.stranger
        badges = given.with_user(stranger)

        self.assertFalse(badges.search([("id", "in", given.ids)]))
        self.assertEqual(given.with_user(self.mother)._filtered_access("read"), given[0])
        with self.assertRaises(AccessError):
            badges.create({"badge_id": badge.id, "user_id": stranger.id})
        with self.assertRaises(AccessError):
            given[0].with_user(self.mother).write({"comment": "Mine"})

    def test_a_practitioner_sees_no_bank_account_of_a_patient_they_do_not_treat(self):
        accounts = self.env["res.partner.bank"].create([
            {"acc_number": "NZ 1", "partner_id": self.hidden.id},
            {"acc_number": "NZ 2", "partner_id": self.clerk.partner_id.id},
        ])  # fmt: skip
        biller = self.user("test_billing", "Bill Biller", ROLE + "billing")

        self.assertEqual(accounts.with_user(self.doctor)._filtered_access("read"), accounts[1])
        self.assertEqual(accounts.with_user(biller)._filtered_access("read"), accounts)
