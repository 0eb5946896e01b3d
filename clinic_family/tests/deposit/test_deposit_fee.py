"""What was paid at booking, and what it costs to miss the visit."""

from odoo.tests import tagged

from ..common import ClinicCase
from ..deposit_common import Deposits, later


@tagged("post_install", "-at_install")
class TestDepositAndFee(Deposits, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()
        cls.company.write({"clinic_cancel_hours": 24 * 30, "clinic_post_invoices": True})
        cls.single.write({"late_fee": 15, "deposit": 20})

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

    def test_waived_all_of_it_goes_back(self):
        self.company.clinic_post_invoices = False
        visit = self.cancelled()
        self.settle(20)

        with later(30):
            visit._waive_fee("Snow")
        self.settle(40)

        self.assertEqual((visit.deposit_left, self.get_owed(self.mira)), (0, 0))
