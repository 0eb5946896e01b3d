"""Which session of a package pays for a visit, why another doesn't, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from .decision import Decision


class Session(NamedTuple):
    """What of a session decides whether it counts.

    Without practitioners or locations it counts everywhere, without a last day for ever.
    ``paid`` says that the clinic lets it be used: its invoice is paid, or confirmed where that is
    enough.
    """

    id: int
    purchase_id: int
    owner_id: int
    service_id: int
    state: str = "free"
    paid: bool = True
    last_day: date | None = None
    practitioner_ids: frozenset[int] = frozenset()
    location_ids: frozenset[int] = frozenset()
    shareable: bool = True


class Visit(NamedTuple):
    """What is to be paid for: the day is the one at the location."""

    service_id: int
    practitioner_id: int
    location_id: int
    day: date
    people_ids: frozenset[int] = frozenset()


class Right(NamedTuple):
    """Whose sessions somebody may use.

    One's own, or under a permission: of chosen purchases only (all, when none is named), and at
    most ``left`` more of them (any number, when it is None).
    """

    owner_id: int
    permission_id: int = 0
    purchase_ids: frozenset[int] = frozenset()
    left: int | None = None


class Planned(NamedTuple):
    """A fee of an appointment and the session that would pay it, empty where it has to be paid.

    The appointment, its participant (empty where the fee is for all who come) and the session are
    whatever the caller means by them.
    """

    appointment: Any
    participant: Any
    session: Any
    permission_id: int = 0


class Left:
    """How many sessions of each kind are left while one after the other is used.

    A kind is used freely, or under a permission that may have a limit of its own.

    >>> left = Left({"single": 3}, {9: 2})
    >>> [left.use("single", permission_id, count=1) for permission_id in (0, 9, 9)]
    [2, 1, 0]
    """

    def __init__(self, free: Mapping[Hashable, int], limits: Mapping[int, int | None]) -> None:
        self._free = dict(free)
        self._limits = dict(limits)

    def use(self, kind: Hashable, permission_id: int, count: int) -> int:
        """Uses *count* sessions; how many more can be used in the same way."""
        self._free[kind] = self._free.get(kind, 0) - count
        limit = self._limits.get(permission_id)
        if limit is None:
            return self._free[kind]
        self._limits[permission_id] = limit - count
        return min(self._free[kind], limit - count)


def judge_session(session: Session, visit: Visit, rights: Iterable[Right]) -> Decision:
    """Whether the session counts for the visit, and by which right; if not, the first reason.

    What isn't theirs to use comes first, so that nobody learns more about it.

    >>> visit = Visit(1, 7, 3, date(2027, 3, 30), frozenset({5}))
    >>> mine = Session(11, 100, owner_id=5, service_id=1, last_day=date(2027, 3, 30))
    >>> bool(judge_session(mine, visit, [Right(5)]))
    True
    >>> judge_session(mine, visit, [Right(6)]).reason
    'not_yours'
    >>> judge_session(mine, visit._replace(day=date(2027, 3, 31)), [Right(5)]).reason
    'expired'
    >>> judge_session(mine._replace(location_ids=frozenset({4})), visit, [Right(5)]).reason
    'location'
    """
    by_right = [judge_right(session, visit, right) for right in rights]
    allowed = next((decision for decision in by_right if decision), None)
    if not allowed:
        order = ("limit", "not_chosen", "not_shareable", "not_yours")
        return min(
            by_right,
            key=lambda decision: order.index(decision.reason),
            default=Decision.no("not_yours"),
        )
    return judge_terms(session, visit) and allowed


def judge_right(session: Session, visit: Visit, right: Right) -> Decision:
    """Whether this right lets somebody use the session for the visit."""
    if right.owner_id != session.owner_id:
        return Decision.no("not_yours")
    if not session.shareable and session.owner_id not in visit.people_ids:
        return Decision.no("not_shareable")
    if right.purchase_ids and session.purchase_id not in right.purchase_ids:
        return Decision.no("not_chosen")
    if right.left is not None and right.left < 1:
        return Decision.no("limit")
    return Decision.yes(right=right)


def judge_terms(session: Session, visit: Visit) -> Decision:
    """Whether the session, as it is and as it was sold, fits the visit."""
    if session.state != "free":
        return Decision.no(session.state)
    if session.last_day and visit.day > session.last_day:
        return Decision.no("expired")
    if session.service_id != visit.service_id:
        return Decision.no("fee")
    if session.practitioner_ids and visit.practitioner_id not in session.practitioner_ids:
        return Decision.no("practitioner")
    if session.location_ids and visit.location_id not in session.location_ids:
        return Decision.no("location")
    if not session.paid:
        return Decision.no("unpaid")
    return Decision.yes()


def choose(
    sessions: Iterable[Session], visits: Sequence[Visit], rights: Iterable[Right]
) -> list[tuple[Session, Right] | None]:
    """For each visit, in order, the session that pays for it and the right to it, if any.

    Whatever expires first is used first, and one's own before what others share; nothing is used
    twice, and no right beyond its limit.

    >>> visit = Visit(1, 7, 3, date(2027, 3, 30))
    >>> late = Session(11, 100, owner_id=5, service_id=1)
    >>> soon = Session(12, 101, owner_id=5, service_id=1, last_day=date(2027, 4, 1))
    >>> chosen = choose([late, soon], [visit, visit, visit], [Right(5)])
    >>> [choice and choice[0].id for choice in chosen]
    [12, 11, None]
    """
    remaining = sorted(rights, key=lambda right: (right.permission_id, right.owner_id))
    own = {right.owner_id for right in remaining if not right.permission_id}
    waiting = sorted(
        sessions,
        key=lambda s: (s.last_day or date.max, s.owner_id not in own, s.purchase_id, s.id),
    )
    chosen: list[tuple[Session, Right] | None] = []
    for visit in visits:
        choice = _choose_one(waiting, visit, remaining)
        chosen.append(choice)
        if choice:
            session, right = choice
            waiting.remove(session)
            if right.left is not None:
                place = remaining.index(right)
                remaining[place] = right._replace(left=right.left - 1)
    return chosen


def choose_by_turns(
    sessions: Iterable[Session], asked: Sequence[tuple[Visit, Sequence[Iterable[Right]]]]
) -> list[Session | None]:
    """For each visit, in order, the session that pays for it, by the first rights that have one.

    So staff use them: by the right of the patient, or else of who pays. As ever nothing is used
    twice, and no right beyond its limit.

    >>> visit = Visit(1, 7, 3, date(2027, 3, 30))
    >>> hers, his = Session(11, 100, owner_id=5, service_id=1), Session(12, 101, 6, 1)
    >>> asked = [(visit, [[Right(6)], [Right(5)]])] * 3
    >>> [one and one.id for one in choose_by_turns([hers, his], asked)]
    [12, 11, None]
    """
    waiting, used = list(sessions), Counter[int]()
    chosen: list[Session | None] = []
    for visit, turns in asked:
        found = None
        for rights in turns:
            [choice] = choose(waiting, [visit], [_lessen(right, used) for right in rights])
            if choice:
                found, right = choice
                waiting.remove(found)
                used[right.permission_id] += 1
                break
        chosen.append(found)
    return chosen


def _lessen(right: Right, used: Mapping[int, int]) -> Right:
    """The right, with what was used of it already."""
    if right.left is None:
        return right
    return right._replace(left=right.left - used[right.permission_id])


def _choose_one(
    sessions: Iterable[Session], visit: Visit, rights: Sequence[Right]
) -> tuple[Session, Right] | None:
    for session in sessions:
        decision = judge_session(session, visit, rights)
        if decision:
            return session, decision.facts["right"]
    return None


# What may be told of a session that doesn't pay, from what is missing least.
TOLD = ("unpaid", "location", "practitioner", "expired", "limit", "not_shareable")


def explain_unused(
    sessions: Iterable[Session], visit: Visit, rights: Sequence[Right]
) -> tuple[Session, Decision] | None:
    """The session that comes closest to paying for the visit, and why it doesn't.

    Nothing when one pays, and nothing of what others have but don't share.

    >>> visit = Visit(1, 7, 3, date(2027, 3, 30))
    >>> mine = Session(11, 100, owner_id=5, service_id=1, location_ids=frozenset({4}))
    >>> session, decision = explain_unused([mine], visit, [Right(5)])
    >>> session.id, decision.reason
    (11, 'location')
    >>> explain_unused([mine], visit, [Right(5, 9, purchase_ids=frozenset({101}))])
    """
    own = {right.owner_id for right in rights if not right.permission_id}
    judged = [(session, judge_session(session, visit, rights)) for session in sessions]
    if any(decision for _session, decision in judged):
        return None
    told = [
        (session, decision)
        for session, decision in judged
        if decision.reason in TOLD
        and (decision.reason != "not_shareable" or session.owner_id in own)
    ]
    return min(told, key=lambda pair: TOLD.index(pair[1].reason), default=None)


def state_after(state: str, *, late: bool, late_uses: bool, noshow_uses: bool) -> str:
    """What becomes of a session when its visit, or its patient, has come into this state.

    *late* says that it was cancelled later than patients may; *late_uses* and *noshow_uses* are
    the clinic's rules for that and for who didn't come.

    >>> rules = {"late_uses": True, "noshow_uses": True}
    >>> [state_after(s, late=False, **rules) for s in ("booked", "fulfilled", "cancelled")]
    ['reserved', 'used', 'free']
    >>> [state_after(s, late=True, **rules) for s in ("cancelled", "noshow")]
    ['used', 'used']
    """
    if state in ("arrived", "fulfilled"):
        return "used"
    if state == "noshow":
        return "used" if noshow_uses else "free"
    if state == "cancelled":
        return "used" if late and late_uses else "free"
    return "reserved"
