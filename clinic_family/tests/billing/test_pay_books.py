"""What is paid for a patient stands on the patient; who paid is said, and judged once more."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import ROLE
from ..pay_common import PayCase


@tagged("post_install", "-at_install")
class TestPayBooks(PayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.due = cls.invoice()

    def rows(self, partner):
        """What the statement of somebody says happened."""
        self.env.flush_all()
        maker = self.env["report.clinic_family.report_statement"]
        made = maker._make(partner, self.company, date(2026, 1, 1), date(2099, 1, 1))
        return [
            (row["what"], row["amount"], row["balance"])
            for account in made.accounts
            for row in account["rows"]
        ]

    def test_the_payment_stands_on_the_patient(self):
        self.login("pays")

        payment = self.pay(self.due)

        self.assertEqual(payment.partner_id, self.greta)
        self.assertEqual(payment.clinic_payer_id, self.mira)
        self.assertEqual(payment.payment_transaction_id.partner_id, self.mira)
        self.assertIn(self.due.payment_state, ("paid", "in_payment"))
        self.assertEqual(payment.move_id.line_ids.partner_id, self.greta)

    def test_the_statements_of_both(self):
        self.login("pays")

        self.pay(self.due)

        self.assertCountEqual(
            [(what, amount) for what, amount, _balance in self.rows(self.greta)],
            [("Invoice", 80), ("Paid by Mira Motherwell", -80)],
        )
        self.assertEqual(self.rows(self.greta)[-1][2], 0)
        self.assertEqual(self.rows(self.mira), [])

    def test_the_receipt_says_who_paid_and_goes_to_the_patients_readers(self):
        reports = self.env["ir.actions.report"]
        self.login("pays")

        payment = self.pay(self.due)

        paper = reports._render_qweb_html("account.report_payment_receipt", payment.ids)[0]
        self.assertIn("Paid by Mira Motherwell", " ".join(paper.decode().split()))
        self.assertEqual(payment._get_clinic_readers(), self.father.partner_id)

    def test_the_patients_own_payment_is_as_ever(self):
        self.login("greta")

        payment = self.pay(self.due)

        self.assertEqual((payment.partner_id, payment.clinic_payer_id), (self.greta, self.mira[:0]))
        self.assertIn("Payment", [what for what, *_amounts in self.rows(self.greta)])

    def test_what_is_paid_back_stands_on_the_patient_too(self):
        self.login("pays")
        payment = self.pay(self.due)
        self.provider.support_refund = "partial"

        refund = payment.payment_transaction_id._refund(30)
        refund._set_done()
        refund._post_process()

        self.assertEqual(refund.payment_id.partner_id, self.greta)
        told = [(what, amount) for what, amount, _balance in self.rows(self.greta)]
        self.assertIn(("Paid back to Mira Motherwell", 30), told)
        self.assertEqual(self.rows(self.mira), [])

    def begin_as(self, name):
        """What somebody is told who begins to pay; nothing if they may."""
        self.login(name)
        answer = self.begin(self.due.id)
        return answer.get("error", {}).get("data", {}).get("message", "")

    def test_two_don_t_pay_the_same_at_once(self):
        self.assertEqual(self.begin_as("pays"), "")

        self.assertIn("being paid at the moment", self.begin_as("greta"))
        self.assertEqual(self.begin_as("pays"), "", "One's own attempt may be begun anew.")
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = now() - interval '11 min'"
        )
        self.env.invalidate_all()
        self.assertEqual(self.begin_as("greta"), "")

    def test_who_gave_up_is_in_nobody_s_way(self):
        self.begin_as("pays")
        self.due.transaction_ids._set_canceled()

        self.assertEqual(self.begin_as("greta"), "")

    def test_money_that_comes_after_it_was_given_up_is_booked(self):
        self.begin_as("pays")
        transaction = self.due.transaction_ids
        transaction._set_canceled()

        transaction._set_done()
        transaction._post_process()

        self.assertIn(self.due.payment_state, ("paid", "in_payment"))

    def test_what_is_paid_and_not_booked_yet_isn_t_paid_again(self):
        self.begin_as("pays")
        self.due.transaction_ids._set_done()

        self.assertIn("isn't booked yet", self.begin_as("pays"))
        self.due.transaction_ids._post_process()
        self.assertIn("Nothing is left to pay", self.begin_as("pays"))

    def test_staff_book_it_where_the_job_couldn_t(self):
        self.begin_as("pays")
        self.due.transaction_ids._set_done()
        admin = self.env.ref("base.user_admin")
        admin.group_ids |= self.env.ref("account.group_account_manager")

        self.due.transaction_ids.with_user(admin)._post_process()

        self.assertEqual(self.due.transaction_ids.payment_id.clinic_payer_id, self.mira)

    def test_what_is_paid_for_others_than_patients_is_booked_as_odoo_does(self):
        self.due = self.invoice(partner=self.person("Carl Customer"))
        self.login("stranger")

        payment = self.pay(self.due, access_token=self.due._portal_ensure_token())

        self.assertEqual(payment.partner_id, self.stranger.partner_id)
        self.assertFalse(payment.clinic_payer_id)

    def test_nobody_writes_by_hand_who_paid(self):
        billing = self.user("test_billing", "Bill Test-Billing", ROLE + "billing")
        payment = self.register(self.due).with_user(billing)

        with self.assertRaises(AccessError):
            payment.clinic_payer_id = self.mira

    def test_the_payer_uses_a_card_of_their_own_that_the_patient_never_sees(self):
        card = self.env["payment.token"].create({
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "partner_id": self.mira.id,
            "provider_ref": "test",
            "payment_details": "4242",
            "demo_simulated_state": "done",
        })  # fmt: skip
        self.login("pays")
        self.assertIn("4242", self.get(self.due.access_url).text)

        self.pay(self.due, flow="token", token_id=card.id, payment_method_id=None)

        self.assertIn(self.due.payment_state, ("paid", "in_payment"))
        self.login("greta")
        self.assertNotIn("4242", self.get(self.due.access_url).text)
        self.assertFalse(card.with_user(self.grandmother)._filtered_access("read"))

    @mute_logger("odoo.http")
    def test_a_card_of_somebody_else_is_refused(self):
        card = self.env["payment.token"].create({
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "partner_id": self.greta.id,
            "provider_ref": "test",
            "payment_details": "4242",
        })  # fmt: skip
        self.login("pays")

        self.assertNotIn("4242", self.get(self.due.access_url).text)
        self.assertIn("error", self.begin(self.due.id, flow="token", token_id=card.id))

    @mute_logger("odoo.http")
    def test_the_amount_is_judged_as_the_payment_begins(self):
        self.login("pays")

        for amount in (80.01, 0, -80, None, "80", 1e9):
            with self.subTest(amount=amount):
                self.assertIn("error", self.begin(self.due.id, amount=amount))
        self.assertIn("error", self.begin(self.due.id, is_validation=True))
        self.assertIn("result", self.begin(self.due.id, amount=30))

    @mute_logger("odoo.http")
    def test_what_was_paid_meanwhile_is_not_paid_again(self):
        self.login("pays")
        self.get(self.due.access_url)
        self.register(self.due)

        self.assertIn("error", self.begin(self.due.id))

    @mute_logger("odoo.http")
    def test_the_permission_is_judged_as_the_payment_begins(self):
        self.login("pays")
        self.get(self.due.access_url)
        self.permission._suspend("test")

        self.assertIn("error", self.begin(self.due.id))

    @mute_logger("odoo.http")
    def test_a_provider_of_another_company_is_refused(self):
        other = self.provider.copy({
            "company_id": self.env["res.company"].create({"name": "Elsewhere"}).id,
            "state": "test",
        })  # fmt: skip
        self.login("pays")

        self.assertIn("error", self.begin(self.due.id, provider_id=other.id))
