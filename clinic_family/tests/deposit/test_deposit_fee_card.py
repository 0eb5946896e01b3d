"""A saved card on which the clinic charges the fee for a missed visit by itself, as was agreed."""

from contextlib import contextmanager

import requests

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...exceptions import BasketChanged
from ..common import ROLE, TUESDAY, ClinicCase, written
from ..deposit_common import TEN, Deposits, later

ELEVEN = written(TUESDAY, "11:00")


@tagged("post_install", "-at_install")
class TestFeeCard(Deposits, ClinicCase):
    """Mira has a saved card, and books a visit of 80 that costs 15 to cancel late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_deposits()
        cls.company.write({"clinic_cancel_hours": 24 * 30, "clinic_post_invoices": True})
        cls.single.write({"paid_online": "card", "charges_card": True, "late_fee": 15})
        cls.mira.email = "mira@example.com"
        cls.desk = cls.user("test_desk", "Dee Test-Desk", ROLE + "front_desk")
        cls.provider.allow_tokenization = True
        cls.card = cls.save_card()

    @classmethod
    def save_card(cls, partner=None, details="4242"):
        return cls.env["payment.token"].create({
            "provider_id": cls.provider.id,
            "payment_method_id": cls.method.id,
            "partner_id": (partner or cls.mira).id,
            "provider_ref": "test",
            "payment_details": details,
            "demo_simulated_state": "done",
        })  # fmt: skip

    def setUp(self):
        super().setUp()
        self.patch(self.registry["ir.cron"], "_commit_progress", lambda *_args, **_more: 1)

    @contextmanager
    def undone(self):
        """What is done in it isn't any more afterwards."""
        with self.env.cr.savepoint(flush=True) as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    def miss(self, booking=None):
        """Cancelled late and invoiced; the invoice."""
        visit = (booking or self.choose()).appointment_ids
        with later(10):
            visit.with_user(self.mother)._cancel_for(self.mira, visit.participant_ids)
            self.env.flush_all()
        with later(15):
            visit.invoice_id._post_by_itself()
        return visit.invoice_id

    def charge(self, invoice):
        """What the job does; what was charged."""
        with later(16):
            self.env["account.move"]._charge_fees_due()
        self.env.flush_all()
        return invoice.transaction_ids

    def begin(self, invoice, **values):
        """Somebody's own payment of it."""
        return self.env["payment.transaction"].create({
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "amount": 15,
            "currency_id": self.company.currency_id.id,
            "partner_id": self.mira.id,
            "invoice_ids": invoice.ids,
            **values,
        })  # fmt: skip

    def find_mails(self):
        return self.env["mail.mail"].search([("email_to", "ilike", "mira@example.com")])

    def assertNotCharged(self, invoice, *before):
        self.assertFalse(self.charge(invoice) - self.env["payment.transaction"].union(*before))
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 15))

    # Agreed

    def test_before_the_click_it_is_said_which_card_is_charged(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        visit = self.env["clinic.booking"]._find_basket(self.mira).sudo().appointment_ids

        words = " ".join(visit.with_user(self.mother).sudo()._get_rule_before())

        self.assertRegex(words, "By booking you agree that such a fee is charged .*4242")

    def test_what_is_agreed_is_what_the_page_showed(self):
        another = self.save_card(details="1111")
        self.assertEqual(self.choose().appointment_ids.fee_card_id, self.card)
        self.hold(self.mother, self.checkout(self.single, ELEVEN, [self.mother]))
        bookings = self.env["clinic.booking"].with_user(self.mother)
        basket = bookings._find_basket(self.mira)
        shown = basket._write_plan([])
        self.assertIn(str(self.card.id), shown)
        self.card.active = False

        with self.assertRaises(BasketChanged):
            bookings._confirm(self.mira, basket.sudo().key, basket.sudo().version, shown)

        self.assertIn(str(another.id), basket._write_plan([]))

    def test_of_a_booked_visit_its_owner_alone_reads_of_the_card(self):
        visit = self.choose().appointment_ids
        self.grant(self.mira, self.father, "book")
        for user, is_told in ((self.mother, True), (self.father, False), (self.desk, False)):
            with self.subTest(user.name):
                words = " ".join(visit.with_user(user)._get_missed_rule(False))
                self.assertEqual("4242" in words, is_told)

    def test_a_fee_that_was_raised_since_the_page_was_read_is_not_agreed_to(self):
        self.hold(self.mother, self.checkout(self.single, TEN, [self.mother]))
        bookings = self.env["clinic.booking"].with_user(self.mother)
        basket = bookings._find_basket(self.mira)
        shown = basket._write_plan([])
        self.single.late_fee = 70

        with self.assertRaises(BasketChanged):
            bookings._confirm(self.mira, basket.sudo().key, basket.sudo().version, shown)

    def test_billing_reads_of_a_card_where_there_is_one(self):
        visit = self.choose().appointment_ids
        self.assertIn("4242", visit.fee_card_text)
        visit.fee_card_id = False

        self.assertIs(visit.fee_card_text, False)

    def test_without_it_nobody_is_asked_to_agree(self):
        for values in ({"charges_card": False}, {"paid_online": "nothing"}, {"late_fee": 0}):
            self.single.write({"charges_card": True, "paid_online": "card", "late_fee": 15})
            self.single.write(values)
            with self.subTest(**values):
                booking = self.choose()
                self.assertFalse(booking.appointment_ids.fee_card_id)
                booking.appointment_ids._update_state("cancelled")

    def test_who_pays_for_others_than_the_booker_has_agreed_to_nothing(self):
        self.save_card(self.father.partner_id, "1111")
        self.grant(self.mira, self.father, "book", "pay")

        booking = self.choose(self.mother, user=self.father, payer=self.mother)

        self.assertFalse(booking.appointment_ids.fee_card_id)

    # Charged

    def test_it_is_charged_once_and_said_so(self):
        invoice = self.miss()
        before = self.find_mails()

        paid = self.charge(invoice)

        self.assertEqual((paid.state, paid.amount, paid.token_id), ("done", 15, self.card))
        mail = self.find_mails() - before
        self.assertEqual(len(mail), 1)
        words = mail.body_html.replace("\xa0", " ")
        for part in ("$ 15.00", "4242", invoice.name, "as you agreed"):
            self.assertIn(part, words)
        self.assertEqual(self.charge(invoice), paid)
        paid._post_process()
        self.assertEqual((invoice.amount_residual, self.get_owed(self.mira)), (0, 0))

    def test_an_invoice_in_place_of_the_charged_one_is_charged_to_no_card(self):
        invoice = self.miss()
        self.charge(invoice)._post_process()

        window = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        made = window.create({"journal_id": invoice.journal_id.id}).modify_moves()
        anew = invoice.browse(made["res_id"])
        self.assertEqual(anew.invoice_line_ids.mapped("clinic_missed"), ["late"])
        anew.action_post()

        self.assertFalse(anew.clinic_charge_at)
        self.assertFalse(self.charge(anew))

    def test_refused_and_confirmed_once_more_it_is_not_tried_again(self):
        self.card.demo_simulated_state = "error"
        invoice = self.miss()
        tried = self.charge(invoice)
        self.card.demo_simulated_state = "done"

        invoice.button_draft()
        invoice.action_post()

        self.assertNotCharged(invoice, tried)

    def test_what_was_reset_before_it_was_charged_is_charged_when_it_is_confirmed(self):
        invoice = self.miss()
        invoice.button_draft()
        self.assertFalse(self.charge(invoice))

        invoice.action_post()

        self.assertEqual(self.charge(invoice).state, "done")

    def test_what_is_only_authorized_is_told_when_it_is_taken_or_not(self):
        for state, words in (("done", "was charged"), ("cancel", "couldn't be charged")):
            self.card.demo_simulated_state = "pending"
            invoice = self.miss(self.choose(start=TEN if state == "done" else ELEVEN))
            begun = self.charge(invoice)
            before = self.find_mails()
            with self.subTest(state):
                begun._set_authorized()
                self.assertFalse(self.find_mails() - before)
                begun._set_done() if state == "done" else begun._set_canceled()
                self.assertIn(words, (self.find_mails() - before).subject)

    def test_refused_it_is_an_invoice_as_any_other_and_is_not_tried_again(self):
        self.card.demo_simulated_state = "error"
        invoice = self.miss()
        before = self.find_mails()

        tried = self.charge(invoice)

        self.assertEqual(tried.state, "error")
        mail = self.find_mails() - before
        self.assertEqual(len(mail), 1)
        self.assertIn("couldn't be charged", mail.subject)
        self.assertIn(f"/my/invoices/{invoice.id}", mail.body_html)
        self.card.demo_simulated_state = "done"
        self.assertNotCharged(invoice, tried)
        self.assertTrue(invoice._is_payable())

    def test_an_answer_that_is_lost_is_asked_for_by_nobody(self):
        def send(transaction):
            try:
                raise requests.exceptions.ReadTimeout
            except requests.exceptions.RequestException as error:
                raise ValidationError(repr(error)) from error

        self.patch(self.registry["payment.transaction"], "_send_payment_request", send)
        invoice = self.miss()

        asked = self.charge(invoice)

        self.assertTrue(asked._is_unanswered())
        self.assertNotCharged(invoice, asked)
        self.assertFalse(invoice._is_payable())

    # Not charged

    def test_a_card_that_was_deleted_is_not_charged(self):
        invoice = self.miss()
        self.card.active = False

        self.assertNotCharged(invoice)

    def test_a_card_of_a_provider_that_was_switched_off_is_not_charged(self):
        invoice = self.miss()
        self.provider.state = "disabled"

        self.assertNotCharged(invoice)

    def test_where_somebody_else_pays_by_now_it_is_not_charged(self):
        booking = self.choose()
        visit = booking.appointment_ids
        visit._change_payer(self.father.partner_id)
        with later(10):
            visit._charge("late", visit._get_coming())
            visit._update_state("cancelled")
            self.env.flush_all()
        with later(15):
            visit.invoice_id._post_by_itself()

        self.assertNotCharged(visit.invoice_id)

    def test_one_that_fails_keeps_no_other_from_being_charged(self):
        bad, good = self.miss(), self.miss()
        compute = type(self.env["payment.transaction"])._compute_reference

        def fail(model, code, prefix=None, **more):
            if prefix == bad.name:
                raise KeyError(prefix)
            return compute(model, code, prefix=prefix, **more)

        self.patch(type(self.env["payment.transaction"]), "_compute_reference", fail)
        with mute_logger("odoo.addons.clinic_family.models.deposit.account_move"):
            self.assertFalse(self.charge(bad))

        self.assertEqual(good.transaction_ids.state, "done")
        self.assertFalse(bad.clinic_charge_at)

    def test_what_is_being_paid_is_not_charged(self):
        invoice = self.miss()
        begun = self.begin(invoice)
        begun._set_done()

        self.assertNotCharged(invoice, begun)

    def test_who_has_begun_to_pay_it_is_not_charged_beside(self):
        invoice = self.miss()
        for state in ("draft", "pending"):
            begun = self.begin(invoice, state=state)
            with self.subTest(state):
                self.assertNotCharged(invoice, begun)
                self.assertEqual(begun.state, state)
            begun.invoice_ids = False
            invoice.clinic_charge_at = invoice.create_date

    def test_no_more_is_charged_than_was_read(self):
        dear = self.single.copy({"late_fee": 99, "charges_card": True})
        booking = self.choose()
        visit = booking.appointment_ids
        for name, change in (
            ("a later price", lambda: self.single.write({"late_fee": 70})),
            ("another service", lambda: visit.write({"service_id": dear.id})),
        ):
            with self.subTest(name), self.undone():
                change()
                invoice = self.miss(booking)
                self.assertGreater(invoice.amount_residual, 15)
                self.assertFalse(self.charge(invoice))

    def test_an_amount_written_by_hand_is_charged_up_to_what_was_read(self):
        for price, is_charged in ((500, False), (15.01, False), (10, True)):
            with self.subTest(price), self.undone():
                invoice = self.miss()
                invoice.button_draft()
                invoice.invoice_line_ids.price_unit = price
                invoice.action_post()
                self.assertEqual(bool(self.charge(invoice)), is_charged)

    def test_the_tax_on_a_fee_is_part_of_what_was_read(self):
        tax = self.env["account.tax"].create({
            "name": "Ten", "amount": 10, "company_id": self.company.id,
        })  # fmt: skip
        self.single.product_id.taxes_id = tax
        invoice = self.miss()

        self.assertEqual(self.charge(invoice).amount, 16.5)

    def test_a_service_that_charges_no_card_any_more_charges_none(self):
        booking = self.choose()
        self.single.charges_card = False

        self.assertNotCharged(self.miss(booking))

    # Confidential

    def hide(self, invoice):
        invoice.clinic_appointment_ids.with_user(self.desk).action_mark_confidential()
        self.env.invalidate_all()

    def test_of_a_confidential_visit_nothing_is_charged_by_itself(self):
        booking = self.choose()
        booking.appointment_ids.with_user(self.desk).action_mark_confidential()
        self.env.invalidate_all()
        before = self.find_mails()

        self.assertNotCharged(self.miss(booking))
        self.assertFalse((self.find_mails() - before).filtered(lambda m: "card" in m.body_html))

    def test_made_confidential_while_it_is_charged_no_message_says_why(self):
        for state, start in (("done", TEN), ("error", ELEVEN)):
            self.card.demo_simulated_state = "pending"
            invoice = self.miss(self.choose(start=start))
            begun = self.charge(invoice)
            self.hide(invoice)
            before = self.find_mails()
            with self.subTest(state):
                begun._set_done() if state == "done" else begun._set_error("No")
                mail = self.find_mails() - before
                self.assertIn(invoice.name, mail.body_html)
                self.assertIn("$ 15.00", mail.body_html.replace("\xa0", " "))
                for word in ("fee", "cancel", "coming", "agreed", "booked"):
                    self.assertNotIn(word, mail.subject + mail.body_html)

    def test_waived_nothing_is_charged(self):
        invoice = self.miss()
        invoice.clinic_appointment_ids._waive_fee("Snow")

        self.assertFalse(self.charge(invoice))

    def test_a_visit_that_took_place_is_charged_to_no_card(self):
        visit = self.choose().appointment_ids
        invoice = visit._get_or_create_invoice()
        invoice.action_post()

        self.assertFalse(self.charge(invoice))
