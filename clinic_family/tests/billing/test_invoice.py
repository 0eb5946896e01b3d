"""One invoice for an appointment, to the payer, naming everybody who comes."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import ROLE, TUESDAY, ClinicCase


@tagged("post_install", "-at_install")
class TestInvoice(ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        cls.visit = cls.appointment(TUESDAY, "10:00", [cls.mother, cls.leo]).with_user(cls.desk)

    def invoice(self):
        """The invoice that a click on the button opens."""
        action = self.visit.action_view_invoice()
        self.assertEqual(action["res_model"], "account.move")
        return self.env["account.move"].with_user(self.desk).browse(action["res_id"])

    def test_it_is_a_draft_to_the_payer(self):
        invoice = self.invoice()

        self.assertEqual((invoice.move_type, invoice.state), ("out_invoice", "draft"))
        self.assertEqual(invoice.partner_id, self.mother.partner_id)
        self.assertEqual(invoice.company_id, self.company)

    def test_it_is_addressed_to_a_payer_who_does_not_come(self):
        self.visit.payer_id = self.grandmother.partner_id

        self.assertEqual(self.invoice().partner_id, self.grandmother.partner_id)

    def test_it_has_the_fee_of_one_appointment_however_many_come(self):
        line = self.invoice().invoice_line_ids

        self.assertEqual((len(line), line.product_id), (1, self.product))
        self.assertEqual((line.quantity, line.price_unit), (1, 80))
        self.assertEqual(self.invoice().amount_untaxed, 80)

    def test_it_names_everybody_who_comes(self):
        text = self.invoice().invoice_line_ids.name

        self.assertIn("Mira Motherwell, Leo Littleton", text)
        self.assertIn("Test Family Talk", text)
        self.assertIn("Test Harbour", text)
        self.assertIn("Nora Test-Nightingale", text)

    def test_it_does_not_name_whoever_cancelled(self):
        self.visit.sudo().participant_ids[1].state = "cancelled"

        self.assertNotIn("Leo", self.invoice().invoice_line_ids.name)

    def test_it_tells_the_time_at_the_location(self):
        self.desk.tz = "Europe/Paris"

        self.assertRegex(self.invoice().invoice_line_ids.name, r"30\b.*10:00")

    def test_it_speaks_the_language_of_the_payer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.group.with_context(lang="fr_FR").name = "Entretien de famille"
        self.mother.partner_id.lang = "fr_FR"

        self.assertIn("Entretien de famille", self.invoice().invoice_line_ids.name)

    def test_the_second_click_opens_the_same(self):
        self.assertEqual(self.invoice(), self.invoice())

    def test_a_cancelled_one_is_replaced(self):
        first = self.invoice()

        first.button_cancel()

        self.assertNotEqual(self.invoice(), first)
        self.assertEqual(self.invoice().state, "draft")

    def test_a_deleted_one_is_replaced(self):
        first = self.invoice()

        first.unlink()

        self.assertTrue(self.invoice().exists())

    def test_a_cancelled_appointment_is_not_invoiced(self):
        self.visit._update_state("cancelled")

        with self.assertRaisesRegex(UserError, "nothing to invoice"):
            self.visit.action_view_invoice()

    def test_the_invoice_of_an_appointment_cancelled_later_can_still_be_opened(self):
        invoice = self.invoice()

        self.visit._update_state("cancelled")

        self.assertEqual(self.invoice(), invoice)

    def test_a_practitioner_does_not_invoice(self):
        self.nora.user_id = self.user("test_nora", "Nora", ROLE + "practitioner")

        with self.assertRaises(AccessError):
            self.visit.with_user(self.nora.user_id).action_view_invoice()
