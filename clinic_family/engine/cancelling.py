"""Whether a visit may still be cancelled or moved online, until when, and if not, why."""

from __future__ import annotations

from .decision import Decision


def judge_change(
    *,
    now: int,
    start: int,
    is_booked: bool,
    is_allowed: bool,
    hours: float,
    undo_until: int | None = None,
    costs_late: bool = False,
) -> Decision:
    """Whether a visit that starts at *start* may still be changed online at *now*.

    *is_allowed* says whether the clinic allows it at all, *hours* how long before the visit at the
    latest. Until *undo_until* the booker may take it back, however late it is. What *costs_late*
    may be changed late too, up to the start. A yes says until when, a refusal for being late until
    when it could have been.

    >>> noon = 43_200
    >>> usual = {"start": noon, "is_booked": True, "is_allowed": True, "hours": 2}
    >>> judge_change(now=0, **usual).facts
    {'until': 36000, 'is_undo': False}
    >>> [judge_change(now=now, **usual).reason for now in (36_000, 36_001, noon)]
    ['', 'late', 'past']
    >>> judge_change(now=36_001, undo_until=36_002, **usual).facts
    {'until': 36002, 'is_undo': True}
    >>> judge_change(now=36_001, costs_late=True, **usual).facts
    {'until': 43200, 'is_undo': False, 'is_late': True}
    """
    if not is_booked:
        return Decision.no("state")
    if undo_until is not None and now < undo_until:
        return Decision.yes(until=undo_until, is_undo=True)
    if now >= start:
        return Decision.no("past")
    if not is_allowed:
        return Decision.no("not_allowed")
    until = get_deadline(start, hours)
    if now > until and costs_late:
        return Decision.yes(until=start, is_undo=False, is_late=True)
    if now > until:
        return Decision.no("late", until=until, hours=hours)
    return Decision.yes(until=until, is_undo=False)


def get_deadline(start: int, hours: float) -> int:
    """The last instant that is *hours* before the visit; at that instant it is still in time.

    The hours pass as on a stop-watch: in a night when the clocks change, 24 hours before one
    o'clock isn't one o'clock.

    >>> get_deadline(7200, 1.5)
    1800
    """
    return start - round(hours * 3600)
