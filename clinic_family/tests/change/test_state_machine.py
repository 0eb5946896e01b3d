"""Whatever people do, in whatever order: the rules hold in the database.

`make histories` tries many random histories; without it a few, always the same.
"""

from contextlib import contextmanager, suppress
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
from psycopg2.errors import IntegrityError

from odoo.exceptions import AccessError, MissingError, RedirectWarning, UserError
from odoo.tests import tagged
from odoo.tests.common import freeze_time
from odoo.tools import mute_logger

from ...engine.checkout import Checkout
from ...exceptions import BookingRefused, ChangeRefused
from ..clinic_model import MAY_FOLLOW, Clinic, Service, Visit
from ..common import MONDAY, ROLE, THURSDAY, TUESDAY, utc, written
from ..history_common import prepare_histories
from ..message_common import MessageCase
from ..rules_common import Rules

# Two minutes before a reminder for Tuesday at ten is due.
BEGINNING = datetime(2027, 3, 28, 19, 58)
REMINDER_HOURS = 25
TIMES = ((MONDAY, "13:00"), (TUESDAY, "10:00"), (TUESDAY, "10:30"), (THURSDAY, "10:00"))
USERS = ("mira", "fergus", "greta")
PEOPLE = (*USERS, "leo")
BOTH = ("nora", "ben")
KINDS = ("book", "pay", "notify")
OF_TIME = ("past", "notice", "hours", "time_off", "taken", "horizon", "grid")
# Buttons; those that ask why before anything is done open a window.
ASKING = ("noshow", "cancelled")
ACTIONS = {
    "arrived": "action_arrive",
    "fulfilled": "action_fulfil",
    "noshow": "action_mark_noshow",
    "cancelled": "action_cancel",
    "booked": "action_rebook",
}
SERVICES = {
    "single": Service(("nora",), 1, after=timedelta(minutes=15)),
    "group": Service(BOTH, 3, before=timedelta(minutes=15), late_fee=30, noshow_fee=60),
}

users = st.sampled_from(USERS)
groups = st.frozensets(st.sampled_from(PEOPLE), min_size=1, max_size=3)
times = st.sampled_from(TIMES)
wishes = st.sampled_from((("nora",), ("ben",), BOTH))
numbers = st.integers(0, 11)
# Most do what they may; some try what they may not.
dares = st.sampled_from((False, False, False, True))
some_visits = precondition(lambda self: self.clinic.visits)
VISITS = """
    SELECT visit.id, visit.state, visit.booked_at IS NOT NULL, visit.start,
           visit.practitioner_id, visit.payer_id, one.partner_id, one.state
      FROM clinic_appointment visit
 LEFT JOIN clinic_participant one ON one.appointment_id = visit.id
     WHERE visit.location_id = %s
"""
FEES = """
    SELECT line.clinic_appointment_id, line.price_unit
      FROM account_move_line line
      JOIN account_move invoice ON invoice.id = line.move_id AND invoice.state != 'cancel'
     WHERE line.clinic_missed IS NOT NULL
"""
SENT = """
    SELECT message.id, participant_id, recipient_id, message.kind, address
      FROM clinic_message message
     WHERE message.state = 'sent' AND message.id > %s
  ORDER BY message.id
"""


class Histories(RuleBasedStateMachine):
    """People act on one small clinic; the model says what must come of it."""

    def __init__(self, case):
        super().__init__()
        self.case, self.env, self.cr = case, case.env, case.env.cr
        self.frozen = case.frozen
        self.frozen.move_to(BEGINNING)
        self.env.flush_all()
        self.savepoint = self.cr.savepoint()
        self.clinic = Clinic(BEGINNING, PEOPLE)
        self.ids, self.reminded, self.last_message = {}, set(), 0
        self.rules = Rules(case, case.logins.values(), case.server)

    def teardown(self):
        self.savepoint.close(rollback=True)
        self.env.invalidate_all()

    # From names to records

    def person(self, name):
        return getattr(self.case, name) if name else self.env["res.partner"]

    def user(self, name):
        return self.case.logins[name]

    def practitioner(self, names):
        return 0 if len(names) == 2 else getattr(self.case, names[0]).id

    def name_of(self, person_id):
        return next(name for name in PEOPLE if self.person(name).id == person_id)

    def practitioner_name(self, practitioner_id):
        return next(name for name in BOTH if getattr(self.case, name).id == practitioner_id)

    def pick(self, number):
        visit = self.clinic.visits[number % len(self.clinic.visits)]
        return visit, self.env["clinic.appointment"].browse(self.ids[visit])

    def pick_booked(self, number):
        """One that is booked, if there is any."""
        booked = [visit for visit in self.clinic.visits if visit.state == "booked"]
        visits = booked or self.clinic.visits
        visit = visits[number % len(visits)]
        return visit, self.env["clinic.appointment"].browse(self.ids[visit])

    def attempt(self, expected, act, *args):
        """Does as one request, which commits what it did also when it explains a refusal."""
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            result, reason = act(*args), ""
        except (BookingRefused, ChangeRefused) as refusal:
            result, reason = None, refusal.reason
        self.env.flush_all()
        reason = "time" if reason in OF_TIME and reason != expected else reason
        assert reason == ("" if expected == "nothing" else expected), (reason, expected)
        return result

    @contextmanager
    def fails(self, *errors):
        """An error nobody catches: what was done is rolled back, as Odoo does."""
        with suppress(*errors), mute_logger("odoo.sql_db"), self.cr.savepoint():
            yield

    # At the booking site

    @initialize(granted=st.sets(st.sampled_from(KINDS)))
    def they_are_a_family(self, granted):
        for kind in sorted(granted | {"book"}):
            self.grants("leo", "mira", kind)

    @rule(
        user=users, name=st.sampled_from(sorted(SERVICES)), when=times, who=wishes,
        people=st.none() | groups, payer=st.none() | st.sampled_from(PEOPLE), dares=dares,
    )  # fmt: skip
    def holds(self, user, name, when, who, people, payer, dares):
        people = set(people or ())
        payer = (payer or user) if people else ""
        if people and not dares:
            people, payer = self.clinic.reduce(user, SERVICES[name], people, payer)
        self._hold(user, name, when, who, people, payer)

    @rule(
        user=users, name=st.sampled_from(sorted(SERVICES)), when=times, who=wishes,
        people=groups, payer=st.none() | st.sampled_from(PEOPLE),
    )  # fmt: skip
    def books(self, user, name, when, who, people, payer):
        """Holds and confirms without looking around, as most people do."""
        allowed = self.clinic.reduce(user, SERVICES[name], set(people), payer or user)
        self._hold(user, name, when, who, *allowed)
        if user in self.clinic.baskets:
            self._confirm_own(user)

    def _hold(self, user, name, when, who, people, payer):
        service, start = SERVICES[name], utc(*when)
        who = tuple(one for one in who if one in service.practitioners) or service.practitioners
        expected = self.clinic.judge_people(user, service, people, payer)
        visit, free = None, []
        if not expected:
            self.clinic.open_basket(user)
            visit = self.clinic.find_held(user, service, start, who)
            if not visit:
                # The time just chosen, for which nobody was named, gives way to the next.
                aside = self.clinic.get_unfinished(user)
                free = self.clinic.get_free(who, service, start, aside)
                full = len(self.clinic.baskets[user].visits) >= 10
                expected = "basket_full" if full else "" if free else "time"
        wish = Checkout(
            getattr(self.case, name).id, self.practitioner(who), self.case.harbour.id,
            written(*when), tuple(sorted(self.person(one).id for one in people)),
            self.person(payer).id or 0,
        )  # fmt: skip
        bookings = self.env["clinic.booking"].with_user(self.user(user))
        held = self.attempt(expected, bookings._hold, self.person(user), wish)
        if not expected:
            held = held.sudo()
            chosen = self.practitioner_name(held.practitioner_id.id)
            assert visit or chosen in free
            visit = visit or Visit(service, chosen, start, user)
            self.clinic.hold(user, visit, people, payer)
            self.ids[visit] = held.id

    def basket(self, user):
        return self.env["clinic.booking"].sudo()._find_basket(self.person(user))

    @precondition(lambda self: self.clinic.baskets)
    @rule(number=numbers)
    def confirms(self, number):
        self._confirm_own(sorted(self.clinic.baskets)[number % len(self.clinic.baskets)])

    def _confirm_own(self, user):
        expected, basket = self.clinic.judge_confirm(user), self.basket(user)
        self._confirm(user, user, expected)
        if not expected:
            self.clinic.confirm(user)
            # Sent once more, it answers the same and books nothing.
            bookings = self.env["clinic.booking"].with_user(self.user(user))
            again = (self.person(user), basket.key, basket.version)
            assert self.attempt("", bookings._confirm, *again) == basket

    @precondition(lambda self: self.clinic.baskets)
    @rule(user=users, number=numbers)
    def confirms_what_another_chose(self, user, number):
        owner = sorted(self.clinic.baskets)[number % len(self.clinic.baskets)]
        if owner != user:
            self._confirm(user, owner, "basket")

    def _confirm(self, user, owner, expected):
        basket = self.basket(owner).sudo()
        bookings = self.env["clinic.booking"].with_user(self.user(user))
        # What the page asks of visits at once is answered with yes.
        meant = [clash["key"] for clash in bookings._find_clashes(basket)]
        self.attempt(
            expected, bookings._confirm, self.person(user), basket.key, basket.version, "", meant
        )

    @some_visits
    @rule(user=users, number=numbers)
    def removes(self, user, number):
        visit, record = self.pick(number)
        bookings = self.env["clinic.booking"].with_user(self.user(user))
        self.attempt("", bookings._remove, self.person(user), record.id)
        if user in self.clinic.baskets and visit in self.clinic.baskets[user].visits:
            self.clinic.drop(user, [visit])

    # At "my appointments"

    @some_visits
    @rule(
        user=users, number=numbers, people=st.none() | groups, payer=st.none() | users, dares=dares,
    )  # fmt: skip
    def cancels(self, user, number, people, payer, dares):
        visit, record = self.pick(number) if dares else self.pick_booked(number)
        user = user if dares else visit.booker
        people = set(visit.people) & (people or set(visit.people))
        expected = self.clinic.judge_cancel(user, visit, people, payer)
        participants = record.sudo().participant_ids.filtered(
            lambda one: self.name_of(one.partner_id.id) in people
        )
        cancel = record.with_user(self.user(user))._cancel_for
        self.attempt(expected, cancel, self.person(user), participants, self.person(payer))
        if not expected:
            self.clinic.cancel(user, visit, people, payer)

    @some_visits
    @rule(user=users, number=numbers, when=times, who=wishes, dares=dares)
    def moves(self, user, number, when, who, dares):
        visit, record = self.pick(number) if dares else self.pick_booked(number)
        user = user if dares else visit.booker
        who = tuple(one for one in who if one in visit.service.practitioners) or ("nora",)
        start = utc(*when)
        wish = (
            self.practitioner(who if len(visit.service.practitioners) == 2 else ("nora",)),
            self.case.harbour.id,
        )
        expected = self.clinic.judge_move(user, visit, start, who)
        move = record.with_user(self.user(user))._reschedule
        free = self.clinic.get_free(who, visit.service, start, [visit])
        self.attempt(expected, move, self.person(user), written(*when), *wish)
        if not expected:
            chosen = self.practitioner_name(record.sudo().practitioner_id.id)
            assert chosen in free
            self.clinic.move(visit, start, chosen)

    @some_visits
    @rule(user=users, number=numbers, state=st.sampled_from(sorted(ACTIONS)))
    def tampers(self, user, number, state):
        """What a browser may call is refused as a button and as a plain write."""
        _visit, record = self.pick(number)
        mine = record.with_user(self.user(user))
        for act in (
            getattr(mine, ACTIONS[state]),
            lambda: mine.write({"state": state, "payer_id": self.person(user).id}),
            lambda: mine.sudo().participant_ids.sudo(False).write({"state": state}),
            mine.unlink,
        ):
            with self.fails(AccessError, MissingError, UserError):
                act()

    # Permissions

    @rule(grantor=st.sampled_from(PEOPLE), grantee=users, kind=st.sampled_from(KINDS))
    def grants(self, grantor, grantee, kind):
        if grantor != grantee:
            self.rules.permit(self.person(grantor), self.person(grantee))
            self.env["clinic.permission"]._grant(
                self.person(grantor), self.person(grantee), [kind], "consent"
            )
            self.clinic.live.add((grantor, grantee, kind))

    @precondition(lambda self: self.clinic.live)
    @rule(number=numbers, rests=st.booleans())
    def ends(self, number, rests):
        grantor, grantee, kind = sorted(self.clinic.live)[number % len(self.clinic.live)]
        held = self.env["clinic.permission"]._get_held(self.person(grantor), self.person(grantee))
        ending = held.filtered(lambda permission: permission.kind == kind)
        (ending._suspend if rests else ending._revoke)("They quarrelled.")
        self.clinic.live.remove((grantor, grantee, kind))

    # The clinic

    @rule(who=st.sampled_from(BOTH), when=times)
    def falls_ill(self, who, when):
        if len(self.clinic.leaves) == 2:
            return
        begins, ends = utc(*when), utc(*when) + timedelta(minutes=45)
        leaves = self.env["resource.calendar.leaves"]
        values = {
            "resource_id": getattr(self.case, who).resource_id.id,
            "date_from": begins, "date_to": ends,
        }  # fmt: skip
        losing = self.clinic.get_losing(who, begins, ends)
        if losing:
            with self.case.assertRaisesRegex(RedirectWarning, "Nobody would work"):
                leaves.create(values)
            self.env["clinic.appointment"].browse(self.ids[each] for each in losing)._note_orphaned(
                "Ill"
            )
        leaves.create(values)
        self.clinic.leaves.append((who, begins, ends))

    @some_visits
    @rule(number=numbers, state=st.sampled_from(sorted(ACTIONS)))
    def the_desk_changes(self, number, state):
        visit, record = self.pick(number)
        act = self._get_step(record.with_user(self.case.desk), state)
        if visit.state == state:
            act()
        elif self._may_follow(visit, state):
            act()
            if visit.state in ("cancelled", "noshow"):
                self.clinic.free_expired(visit.practitioner, visit.service, visit.start)
            self.clinic.follow(visit, state)
        else:
            with self.fails(UserError, IntegrityError):
                act()

    def _get_step(self, record, state):
        if state in ASKING:
            reason = record.env.ref("clinic_family.clinic_cancel_reason_none")
            return lambda: reason._call_off(record, state)
        return getattr(record, ACTIONS[state])

    def _may_follow(self, visit, state):
        if state not in MAY_FOLLOW[visit.state]:
            return False
        if visit.state in ("cancelled", "noshow"):
            if not visit.people or any(visit in one.visits for one in self.clinic.baskets.values()):
                return False
            after = visit.people if visit.state == "cancelled" else visit.coming
            too_many = len(after) > visit.service.places
            return not too_many and not self.clinic.is_taken(
                visit.practitioner, visit.service, visit.start, [visit]
            )
        return True

    @some_visits
    @rule(number=numbers, name=st.sampled_from(PEOPLE))
    def the_desk_adds(self, number, name):
        visit, record = self.pick(number)
        if visit.state != "booked":
            return
        participants = self.env["clinic.participant"].with_user(self.case.desk)
        values = {"appointment_id": record.id, "partner_id": self.person(name).id}
        if name in visit.people or len(visit.coming) == visit.service.places:
            with self.fails(IntegrityError):
                participants.create(values)
        else:
            participants.create(values)
            self.clinic.add(visit, name)

    @rule(minutes=st.sampled_from((1, 2, 3, 5, 10, 16, 60, 121, 24 * 60)))
    def time_passes(self, minutes):
        self.clinic.now += timedelta(minutes=minutes)
        self.frozen.move_to(self.clinic.now)

    @rule()
    def baskets_are_cleared(self):
        self.env["clinic.booking"]._clear_baskets()
        self.clinic.clear_baskets()

    @rule()
    def messages_are_sent(self):
        self.env.flush_all()
        mails = len(self.case.server.mails)
        self.env["clinic.message"]._send_due()
        self.env.flush_all()
        self.cr.execute(SENT, [self.last_message])
        sent = self.cr.fetchall()
        assert len(self.case.server.mails) - mails == len(sent)
        tellings = {}
        for number, participant_id, recipient_id, kind, address in sent:
            self.last_message = number
            visit, name = self._find(participant_id)
            reader = self.name_of(recipient_id)
            assert self.case.addresses[reader] == address
            readers = tellings.setdefault((visit, name, kind), set())
            assert reader not in readers, "told twice at once"
            readers.add(reader)
        for (visit, name, kind), readers in tellings.items():
            self._check_telling(visit, name, kind, readers)
        self._check_all_were_told()

    def _find(self, participant_id):
        participant = self.env["clinic.participant"].browse(participant_id)
        name = self.name_of(participant.partner_id.id)
        appointment_id = participant.appointment_id.id
        visit = next(one for one in self.clinic.visits if self.ids[one] == appointment_id)
        return visit, name

    def _check_telling(self, visit, name, kind, readers):
        one, truth = visit.people[name], visit.get_truth(name)
        assert visit.is_known and visit.start > self.clinic.now
        assert not self.clinic.is_undo(visit.booker, visit), "told while it can be taken back"
        assert readers <= self.clinic.get_readers(name)
        if kind == "reminder":
            reminder = (visit, name, visit.start)
            assert truth and reminder not in self.reminded
            assert visit.start - timedelta(hours=REMINDER_HOURS) <= self.clinic.now
            self.reminded.add(reminder)
            return
        assert readers == self.clinic.get_readers(name)
        due = "confirmed" if not one.told else "changed" if truth else "cancelled"
        assert truth != one.told and kind == due, (kind, one.told, truth)
        one.told = truth

    def _check_all_were_told(self):
        for visit in self.clinic.visits:
            is_old = visit.touched_at and visit.touched_at + timedelta(minutes=3) <= self.clinic.now
            if is_old and visit.start > self.clinic.now:
                for name, one in visit.people.items():
                    assert one.told == visit.get_truth(name), "not told"

    # What must be true after each step

    @invariant()
    def every_rule_holds(self):
        self.rules.check()

    @invariant()
    def the_database_agrees(self):
        self.env.flush_all()
        self.cr.execute(VISITS, [self.case.harbour.id])
        found = set(self.cr.fetchall())
        expected = {row for visit in self.clinic.visits for row in self._rows(visit)}
        assert found == expected, (found - expected, expected - found)
        self.cr.execute(FEES)
        owed = [(self.ids[visit], visit.fee) for visit in self.clinic.visits if visit.fee]
        assert sorted(self.cr.fetchall()) == sorted(owed), owed

    def _rows(self, visit):
        payer = self.person(visit.payer or visit.booker)
        values = (
            self.ids[visit], visit.state, visit.is_known, visit.start,
            getattr(self.case, visit.practitioner).id, payer.id,
        )  # fmt: skip
        return [
            (*values, self.person(name).id, one.state) for name, one in visit.people.items()
        ] or [(*values, None, None)]


@tagged("post_install", "-at_install")
class TestHistories(MessageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = cls.practitioner("Ben Test-Other")
        cls.group.practitioner_ids = cls.nora + cls.ben
        cls.group.buffer_before = cls.single.buffer_after = 15
        cls.group.write({"late_fee": 30, "noshow_fee": 60})
        cls.company.write({
            "clinic_reminder_hours": str(REMINDER_HOURS),
            "clinic_allow_cancel": True, "clinic_cancel_hours": 24,
            "clinic_allow_reschedule": True, "clinic_reschedule_hours": 24,
        })  # fmt: skip
        cls.logins = {"mira": cls.mother, "fergus": cls.father, "greta": cls.grandmother}
        cls.addresses = {name: f"{name}@example.com" for name in PEOPLE}
        cls.desk = cls.user("test_desk", "Dee Desk", f"{ROLE}front_desk")

    def test_the_rules_hold_whatever_people_do(self):
        profile = prepare_histories(usual=40, steps=40)

        with freeze_time(BEGINNING) as self.frozen:
            run_state_machine_as_test(lambda: Histories(self), settings=profile)
