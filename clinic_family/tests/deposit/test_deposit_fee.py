"""What was paid at booking, and what it costs to miss the visit."""

from odoo.tests import tagged

from ..common import ROLE, ClinicCase
from ..deposit_common import Deposits, later


@tagged("post_install", "-at_install")
class TestDepositAndFee(Deposits, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()
        cls.company.write({"clinic_cancel_hours": 24 * 30, "clinic_post_invoices": True})
        cls.single.write({"late_fee": 15, "deposit": 20})
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")

    def cancelled(self, **values):
        """A visit that was paid at booking and is cancelled late, ten minutes after."""
        self.single.write(values)
        booking = self.choose()
        self.pay(booking)
        visit = booking.appointment_ids
        with later(10):
            visit.with_user(self.mother)._cancel_for(self.mira, visit.participant_ids)
        self.env.flush_all()
        return visit

    def confirm_fee(self, visit):
        with later(15):
            visit.invoice_id._post_by_itself()

    def test_it_becomes_the_fee_and_the_rest_goes_back(self):
        visit = self.cancelled()
        self.assertEqual(visit.invoice_id.state, "draft")

        self.confirm_fee(visit)
        self.assertEqual((visit.invoice_id.amount_residual, visit.deposit_left), (0, 5))
        self.settle(20)
        self.env.invalidate_all()

        self.assertEqual((visit.deposit_left, self.get_owed(self.mira)), (0, 0))

    def test_while_it_is_owed_and_on_no_invoice_it_waits(self):
        visit = self.cancelled()
        visit.invoice_id.button_cancel()

        self.settle(60)
        self.env.invalidate_all()

        self.assertEqual(visit.deposit_left, 20)

    def test_what_it_lacks_is_left_to_pay(self):
        visit = self.cancelled(late_fee=50)

        self.confirm_fee(visit)
        self.settle(20)

        self.assertEqual((visit.invoice_id.amount_residual, visit.deposit_left), (30, 0))

    def test_nothing_goes_back_before_the_fee_is_confirmed(self):
        self.company.clinic_post_invoices = False
        visit = self.cancelled()

        self.settle(20)

        self.assertEqual(visit.deposit_left, 20)

    def test_cancelled_in_time_its_confirmed_invoice_is_credited_and_all_of_it_goes_back(self):
        self.company.clinic_cancel_hours = 2
        visit, invoice = self.cancel_invoiced(20)
        self.assertEqual((invoice.state, visit.deposit_left), ("posted", 0))

        self.settle(10)
        self.assertFalse(invoice.reversal_move_ids, "the click may be taken back")
        self.settle(30)
        self.env.invalidate_all()

        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual((visit.deposit_left, self.get_owed(self.mira)), (0, 0))
        [note] = invoice.reversal_move_ids
        self.assertEqual((note.state, note.amount_residual), ("posted", 0))

    def test_what_else_was_paid_of_it_leaves_it_to_staff(self):
        self.company.clinic_cancel_hours = 2
        visit, invoice = self.cancel_invoiced(20, cancel=False)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 60})._create_payments()
        self.env.invalidate_all()
        self.assertEqual(invoice.amount_residual, 0)
        with later(10):
            visit.with_user(self.desk)._update_state("cancelled")
            self.env.flush_all()

        self.settle(30)
        self.env.invalidate_all()

        self.assertFalse(invoice.reversal_move_ids)
        self.assertIn("has an invoice for it", visit.invoice_difference)

    def test_the_credit_note_of_a_confidential_visit_says_no_more_than_that(self):
        self.company.clinic_cancel_hours = 2
        visit, invoice = self.cancel_invoiced(20)
        visit.with_user(self.desk).action_mark_confidential()
        self.env.invalidate_all()

        self.settle(30)

        self.assertEqual(invoice.reversal_move_ids.ref, f"Credit for {invoice.name}")

    def test_what_the_clinic_credits_itself_sets_the_deposit_free(self):
        self.single.late_fee = 0
        visit, invoice = self.cancel_invoiced(20)
        self.settle(30)
        self.assertFalse(invoice.reversal_move_ids, "late, and nobody has decided")

        with later(40):
            invoice._reverse_moves().action_post()
        self.settle(60)
        self.env.invalidate_all()

        self.assertEqual((visit.deposit_left, self.get_owed(self.mira)), (0, 0))

    def test_of_an_invoice_that_is_credited_in_part_the_rest_takes_it(self):
        visit, invoice = self.cancel_invoiced(80, cancel=False)

        note = invoice._reverse_moves()
        note.invoice_line_ids.price_unit = 30
        note.action_post()
        self.env.invalidate_all()

        self.assertEqual((invoice.amount_residual, visit.deposit_left), (0, 30))

    def cancel_invoiced(self, deposit, cancel=True):
        """A visit of 80 that was paid so far and invoiced, and is cancelled after ten minutes."""
        self.single.deposit = deposit
        self.pay(booking := self.choose())
        visit = booking.appointment_ids
        invoice = visit._get_or_create_invoice()
        invoice.action_post()
        with later(10):
            if cancel:
                visit.with_user(self.desk)._update_state("cancelled")
            self.env.flush_all()
        return visit, invoice

    def test_waived_all_of_it_goes_back(self):
        self.company.clinic_post_invoices = False
        visit = self.cancelled()
        self.settle(20)

        with later(30):
            visit._waive_fee("Snow")
        self.settle(40)

        self.assertEqual((visit.deposit_left, self.get_owed(self.mira)), (0, 0))
