"""A family lives: it grows up, quarrels, books and keeps to itself; every rule holds each time.

What comes of a step isn't foretold here, as in `test_state_machine` and `test_growing_machine`:
whoever may not is refused, and whatever was done, the rules hold. `make histories` tries many
random histories; without it a few, always the same.
"""

from contextlib import contextmanager
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg2.errors import IntegrityError

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time
from odoo.tools import mute_logger

from ..common import utc, written
from ..growing_common import GrowingCase
from ..history_common import prepare_histories
from ..message_common import MailCatcher
from ..rules_common import Rules

USERS = ("mira", "fergus", "ana")
PEOPLE = (*USERS, "leo")
KINDS = ("book", "pay", "notify")
BASES = ("parental", "guardianship", "consent")
CLOCKS = ("10:00", "10:30", "11:00")
STEPS = ("action_arrive", "action_fulfil", "action_rebook", "cancelled", "noshow")

users = st.sampled_from(USERS)
people = st.sampled_from(PEOPLE)
children = st.sampled_from(("leo", "ana"))
kinds = st.sampled_from(KINDS)
ages = st.sampled_from((12, 14, 16, 18))
days = st.integers(7, 8)
clocks = st.sampled_from(CLOCKS)
numbers = st.integers(0, 11)
some_visits = precondition(lambda self: self.visits)
some_rows = precondition(lambda self: self.rows)


class Life(RuleBasedStateMachine):
    """Two parents, a child and a girl with a login of her own, at one small clinic."""

    def __init__(self, case):
        super().__init__()
        self.case, self.env = case, case.env
        self.now = case.env.cr.now()
        case.frozen.move_to(self.now)
        self.env.flush_all()
        self.savepoint = self.env.cr.savepoint()
        self.rows = self.env["clinic.permission"]
        self.rules = Rules(case, case.logins.values(), case.server)

    def teardown(self):
        self.savepoint.close(rollback=True)
        self.env.invalidate_all()

    @property
    def visits(self):
        return self.env["clinic.appointment"].search(
            [("location_id", "=", self.case.harbour.id)], order="id"
        )

    def person(self, name):
        return getattr(self.case, name)

    def pick(self, number):
        return self.visits[number % len(self.visits)]

    def pick_seen(self, user, number):
        """A visit that this login sees, if there is any; and the login."""
        login = self.case.logins[user]
        seen = self.env["clinic.appointment"].with_user(login).search([], order="id")
        visits = seen.sudo().with_env(self.env) or self.visits
        return visits[number % len(visits)], login

    @contextmanager
    def request(self):
        """Whoever may not is refused, and then nothing was done."""
        self.env.invalidate_all()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                yield
        except (UserError, IntegrityError):
            self.env.invalidate_all()

    # The family

    @initialize(is_hidden=st.booleans())
    def they_are_a_family(self, is_hidden):
        for kind in KINDS:
            self.permits("leo", "mira", kind, "parental")
            self.permits("ana", "fergus", kind, "parental")
        self.case.home.email = self.case.mira.email
        for user, name, clock in (("mira", "leo", "10:00"), ("ana", "ana", "11:00")):
            self.books(user, name, user, 7, clock, True)
        if is_hidden:
            self.a_visit_is_marked(0, True)
        self.time_passes(4)
        self.messages_are_sent()

    @rule(grantor=people, grantee=users, kind=kinds, basis=st.sampled_from(BASES))
    def permits(self, grantor, grantee, kind, basis):
        if grantor == grantee:
            return
        one, other = self.person(grantor), self.person(grantee)
        self.rules.permit(one, other)
        with self.request():
            self.rows += self.case.ledger._grant(one, other, [kind], basis)

    @some_rows
    @rule(number=numbers, step=st.sampled_from(("_revoke", "_suspend", "_resume")))
    def a_permission_is_changed(self, number, step):
        row = self.rows[number % len(self.rows)]
        with self.request():
            words = () if step == "_resume" else ("They quarrelled.",)
            self.rows += getattr(row, step)(*words) or self.rows.browse()

    @rule(name=children, age=ages, days=st.sampled_from((-800, -1, 0, 1, 800)))
    def a_birth_date_is_corrected(self, name, age, days):
        with self.request():
            self.person(name).birth_date = self.case.turns(age, days)

    @rule(name=children)
    def a_birth_date_is_forgotten(self, name):
        with self.request():
            self.person(name).birth_date = False

    @rule(age=ages)
    def the_age_of_own_decisions_is_set(self, age):
        with self.request():
            self.case.company.clinic_child_age = age

    @rule(kind=kinds, age=ages)
    def an_age_is_set(self, kind, age):
        rules = self.case.company.clinic_age_rule_ids
        with self.request():
            rules.filtered(lambda one: one.kind == kind).unlink()
            self.case.rule(kind, age)

    @rule(kind=kinds)
    def an_age_is_dropped(self, kind):
        self.case.company.clinic_age_rule_ids.filtered(lambda one: one.kind == kind).unlink()

    @rule()
    def the_job_of_birthdays_runs_days_later(self):
        self.case.let_days_pass()
        self.case.ledger._tell_of_birthdays()

    # At the booking site

    @rule(
        user=users, name=people, payer=people, day=days, clock=clocks,
        dares=st.sampled_from((False, False, True)),
    )  # fmt: skip
    def books(self, user, name, payer, day, clock, dares):
        """Most book for whom they may, and pay themselves; some try whatever there is."""
        login, start = self.case.logins[user], written(self.case.today + timedelta(days=day), clock)
        may = self.env["clinic.authority"]._get_people(login.partner_id, "book")
        person, payer = self.person(name), self.person(payer if dares else user)
        wish = self.case.checkout(
            self.case.group, start, (person if dares else person & may) or may[:1], payer
        )
        with self.request():
            self.case.book(login, wish)

    @some_visits
    @rule(user=users, number=numbers)
    def cancels(self, user, number):
        visit, login = self.pick_seen(user, number)
        with self.request():
            visit.with_user(login)._cancel_for(login.partner_id, visit._get_coming().sudo())

    @some_visits
    @rule(user=users, number=numbers, day=days, clock=clocks)
    def moves(self, user, number, day, clock):
        visit, login = self.pick_seen(user, number)
        start = written(self.case.today + timedelta(days=day), clock)
        with self.request():
            visit.with_user(login)._reschedule(
                login.partner_id, start, self.case.nora.id, self.case.harbour.id
            )

    # At the clinic

    @some_visits
    @rule(number=numbers, is_hidden=st.booleans())
    def a_visit_is_marked(self, number, is_hidden):
        visit = self.pick(number).with_user(self.case.front_desk)
        with self.request():
            mark = visit.action_mark_confidential if is_hidden else visit.action_unmark_confidential
            mark()

    @some_visits
    @rule(number=numbers, step=st.sampled_from(STEPS))
    def the_desk_changes(self, number, step):
        visit = self.pick(number).with_user(self.case.front_desk)
        reason = visit.env.ref("clinic_family.clinic_cancel_reason_none")
        with self.request():
            if step.startswith("action"):
                getattr(visit, step)()
            else:
                reason._call_off(visit, step)

    @some_visits
    @rule(number=numbers, name=people)
    def the_desk_adds(self, number, name):
        participants = self.env["clinic.participant"].with_user(self.case.front_desk)
        values = {"appointment_id": self.pick(number).id, "partner_id": self.person(name).id}
        with self.request():
            participants.create(values)

    @some_visits
    @rule(number=numbers, name=st.none() | people)
    def the_desk_names_who_comes_along(self, number, name):
        participant = self.pick(number).participant_ids[:1].with_user(self.case.front_desk)
        with self.request():
            participant.along_id = name and self.person(name)

    @rule(day=days, clock=clocks)
    def the_practitioner_falls_ill(self, day, clock):
        begins = utc(self.case.today + timedelta(days=day), clock)
        values = {
            "resource_id": self.case.nora.resource_id.id,
            "date_from": begins, "date_to": begins + timedelta(minutes=20),
        }  # fmt: skip
        leaves = self.env["resource.calendar.leaves"]
        try:
            with self.env.cr.savepoint():
                leaves.create(values)
        except RedirectWarning:
            self.visits.filtered(
                lambda one: one.start <= begins < one.stop and one.state in ("booked", "arrived")
            )._note_orphaned("Ill")
            with self.request():
                leaves.create(values)

    @rule(minutes=st.sampled_from((1, 4, 20)))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.case.frozen.move_to(self.now)

    @rule()
    def messages_are_sent(self):
        self.env["clinic.message"]._send_due()

    # What always holds

    @invariant()
    def every_rule_holds(self):
        self.rules.check()


@tagged("post_install", "-at_install")
class TestFamilyLife(MailCatcher, GrowingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expect_nobody_else()
        girl = cls.user("test_girl", "Ana Anderling", email="ana@example.com")
        girl.partner_id.birth_date = cls.turns(cls, 17, 30)
        cls.ana, cls.fergus.email = girl.partner_id, "fergus@example.com"
        cls.logins = {"mira": cls.mother, "fergus": cls.father, "ana": girl}
        # Somebody nobody knows writes from the address of the mother.
        cls.home = cls.person("Homer Housemate")
        cls.nora.schedule_ids.date_from = cls.today
        cls.company.write({"clinic_undo_minutes": 3, "email": "clinic@example.com"})

    def test_whatever_is_done_every_rule_holds(self):
        profile = prepare_histories(usual=12, steps=25)

        with freeze_time(self.env.cr.now()) as self.frozen:
            run_state_machine_as_test(lambda: Life(self), settings=profile)
