"""Invoices that are made by themselves: when the service says, confirmed when the clinic says."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import MONDAY, ROLE, THURSDAY
from ..invoice_common import InvoiceCase

CLOSED = "The books are closed."


@tagged("post_install", "-at_install")
class TestInvoiceMoment(InvoiceCase):
    def states(self, visit):
        """Whether there is an invoice when it is booked, has arrived, is done."""
        seen = [visit.invoice_id.state]
        visit.action_arrive()
        seen.append(visit.invoice_id.state)
        visit.action_fulfil()
        return [*seen, visit.invoice_id.state]

    def test_by_hand_none_is_made(self):
        self.assertEqual(self.states(self.visit(self.mother)), [False, False, False])

    def test_on_booking(self):
        self.invoice_when("booking")

        self.assertEqual(self.states(self.visit(self.mother)), ["draft", "draft", "draft"])

    def test_on_arrival(self):
        self.invoice_when("arrival")

        self.assertEqual(self.states(self.visit(self.mother)), [False, "draft", "draft"])

    def test_when_it_is_done(self):
        self.invoice_when("completion")

        self.assertEqual(self.states(self.visit(self.mother)), [False, False, "draft"])

    def test_done_without_arriving_it_is_past_arrival(self):
        self.invoice_when("arrival")
        visit = self.visit(self.mother)

        visit.action_fulfil()

        self.assertEqual(visit.invoice_id.state, "draft")

    def test_confirmed_at_once_on_arrival(self):
        self.invoice_when("arrival", confirmed=True)

        self.assertEqual(self.states(self.visit(self.mother)), [False, "posted", "posted"])

    def test_it_is_dated_by_the_clinics_day_whoever_confirms_it(self):
        """It is Monday in Auckland, and still Sunday for a job and for who travels."""
        self.invoice_when("arrival")
        for tz in ("UTC", "America/New_York", False):
            with self.subTest(tz=tz):
                visit = self.visit(self.mother)
                visit.action_arrive()

                visit.invoice_id.with_context(tz=tz).action_post()

                self.assertEqual(visit.invoice_id.invoice_date, MONDAY)
                self.assertEqual(visit.invoice_id.date, MONDAY)
                visit._update_state("cancelled")

    def test_what_a_check_out_holds_is_not_invoiced(self):
        self.invoice_when("booking")

        held = self.hold(self.mother, self.checkout(self.group, self.ten, [self.mother]))

        self.assertFalse(held.invoice_id)

    def test_booked_online_it_is_a_draft_in_the_undo_period_and_confirmed_after_it(self):
        self.invoice_when("booking", confirmed=True)
        visit = self.booked(self.mother, self.mother, self.leo)

        self.time_passes(minutes=2)
        self.assertEqual(visit.invoice_id.state, "draft")
        self.time_passes(minutes=3)
        self.assertEqual(visit.invoice_id.state, "posted")

    def test_taken_back_it_leaves_a_cancelled_draft_and_no_number(self):
        self.invoice_when("booking", confirmed=True)
        visit = self.booked(self.mother, self.mother)
        invoice = visit.invoice_id

        self.cancel(self.mother, visit)
        self.time_passes()

        self.assertEqual((invoice.state, invoice.name), ("cancel", False))

    def test_whoever_is_taken_back_is_not_on_it(self):
        self.invoice_when("booking", confirmed=True, fee_per="participant")
        visit = self.booked(self.mother, self.mother, self.leo)

        self.cancel(self.mother, visit, self.leo)
        self.time_passes()

        self.assertEqual(visit.invoice_id.state, "posted")
        self.assertEqual(visit.invoice_id.amount_untaxed, 80)
        self.assertNotIn("Leo", visit.invoice_id.clinic_patient_names)

    def test_whoever_the_desk_adds_in_time_is_on_it(self):
        self.invoice_when("booking", confirmed=True, fee_per="participant")
        visit = self.visit(self.mother)
        visit.participant_ids.create({"appointment_id": visit.id, "partner_id": self.leo.id})

        self.time_passes()

        self.assertEqual(visit.invoice_id.amount_untaxed, 160)

    def test_a_draft_that_is_not_to_confirm_itself_stays_one(self):
        self.invoice_when("booking")
        visit = self.visit(self.mother)

        self.time_passes(minutes=60)

        self.assertEqual(visit.invoice_id.state, "draft")

    def test_a_draft_made_by_hand_stays_one(self):
        self.invoice_when("arrival", confirmed=True)
        visit = self.visit(self.mother)
        invoice = visit._get_or_create_invoice()

        visit.action_arrive()

        self.assertEqual((visit.invoice_id, invoice.state), (invoice, "draft"))

    def test_arriving_again_makes_no_second_one(self):
        self.invoice_when("arrival", confirmed=True)
        visit = self.visit(self.mother)
        visit.action_arrive()
        invoice = visit.invoice_id

        visit.action_rebook()
        visit.action_arrive()

        self.assertEqual(visit.invoice_id, invoice)

    def test_a_practitioner_checks_in_and_cancels_without_being_an_accountant(self):
        self.invoice_when("arrival", confirmed=True)
        self.nora.user_id = self.user("test_nora", "Nora", ROLE + "practitioner")
        visit, other = self.visit(self.mother), self.appointment(THURSDAY, "11:00", [self.leo])
        draft = other._get_or_create_invoice()

        visit.with_user(self.nora.user_id).action_arrive()
        other.with_user(self.nora.user_id)._update_state("cancelled")

        self.assertEqual(visit.invoice_id.state, "posted")
        self.assertEqual(draft.state, "cancel")

    def test_defaults_of_a_request_say_nothing_in_it(self):
        self.invoice_when("arrival")
        self.nora.user_id = self.user("test_nora", "Nora", ROLE + "practitioner")
        visit = self.visit(self.mother)
        named = visit.with_user(self.nora.user_id).with_context(default_ref="Pay to me instead")

        named.action_arrive()

        self.assertFalse(visit.invoice_id.ref)

    def test_whoever_booked_is_not_the_salesperson(self):
        self.invoice_when("booking")

        visit = self.booked(self.mother, self.mother)

        self.assertFalse(visit.invoice_id.invoice_user_id)
        self.assertNotEqual(visit.invoice_id.create_uid, self.mother)

    def test_an_invoice_that_cannot_be_confirmed_keeps_nobody_from_arriving(self):
        self.invoice_when("arrival", confirmed=True)
        visit = self.visit(self.mother)
        self.refuse("action_post")

        with mute_logger("odoo.addons.clinic_family.models.billing.account_move"):
            visit.action_arrive()

        self.assertEqual((visit.state, visit.invoice_id.state), ("arrived", "draft"))
        self.assertIn(CLOSED, visit.invoice_id.message_ids[0].body)

    def test_one_that_fails_for_whatever_reason_keeps_no_other_waiting(self):
        self.invoice_when("booking", confirmed=True)
        visits = self.visit(self.mother) | self.appointment(THURSDAY, "14:00", [self.mother])
        post, failing = type(self.env["account.move"]).action_post, visits[0].invoice_id

        def action_post(invoices):
            if invoices == failing:
                raise ValueError(CLOSED)
            return post(invoices)

        self.patch(type(self.env["account.move"]), "action_post", action_post)
        with mute_logger("odoo.addons.clinic_family.models.billing.account_move"):
            self.time_passes()

        self.assertEqual(visits.invoice_id.mapped("state"), ["draft", "posted"])

    def test_an_invoice_that_cannot_be_made_keeps_nobody_from_booking(self):
        self.invoice_when("booking")
        self.refuse("create")

        with mute_logger("odoo.addons.clinic_family.models.package.clinic_appointment_invoicing"):
            visit = self.booked(self.mother, self.mother)

        self.assertEqual((visit.state, visit.invoice_id.id), ("booked", False))

    def refuse(self, verb):
        def refuses(*_args, **_values):
            raise UserError(CLOSED)

        self.patch(type(self.env["account.move"]), verb, refuses)
