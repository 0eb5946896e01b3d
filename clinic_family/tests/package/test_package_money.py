"""What an invoice's fate means for its sessions, and refunds of what is unused."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageMoney(PackageCase):
    def setUp(self):
        super().setUp()
        self.purchase = self.sell(
            self.package(self.single, self.group, count=2), self.owner,
            payer=self.father.partner_id,
        )  # fmt: skip
        self.invoice = self.invoice_of(self.purchase)

    def reverse(self, invoice, modify=False):
        """Odoo's own reversal window."""
        wizard = invoice.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id})  # fmt: skip
        wizard.reverse_moves(is_modify=modify)
        return wizard.new_move_ids

    def test_the_unused_part_is_credited_to_the_payer_each_at_its_price(self):
        self.visit()

        [note] = self.purchase.with_user(self.desk)._refund_unused()

        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))
        self.assertEqual(note.partner_id, self.father.partner_id)
        self.assertEqual(note.amount_total, 150)
        self.assertEqual(note.reversed_entry_id, self.invoice)
        self.assertStates(self.purchase, reserved=1, refunded=3)

    def test_a_discount_and_a_tax_are_refunded_as_they_were_paid(self):
        tax = self.env["account.tax"].create({"name": "Ten", "amount": 10})
        purchase = self.draft(self.package(self.single), self.owner)
        lines = self.invoice_of(purchase).invoice_line_ids.filtered("clinic_session_id")
        lines.write({"discount": 20, "tax_ids": [Command.set(tax.ids)]})
        self.invoice_of(purchase).action_post()

        [note] = purchase._refund_unused()

        self.assertEqual(note.amount_total, self.invoice_of(purchase).amount_total)
        self.assertEqual(note.amount_total, 132)

    def test_other_things_on_the_invoice_are_not_credited(self):
        purchase = self.draft(self.package(self.single), self.owner)
        invoice = self.invoice_of(purchase)
        invoice.invoice_line_ids = [Command.create({"product_id": self.product.id})]
        invoice.action_post()

        [note] = purchase._refund_unused()

        self.assertEqual(note.amount_total, 150)

    def test_there_is_nothing_to_refund_twice(self):
        self.purchase._refund_unused()

        with self.assertRaisesRegex(UserError, "nothing to refund"):
            self.purchase._refund_unused()

    def test_cancelling_the_invoice_ends_what_is_free_and_reserved(self):
        first, second = self.visit("9:00"), self.visit("10:00")
        first.action_fulfil()

        self.invoice.button_draft()
        self.invoice.button_cancel()

        self.assertStates(self.purchase, used=1, refunded=3)
        self.assertFalse(second.session_ids)
        self.assertIn("1 of the 4 package sessions", self.invoice.clinic_package_note)
        self.assertLedgerAgrees(self.purchase.session_ids)

    def test_a_cancelled_invoice_taken_up_again_gives_them_back(self):
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.invoice.button_draft()

        self.assertStates(self.purchase, free=4)
        self.assertFalse(self.visit().session_ids)
        self.invoice.action_post()

    def test_a_credit_note_counts_when_it_is_confirmed(self):
        self.visit().action_fulfil()

        note = self.reverse(self.invoice)
        self.assertStates(self.purchase, free=3, used=1)
        self.assertIn("1 of the 4", note.clinic_package_note)

        note.action_post()
        self.assertStates(self.purchase, used=1, refunded=3)

        note.button_draft()
        self.assertStates(self.purchase, free=3, used=1)
        self.assertLedgerAgrees(self.purchase.session_ids)

    def test_an_accountant_who_is_nothing_else_at_the_clinic_credits_it(self):
        accountant = self.user("test_books", "Ann Test-Abacus", "account.group_account_manager")
        visit = self.visit(service_id=self.group.id, people=[self.father])
        of_visit = visit._get_or_create_invoice()
        of_visit.action_post()

        notes = self.reverse((self.invoice + of_visit).with_user(accountant))
        notes.action_post()

        self.assertStates(self.purchase, refunded=4)
        self.assertEqual(notes.invoice_line_ids.clinic_appointment_id.ids, visit.ids)
        self.assertFalse(of_visit.copy().invoice_line_ids.clinic_appointment_id)

    def test_a_corrected_invoice_sells_the_same_sessions(self):
        draft = self.reverse(self.invoice, modify=True)

        self.assertEqual(draft.invoice_line_ids.clinic_session_id, self.purchase.session_ids)
        self.assertStates(self.purchase, free=4)

        draft.action_post()
        self.pay(draft)
        self.assertStates(self.purchase, free=4)
        self.assertTrue(self.visit().session_ids)

    def refund_window(self):
        return self.env["clinic.package.refund"].create({"purchase_id": self.purchase.id})

    def test_what_was_credited_and_sold_anew_is_refunded_once(self):
        corrected = self.reverse(self.invoice, modify=True)
        corrected.action_post()
        self.pay(corrected)
        self.assertNotIn(self.invoice.name, self.refund_window().summary)

        [note] = self.purchase._refund_unused()

        self.assertEqual((note.reversed_entry_id, note.amount_total), (corrected, 200))
        self.assertStates(self.purchase, refunded=4)

    def credit_each(self, amount):
        """A credit note of so much for each session."""
        note = self.reverse(self.invoice)
        note.invoice_line_ids.filtered("clinic_session_id").price_unit = amount
        note.action_post()
        return note

    def test_what_is_credited_in_part_is_still_sold(self):
        note = self.credit_each(5)
        self.assertStates(self.purchase, free=4)

        self.credit_each(45)
        self.assertStates(self.purchase, refunded=4)

        note.button_draft()
        self.assertStates(self.purchase, free=4)

    def test_of_what_was_credited_in_part_the_rest_is_refunded(self):
        self.visit()
        self.credit_each(5)
        self.assertIn("135.00", self.refund_window().summary)

        [note] = self.purchase._refund_unused()

        self.assertEqual(note.amount_total, 135)
        self.assertStates(self.purchase, reserved=1, refunded=3)

    def test_what_was_reserved_is_so_again_when_a_mistake_is_undone(self):
        visit = self.visit()

        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.assertFalse(visit.session_ids)
        self.invoice.button_draft()

        self.assertTrue(visit.session_ids)
        self.assertStates(self.purchase, free=3, reserved=1)
        self.assertLedgerAgrees(self.purchase.session_ids)

    def test_a_reserved_sessions_line_is_not_deleted(self):
        self.company.clinic_package_use = "posted"
        self.visit()
        self.env["account.payment"].search([
            ("partner_id", "=", self.father.partner_id.id),
        ]).action_draft()  # fmt: skip
        self.invoice.button_draft()

        with self.assertRaisesRegex(UserError, "reserved or used"):
            self.invoice.invoice_line_ids.filtered("clinic_session_id").unlink()
