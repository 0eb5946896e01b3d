"""What is paid for a patient stands on the patient; who paid is said, and judged once more."""

from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from ..common import MONDAY, ROLE
from ..pay_common import PayCase


@tagged("post_install", "-at_install")
class TestPayBooks(PayCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.due = cls.invoice()

    def test_the_payment_stands_on_the_patient(self):
        self.login("pays")

        payment = self.pay(self.due)

        self.assertEqual(payment.partner_id, self.greta)
        self.assertEqual(payment.clinic_payer_id, self.mira)
        self.assertEqual(payment.payment_transaction_id.partner_id, self.mira)
        self.assertIn(self.due.payment_state, ("paid", "in_payment"))
        self.assertEqual(payment.move_id.line_ids.partner_id, self.greta)

    def test_the_payment_is_of_the_clinics_day(self):
        """It is Monday in Auckland, and still Sunday for who pays from elsewhere."""
        self.mother.tz = "Europe/Paris"
        self.login("pays")

        payment = self.pay(self.due)

        self.assertEqual(payment.date, MONDAY)

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

    def mails(self, partner):
        """What somebody is written, as soon as it is stored."""
        mails = self.env["mail.mail"].search([("email_to", "like", partner.email)], order="id")
        return [" ".join(html2plaintext(mail.body_html).split()) for mail in mails - self.before]

    def test_who_paid_gets_a_receipt_of_it(self):
        """Without *receipts* too: how much, for whom and for what; and nobody else gets it."""
        self.mira.email = "mira@example.com"
        self.before = self.env["mail.mail"].search([])
        self.login("pays")

        self.pay(self.due)

        [mail] = self.mails(self.mira)
        self.assertIn("You have paid $ 80.00", mail)
        self.assertIn(f"$ 80.00 for Greta Grandison: {self.due.name}", mail)
        self.assertEqual(self.mails(self.greta), [])
        self.assertNotIn("/my/", mail)

    def test_the_patient_who_pays_gets_none_by_itself_as_ever(self):
        self.before = self.env["mail.mail"].search([])
        self.login("greta")

        self.pay(self.due)

        self.assertEqual(self.mails(self.greta), [])

    def test_a_receipt_that_can_t_be_made_holds_up_no_payment(self):
        self.mira.email = "mira@example.com"

        def fail(*_args):
            raise ValueError

        self.patch(type(self.env["clinic.receipt.copy"]), "_make_payer_mail", fail)
        self.login("pays")

        with mute_logger("odoo.addons.clinic_family.models.billing.clinic_receipt_copy"):
            payment = self.pay(self.due)

        self.assertEqual(payment.state, "paid")

    def test_what_is_left_is_asked_for_of_what_is_overdue(self):
        part = self.invoice(amount=200, invoice_date="2020-01-01", invoice_date_due="2020-01-01")
        window = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=part.ids
        )
        window.create({"amount": 120})._create_payments()
        self.due.invoice_date_due = "2020-01-02"
        self.login("greta")

        page = html.fromstring(self.get("/my/invoices/overdue").content)
        [form] = page.xpath("//form[@id='o_payment_form']")
        amount = float(form.get("data-amount"))
        answer = self.call("/invoice/transaction/overdue", {
            "provider_id": self.provider.id, "payment_method_id": self.method.id,
            "token_id": None, "amount": amount, "flow": "direct", "tokenization_requested": False,
            "landing_route": "/my/invoices/", "payment_reference": "BATCH/1",
        })  # fmt: skip

        self.assertEqual(amount, 160)
        self.assertIn("160.00", page.xpath("string(//main)"))
        self.assertIn("result", answer)

    def test_the_patients_own_payment_is_as_ever(self):
        self.login("greta")

        payment = self.pay(self.due)

        self.assertEqual((payment.partner_id, payment.clinic_payer_id), (self.greta, self.mira[:0]))
        self.assertIn("Payment", [what for what, *_amounts in self.rows(self.greta)])

    def test_what_is_paid_back_stands_on_the_patient_too(self):
        self.mira.email = "mira@example.com"
        self.before = self.env["mail.mail"].search([])
        self.login("pays")
        payment = self.pay(self.due)
        self.provider.support_refund = "partial"

        refund = payment.payment_transaction_id._refund(30)
        refund._set_done()
        refund._post_process()

        self.assertEqual(refund.payment_id.partner_id, self.greta)
        [_receipt, mail] = self.mails(self.mira)
        self.assertIn("has paid $ 30.00 back to you", mail)
        self.assertEqual(refund.partner_id, self.mira)
        self.assertIn("refund", "".join(self.due.message_ids.mapped("body")))
        told = [(what, amount) for what, amount, _balance in self.rows(self.greta)]
        self.assertIn(("Paid back to Mira Motherwell", 30), told)
        self.assertEqual(self.rows(self.mira), [])

    def begin_as(self, name):
        """What somebody is told who begins to pay; nothing if they may."""
        self.login(name)
        answer = self.begin(self.due.id)
        return answer.get("error", {}).get("data", {}).get("message", "")

    def test_two_don_t_pay_the_same_at_once(self):
        self.grant(self.greta, self.stranger, "pay")
        self.assertEqual(self.begin_as("pays"), "")

        self.assertIn("being paid at the moment", self.begin_as("stranger"))
        self.assertEqual(self.begin_as("pays"), "", "One's own attempt may be begun anew.")
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = create_date - interval '11 min'"
        )
        self.env.invalidate_all()
        self.assertEqual(self.begin_as("stranger"), "")

    def test_the_patient_need_not_wait_for_a_relative_who_gave_up(self):
        self.begin_as("pays")
        begun = self.due.transaction_ids

        self.assertEqual(self.begin_as("greta"), "")

        self.assertEqual(begun.state, "cancel")
        self.assertIn("being paid at the moment", self.begin_as("pays"))

    def test_of_one_s_own_attempts_the_last_counts(self):
        self.begin_as("pays")
        begun = self.due.transaction_ids
        self.begin_as("pays")

        self.assertEqual(begun.state, "cancel")
        self.assertEqual(sorted(self.due.transaction_ids.mapped("state")), ["cancel", "draft"])

    def test_what_is_with_the_provider_is_given_up_by_nobody(self):
        self.begin_as("pays")
        for state in ("pending", "authorized"):
            self.due.transaction_ids.state = state
            for name in ("greta", "pays"):
                self.assertIn("Nothing is left to pay", self.begin_as(name), (state, name))

    def test_money_that_comes_after_all_is_booked(self):
        """A provider that takes what was given up: else it would be taken for nothing."""
        self.begin_as("pays")
        begun = self.due.transaction_ids
        self.begin_as("greta")

        self.finish(begun.reference)
        begun._post_process()

        self.assertEqual(begun.state, "done")
        self.assertEqual((begun.payment_id.partner_id, begun.payment_id.amount), (self.greta, 80))
        self.assertIn(self.due.payment_state, ("paid", "in_payment"))
        self.assertIn("Nothing is left to pay", self.begin_as("greta"))

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

    def test_what_is_on_its_way_after_it_was_given_up_is_in_the_way_of_others(self):
        self.begin_as("pays")
        self.due.transaction_ids._set_canceled()

        self.due.transaction_ids._set_pending()

        self.assertEqual(self.due.transaction_ids.state, "pending")
        self.assertNotEqual(self.begin_as("greta"), "")

    def test_who_pays_by_a_link_of_their_own_pays_though_somebody_else_may_too(self):
        key = self.due._portal_ensure_token()
        self.login("")

        self.assertIn("result", self.begin(self.due.id, access_token=key))

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
        card = self.card(self.mira)
        self.login("pays")
        self.assertIn("4242", self.get(self.due.access_url).text)

        self.pay(self.due, flow="token", token_id=card.id, payment_method_id=None)

        self.assertIn(self.due.payment_state, ("paid", "in_payment"))
        self.login("greta")
        self.assertNotIn("4242", self.get(self.due.access_url).text)
        self.assertFalse(card.with_user(self.grandmother)._filtered_access("read"))

    @mute_logger("odoo.http")
    def test_a_card_of_somebody_else_is_refused(self):
        card = self.card(self.greta)
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
