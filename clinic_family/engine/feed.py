"""What a calendar outside the clinic is told of a visit, whatever the file looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LEVELS = ("none", "busy", "name", "full")


@dataclass(frozen=True)
class Event:
    """One visit as a reader may know it; times are instants, in seconds."""

    uid: str
    start: int
    stop: int
    changed: int
    sequence: int
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    is_cancelled: bool = False


def merge_levels(levels: Iterable[str]) -> str:
    """How much is shown of a visit to which several people come: the most of what each shows.

    >>> merge_levels(["busy", "full"]), merge_levels(["none", "busy"]), merge_levels([])
    ('full', 'busy', 'none')
    """
    return max(levels, key=LEVELS.index, default="none")
