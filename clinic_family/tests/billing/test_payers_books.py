"""The accountant's test of several payers: whatever is done, the parts are the whole.

`make histories` tries many random histories; without it a few, always the same.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time

from ..common import MONDAY, NOW
from ..history_common import prepare_histories
from ..invoice_common import InvoiceCase
from ..payer_common import Payers
from ..rules_common import Rules

BEGINNING = datetime.fromisoformat(NOW)
HALF_HOURS = [f"{hour}:{minute:02}" for hour in (9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)]

names = st.sampled_from(("mira", "fergus", "greta"))
payers = st.sampled_from(("mira", "fergus", "insurer"))
patients = st.sampled_from(("leo", "ana"))
percents = st.sampled_from((0, 12.5, 33.33, 50, 100))
amounts = st.sampled_from((0.01, 25, 79.99, 200))
numbers = st.integers(0, 11)
with_visits = precondition(lambda self: self.visits)


class PayersBooks(RuleBasedStateMachine):
    """A clinic treats two children; several pay, and what each whole was is kept in Python."""

    def __init__(self, case):
        super().__init__()
        self.case, self.env, self.cr = case, case.env, case.env.cr
        self.env.flush_all()
        self.savepoint = self.cr.savepoint()
        self.visits, self.wholes = [], {}
        self.rules = Rules(case, (case.mother, case.father))
        self.free_times = (
            (MONDAY + timedelta(days=day), clock) for day in range(2, 60) for clock in HALF_HOURS
        )

    def teardown(self):
        self.savepoint.rollback()
        self.env.invalidate_all()

    def pick(self, number):
        return self.visits[number % len(self.visits)]

    def try_step(self, step, *args, **values):
        """What the clinic refuses, with a sentence, has changed nothing."""
        with suppress(UserError), self.cr.savepoint():
            step(*args, **values)
        self.env.invalidate_all()

    def get_rows(self, payer, percent, amount):
        return (getattr(self.case, payer), percent, 0 if percent else amount)

    # What people do

    @initialize()
    def begin(self):
        self.agree("leo", "fergus", 50, 0)
        for patient in ("leo", "ana"):
            self.book(patient, "mira", along=True)

    @rule(patient=patients, payer=names, along=st.booleans())
    def book(self, patient, payer, along):
        day, clock = next(self.free_times)
        case = self.case
        people = [getattr(case, patient)] + ([case.mira] if along else [])
        self.visits.append(case.appointment(
            day, clock, people, service_id=case.group.id, payer_id=getattr(case, payer).id
        ))  # fmt: skip

    @rule(patient=patients, payer=payers, percent=percents, amount=amounts)
    def agree(self, patient, payer, percent, amount):
        share = {"percent": percent, "amount": 0 if percent else amount}
        case = self.case
        self.try_step(
            case.agree, getattr(case, patient), getattr(case, payer), first_day=MONDAY, **share
        )

    @with_visits
    @rule(number=numbers, one=payers, other=payers, percent=percents, amount=amounts)
    def divide(self, number, one, other, percent, amount):
        visit = self.pick(number)
        rows = [self.get_rows(one, percent, amount), self.get_rows(other, 0, 30)]
        self.try_step(lambda: self.case.divide(self.case.draft(visit), *rows))

    @with_visits
    @rule(number=numbers)
    def keep_whole(self, number):
        visit = self.pick(number)
        shares = self.env["clinic.payer.share"]
        self.try_step(lambda: shares._set_of(self.case.draft(visit), []))

    @with_visits
    @rule(number=numbers, price=st.sampled_from((80, 80.01, 0.02)))
    def confirm(self, number, price):
        visit = self.pick(number)
        self.try_step(self._confirm, visit, price)

    def _confirm(self, visit, price):
        draft = self.case.draft(visit)
        if draft.clinic_replaces_id:
            draft.action_post()
        elif draft.state == "draft":
            fees = draft.invoice_line_ids.filtered(lambda line: not line.clinic_missed)
            fees.price_unit = price
            total = draft.amount_total
            parts = self.case.confirm_whole(draft)
            self.wholes[tuple(sorted(parts.ids))] = total

    @with_visits
    @rule(number=numbers, which=st.sampled_from(("all", "first", "last")), anew=st.booleans())
    def credit(self, number, which, anew):
        bills = self.pick(number)._get_bills().filtered(
            lambda one: one.state == "posted" and one._is_standing()
        )  # fmt: skip
        chosen = {"all": bills, "first": bills[:1], "last": bills[-1:]}[which]
        if chosen and anew:
            self.try_step(self._make_anew, chosen)
        else:
            self.try_step(lambda: chosen._reverse_moves(cancel=True))

    def _make_anew(self, bills):
        """Odoo's own “Reverse and Create Invoice”."""
        window = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=bills.ids
        )
        window.create({"journal_id": bills.journal_id.id}).modify_moves()

    @with_visits
    @rule(number=numbers, which=st.sampled_from((0, -1)))
    def pay(self, number, which):
        bills = self.pick(number)._get_bills().filtered(lambda one: one.amount_residual)
        self.try_step(self._pay, bills[which:][:1])

    def _pay(self, bill):
        if bill.state == "posted":
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=bill.ids
            )
            register.create({})._create_payments()

    @with_visits
    @rule(number=numbers, which=st.sampled_from((0, -1)), payer=names)
    def pay_online(self, number, which, payer):
        """Whoever it is pays; the demo provider tells so, and the books follow."""
        bills = self.pick(number)._get_bills().filtered(lambda one: one.amount_residual)
        self.try_step(self._pay_online, bills[which:][:1], getattr(self.case, payer))

    def _pay_online(self, bill, payer):
        if bill.state == "posted":
            paid = self.env["payment.transaction"].create({
                "provider_id": self.case.provider.id,
                "payment_method_id": self.case.provider.payment_method_ids[:1].id,
                "operation": "online_direct",
                "amount": bill.amount_residual,
                "currency_id": bill.currency_id.id,
                "partner_id": payer.id,
                "invoice_ids": bill.ids,
            })  # fmt: skip
            paid._set_done()
            paid._post_process()
            assert not bill.amount_residual
            assert paid.payment_id.partner_id == bill.partner_id
            assert paid.payment_id.clinic_payer_id == payer - bill.partner_id

    @with_visits
    @rule(number=numbers, amount=st.sampled_from((20, 80)))
    def pay_a_deposit(self, number, amount):
        self.try_step(self._pay_a_deposit, self.pick(number), amount)

    def _pay_a_deposit(self, visit, amount):
        payment = self.env["account.payment"].create({
            "payment_type": "inbound", "partner_type": "customer", "amount": amount,
            "partner_id": visit.payer_id.commercial_partner_id.id,
        })  # fmt: skip
        payment.action_post()
        payment._stand_for(visit, visit.payer_id)

    @with_visits
    @rule(number=numbers, state=st.sampled_from(("cancelled", "noshow", "arrived", "booked")))
    def happen(self, number, state):
        self.try_step(self._happen, self.pick(number), state)

    def _happen(self, visit, state):
        if state in ("cancelled", "noshow"):
            visit._charge(state if state == "noshow" else "late", visit._get_coming())
        visit._update_state(state)

    @with_visits
    @rule(number=numbers, payer=names)
    def change_payer(self, number, payer):
        self.try_step(self.pick(number)._change_payer, getattr(self.case, payer))

    @with_visits
    @rule(number=numbers)
    def waive(self, number):
        self.try_step(self.pick(number)._waive_fee, "As a favour")

    # What must be true after each step

    @invariant()
    def every_rule_holds(self):
        self.rules.check()

    @invariant()
    def the_parts_are_the_whole(self):
        for ids, total in self.wholes.items():
            parts = self.env["account.move"].browse(ids)
            assert round(sum(parts.mapped("amount_total")), 2) == round(total, 2)
            assert min(parts.mapped("amount_total")) > 0 or len(parts) == 1
            assert len(parts.partner_id) == len(parts), "one invoice a payer"

    @invariant()
    def each_account_is_what_the_documents_say(self):
        """A payer's balance in the ledger: their invoices, less credit notes and payments."""
        self.env.flush_all()
        for name in ("mira", "fergus", "greta", "insurer"):
            partner = getattr(self.case, name)
            mine = [("partner_id", "=", partner.id)]
            moves = self.env["account.move"].search([*mine, ("state", "=", "posted")])
            billed = sum(
                move.amount_total * (1 if move.move_type == "out_invoice" else -1)
                for move in moves.filtered(lambda one: one.move_type.startswith("out_"))
            )
            payments = self.env["account.payment"].search([
                *mine, ("state", "in", ("in_process", "paid")),
            ])  # fmt: skip
            paid = sum(payments.filtered("move_id").mapped("amount"))
            assert round(self.case.get_owed(partner) - (billed - paid), 2) == 0, name

    @invariant()
    def a_visit_is_invoiced_as_its_invoices_say(self):
        for visit in self.visits:
            bills = visit._get_bills()
            standing = bills.filtered(lambda bill: bill._is_standing())
            assert visit.is_invoiced == bool(standing)
            drafts = standing.filtered(
                lambda bill: bill.state == "draft" and not bill.clinic_replaces_id
            )
            assert not drafts or standing == drafts, "a draft is the whole"

    @invariant()
    def nobody_reads_of_another(self):
        for ids in self.wholes:
            parts = self.env["account.move"].browse(ids)
            for part in parts:
                text = " ".join(filter(None, part.invoice_line_ids.mapped("name")))
                for other in (parts - part).partner_id - part.invoice_line_ids.clinic_patient_ids:
                    assert other.name not in text


@tagged("post_install", "-at_install")
class TestPayersBooks(Payers, InvoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_payers()
        cls.greta = cls.grandmother.partner_id
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.provider.write({"state": "test", "company_id": cls.company.id})
        cls.group.write({"late_fee": 30, "noshow_fee": 60})

    def test_the_parts_are_the_whole_whatever_is_done(self):
        profile = prepare_histories(usual=8, steps=20)

        with freeze_time(BEGINNING):
            run_state_machine_as_test(lambda: PayersBooks(self), settings=profile)
