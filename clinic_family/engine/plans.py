"""Visits of several people found together: a family's plan, held and booked all or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

# A practitioner and a location, by their ids.
Place = tuple[int, int]

# How far what stands already in another time zone is from here, in seconds.
ZONE_APART = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One person's visit: its length and room around in seconds, and where it is free when.

    *starts* are instants in order, by practitioner and location, as `slots.free_starts` offers
    them: each of them can be booked as long as no other visit takes it.
    """

    person_id: int
    duration: int
    before: int = 0
    after: int = 0
    starts: Mapping[Place, Sequence[int]]

    def place(self, start: int, practitioner_id: int, location_id: int) -> Placed:
        """The visit, at this start."""
        stop = start + self.duration
        return Placed(self.person_id, start, stop, practitioner_id, location_id)


class Placed(NamedTuple):
    """A visit with its time, as instants, its practitioner and its location."""

    person_id: int
    start: int
    stop: int
    practitioner_id: int
    location_id: int


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who goes to the clinic together: a visit for each, and what they have there already.

    *led* are those who need the adult who comes *along* (0 for nobody) at their visit, or beside
    it: *side_by_side*, at one location, they may be treated at once, but never while the adult
    is treated. Between two locations the adult needs *travel* seconds; from one of the time
    *zones*, by location id, to another nobody goes on one day. *engaged* are visits that stand
    already.
    """

    wanted: Sequence[Wanted]
    along_id: int = 0
    led: frozenset[int] = frozenset()
    side_by_side: bool = False
    travel: int = 0
    zones: Mapping[int, str] = field(default_factory=dict)
    engaged: Sequence[Placed] = ()

    def is_near(self, location_id: int, other_id: int) -> bool:
        """Whether one gets from one location to the other in the time for *travel*.

        >>> party = Party(wanted=(), zones={5: "Pacific/Auckland", 6: "Australia/Sydney"})
        >>> party.is_near(5, 5), party.is_near(5, 6)
        (True, False)
        """
        return self.zones.get(location_id) == self.zones.get(other_id)

    def needs_adult(self, person_id: int) -> bool:
        """Whether the adult who comes along has to be at this person's visit."""
        return bool(self.along_id) and (person_id == self.along_id or person_id in self.led)

    def get_in_the_way(self, person_id: int) -> list[Placed]:
        """The visits that stand already and may be in the way of this person's."""
        is_led = self.needs_adult(person_id)
        return [
            one
            for one in self.engaged
            if one.person_id == person_id or (is_led and self.needs_adult(one.person_id))
        ]

    def clash(self, one: Placed, other: Placed) -> bool:
        """Whether these two can't both be: somebody would be in two places.

        >>> party = Party(wanted=(), along_id=1, led=frozenset({2, 3}), travel=10)
        >>> leo, ana = Placed(2, 0, 30, 7, 5), Placed(3, 30, 60, 8, 5)
        >>> party.clash(leo, ana), party.clash(leo, ana._replace(location_id=6))
        (False, True)
        """
        if one.person_id != other.person_id:
            if not (self.needs_adult(one.person_id) and self.needs_adult(other.person_id)):
                return False
            is_here = one.location_id == other.location_id
            is_own = self.along_id in (one.person_id, other.person_id)
            if self.side_by_side and is_here and not is_own:
                return False
        travel = 0 if one.location_id == other.location_id else self.travel
        if not self.is_near(one.location_id, other.location_id):
            travel = max(travel, ZONE_APART)
        return one.start < other.stop + travel and other.start < one.stop + travel


@dataclass(frozen=True)
class Plan:
    """A visit for each person, in the order in which they begin."""

    visits: tuple[Placed, ...]
    start: int = field(init=False)
    span: int = field(init=False)
    idle: int = field(init=False)

    def __post_init__(self) -> None:
        start, stop = self.visits[0].start, max(visit.stop for visit in self.visits)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "span", stop - start)
        object.__setattr__(
            self, "idle", measure_idle((each.start, each.stop) for each in self.visits)
        )

    @property
    def rank(self) -> tuple[int, int, int]:
        """What makes it better than another: how long it takes, then the gaps, then when.

        >>> Plan((Placed(2, 0, 30, 7, 5), Placed(3, 40, 60, 8, 5))).rank
        (60, 10, 0)
        """
        return (self.span, self.idle, self.start)


def measure_idle(times: Iterable[tuple[int, int]]) -> int:
    """How long nobody is treated between the first start and the last end, in seconds.

    >>> measure_idle([(0, 30), (20, 40), (60, 70)])
    20
    """
    idle, reached = 0, None
    for start, stop in sorted(times):
        if reached is not None and start > reached:
            idle += start - reached
        reached = max(stop, reached or stop)
    return idle
