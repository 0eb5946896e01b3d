"""One payment for several people: each one's part stands on their account, and adds up."""

from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from ..pay_common import PayCase


@tagged("post_install", "-at_install")
class TestPayTogether(PayCase):
    """Mira pays for her mother Greta, her son Leo and herself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leo_pays = cls.grant(cls.leo, cls.mother, "pay")
        cls.gretas = cls.invoice() + cls.invoice(amount=20)
        cls.leos = cls.invoice(cls.leo, amount=30)
        cls.own = cls.invoice(cls.mira, amount=50)
        cls.all = cls.gretas + cls.leos + cls.own
        cls.provider.support_refund = "partial"
        cls.method.support_refund = "partial"

    def setUp(self):
        super().setUp()
        self.login("pays")

    def refuse(self, invoices, **values):
        """What somebody is told who may not begin."""
        with mute_logger("odoo.http"):
            return self.begin_together(invoices, **values)["error"]["data"]["message"]

    def test_each_gets_a_payment_of_their_own(self):
        payments = self.pay_together(self.all)

        self.assertEqual(
            {payment.partner_id: payment.amount for payment in payments},
            {self.greta: 100, self.leo: 30, self.mira: 50},
        )
        self.assertTrue(all(move.payment_state in ("paid", "in_payment") for move in self.all))
        for payment in payments:
            own = self.all.filtered(lambda move, who=payment.partner_id: move.partner_id == who)
            self.assertEqual(payment.reconciled_invoice_ids, own)
            self.assertEqual(payment.move_id.line_ids.partner_id, payment.partner_id)

    def test_the_totals_of_the_payer_and_of_the_patients_agree(self):
        payments = self.pay_together(self.all)

        whole = payments.payment_transaction_id.source_transaction_id
        self.assertEqual((whole.amount, whole.state, whole.partner_id), (180, "done", self.mira))
        self.assertEqual(sum(payments.mapped("amount")), 180)
        by_payer = {(payment.partner_id, payment.clinic_payer_id) for payment in payments}
        self.assertEqual(by_payer, {
            (self.greta, self.mira), (self.leo, self.mira), (self.mira, self.mira[:0]),
        })  # fmt: skip
        self.assertFalse(whole.payment_id)

    def test_the_statements_tell_it(self):
        self.pay_together(self.all)

        told = {
            partner: {what: amount for what, amount, _balance in self.rows(partner) if amount < 0}
            for partner in self.greta + self.leo + self.mira
        }
        self.assertEqual(told, {
            self.greta: {"Paid by Mira Motherwell": -100},
            self.leo: {"Paid by Mira Motherwell": -30},
            self.mira: {"Payment": -50},
        })  # fmt: skip
        for partner in self.greta + self.leo + self.mira:
            self.assertEqual(self.rows(partner)[-1][2], 0)

    def test_who_paid_gets_one_receipt_of_it_all(self):
        self.mira.email = "mira@example.com"
        before = self.env["mail.mail"].search([])

        self.pay_together(self.all)

        [mail] = self.env["mail.mail"].search([("email_to", "like", "mira@")]) - before
        told = " ".join(html2plaintext(mail.body_html).split())
        self.assertIn("You have paid $ 180.00", told)
        for words in ("$ 100.00 for Greta", "$ 30.00 for Leo", "$ 50.00 for Mira"):
            self.assertIn(words, told)
        for move in self.all:
            self.assertIn(move.name, told)

    def test_booking_it_once_more_books_nothing(self):
        payments = self.pay_together(self.all)
        whole = payments.payment_transaction_id.source_transaction_id

        whole._post_process()

        self.assertEqual(whole.child_transaction_ids.payment_id, payments)
        self.assertEqual(len(whole.child_transaction_ids), 3)

    def test_nobody_s_invoice_tells_of_the_others(self):
        payments = self.pay_together(self.all)

        for move in self.all:
            told = "".join(move.message_ids.mapped("body"))
            for other in self.all:
                if other.partner_id != move.partner_id:
                    self.assertNotIn(other.name, told)
            for payment in payments:
                is_own = payment.partner_id == move.partner_id
                self.assertEqual(payment.name in told, is_own, (move.name, payment.name))

    def test_what_somebody_paid_meanwhile_is_the_payers(self):
        """Money isn't left on an account on which nothing is owed."""
        begun = self.begin_together(self.all)["result"]["reference"]
        self.register(self.leos)
        transaction = self.env["payment.transaction"].search([("reference", "=", begun)])

        self.finish(begun)

        payments = transaction.child_transaction_ids.payment_id
        self.assertEqual(
            {payment.partner_id: payment.amount for payment in payments},
            {self.greta: 100, self.mira: 80},
        )
        self.assertEqual(self.rows(self.leo)[-1][2], 0)
        self.assertEqual(self.rows(self.mira)[-1][2], -30)

    def test_what_is_left_over_is_the_payers_who_has_no_invoice_of_their_own(self):
        begun = self.begin_together(self.gretas + self.leos)["result"]["reference"]
        self.register(self.leos)
        transaction = self.env["payment.transaction"].search([("reference", "=", begun)])

        self.finish(begun)

        parts = transaction.child_transaction_ids
        self.assertEqual(
            {part.payment_id.partner_id: part.amount for part in parts},
            {self.greta: 100, self.mira: 30},
        )
        self.assertFalse(parts.child_transaction_ids)
        # Their own invoice of 50 wasn't chosen, and takes nothing of it by itself.
        self.assertEqual(self.rows(self.mira)[-1][2], 50 - 30)

    def test_a_provider_that_pays_back_the_whole_alone_pays_back_no_part(self):
        self.method.support_refund = "full_only"

        payments = self.pay_together(self.all)

        self.assertEqual(set(payments.mapped("amount_available_for_refund")), {0})

    def test_a_part_is_paid_back_to_the_payer(self):
        """By Odoo's own button on the payment."""
        payments = self.pay_together(self.all)
        gretas = payments.filtered(lambda payment: payment.partner_id == self.greta)
        wizard = self.env["payment.refund.wizard"].with_context(active_id=gretas.id).create({})
        self.assertEqual(wizard.amount_available_for_refund, 100)

        wizard.amount_to_refund = 40
        wizard.action_refund()
        refund = self.env["payment.transaction"].search([("operation", "=", "refund")])
        refund._post_process()

        # A provider knows the whole alone, and tells of refunds of that.
        part = gretas.payment_transaction_id
        self.assertEqual(refund.source_transaction_id, part.source_transaction_id)
        self.assertEqual((refund.clinic_part_id, part.provider_reference), (part, False))

        self.assertEqual((refund.partner_id, refund.amount), (self.mira, -40))
        self.assertEqual(refund.payment_id.partner_id, self.greta)
        self.assertEqual(refund.payment_id.clinic_payer_id, self.mira)
        told = [(what, amount) for what, amount, _balance in self.rows(self.greta)]
        self.assertIn(("Paid back to Mira Motherwell", 40), told)
        self.env.invalidate_all()
        self.assertEqual(gretas.amount_available_for_refund, 60)
        self.assertEqual(self.rows(self.leo)[-1][2], 0)
        for move in self.leos + self.own:
            self.assertNotIn("refund", "".join(move.message_ids.mapped("body")))

    def test_captured_by_the_clinic_it_is_booked_in_parts_too(self):
        self.provider.capture_manually = True
        self.method.support_manual_capture = "full_only"
        self.provider.support_manual_capture = "full_only"
        begun = self.begin_together(self.all)["result"]["reference"]
        transaction = self.env["payment.transaction"].search([("reference", "=", begun)])
        self.finish(begun)
        self.assertEqual(transaction.state, "authorized")
        self.assertTrue(self.refuse(self.all))

        captured = transaction._capture()
        captured._post_process()

        payments = captured.child_transaction_ids.payment_id
        self.assertEqual(sum(payments.mapped("amount")), 180)
        self.assertEqual(len(payments), 3)

    # Judged as it begins

    def test_one_permission_that_ended_refuses_the_whole(self):
        self.leo_pays._revoke("test")

        told = self.refuse(self.all, amount=180)

        self.assertIn("Nothing was charged", told)
        self.assertFalse(self.all.transaction_ids)

    def test_all_that_is_left_is_paid_and_nothing_else(self):
        self.register(self.leos)
        for amount in (179, 181, 0, None, "180"):
            self.assertTrue(self.refuse(self.gretas + self.own, amount=amount))
        self.assertFalse((self.gretas + self.own).transaction_ids)

    def test_what_somebody_else_is_paying_refuses_the_whole(self):
        self.grant(self.greta, self.stranger, "pay")
        self.login("stranger")
        self.begin(self.gretas[0].id)
        self.login("pays")

        self.assertIn("being paid at the moment", self.refuse(self.all))

    def test_two_clicks_pay_once(self):
        """With a saved card, which is charged at once."""
        token = self.card(self.mira)
        values = {"flow": "token", "token_id": token.id, "payment_method_id": None}
        amount = sum(self.all.mapped("amount_residual"))
        self.assertIn("result", self.begin_together(self.all, **values))

        self.assertIn("paid a moment ago", self.refuse(self.all, amount=amount, **values))
        self.call("/payment/status/poll", {})
        self.assertTrue(self.refuse(self.all, amount=amount, **values))
        done = self.all.transaction_ids.filtered(lambda one: not one.source_transaction_id)
        self.assertEqual(done.mapped("amount"), [180])

    def test_somebody_s_own_invoices_are_paid_together_in_one_payment(self):
        begun = self.begin_together(self.gretas)["result"]["reference"]

        payment = self.finish(begun)

        self.assertEqual((payment.partner_id, payment.amount), (self.greta, 100))
        self.assertEqual(payment.reconciled_invoice_ids, self.gretas)
        self.assertEqual(payment.clinic_payer_id, self.mira)
