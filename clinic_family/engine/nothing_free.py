"""Why no start is offered: which obstacle would have to go for there to be one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .decision import Decision
from .intervals import Interval
from .slots import Diary, Terms, any_free_starts

A_WEEK = 7 * 24 * 3600
# Tried in this order: the kindest first, and each takes away as little as it can.
OBSTACLES = (
    ("notice", ("lead",)),
    ("taken", ("busy",)),
    ("time_off", ("busy", "closed")),
    ("notice", ("busy", "closed", "lead")),
    ("horizon", ("busy", "closed", "lead", "horizon")),
)


def explain_nothing(diaries: Iterable[Diary], terms: Terms, window: Interval) -> Decision:
    """A yes when somebody has a free start in *window*; if not, why there is none.

    "taken" means there would be one without what is busy. What is neither too soon, taken, off
    nor too far ahead isn't worked: "hours". The reason is that of all diaries together, and says
    nothing about any one of them.

    >>> terms = Terms(duration=20, step=10, now=0, horizon=999)
    >>> diary = Diary(work=[Interval(100, 200)], busy=[Interval(100, 180)])
    >>> bool(explain_nothing([diary], terms, Interval(100, 200)))
    True
    >>> explain_nothing([diary], terms, Interval(100, 150)).reason
    'taken'
    """
    diaries = list(diaries)
    if _is_any_free(diaries, terms, window):
        return Decision.yes()
    for reason, obstacles in OBSTACLES:
        eased = _ease_terms(terms, window, obstacles)
        if _is_any_free([_ease_diary(diary, obstacles) for diary in diaries], eased, window):
            return Decision.no(reason)
    return Decision.no("hours")


def first_start(diaries: Iterable[Diary], terms: Terms, window: Interval) -> int | None:
    """The first start in *window* that anybody is free at, if there is one.

    Most are free soon: a week is looked at, then the two weeks after it, then four.

    >>> terms = Terms(duration=20, step=10, now=0, horizon=999)
    >>> first_start([Diary(work=[Interval(100, 200)])], terms, Interval(105, 999))
    110
    """
    diaries, start, reach = list(diaries), window.start, A_WEEK
    while start < window.stop:
        stretch = Interval(start, min(start + reach, window.stop))
        if found := any_free_starts(diaries, terms, stretch):
            return found[0]
        start, reach = stretch.stop, 2 * reach
    return None


def _is_any_free(diaries: Iterable[Diary], terms: Terms, window: Interval) -> bool:
    return first_start(diaries, terms, window) is not None


def _ease_diary(diary: Diary, obstacles: tuple[str, ...]) -> Diary:
    return replace(diary, **{name: () for name in ("busy", "closed") if name in obstacles})


def _ease_terms(terms: Terms, window: Interval, obstacles: tuple[str, ...]) -> Terms:
    eased = {"lead": 0, "horizon": max(window.stop, terms.horizon)}
    return replace(terms, **{name: eased[name] for name in eased if name in obstacles})
