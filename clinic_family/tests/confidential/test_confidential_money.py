"""What a confidential visit costs, and that no invoice, receipt or package tells of it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import WEDNESDAY
from ..confidential_common import Teenager
from ..package_common import PackageBuilders
from ..receipt_common import ReceiptCase


@tagged("post_install", "-at_install")
class TestConfidentialMoney(PackageBuilders, Teenager, ReceiptCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_teenager()
        cls.her = cls.girl.partner_id

    def secret(self, payer, clock="10:00", mark=True, **values):
        visit = self.appointment(WEDNESDAY, clock, [self.her], payer_id=payer.id, **values)
        if mark:
            self.mark(visit)
        return visit

    def mark(self, visit):
        visit.with_user(self.desk).action_mark_confidential()
        self.env.invalidate_all()

    def told(self, invoice):
        """Whatever its customer can read of an invoice, as one text."""
        self.env.invalidate_all()
        texts = []
        for records in (invoice, invoice.invoice_line_ids):
            theirs = records.with_user(self.mother)
            for name in theirs.fields_get(attributes=[]):
                try:
                    texts.append(str(theirs.read([name])))
                except UserError:
                    continue
        return " ".join(texts)

    def assertSaysNothing(self, text):
        for word in (
            "Ana ",
            "Anderling",
            "Family Talk",
            "Nora",
            "Test Harbour",
            "31 March",
            "Test visit",
        ):
            self.assertNotIn(word, text)

    def see(self, user, invoice):
        """Whether this user finds the invoice, and may read it: the same."""
        self.env.invalidate_all()
        theirs = invoice.with_user(user)
        found = bool(theirs.search([("id", "=", invoice.id)]))
        self.assertEqual(found, bool(theirs._filtered_access("read")))
        return found

    # Invoices

    def test_whoever_pays_reads_a_neutral_line_that_costs_the_same(self):
        plain = self.secret(self.mira, "14:00", mark=False)._get_or_create_invoice()
        invoice = self.secret(self.mira)._get_or_create_invoice()

        line = invoice.invoice_line_ids
        self.assertEqual(line.name, "Clinic service")
        self.assertFalse(line.product_id or invoice.invoice_origin or invoice.clinic_patient_names)
        self.assertEqual(invoice.amount_total, plain.amount_total)
        self.assertEqual(line.account_id, plain.invoice_line_ids.account_id)
        invoice.action_post()
        self.assertSaysNothing(self.told(invoice))
        self.assertTrue(self.see(self.mother, invoice))

    def test_a_draft_says_nothing_any_more_and_says_it_again(self):
        visit = self.secret(self.mira, mark=False)
        invoice = visit._get_or_create_invoice()
        text, origin = invoice.invoice_line_ids.name, invoice.invoice_origin
        invoice.invoice_line_ids.name = "Ana came on the 31st"

        self.mark(visit)

        self.assertEqual(invoice.invoice_line_ids.name, "Clinic service")
        self.assertFalse(invoice.invoice_origin)
        self.assertEqual(invoice.amount_total, 80)
        visit.with_user(self.desk).action_unmark_confidential()
        self.assertEqual(invoice.invoice_line_ids.name, text)
        self.assertEqual(invoice.invoice_line_ids.product_id, self.product)
        self.assertEqual(invoice.invoice_origin, origin)
        self.assertEqual(invoice.amount_total, 80)

    def test_her_own_invoice_is_hers_alone(self):
        visit = self.secret(self.her, mark=False)
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        for user in (self.mother, self.father, self.girl):
            self.assertTrue(self.see(user, invoice))

        self.mark(visit)

        self.assertTrue(self.see(self.girl, invoice))
        for user in (self.mother, self.father):
            self.assertFalse(self.see(user, invoice), user.login)
            self.assertFalse(self.see(user, invoice.invoice_line_ids), user.login)
            moves = self.env["account.move"].with_user(user)
            self.assertFalse(moves._find_open_for(user.partner_id))
        self.assertIn(invoice.name, visit.with_user(self.desk).told_before)

    def test_a_mother_in_the_back_office_doesnt_find_it_on_her_own_page(self):
        invoice = self.secret(self.her)._get_or_create_invoice()
        invoice.action_post()
        self.grant(self.her, self.desk, "pay")

        moves = self.env["account.move"].with_user(self.desk)
        self.assertFalse(moves._find_open_for(self.desk.partner_id))

    def test_a_fee_for_what_was_missed_is_as_neutral(self):
        visit = self.secret(self.mira)

        self.assertEqual(visit._get_owed_name("noshow", self.her), "Clinic service")
        self.assertEqual(visit._get_owed_name("late", self.her), "Clinic service")

    def test_a_credit_note_for_what_was_told_tells_it_not_again(self):
        visit = self.secret(self.mira, mark=False)
        visit._get_or_create_invoice().action_post()
        self.mark(visit)

        note = self.credit(visit)

        self.assertEqual(note.amount_total, 80)
        self.assertEqual(note.invoice_line_ids.name, "Clinic service")
        self.assertFalse(note.invoice_line_ids.product_id)

    # Receipts and statements

    def test_nobody_gets_a_copy(self):
        self.grant(self.her, self.grandmother, "receipts")
        invoice = self.secret(self.her, mark=False)._get_or_create_invoice().with_user(self.desk)
        invoice.action_post()
        window = self.window(invoice)
        self.assertIn(self.greta, window.mail_partner_ids)
        payment = self.paid(invoice)

        self.mark(invoice.sudo().invoice_line_ids.clinic_appointment_id)

        window.action_send_and_print()
        self.assertEqual(set(self.mails()), {"ana@example.com"})
        self.assertFalse(self.receipt(payment).partner_ids & (self.greta | self.mira | self.fergus))
        self.assertFalse(payment.clinic_patient_names)

    def test_a_statement_with_it_goes_to_the_customer_alone(self):
        self.grant(self.her, self.grandmother, "receipts")
        window = self.env["clinic.statement"].with_user(self.desk).create({
            "partner_id": self.her.id, "date_from": "2027-01-01", "date_to": "2027-12-31",
        })  # fmt: skip
        self.assertIn(self.greta, window._get_readers())

        self.secret(self.her)._get_or_create_invoice().action_post()

        self.assertEqual(window._get_readers(), self.her)

    # Packages

    def test_its_session_is_given_back_and_none_pays_for_it(self):
        purchase = self.sell(self.package(self.group, count=2), self.mira)
        self.grant(self.mira, self.girl, "packages")
        visit = self.secret(self.mira, mark=False)
        self.assertStates(purchase, free=1, reserved=1)

        self.mark(visit)

        self.assertStates(purchase, free=2)
        visit.with_user(self.desk).start = visit.start.replace(hour=visit.start.hour + 1)
        self.assertStates(purchase, free=2)
        self.assertFalse(visit.wants_session)
        with self.assertRaisesRegex(UserError, "package session"):
            visit._use_chosen(visit.participant_ids, purchase.session_ids[0], False)
        visit.with_user(self.desk).action_cancel()
        visit._update_state("cancelled")
        visit._update_state("booked")
        self.assertStates(purchase, free=2)

    def test_a_draft_that_is_divided_stays_neutral(self):
        visit = self.secret(self.mira)
        invoice = visit._get_or_create_invoice()
        self.env["clinic.payer.share"].create({
            "invoice_id": invoice.id,
            "payer_id": self.fergus.id,
            "percent": 50,
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
        })  # fmt: skip

        invoice.action_post()

        for part in invoice._get_parts():
            self.assertEqual(part.amount_total, 40)
            self.assertEqual(part.invoice_line_ids.name.split("\n")[0], "Clinic service")
            self.assertSaysNothing(part.invoice_line_ids.name)
            self.assertFalse(part.clinic_patient_names or part.invoice_line_ids.product_id)
