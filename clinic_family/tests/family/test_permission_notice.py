from datetime import datetime, timedelta

from odoo.tests import tagged

from ..staff_common import StaffCase


@tagged("post_install", "-at_install")
class TestPermissionNotice(StaffCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leo.email = "leo@example.com"
        cls.mira.email = "mira@example.com"

    def test_the_patient_is_told_what_becomes_shared_and_with_whom(self):
        self.allow(self.leo, self.mira, "book", "notify")

        mail = self.get_mails()
        self.assertRegex(mail.body_html, "Mira Motherwell.*Leo Littleton")
        self.assertIn("Book appointments", mail.body_html)
        self.assertIn("Receive booking messages", mail.body_html)
        self.assertIn("/my/family", mail.body_html)

    def test_a_widening_tells_only_what_is_new(self):
        self.allow(self.leo, self.mira, "book")
        told_before = self.get_mails()

        self.allow(self.leo, self.mira, "book", "pay")

        mail = self.get_mails() - told_before
        self.assertIn("Name as payer", mail.body_html)
        self.assertNotIn("Book appointments", mail.body_html)

    def test_sharing_again_what_rested_is_told(self):
        permission = self.allow(self.leo, self.mira, "book")
        permission._suspend("The court asked")
        told_before = self.get_mails()

        permission._resume()

        self.assertEqual(len(self.get_mails() - told_before), 1)

    def test_a_narrowing_is_not_told(self):
        permission = self.allow(self.leo, self.mira, "book", "pay", "notify")
        told_before = self.get_mails()

        permission[0]._revoke("Asked for")
        permission[1]._suspend("Asked for")
        permission[2]._renew(datetime(2030, 1, 1))

        self.assertEqual(self.get_mails(), told_before)

    def test_a_repeated_grant_is_not_told(self):
        self.allow(self.leo, self.mira, "book")
        told_before = self.get_mails()

        self.allow(self.leo, self.mira, "book")

        self.assertEqual(self.get_mails(), told_before)

    def test_both_are_told_once_before_it_ends(self):
        soon = self.env.cr.now() + timedelta(days=10)
        permission = self.allow(self.leo, self.mira, "book", ends_at=soon)
        told_before = self.get_mails()

        self.env["clinic.permission"]._announce_ends()
        self.env["clinic.permission"]._announce_ends()

        mails = self.get_mails() - told_before
        self.assertEqual(set(mails.mapped("email_to")), {"leo@example.com", "mira@example.com"})
        self.assertEqual(len(mails), 2)
        self.assertTrue(permission.warned_at)
        self.assertIn("Book appointments", mails[0].body_html)

    def test_what_ends_later_or_has_ended_is_not_announced(self):
        self.allow(self.leo, self.mira, "book", ends_at=self.env.cr.now() + timedelta(days=40))
        ended = self.allow(
            self.mira, self.leo, "book", ends_at=self.env.cr.now() + timedelta(days=3)
        )
        ended._revoke("Asked for")
        told_before = self.get_mails()

        self.env["clinic.permission"]._announce_ends()

        self.assertEqual(self.get_mails(), told_before)

    def test_one_message_goes_to_the_patient_and_to_nobody_else(self):
        self.allow(self.leo, self.mira, "book", "pay", "notify")

        mail = self.get_mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual((mail.email_to, mail.email_cc), ("leo@example.com", False))
        self.assertFalse(mail.recipient_ids)
        self.assertEqual(mail.state, "outgoing")

    def test_it_is_in_the_patients_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("clinic_family.mail_template_shared")
        template.with_context(lang="fr_FR").subject = "Partagé avec {{ ctx.get('grantee') }}"
        self.leo.lang = "fr_FR"

        self.allow(self.leo, self.mira, "book")

        self.assertEqual(self.get_mails().subject, "Partagé avec Mira Motherwell")
