"""A session is worth what was paid for it, whichever way it is free again."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..common import TUESDAY, freeze_time, utc
from ..package_common import PackageCase


@tagged("post_install", "-at_install")
class TestPackageSettled(PackageCase):
    def setUp(self):
        super().setUp()
        self.purchase = self.sell(self.package(self.single, count=1), self.owner)
        self.invoice = self.invoice_of(self.purchase)

    def credit(self, invoice=None):
        """All of an invoice is credited, as Odoo's own window does it."""
        note = (invoice or self.invoice)._reverse_moves()
        note.action_post()
        return note

    def late(self):
        """A visit that was cancelled late, which used the session."""
        self.company.clinic_late_uses_session = True
        visit = self.visit()
        with freeze_time(utc(TUESDAY, "9:30")):
            visit._update_state("cancelled")
        self.assertStates(self.purchase, used=1)
        return visit

    # What was credited while it was used

    def test_used_and_credited_it_is_not_free_again_as_the_visit_is_undone_and_cancelled(self):
        visit = self.visit()
        visit.action_arrive()
        self.credit()
        self.assertStates(self.purchase, used=1)

        visit.action_rebook()
        visit._update_state("cancelled")

        self.assertStates(self.purchase, refunded=1)
        self.assertFalse(self.visit("11:00").session_ids)
        self.assertLedgerAgrees(self.purchase.session_ids)

    def test_credited_it_pays_for_no_visit_whose_arrival_is_undone(self):
        self.single.invoice_moment = "booking"
        visit = self.visit()
        visit.action_arrive()
        self.credit()

        visit.action_rebook()

        self.assertStates(self.purchase, refunded=1)
        self.assertEqual(visit.invoice_id.amount_untaxed, 80)

    def test_used_and_credited_it_is_not_free_again_as_it_is_given_back(self):
        visit = self.late()
        self.credit()

        visit.session_ids.with_user(self.desk).action_give_back()

        self.assertStates(self.purchase, refunded=1)
        self.assertFalse(self.visit("11:00").session_ids)

    def test_used_and_cancelled_it_is_not_free_again_as_it_is_taken_off(self):
        visit = self.visit()
        visit.action_arrive()
        self.invoice.button_draft()
        self.invoice.button_cancel()

        visit.session_ids.with_user(self.desk).action_take_off()

        self.assertStates(self.purchase, refunded=1)

    def test_used_on_a_day_and_credited_it_is_not_free_again(self):
        session = self.purchase.session_ids
        session._use_on(TUESDAY)
        self.credit()

        session.with_user(self.desk).action_take_off()

        self.assertStates(self.purchase, refunded=1)

    def test_paid_for_it_is_free_again(self):
        visit = self.late()

        visit.session_ids.with_user(self.desk).action_give_back()

        self.assertStates(self.purchase, free=1)

    # By hand

    def refused(self, act):
        refusal = "can't become Free"
        with self.assertRaisesRegex(UserError, refusal):
            act()

    def test_what_is_refunded_is_freed_by_nobodys_hand(self):
        self.credit()
        session = self.purchase.session_ids.with_user(self.desk)

        self.refused(session.action_give_back)
        self.refused(session.action_take_off)

        self.assertStates(self.purchase, refunded=1)

    def test_what_is_reserved_is_taken_off_and_not_given_back(self):
        visit = self.visit()

        self.refused(visit.session_ids.with_user(self.desk).action_give_back)

        self.assertStates(self.purchase, reserved=1)

    def test_what_a_visit_uses_that_takes_place_is_taken_off_and_not_given_back(self):
        visit = self.visit()
        visit.action_arrive()

        self.refused(visit.session_ids.with_user(self.desk).action_give_back)

        self.assertStates(self.purchase, used=1)

    def test_what_is_free_is_not_taken_off(self):
        self.refused(self.purchase.session_ids.with_user(self.desk).action_take_off)

    # What is paid otherwise

    def invoiced(self):
        """A visit that has a confirmed invoice of its own, and would use a session."""
        visit = self.visit(uses_session=False)
        visit._get_or_create_invoice().action_post()
        visit.uses_session = True
        return visit

    def test_taken_up_again_what_is_invoiced_takes_none(self):
        visit = self.invoiced()
        visit._update_state("cancelled")

        visit.action_rebook()

        self.assertFalse(visit.session_ids)
        self.assertFalse(visit._get_fees_not_invoiced())

    def test_who_is_invoiced_takes_none_and_who_joins_does(self):
        self.single.write({"fee_per": "participant", "max_participants": 3})
        visit = self.invoiced()

        visit.participant_ids = [Command.create({"partner_id": self.father.partner_id.id})]

        self.assertEqual(visit.session_ids.participant_id.partner_id, self.father.partner_id)

    def test_no_longer_credited_it_pays_for_nothing_that_is_invoiced_by_then(self):
        visit = self.visit()
        note = self.credit()
        visit._get_or_create_invoice().action_post()

        note.button_draft()

        self.assertFalse(visit.session_ids)
        self.assertStates(self.purchase, free=1)

    def test_what_was_invoiced_and_credited_takes_one_again(self):
        visit = self.invoiced()
        self.credit(visit.invoice_id)
        visit._update_state("cancelled")

        visit.action_rebook()

        self.assertTrue(visit.session_ids)

    # What a session is for

    def test_who_pays_a_fee_is_not_changed_while_sessions_pay_for_visits_ahead(self):
        refusal = "Visits of Test Physio are paid with package sessions"
        self.single.max_participants = 3
        visit = self.visit()
        with self.assertRaisesRegex(ValidationError, refusal):
            self.single.fee_per = "participant"
        visit._update_state("cancelled")

        self.single.fee_per = "participant"
        self.visit()

        with self.assertRaisesRegex(ValidationError, refusal):
            self.single.fee_per = "appointment"
