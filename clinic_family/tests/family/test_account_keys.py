"""Odoo's own key to an account opens none of the clinic's."""

from odoo.tests import tagged

from ..common import ROLE, TUESDAY, ClinicCase
from ..company_common import Neighbours
from ..message_common import MailCatcher

WORDS = "Your invoice"
KEYS = ("auth_signup_token", "auth_login")


@tagged("post_install", "-at_install")
class TestAccountKeys(Neighbours, MailCatcher, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_neighbours()
        cls.env["website"].search([("id", "!=", 0)]).auth_signup_uninvited = "b2c"
        staff = {who: user for who, user in cls.theirs.items() if who != "patient"}
        cls.colleagues = {
            **staff,
            "no role here": cls.user("test_no_role", "Nora No-Role", "base.group_user"),
            "practitioner here": cls.user("test_doctor", "Dora Doctor", ROLE + "practitioner"),
            "front desk": cls.user("test_desk", "Fay Desk", ROLE + "front_desk"),
            "administrator": cls.user("test_admin", "Ada Admin", "base.group_system"),
        }
        payer, relative, cls.customer = cls.env["res.partner"].create([
            {"name": "Penny Payer"}, {"name": "Rita Relative"}, {"name": "Carl Customer"},
        ])  # fmt: skip
        cls.record(cls.leo, relative, ["book"], "parental")
        cls.mother.partner_id.is_patient = True
        cls.appointment(TUESDAY, "10:00", [cls.leo], payer_id=payer.id)
        cls.people = cls.leo | cls.mother.partner_id | payer | relative
        cls.env.flush_all()

    def ask(self, user, people):
        """What a colleague gets to know, by the number of each person."""
        self.env.invalidate_all()
        keys = people.with_user(user).signup_get_auth_param()
        return {person.name: keys[person.id] for person in people if keys[person.id]}

    def test_no_colleague_gets_the_key_to_an_account_of_the_clinics(self):
        got = {who: self.ask(user, self.people) for who, user in self.colleagues.items()}

        self.assertEqual(got, {who: {} for who in self.colleagues})

    def test_with_full_rights_nobody_gets_it_either(self):
        self.assertEqual(self.ask(self.env.ref("base.user_root"), self.people), {})

    def test_an_ordinary_customer_is_invited_by_odoo_as_ever(self):
        [key] = self.ask(self.colleagues["no role here"], self.customer).values()

        self.assertIn("auth_signup_token", key)

    def test_the_mail_of_an_invoice_carries_no_key(self):
        for patient in (self.leo, self.mother.partner_id):
            patient.email = "shared@example.com"
            invoice = self.env["account.move"].create(
                {"move_type": "out_invoice", "partner_id": patient.id}
            )
            invoice.message_post(
                body=WORDS, partner_ids=patient.ids, subtype_xmlid="mail.mt_comment"
            )
            with self.subTest(patient.name):
                mail = self.server.mails[-1]
                self.assertIn("/mail/view", mail.html)
                for key in KEYS:
                    self.assertNotIn(key, mail.html)
