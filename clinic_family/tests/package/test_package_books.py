"""The accountant's test: whatever is sold, used, cancelled and refunded, the books add up.

CLINIC_FAMILY_EXAMPLES=500 tries so many random histories; without it a few, always the same.
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
from ..package_common import PackageCase
from ..rules_common import Rules

BEGINNING = datetime.fromisoformat(NOW)
LATE = timedelta(hours=24)
HALF_HOURS = [f"{hour}:{minute:02}" for hour in (9, 10, 11, 13, 14, 15, 16) for minute in (0, 30)]
STEPS = {
    "booked": ("mark_noshow", "fulfil", "cancel", "arrive"),
    "arrived": ("fulfil", "rebook", "cancel"),
    "fulfilled": ("arrive",),
    "cancelled": ("rebook",),
    "noshow": ("rebook", "arrive"),
}

owners = st.sampled_from(("mother", "father"))
numbers = st.integers(0, 11)
with_purchases = precondition(lambda self: self.sold)
with_visits = precondition(lambda self: self.visits)

# Its sessions' amounts on posted invoices, less those on posted credit notes.
NET = """
    SELECT session.id, session.state, session.appointment_id, session.used_on,
           COALESCE(SUM(CASE WHEN move.state != 'posted' THEN 0
                             WHEN move.move_type = 'out_invoice' THEN line.price_subtotal
                             ELSE -line.price_subtotal END), 0),
           COUNT(*) FILTER (WHERE move.move_type = 'out_invoice' AND move.state = 'posted')
           - COUNT(*) FILTER (WHERE move.move_type = 'out_refund' AND move.state = 'posted'),
           COUNT(*) FILTER (WHERE move.move_type = 'out_invoice' AND move.state != 'cancel')
           - COUNT(*) FILTER (WHERE move.move_type = 'out_refund' AND move.state = 'posted')
      FROM clinic_package_session session
 LEFT JOIN account_move_line line ON line.clinic_session_id = session.id
 LEFT JOIN account_move move ON move.id = line.move_id
     WHERE session.owner_id = ANY(%s)
  GROUP BY session.id
"""
POSTED = """
    SELECT COALESCE(SUM(CASE move_type WHEN 'out_invoice' THEN amount_untaxed
                                       ELSE -amount_untaxed END), 0)
      FROM account_move
     WHERE state = 'posted' AND id = ANY(%s)
"""
# A fee that is paid twice, or a visit that was done and is paid by nobody.
PAID = """
    SELECT visit.id, visit.state,
           (SELECT COUNT(*) FROM clinic_package_session session
             WHERE session.appointment_id = visit.id),
           (SELECT COALESCE(SUM(CASE move.move_type WHEN 'out_invoice' THEN 1 ELSE -1 END), 0)
              FROM account_move_line line JOIN account_move move ON move.id = line.move_id
             WHERE line.clinic_appointment_id = visit.id AND move.state != 'cancel')
      FROM clinic_appointment visit
     WHERE visit.location_id = %s
"""


class Books(RuleBasedStateMachine):
    """A clinic sells packages, and people use them; what was sold is kept in plain Python."""

    def __init__(self, case):
        super().__init__()
        self.case, self.env, self.cr = case, case.env, case.env.cr
        self.today = BEGINNING
        case.frozen.move_to(self.today)
        self.env.flush_all()
        self.savepoint = self.cr.savepoint()
        self.sold, self.visits, self.prices = [], [], {}
        self.rules = Rules(case, (case.mother, case.father))
        self.free_times = (
            (MONDAY + timedelta(days=day), clock) for day in range(1, 30) for clock in HALF_HOURS
        )

    def teardown(self):
        self.savepoint.rollback()
        self.env.invalidate_all()

    def owner(self, name):
        return getattr(self.case, name).partner_id

    def pick(self, things, number):
        return things[number % len(things)]

    def find_taken(self):
        """Which session is for which visit, or for a day without one."""
        sold = self.env["clinic.package.session"].union(*(one.session_ids for one in self.sold))
        taken = sold.filtered(lambda session: session.state in ("reserved", "used"))
        return {(session, session.appointment_id) for session in taken}

    # What people do

    @initialize()
    def begin(self):
        for name in ("mother", "father"):
            self.sell(name, "father", count=4, price=40, discount=50, days=20, far="paid")
        for then in ("fulfil", "mark_noshow", "cancel", ""):
            self.book("mother", then)

    @rule(
        name=owners,
        payer=owners,
        count=st.integers(1, 3),
        price=st.sampled_from((0, 40, 55)),
        discount=st.sampled_from((0, 0, 50)),
        days=st.sampled_from((0, 2, 20)),
        far=st.sampled_from(("draft", "posted", "paid", "paid")),
    )
    def sell(self, name, payer, count, price, discount, days, far):
        package = self.case.package(self.case.single, count=count, price=price, validity_days=days)
        purchase = self.case.draft(package, self.owner(name), payer=self.owner(payer))
        self.sold.append(purchase)
        purchase.session_ids.line_ids.discount = discount
        paid = price * (100 - discount) / 100
        self.prices.update(dict.fromkeys(purchase.session_ids.ids, paid))
        if far != "draft":
            self.case.invoice_of(purchase).action_post()
        if far == "paid" and price:
            self.case.pay(self.case.invoice_of(purchase))

    @rule(name=owners, then=st.sampled_from(("mark_noshow", "fulfil", "cancel", "")))
    def book(self, name, then):
        day, clock = next(self.free_times)
        taken = self.find_taken()
        visit = self.case.visit(clock, [getattr(self.case, name)], day=day)
        self.visits.append(visit)
        assert taken <= self.find_taken(), "a new visit takes nothing from another"
        if then:
            self._click(visit, then)

    @with_visits
    @rule(number=numbers, step=numbers)
    def change(self, number, step):
        visit = self.pick(self.visits, number)
        self._click(visit, self.pick(STEPS[visit.state], step))

    def _click(self, visit, step):
        """The clinic of these books keeps the session of who didn't come, or cancelled late."""
        before = visit.session_ids
        with suppress(UserError), self.cr.savepoint():
            getattr(visit, f"action_{step}")()
            in_time = visit.state == "cancelled" and self.today <= visit.start - LATE
            if visit.state != "booked":
                assert visit.session_ids == (before.browse() if in_time else before), visit.state
                assert set(visit.session_ids.mapped("state")) <= {"used"}, visit.state

    @with_visits
    @rule(number=numbers)
    def take_off(self, number):
        visit = self.pick(self.visits, number)
        if visit.session_ids:
            visit._drop_session(visit.session_ids)

    @with_purchases
    @rule(number=numbers)
    def use_without_appointment(self, number):
        purchase = self.pick(self.sold, number)
        with suppress(UserError), self.cr.savepoint():
            free = purchase.session_ids.filtered(lambda session: session.state == "free")
            free[:1] and free[0]._use_on((self.today + timedelta(hours=12)).date())

    @with_purchases
    @rule(number=numbers)
    def refund(self, number):
        taken = {session.id for session, _visit in self.find_taken()}
        with suppress(UserError), self.cr.savepoint():
            notes = self.pick(self.sold, number)._refund_unused()
            credited = notes.invoice_line_ids.clinic_session_id
            assert not taken & set(credited.ids), "what is reserved or used isn't refunded"

    @with_purchases
    @rule(number=numbers)
    def delete(self, number):
        purchase = self.pick(self.sold, number)
        with suppress(UserError), self.cr.savepoint():
            purchase.action_delete()
        self.sold = [purchase for purchase in self.sold if purchase.exists()]

    @with_purchases
    @rule(number=numbers, verb=st.sampled_from(("draft", "cancel", "post", "reverse", "modify")))
    def settle(self, number, verb):
        moves = self.pick(self.sold, number).session_ids.line_ids.move_id
        if not moves:
            return
        with suppress(UserError), self.cr.savepoint():
            self._settle(self.pick(moves.sorted("id"), number), verb)

    def _settle(self, move, verb):
        if verb == "draft":
            move.button_draft()
        elif verb == "cancel":
            move.button_cancel()
        elif verb == "post":
            move.action_post()
        elif move.move_type == "out_invoice":
            wizard = self.env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create({"journal_id": move.journal_id.id})  # fmt: skip
            wizard.reverse_moves(is_modify=verb == "modify")

    @rule(hours=st.sampled_from((9, 24, 72)))
    def wait(self, hours):
        self.today += timedelta(hours=hours)
        self.case.frozen.move_to(self.today)
        taken = self.find_taken()
        self.env["clinic.package.session"]._expire_due()
        assert self.find_taken() == taken, "only what is free expires"

    # What must be true after each step

    @invariant()
    def every_rule_holds(self):
        self.rules.check()

    @invariant()
    def every_session_is_what_its_money_and_its_visit_say(self):
        self.env.flush_all()
        owners = [self.owner("mother").id, self.owner("father").id]
        self.cr.execute(NET, [owners])
        rows = self.cr.fetchall()
        self.total = 0
        for session_id, state, visit_id, used_on, net, posted, standing in rows:
            self.total += net
            assert net == posted * self.prices[session_id]
            assert bool(visit_id or used_on) == (state in ("reserved", "used"))
            if state == "refunded":
                assert standing <= 0, "refunded, but sold"
            elif state != "used":
                assert standing > 0, f"{state}, but not sold"

    @invariant()
    def what_was_bought_adds_up_for_every_owner(self):
        for name in ("mother", "father"):
            owner = self.owner(name)
            purchases = [p for p in self.sold if p.owner_id == owner]
            for purchase in purchases:
                purchase.invalidate_recordset()
            bought = self.env["clinic.package.session"].search_count([("owner_id", "=", owner.id)])
            counted = sum(
                p[f"{state}_count"]
                for p in purchases
                for state in ("free", "reserved", "used", "expired", "refunded")
            )
            assert bought == counted == sum(p.session_count for p in purchases)

    @invariant()
    def the_invoices_agree_with_it(self):
        moves = self.env["account.move"].union(
            *(purchase.session_ids.line_ids.move_id for purchase in self.sold)
        )
        self.cr.execute(POSTED, [moves.ids])
        assert self.cr.fetchone()[0] == self.total

    @invariant()
    def nothing_is_paid_twice_and_what_was_done_is_paid(self):
        self.cr.execute(PAID, [self.case.harbour.id])
        for visit_id, state, sessions, lines in self.cr.fetchall():
            assert sessions + max(lines, 0) <= 1, (visit_id, state, sessions, lines)
            assert state != "fulfilled" or sessions + lines == 1, (visit_id, sessions, lines)

    @invariant()
    def the_ledger_tells_the_same(self):
        for purchase in self.sold:
            self.case.assertLedgerAgrees(purchase.session_ids)


@tagged("post_install", "-at_install")
class TestBooks(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.single.invoice_moment = "completion"
        cls.company.clinic_late_uses_session = True

    def test_the_books_add_up_whatever_is_done(self):
        profile = prepare_histories(usual=12, steps=25)

        with freeze_time(BEGINNING) as self.frozen:
            run_state_machine_as_test(lambda: Books(self), settings=profile)
