"""A deposit paid with a saved card, of which nobody knows yet what became."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from ...exceptions import BookingRefused
from ..common import ClinicCase
from ..deposit_common import Deposits, later


@tagged("post_install", "-at_install")
class TestDepositCard(Deposits, ClinicCase):
    """The server has died while it charged Mira's card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()

    def cut_off(self):
        """The check-out, and its payment that was asked for and never answered."""
        booking = self.choose()
        transaction = self.begin(booking)
        transaction.clinic_asked_at = Datetime.now()
        transaction._keep_asked()
        return booking, transaction

    def test_it_is_neither_charged_again_nor_given_up(self):
        booking, transaction = self.cut_off()

        with self.assertRaises(BookingRefused) as refusal:
            self.begin(booking)
        went_back = booking.with_user(self.mother)._stop_paying(self.mira, booking.key)

        self.assertEqual(refusal.exception.reason, "being_paid")
        self.assertFalse(went_back)
        self.assertEqual(transaction.state, "draft")

    def test_its_times_are_kept_for_a_day(self):
        booking, _transaction = self.cut_off()
        visit = booking.appointment_ids

        day_on = Datetime.now() + timedelta(days=1)
        self.assertEqual(visit.held_until, min(day_on, visit.start))
        with later(120):
            booking._clear_baskets()
        self.assertEqual((visit.state, booking.state), ("held", "paying"))

    def test_the_page_says_that_nothing_is_charged_twice(self):
        booking, _transaction = self.cut_off()

        page = self.env["clinic.page.pay"].with_user(self.mother)._get_pay(
            booking.with_user(self.mother)
        )  # fmt: skip

        self.assertIn("Nothing is charged twice", " ".join(page["words"].split()))
        self.assertEqual((page["is_open"], page["is_under_way"]), (False, True))

    def test_charged_as_staff_or_the_provider_tell_it_is_booked(self):
        for tell in (
            lambda one: one.action_clinic_was_charged(),
            lambda one: self.tell(one, "done"),
        ):
            booking, transaction = self.cut_off()

            tell(transaction)

            self.assertEqual(booking.state, "confirmed")
            booking.appointment_ids._update_state("cancelled")

    def test_not_charged_it_may_be_paid_again(self):
        booking, transaction = self.cut_off()

        transaction.action_clinic_not_charged()

        self.assertEqual(transaction.state, "cancel")
        self.assertLess(booking.appointment_ids.held_until, datetime(2027, 3, 28, 21))
        self.pay(booking)
        self.assertEqual(booking.state, "confirmed")
        with self.assertRaises(UserError):
            transaction.action_clinic_was_charged()
