"""A saved card that a relative may pay with: its terms, its messages, and what ends it."""

from datetime import datetime

import requests

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..pay_common import PayCase


@tagged("post_install", "-at_install")
class TestCard(PayCase):
    """Greta lets Mira pay with her card."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mira.email = "mira@example.com"
        cls.other = cls.env.ref("clinic_family.clinic_relationship_type_other")
        cls.env["clinic.relationship"]._link(cls.greta, cls.mira, cls.other)
        cls.gretas = cls.card(cls.greta)
        cls.provider.support_refund = "partial"
        cls.method.support_refund = "partial"
        cls.ledger = cls.env["clinic.permission"]

    def share(self, limit=0, cards=None, ends_at=False):
        self.env["clinic.family"]._share_card(
            self.greta, self.mira, cards and cards.ids, limit, ends_at
        )
        return self.env["clinic.family"]._find_card_permission(self.greta, self.mira)

    def use(self, invoice, card=None, **values):
        """Mira pays with the card at once; what went wrong, if anything did."""
        self.login("pays")
        form = {"flow": "token", "token_id": (card or self.gretas).id, **values}
        answer = self.begin(invoice.id, **{"amount": invoice.amount_residual, **form})
        told = answer["error"]["data"]["message"] if "error" in answer else ""
        return told.replace("\xa0", " ")

    def get_words(self, mail):
        return " ".join(mail.body_html.replace("\xa0", " ").split())

    def find_mails(self):
        return self.env["mail.mail"].search([("email_to", "ilike", "greta@example.com")])

    # What the page offers

    def test_the_page_offers_the_card_and_says_whose_it_is_and_how_much_is_left(self):
        self.share(limit=100)
        invoice = self.invoice()
        self.login("pays")

        page = self.get(f"/my/invoices/{invoice.id}").text.replace("\xa0", " ")

        self.assertIn(f"o_payment_token_{self.gretas.id}", page)
        self.assertIn("Greta Grandison's card, $ 100.00 left this month", " ".join(page.split()))
        self.assertIn("4242", page)
        self.assertNotRegex(page, f'id="o_payment_token_{self.gretas.id}"[^>]*checked')

    def test_a_card_on_which_too_little_is_left_is_not_offered_and_the_page_says_why(self):
        self.share(limit=50)
        invoice = self.invoice(amount=80)
        self.login("pays")

        page = " ".join(self.get(f"/my/invoices/{invoice.id}").text.replace("\xa0", " ").split())

        self.assertNotIn(f"o_payment_token_{self.gretas.id}", page)
        self.assertIn("Greta Grandison's card isn't offered: only $ 50.00 is left", page)

    def test_it_is_offered_where_several_are_paid_and_not_where_cards_are_kept(self):
        self.share()
        first, second = self.invoice(), self.invoice(self.mira)
        self.login("pays")
        together = f"/my/balance/pay?invoice={first.id}&invoice={second.id}"

        self.assertIn(f"o_payment_token_{self.gretas.id}", self.get(together).text)
        self.assertNotIn("4242", self.get("/my/payment_method").text)

    # What is paid with it

    def test_what_is_paid_with_it_stands_on_the_patient_and_names_who_paid(self):
        permission = self.share()
        invoice = self.invoice(self.leo)
        self.grant(self.leo, self.mother, "pay")

        self.assertEqual(self.use(invoice), "")
        self.call("/payment/status/poll", {})

        paid = invoice.transaction_ids
        self.assertEqual((paid.state, paid.clinic_card_permission_id), ("done", permission))
        self.assertEqual(paid.payment_id.partner_id, self.leo)
        self.assertEqual(paid.payment_id.clinic_payer_id, self.mira)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(permission.last_used_at, paid.clinic_asked_at)

    def test_several_are_paid_with_it_in_one_go(self):
        self.share(limit=160)
        invoices = self.invoice() + self.invoice(self.mira)
        self.login("pays")

        begun = self.begin_together(invoices, flow="token", token_id=self.gretas.id)
        self.call("/payment/status/poll", {})

        self.assertEqual(begun["result"]["state"], "done")
        self.assertEqual(set(invoices.mapped("payment_state")), {"paid"})
        self.assertEqual(invoices.transaction_ids.clinic_card_permission_id.card_used, 160)

    # What nobody knows

    def lose(self, error):
        """The provider is asked, and this happens on the way."""

        def send(transaction):
            try:
                raise error
            except requests.exceptions.RequestException:
                raise ValidationError(repr(error)) from error

        self.patch(self.registry["payment.transaction"], "_send_payment_request", send)

    def test_an_answer_that_is_lost_leaves_the_payment_unanswered(self):
        permission = self.share(limit=100)
        for error in (requests.exceptions.ReadTimeout(), requests.exceptions.ConnectionError()):
            invoice = self.invoice(amount=20)
            self.lose(error)

            self.use(invoice)

            with self.subTest(error=error):
                self.assertEqual(invoice.transaction_ids.mapped("state"), ["draft"])
                self.assertTrue(invoice.transaction_ids._is_unanswered())
                self.assertTrue(self.use(invoice))
                self.assertEqual(len(invoice.transaction_ids), 1)
        self.assertEqual(permission._get_card_left(), 60)

    def test_a_question_that_never_left_was_not_charged(self):
        self.share()
        invoice = self.invoice()
        self.lose(requests.exceptions.ConnectTimeout())

        self.use(invoice)

        self.assertEqual(invoice.transaction_ids.state, "error")

    def test_what_is_not_the_clinics_is_charged_by_who_sells_it(self):
        own = self.card(self.mira)
        asked = {
            "partner_id": self.mira.id,
            "token_id": own.id,
            "provider_id": own.provider_id.id,
            "amount": 5,
            "currency_id": self.company.currency_id.id,
        }
        cards = self.env["payment.token"].with_user(self.mother)

        self.assertIsNone(cards._judge_use(**asked))
        with self.assertRaisesRegex(ValidationError, "not yours"):
            cards._judge_use(**{**asked, "token_id": self.gretas.id})

    # What the owner hears

    def test_the_owner_hears_how_much_was_paid_for_what_and_whom_and_how_to_end_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.share(limit=100)
        self.greta.lang = "fr_FR"
        before = self.find_mails()
        invoice = self.invoice()

        self.assertEqual(self.use(invoice), "")

        mail = self.find_mails() - before
        self.assertEqual(len(mail), 1)
        words = self.get_words(mail)
        for part in ("Mira Motherwell", "$ 80,00", "4242", invoice.name, "mars 2027", "$ 20,00"):
            self.assertIn(part, words)
        self.assertIn(f"/my/family/{self.mira.id}/card", words)
        self.assertEqual((mail.model, mail.res_id), (False, 0))
        self.assertNotIn("mira@example.com", words)

    def test_the_owner_reads_of_nobody_who_lets_them_do_nothing(self):
        self.share()
        self.grant(self.leo, self.mother, "pay")
        before = self.find_mails()
        invoice = self.invoice(self.leo)

        self.assertEqual(self.use(invoice), "")

        words = self.get_words(self.find_mails() - before)
        self.assertIn("An invoice of the clinic", words)
        for part in ("Leo", "Littleton", invoice.name):
            self.assertNotIn(part, words)

    def test_the_owner_hears_of_what_goes_back_to_the_card(self):
        self.share()
        invoice = self.invoice()
        self.assertEqual(self.use(invoice), "")
        self.call("/payment/status/poll", {})
        before = self.find_mails()

        refund = invoice.transaction_ids._refund(30)
        self.assertEqual(refund.state, "done")

        mail = self.find_mails() - before
        self.assertEqual(len(mail), 1)
        words = self.get_words(mail)
        for part in ("Mira Motherwell", "$ 80.00", "$ 30.00", "4242"):
            self.assertIn(part, words)
        self.assertNotIn("mira@example.com", words)

    def test_the_owner_hears_nothing_of_what_failed(self):
        self.share()
        self.gretas.demo_simulated_state = "error"
        before = self.find_mails()

        self.use(self.invoice())

        self.assertEqual(self.find_mails(), before)

    def test_the_owner_is_told_when_it_is_shared(self):
        before = self.find_mails()

        self.share()

        self.assertIn("Pay with a saved card", self.get_words(self.find_mails() - before))

    def test_of_other_terms_the_owner_is_told_when_they_let_more(self):
        self.share(limit=100, cards=self.gretas, ends_at=datetime(2099, 1, 1))
        another = self.card(self.greta)
        for terms, is_told in (
            ({"limit": 90, "cards": self.gretas, "ends_at": datetime(2098, 1, 1)}, False),
            ({"limit": 91, "cards": self.gretas, "ends_at": datetime(2098, 1, 1)}, True),
            ({"limit": 91, "cards": another, "ends_at": datetime(2098, 1, 1)}, True),
            ({"limit": 91, "cards": another}, True),
            ({"limit": 91}, True),
            ({}, True),
            ({"limit": 5}, False),
        ):
            with self.subTest(**terms):
                before = self.find_mails()
                self.share(**terms)
                self.assertEqual(bool(self.find_mails() - before), is_told)

    # How much a month

    @mute_logger("odoo.http")
    def test_what_was_paid_this_month_counts_and_what_failed_or_went_back_does_not(self):
        permission = self.share(limit=100)
        self.gretas.demo_simulated_state = "error"
        self.use(self.invoice())
        self.assertEqual(permission.card_used, 0)
        self.gretas.demo_simulated_state = "done"
        self.assertEqual(self.use(self.invoice()), "")
        self.env.invalidate_all()
        self.assertEqual(permission.card_used, 80)
        self.assertIn("Only $ 20.00 is left", self.use(self.invoice(amount=30)))

        paid = self.env["payment.transaction"].search([("state", "=", "done")], limit=1)
        paid._refund(80)

        self.env.invalidate_all()
        self.assertEqual(permission.card_used, 0)
        self.assertEqual(self.use(self.invoice(amount=100)), "")

    @mute_logger("odoo.http")
    def test_other_terms_forget_nothing_that_was_paid(self):
        self.share(limit=100)
        self.assertEqual(self.use(self.invoice()), "")

        permission = self.share(limit=90)

        self.assertEqual(permission.card_used, 80)
        self.assertIn("Only $ 10.00 is left", self.use(self.invoice(amount=20)))
        self.assertEqual(
            len(self.ledger.search([("kind", "=", "card"), ("grantor_id", "=", self.greta.id)])), 2
        )

    # Renewed, resumed

    def test_what_is_suspended_and_resumed_keeps_its_terms(self):
        permission = self.share(limit=90, cards=self.gretas)
        permission._suspend("test")

        resumed = permission._resume()

        terms = (resumed.card_limit, resumed.card_is_chosen, resumed.card_ids)
        self.assertEqual(terms, (90, True, self.gretas))

    def test_a_chosen_card_that_is_gone_opens_no_other(self):
        permission = self.share(cards=self.gretas)
        later = self.card(self.greta)
        self.gretas.unlink()

        self.assertFalse(permission._find_cards())
        self.assertTrue(later.active)

    # Unknown ends

    @mute_logger("odoo.http")
    def test_while_nobody_knows_what_became_of_it_nothing_more_is_charged(self):
        permission = self.share(limit=100)
        invoice = self.invoice()
        cut_off = self.env["payment.transaction"].create({
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": self.gretas.id,
            "operation": "online_token",
            "amount": 80,
            "currency_id": invoice.currency_id.id,
            "partner_id": self.mira.id,
            "invoice_ids": invoice.ids,
            "clinic_card_permission_id": permission.id,
            "clinic_asked_at": "2027-03-28 19:00:00",
        })  # fmt: skip

        self.assertIn("Nothing is charged twice", self.use(invoice))
        self.assertIn("Only $ 20.00 is left", self.use(self.invoice(amount=30)))
        self.login("pays")
        self.assertIn("Nothing is charged twice", str(self.begin(invoice.id)))
        self.assertEqual(cut_off.state, "draft")

        cut_off.action_clinic_not_charged()
        self.assertEqual(self.use(invoice), "")
        with self.assertRaisesRegex(Exception, "known already"):
            cut_off.action_clinic_was_charged()
