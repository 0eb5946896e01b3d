"""Where others pay a share, its payer is asked at booking for no more than their own part."""

from odoo.tests import tagged

from ..common import ROLE, TUESDAY, ClinicCase, written
from ..deposit_common import Deposits
from ..payer_common import Payers


@tagged("post_install", "-at_install")
class TestDepositShares(Payers, Deposits, ClinicCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_payers()
        cls.build_deposits()
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")

    def ask(self, **values):
        """What Mira is asked for as she books, on the page as in the check-out."""
        self.single.write(values)
        self.hold(self.mother, self.checkout(self.single, self.next_start(), [self.mother]))
        basket = self.env["clinic.booking"]._find_basket(self.mira)
        page = self.env["clinic.page.checkout"].with_user(self.mother)
        [visit] = basket.sudo()._get_finished()
        [shown] = [page._get_payment(visit, [], [], {})["due"]]
        booking = self.confirm(self.mother)
        self.assertEqual(booking._get_amount(), shown)
        return booking

    def next_start(self):
        self.hour = getattr(self, "hour", 8) + 1
        return written(TUESDAY, f"{self.hour:02}:00")

    def test_it_is_no_more_than_her_part(self):
        self.agree(self.mira, self.insurer, 90)

        self.assertEqual(self.ask(paid_online="deposit", deposit=20)._get_amount(), 8)
        self.assertEqual(self.ask(paid_online="all")._get_amount(), 8)

    def test_a_deposit_below_her_part_stays_as_it_is(self):
        self.agree(self.mira, self.insurer, 50)

        self.assertEqual(self.ask(paid_online="deposit", deposit=20)._get_amount(), 20)

    def test_where_somebody_else_pays_all_of_it_it_is_booked_at_once(self):
        self.agree(self.mira, self.insurer, 100)

        booking = self.ask(paid_online="all")

        self.assertEqual((booking.state, booking._get_amount()), ("confirmed", 0))

    def test_a_share_of_her_own_is_hers(self):
        self.agree(self.mira, self.mira, 50)

        self.assertEqual(self.ask(paid_online="all")._get_amount(), 80)

    def test_the_invoice_takes_it_for_her_part_alone(self):
        self.agree(self.mira, self.insurer, 50)
        booking = self.ask(paid_online="all")
        self.pay(booking)
        visit = booking.appointment_ids

        hers, theirs = self.confirm_whole(self.draft(visit))

        self.assertEqual((hers.amount_residual, theirs.amount_residual), (0, 40))
        self.assertEqual(visit.deposit_left, 0)

    def test_what_a_share_agreed_later_leaves_over_goes_back(self):
        booking = self.ask(paid_online="all")
        self.pay(booking)
        visit = booking.appointment_ids
        self.agree(self.mira, self.insurer, 75)

        hers, _theirs = self.confirm_whole(self.draft(visit))
        visit._update_state("fulfilled")
        self.settle(60)
        self.env.invalidate_all()

        self.assertEqual((hers.amount_residual, visit.deposit_left), (0, 0))
        self.assertEqual(self.get_owed(self.mira), 0)
        self.assertEqual(self.get_refunds(booking.transaction_ids).mapped("amount"), [-60])
