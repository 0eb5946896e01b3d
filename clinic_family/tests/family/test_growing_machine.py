"""Whatever is permitted, corrected and set, in whatever order: by age nobody acts who may not.

`make histories` tries many random histories; without it a few, always the same.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...engine.ages import birthday, follows_age, is_younger
from ...exceptions import FamilyRefused
from ..common import THURSDAY
from ..growing_common import GrowingCase
from ..history_common import prepare_histories
from ..rules_common import Rules

AGES = (12, 14, 16, 18)
KINDS = ("book", "notify")
BASES = ("parental", "guardianship", "consent", "attorney", "best_interests")

grantees = st.sampled_from(("mira", "fergus"))
kinds = st.sampled_from(KINDS)
ages = st.sampled_from(AGES)
numbers = st.integers(0, 11)
some_rows = precondition(lambda self: self.rows)


@dataclass
class Row:
    """A permission as the model knows it."""

    record: Any
    grantee: str
    kind: str
    basis: str
    own: int
    is_resting: bool = False
    is_closed: bool = False


class Growth(RuleBasedStateMachine):
    """Parents, a child and the clinic's ages; the model says what counts."""

    def __init__(self, case):
        super().__init__()
        self.case, self.env = case, case.env
        self.env.flush_all()
        self.savepoint = self.env.cr.savepoint()
        self.birth, self.own, self.ends, self.rows = None, 16, {}, []
        self.is_hidden = False
        self.rules = Rules(case, (case.mother, case.father))
        for person in (case.mira, case.fergus):
            self.rules.permit(case.leo, person)

    def teardown(self):
        self.savepoint.close(rollback=True)
        self.env.invalidate_all()

    # The model

    def is_over(self, kind):
        age = min(self.own, self.ends.get(kind, self.own))
        return bool(self.birth) and birthday(self.birth, age) <= self.case.today

    def follows(self, row):
        """By the date of birth as it is known now and the age as it was when it was permitted."""
        return follows_age(row.basis, is_younger(self.birth, row.own, self.case.today))

    def is_live(self, row):
        is_over = self.follows(row) and self.is_over(row.kind)
        return not (row.is_closed or row.is_resting or is_over)

    def pick(self, number):
        return self.rows[number % len(self.rows)]

    def add(self, record, before):
        self.rows.append(Row(record, before.grantee, before.kind, before.basis, before.own))

    # What people do

    @rule(grantee=grantees, kind=kinds, basis=st.sampled_from(BASES))
    def permit(self, grantee, kind, basis):
        follows = follows_age(basis, is_younger(self.birth, self.own, self.case.today))
        known = [row for row in self.rows if (row.grantee, row.kind) == (grantee, kind)]
        if any(map(self.is_live, known)):
            return
        person = getattr(self.case, grantee)
        try:
            with self.env.cr.savepoint():
                record = self.case.ledger._grant(self.case.leo, person, [kind], basis)
        except FamilyRefused:
            assert follows and self.is_over(kind)
            return
        assert not (follows and self.is_over(kind))
        for row in known:
            # It continues what rested, which can't be resumed any more.
            row.is_closed = row.is_closed or row.is_resting
        self.rows.append(Row(record, grantee, kind, basis, self.own))

    @rule(age=ages, days=st.sampled_from((-800, -1, 0, 1, 20, 800)))
    def correct_the_birth(self, age, days):
        self.birth = self.case.leo.birth_date = self.case.turns(age, days)

    @rule()
    def forget_the_birth(self):
        self.birth = None
        self.case.leo.birth_date = False

    @rule(age=ages)
    def set_the_age(self, age):
        self.own = self.case.company.clinic_child_age = age

    @rule(kind=kinds, age=ages)
    def set_a_rule(self, kind, age):
        rules = self.case.company.clinic_age_rule_ids.filtered(lambda one: one.kind == kind)
        if rules:
            rules.age = age
        else:
            self.case.rule(kind, age)
        self.ends[kind] = age

    @rule(kind=kinds)
    def drop_a_rule(self, kind):
        self.case.company.clinic_age_rule_ids.filtered(lambda one: one.kind == kind).unlink()
        self.ends.pop(kind, None)

    @some_rows
    @rule(number=numbers, step=st.sampled_from(("revoke", "suspend", "resume", "renew")))
    def step(self, number, step):
        row = self.pick(number)
        is_over = self.follows(row) and self.is_over(row.kind)
        may = {
            "suspend": self.is_live(row),
            "renew": self.is_live(row),
            "resume": row.is_resting and not row.is_closed and not is_over,
        }
        if step == "revoke":
            row.record._revoke("Asked for")
            row.is_closed = True
            return
        verbs = {
            "suspend": lambda: row.record._suspend("Asked for"),
            "renew": lambda: row.record._renew(False),
            "resume": row.record._resume,
        }
        try:
            with self.env.cr.savepoint():
                continued = verbs[step]()
        except UserError:
            assert not may[step]
            return
        assert may[step]
        if step == "suspend":
            row.is_resting = True
        else:
            row.is_closed = True
            self.add(continued, row)

    @rule(kind=kinds)
    def leo_permits(self, kind):
        """What he shares himself counts as long as he likes, once he is of age."""
        mira_held = [
            row for row in self.rows if row.grantee == "mira" and row.kind == kind
            and self.is_live(row)
        ]  # fmt: skip
        if mira_held:
            return
        with suppress(FamilyRefused), self.env.cr.savepoint():
            self.case.family._verify_grown(self.case.leo)
            self.permit("mira", kind, "consent")

    @rule(kind=kinds)
    def leo_shares(self, kind):
        """On his own page he shares what is his to decide, from the age of that kind on."""
        known = [row for row in self.rows if (row.grantee, row.kind) == ("mira", kind)]
        if not self.birth or any(self.is_live(row) or row.is_resting for row in known):
            return
        live = [row for row in self.rows if row.grantee == "mira" and self.is_live(row)]
        others = [row.kind for row in live if self.is_over(row.kind)]
        family, leo, mira = self.case.family, self.case.leo, self.case.mira
        try:
            with self.env.cr.savepoint():
                family._share(leo, leo, mira, [kind, *others])
        except FamilyRefused:
            assert not self.is_over(kind)
            return
        assert self.is_over(kind)
        held = self.case.ledger._get_held(leo, mira).filtered(lambda one: one.kind == kind)
        own = min(self.own, self.ends.get(kind, self.own))
        self.rows.append(Row(held, "mira", kind, "consent", own))

    @rule(is_hidden=st.booleans())
    def mark_the_visit(self, is_hidden):
        self.case.visit._set_confidential(is_hidden)
        self.is_hidden = is_hidden

    @rule()
    def the_job_runs_before_a_slip_is_told(self):
        self.case.ledger._tell_of_birthdays()

    @rule()
    def the_job_runs_days_later(self):
        self.case.let_days_pass()
        self.case.ledger._tell_of_birthdays()
        for row in self.rows:
            if self.follows(row) and self.is_over(row.kind) and not row.is_resting:
                row.is_closed = True

    # What always holds

    @invariant()
    def every_rule_holds(self):
        self.rules.check()

    @invariant()
    def the_judge_says_the_same(self):
        for grantee in ("mira", "fergus"):
            person = getattr(self.case, grantee)
            expected = sorted(
                row.kind for row in self.rows if row.grantee == grantee and self.is_live(row)
            )
            assert self.case.held(person) == expected

    @invariant()
    def who_may_book_finds_the_visit_unless_it_is_confidential(self):
        visit = self.case.visit
        self.env.invalidate_all()
        for grantee in ("mira", "fergus"):
            person = getattr(self.case, grantee)
            may_book = any(
                row.grantee == grantee and row.kind == "book" and self.is_live(row)
                for row in self.rows
            )
            expected = may_book and not self.is_hidden
            found = visit.search([("viewer_ids", "in", person.ids), ("id", "=", visit.id)])
            assert (bool(found), person in visit.viewer_ids) == (expected, expected)
            assert visit._is_known_to(person) is not self.is_hidden
        assert self.case.leo in visit.viewer_ids

    @invariant()
    def nobody_acts_for_who_decides_alone(self):
        held = self.case.ledger.search([
            ("grantor_id", "=", self.case.leo.id), ("is_live", "=", True),
            ("until_grown", "=", True),
        ])  # fmt: skip
        is_child = is_younger(self.birth, self.own, self.case.today)
        assert not held or is_child is not False


@tagged("post_install", "-at_install")
class TestGrowingMachine(GrowingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leo.company_id = cls.mira.company_id = cls.fergus.company_id = cls.company
        cls.visit = cls.appointment(THURSDAY, "10:00", [cls.leo], payer_id=cls.mira.id)

    def test_whatever_is_done_the_ages_hold(self):
        run_state_machine_as_test(lambda: Growth(self), settings=prepare_histories(15, 20))
