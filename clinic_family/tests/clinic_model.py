"""What must become of visits by the clinic's rules, in plain Python and apart from the addon.

People, practitioners and services are names. Each `judge_` says why an act must be refused, or
nothing; the verb of the same act says what must be true afterwards.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOLD = timedelta(minutes=10)
LONGEST_HOLD = timedelta(hours=1)
REMEMBERED = timedelta(minutes=15)
UNDO = timedelta(minutes=3)
NOTICE = timedelta(hours=2)
DEADLINE = timedelta(hours=24)
BLOCKING = ("held", "booked", "arrived", "fulfilled")
EXPECTED = ("booked", "arrived")
NOT_COMING = ("held", "cancelled")
MAY_FOLLOW = {
    "held": ("cancelled",),
    "booked": ("arrived", "fulfilled", "cancelled", "noshow"),
    "arrived": ("fulfilled", "booked", "cancelled"),
    "fulfilled": ("arrived",),
    "cancelled": ("booked",),
    "noshow": ("booked", "arrived"),
}


@dataclass(frozen=True)
class Service:
    practitioners: tuple
    places: int
    before: timedelta = timedelta()
    after: timedelta = timedelta()
    length: timedelta = timedelta(minutes=30)
    late_fee: int = 0
    noshow_fee: int = 0


@dataclass
class Coming:
    """One participant, and what that person was last told: when and with whom."""

    state: str
    booked_by: str = ""
    told: tuple = ()


@dataclass(eq=False)
class Visit:
    service: Service
    practitioner: str
    start: datetime
    booker: str = ""
    payer: str = ""
    state: str = "held"
    held_until: datetime = None
    is_known: bool = False
    undo_until: datetime = None
    touched_at: datetime = None
    people: dict = field(default_factory=dict)
    fee: int = 0

    @property
    def stop(self):
        return self.start + self.service.length

    @property
    def coming(self):
        return {name for name, one in self.people.items() if one.state != "cancelled"}

    def get_truth(self, name):
        """What is true of the visit for this person; nothing when they aren't expected."""
        is_off = self.state in NOT_COMING or self.people[name].state in NOT_COMING
        return () if is_off or not self.is_known else (self.start, self.practitioner)


@dataclass(eq=False)
class Basket:
    opened_at: datetime
    visits: list = field(default_factory=list)

    def get(self, state):
        return [visit for visit in self.visits if visit.state == state]

    @property
    def finished(self):
        """What would be booked, the latest first."""
        finished = [visit for visit in self.get("held") if visit.people]
        return sorted(finished, key=lambda visit: visit.start, reverse=True)


class Clinic:
    """The visits, permissions and time off there must be; times are UTC without a zone."""

    def __init__(self, now, people):
        self.now, self.names = now, people
        self.visits, self.baskets, self.leaves = [], {}, []
        self.live = set()

    def may(self, actor, kind, person):
        return actor == person or (person, actor, kind) in self.live

    # Times

    def _blocked(self, practitioner, service, start):
        """The visits in a blocking state that the time with its buffers would touch."""
        begins, ends = start - service.before, start + service.length + service.after
        return [
            visit
            for visit in self.visits
            if visit.practitioner == practitioner
            and visit.state in BLOCKING
            and visit.start - visit.service.before < ends
            and visit.stop + visit.service.after > begins
        ]

    def _has_run_out(self, visit):
        return visit.state == "held" and visit.held_until <= self.now

    def is_taken(self, practitioner, service, start, besides=()):
        blocked = self._blocked(practitioner, service, start)
        return any(one not in besides and not self._has_run_out(one) for one in blocked)

    def get_free(self, practitioners, service, start, besides=()):
        """Those of the practitioners with whom it may be booked online now."""
        if start <= self.now or start < self.now + NOTICE:
            return []
        return [
            name
            for name in practitioners
            if name in service.practitioners
            and not self.is_taken(name, service, start, besides)
            and not any(
                who == name and begins < start + service.length and start < ends
                for who, begins, ends in self.leaves
            )
        ]

    def get_losing(self, practitioner, begins, ends):
        """The visits somebody is expected at, and that lose their hours when these go."""

        def meets(visit, begins, ends):
            return begins < visit.stop and visit.start < ends

        return [
            visit
            for visit in self.visits
            if visit.practitioner == practitioner
            and visit.state in EXPECTED
            and visit.stop > self.now
            and meets(visit, begins, ends)
            and not any(who == practitioner and meets(visit, *away) for who, *away in self.leaves)
        ]

    def free_expired(self, practitioner, service, start):
        """What others held for too long gives way."""
        for visit in self._blocked(practitioner, service, start):
            if self._has_run_out(visit):
                self.follow(visit, "cancelled")

    # Holding and booking

    def judge_people(self, user, service, people, payer):
        if not people and not payer:
            return ""
        if not people:
            return "nobody"
        if len(people) > service.places:
            return "too_many"
        if not all(self.may(user, "book", name) for name in people):
            return "no_permission"
        return "" if self.may(user, "pay", payer) else "payer"

    def reduce(self, user, service, people, payer):
        """As many of the people as the user may bring, and a payer who may be asked."""
        may_come = sorted(name for name in people if self.may(user, "book", name)) or [user]
        return set(may_come[: service.places]), payer if self.may(user, "pay", payer) else user

    def find_held(self, user, service, start, practitioners):
        """What the basket holds of that time already."""
        for visit in self.baskets[user].get("held"):
            is_then = (visit.service, visit.start) == (service, start)
            if is_then and visit.practitioner in practitioners:
                return visit
        return None

    def open_basket(self, user):
        """The person's basket, which begins anew when all that was in it ran out."""
        basket = self.baskets.setdefault(user, Basket(self.now))
        if all(visit.held_until <= self.now for visit in basket.visits):
            basket.opened_at = self.now

    def get_unfinished(self, user):
        return [visit for visit in self.baskets[user].get("held") if not visit.people]

    def drop(self, user, visits):
        for visit in visits:
            self.baskets[user].visits.remove(visit)
            self.visits.remove(visit)

    def hold(self, user, visit, people, payer):
        """The visit, new or held before, is for these people, and everything is held anew."""
        if visit not in self.visits:
            self.drop(user, self.get_unfinished(user))
            self.free_expired(visit.practitioner, visit.service, visit.start)
            self.visits.append(visit)
            self.baskets[user].visits.append(visit)
        if people:
            visit.payer = payer
            visit.people = {name: Coming("held", user) for name in people}
        basket = self.baskets[user]
        for held in basket.get("held"):
            held.held_until = min(self.now + HOLD, basket.opened_at + LONGEST_HOLD)

    def judge_confirm(self, user):
        basket = self.baskets[user]
        if basket.get("cancelled"):
            return "basket"
        for visit in basket.finished:
            refusal = self.judge_people(user, visit.service, set(visit.people), visit.payer)
            if refusal:
                return refusal
            if not self.get_free([visit.practitioner], visit.service, visit.start, [visit]):
                return "time"
        return "" if basket.finished else "nobody"

    def confirm(self, user):
        self.drop(user, self.get_unfinished(user))
        for visit in self.baskets.pop(user).visits:
            self.follow(visit, "booked")
            visit.undo_until = self.now + UNDO

    def clear_baskets(self):
        before = self.now - REMEMBERED
        for user, basket in list(self.baskets.items()):
            is_fresh = any(visit.held_until >= before for visit in basket.visits)
            if basket.opened_at < before and not is_fresh:
                self.drop(user, list(basket.visits))
                del self.baskets[user]

    # Changing

    def follow(self, visit, state):
        """The visit changes state, and with it those people who were as far."""
        for one in visit.people.values():
            if one.state == visit.state:
                one.state = state
        visit.fee = self.get_fee(visit, state)
        visit.state = state
        visit.is_known = visit.is_known or state == "booked"
        visit.touched_at = self.now

    def get_fee(self, visit, state):
        """What it costs that nobody comes to the visit, which comes to this state now."""
        is_undo = visit.undo_until is not None and self.now < visit.undo_until
        is_late = self.now > visit.start - DEADLINE and not is_undo
        if state == "cancelled" and visit.state in EXPECTED and is_late:
            return visit.service.late_fee
        return visit.service.noshow_fee if state == "noshow" else 0

    def may_for_everyone(self, actor, visit):
        if not any(self.may(actor, "book", name) for name in visit.people):
            return False
        coming = visit.coming
        for_all = coming and all(self.may(actor, "book", name) for name in coming)
        return bool(for_all) or self.may(actor, "book", visit.payer)

    def is_undo(self, actor, visit):
        """Whether the actor may still take back what they have just booked."""
        return (
            visit.booker == actor
            and visit.undo_until is not None
            and self.now < visit.undo_until
            and all(visit.people[name].booked_by == actor for name in visit.coming)
        )

    def _judge_change(self, actor, visit):
        if visit.state != "booked":
            return "state"
        if self.is_undo(actor, visit):
            return ""
        if self.now >= visit.start:
            return "past"
        return "late" if self.now > visit.start - DEADLINE else ""

    def judge_cancel(self, actor, visit, people, payer):
        """Why the actor may not cancel for these people; "nothing" when they don't come anyway."""
        leaving = people & visit.coming
        if not people and self.is_undo(actor, visit):
            return "nothing"
        theirs = people and all(self.may(actor, "book", name) for name in people)
        if not theirs and not (self.may_for_everyone(actor, visit) and people >= visit.coming):
            return "not_yours"
        if not leaving:
            return "nothing"
        refusal = self._judge_change(actor, visit)
        if refusal and not (refusal == "late" and visit.service.late_fee):
            return refusal
        if visit.payer in leaving and visit.coming - leaving:
            return "" if payer and self.may(actor, "pay", payer) else "payer"
        return ""

    def cancel(self, actor, visit, people, payer):
        leaving = people & visit.coming
        staying = visit.coming - leaving
        is_undo = self.is_undo(actor, visit)
        for name in leaving:
            visit.people[name].state = "cancelled"
            if is_undo and staying:
                del visit.people[name]
        if visit.payer in leaving and staying:
            visit.payer = payer
        visit.touched_at = self.now
        if not staying:
            visit.fee = self.get_fee(visit, "cancelled")
            visit.state = "cancelled"
            visit.is_known = not is_undo

    def judge_move(self, actor, visit, start, practitioners):
        if not self.may_for_everyone(actor, visit):
            return "not_yours"
        if visit.start == start and visit.practitioner in practitioners:
            return "nothing"
        if refusal := self._judge_change(actor, visit):
            return refusal
        return "" if self.get_free(practitioners, visit.service, start, [visit]) else "time"

    def move(self, visit, start, practitioner):
        self.free_expired(practitioner, visit.service, start)
        visit.start, visit.practitioner, visit.touched_at = start, practitioner, self.now

    def add(self, visit, name):
        """The front desk adds somebody."""
        visit.people[name] = Coming("booked")
        visit.touched_at = self.now

    # Telling

    def get_readers(self, name):
        return {name} | {other for other in self.names if self.may(other, "notify", name)}
