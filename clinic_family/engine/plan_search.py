"""How the plans of a family are found: all beginnings of all days are tried at once, as bits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from .day_bits import DayBits, smear, union
from .intervals import Interval
from .plans import Party, Plan, Wanted, measure_idle
from .slots import cut

# What is tried at most, which takes about half a second: a page has to end. To go on from a shape
# costs as much as trying so many visits.
MOST_TRIALS, GOING_ON = 300_000, 20


def find_plans(
    party: Party, days: Sequence[Mapping[int, Interval]], most: int = 3
) -> list[list[Plan]]:
    """The best plans of each day, the best first: at most so many, which begin at different times.

    Each of *days* says between which instants a visit may be, by location id. Of all plans that
    begin at one time it is the one that takes shortest and has the smallest gaps; of these the
    best of the day. Everybody has a visit in each of them, or there is none. Where too much could
    be tried (six people with one practitioner) it ends before it has found them all.

    >>> free = {(7, 5): [0, 1800, 3600]}
    >>> leo, ana = (Wanted(person_id=who, duration=1800, starts=free) for who in (2, 3))
    >>> (plans,) = find_plans(Party(wanted=[leo, ana]), [{5: Interval(0, 7200)}])
    >>> [[(each.person_id, each.start) for each in plan.visits] for plan in plans]
    [[(2, 0), (3, 1800)], [(2, 1800), (3, 3600)]]
    """
    return _Search(party, days, most).run() if party.wanted else [[] for _day in days]


class _Chosen(NamedTuple):
    """A visit of a shape: whose (an index), how long after its begin, and where."""

    index: int
    start: int
    stop: int
    location_id: int


class _Search:
    """The search through shapes: who comes how long after the first, and where.

    A shape is tried at all beginnings of all days at once, whose bits stay as long as everybody
    is free then. Shapes grow in the order of the clock, the shorter ones first.
    """

    def __init__(self, party: Party, days: Sequence[Mapping[int, Interval]], most: int) -> None:
        self.party, self.wanted, self.most = party, party.wanted, most
        everything = (
            start for one in party.wanted for free in one.starts.values() for start in free
        )
        self.clock = DayBits(days, everything)
        self.given = [self._read_given(one, days) for one in self.wanted]
        self.free = [
            {location_id: union(given.values()) for location_id, given in places.items()}
            for places in self.given
        ]
        self.needs = [party.needs_adult(one.person_id) for one in self.wanted]
        self.total = sum(one.duration for one in self.wanted)
        self.twins = self._find_twins()
        self.shifted: dict[tuple[int, int, int], int] = {}
        self.later: dict[tuple[int, int, int], int] = {}
        self.pairs: dict[tuple[int, int, int, int, int], int] = {}
        self.enough: dict[frozenset[tuple[int, int]], int] = {}
        self.trials = 0
        self.tried: dict[tuple[object, ...], int] = {}
        self.most_before = max(one.before for one in self.wanted)
        self.found: list[dict[int, Plan]] = [{} for _day in days]

    def _read_given(
        self, wanted: Wanted, days: Sequence[Mapping[int, Interval]]
    ) -> dict[int, dict[int, int]]:
        """When each practitioner is free for it, by location and practitioner, as bits."""
        engaged = self.party.get_in_the_way(wanted.person_id)
        given: dict[int, dict[int, int]] = {}
        for (practitioner_id, location_id), starts in sorted(wanted.starts.items()):
            bits = 0
            for day, bounds in enumerate(days):
                if location_id in bounds:
                    begins, ends = bounds[location_id]
                    free = cut(starts, begins, ends - wanted.duration + 1)
                    if engaged:
                        visits = [wanted.place(start, 0, location_id) for start in free]
                        clash = self.party.clash
                        free = [v.start for v in visits if not any(clash(v, o) for o in engaged)]
                    bits |= self.clock.mark(day, free)
            if bits:
                given.setdefault(location_id, {})[practitioner_id] = bits
        return given

    def _find_twins(self) -> list[int | None]:
        """For each person one before them who wants the same, if any: they come in this order."""
        kinds = [
            (one.duration, one.before, one.after, self.needs[index], self.given[index],
             one.person_id == self.party.along_id)
            for index, one in enumerate(self.wanted)
        ]  # fmt: skip
        return [
            max((other for other in range(index) if kinds[other] == kind), default=None)
            for index, kind in enumerate(kinds)
        ]

    # The search

    def run(self) -> list[list[Plan]]:
        if not all(self.given):
            return [[] for _day in self.found]
        open_days = self._open_days()
        reach, width = self._least_span(), 0
        while open_days and reach <= self.clock.longest:
            begins = union(open_days.values())
            self.tried.clear()
            self._grow((), frozenset(range(len(self.wanted))), begins, reach)
            for day, bits in list(open_days.items()):
                plans = self.found[day]
                if len(plans) >= self.most:
                    del open_days[day]
                else:
                    # Of all that begin then these are the shortest.
                    open_days[day] = bits & ~self.clock.mark(day, plans)
            if reach >= self.clock.longest or self.trials > MOST_TRIALS:
                break
            # The shapes that are left are rarer the longer they are.
            width = width * 2 or self.clock.unit
            reach = min(reach + width, self.clock.longest)
        return [
            sorted(plans.values(), key=lambda plan: plan.rank)[: self.most] for plans in self.found
        ]

    def _open_days(self) -> dict[int, int]:
        """All beginnings of each day on which everybody is free at some time."""
        days = enumerate(map(self.clock.whole, range(len(self.found))))
        return {
            day: bits
            for day, bits in days
            if all(any(free & bits for free in places.values()) for places in self.free)
        }

    def _least_span(self) -> int:
        """No plan is shorter: one practitioner can't be with two, nor the adult."""
        least = max(one.duration for one in self.wanted)
        least = max(least, self._least_for_adult(range(len(self.wanted))))
        who = [{who for given in places.values() for who in given} for places in self.given]
        for size in range(2, len(self.wanted) + 1):
            for some in combinations(range(len(self.wanted)), size):
                practitioners = set().union(*(who[index] for index in some))
                together = sum(self.wanted[index].duration for index in some)
                least = max(least, -(-together // len(practitioners)))
        return least

    def _least_for_adult(self, indexes: Iterable[int], here: int | None = None) -> int:
        """How long the adult who comes along is needed at least, for these, coming from *here*."""
        needed = [index for index in indexes if self.needs[index]]
        if not needed:
            return 0
        lengths = {index: self.wanted[index].duration for index in needed}
        if not self.party.side_by_side:
            common = set.intersection(*(set(self.free[index]) for index in needed))
            is_moving = not common or (here is not None and here not in common)
            return sum(lengths.values()) + (self.party.travel if is_moving else 0)
        own = sum(lengths.pop(index) for index in needed if self._is_own(index))
        apart = [
            self.wanted[one].duration + self.wanted[other].duration + self.party.travel
            for one, other in combinations(needed, 2)
            if self.free[one].keys().isdisjoint(self.free[other])
        ]
        return max([own + max(lengths.values(), default=0), *apart])

    def _is_own(self, index: int) -> bool:
        return self.wanted[index].person_id == self.party.along_id

    def _grow(
        self, chosen: tuple[_Chosen, ...], left: frozenset[int], begins: int, reach: int
    ) -> None:
        """Tries all shapes that go on from what is chosen and are over within *reach*."""
        if not left:
            self._keep(chosen, begins)
            return
        self.trials += GOING_ON
        for visit in self._go_on(chosen, left, reach):
            self.trials += 1
            if self.trials > MOST_TRIALS:
                return
            bits = begins & self._shift(visit.index, visit.location_id, visit.start)
            if bits and chosen:
                bits = self._keep_given(bits, visit, chosen)
            grown, rest = (*chosen, visit), left - {visit.index}
            for index in rest if bits else ():
                bits &= self._get_later(index, visit.start, reach)
            if bits and (not rest or self._least_stop(grown, rest) <= reach):
                self._grow(grown, rest, self._keep_new(bits, grown, rest), reach)

    def _keep_new(self, begins: int, chosen: tuple[_Chosen, ...], left: frozenset[int]) -> int:
        """Those of the beginnings from which nothing like it was tried yet.

        What may follow depends on what isn't over, where the adult was last, and who is left. It
        isn't the same where three are at once, since their practitioners are found last.
        """
        last = chosen[-1]
        if not left or any(len(self._get_at_once(visit, chosen)) > 2 for visit in chosen):
            return begins
        going = frozenset(v for v in chosen if self._is_blocking(v, last.start - self.most_before))
        adult = {
            (visit.location_id, self._is_own(visit.index)): visit.stop
            for visit in sorted(chosen, key=lambda one: one.stop)
            if self.needs[visit.index]
        }
        times = [(visit.start, visit.stop) for visit in chosen]
        key = (
            left, last.start, last.index, going, frozenset(adult.items()),
            max(stop for _start, stop in times), measure_idle(times),
        )  # fmt: skip
        tried = self.tried.get(key, 0)
        self.tried[key] = tried | begins
        return begins & ~tried

    def _go_on(
        self, chosen: tuple[_Chosen, ...], left: frozenset[int], reach: int
    ) -> Iterator[_Chosen]:
        """The visits that may be next: none begins earlier than the last."""
        last = chosen[-1] if chosen else _Chosen(-1, 0, 0, 0)
        for index in sorted(left):
            if self.twins[index] in left:
                continue
            duration = self.wanted[index].duration
            end = reach - duration + 1 if chosen else 1
            for location_id in self.free[index]:
                first = self._earliest(index, location_id, chosen)
                if first == last.start and index < last.index:
                    first += 1
                first += -first % self.clock.unit
                for start in range(first, end, self.clock.unit):
                    yield _Chosen(index, start, start + duration, location_id)

    def _shift(self, index: int, location_id: int, start: int) -> int:
        """The beginnings for which this person is free so much later."""
        key = (index, location_id, start)
        if key not in self.shifted:
            self.shifted[key] = self.free[index][location_id] >> start // self.clock.unit
        return self.shifted[key]

    def _get_later(self, index: int, start: int, reach: int) -> int:
        """The beginnings from which this person can still come so much later, within *reach*."""
        key = (index, start, reach)
        if key not in self.later:
            last = (reach - self.wanted[index].duration) // self.clock.unit
            first = start // self.clock.unit
            bits = union(self.free[index].values()) >> first
            self.later[key] = smear(bits, last - first + 1)
        return self.later[key]

    def _earliest(self, index: int, location_id: int, chosen: tuple[_Chosen, ...]) -> int:
        """How early the adult lets this person come there, after those chosen, if at all."""
        earliest = chosen[-1].start if chosen else 0
        if not self.needs[index]:
            return earliest
        for other in chosen:
            if not self.needs[other.index]:
                continue
            if other.location_id != location_id:
                if not self.party.is_near(other.location_id, location_id):
                    return self.clock.longest + 1
                earliest = max(earliest, other.stop + self.party.travel)
            elif not self.party.side_by_side or self._is_own(index) or self._is_own(other.index):
                earliest = max(earliest, other.stop)
        return earliest

    def _least_stop(self, chosen: tuple[_Chosen, ...], left: frozenset[int]) -> int:
        """No shape that goes on from here is over earlier."""
        stop = max(visit.stop for visit in chosen)
        for index in left:
            earliest = min(self._earliest(index, there, chosen) for there in self.free[index])
            stop = max(stop, earliest + self.wanted[index].duration)
        with_adult = [visit for visit in chosen if self.needs[visit.index]]
        if self.party.side_by_side or not with_adult:
            return max(stop, chosen[-1].start + self._least_for_adult(left))
        last = with_adult[-1]
        return max(stop, last.stop + self._least_for_adult(left, last.location_id))

    # Who gives which

    def _keep_given(self, begins: int, visit: _Chosen, chosen: tuple[_Chosen, ...]) -> int:
        """Those of the beginnings for which each pair that is at once has two practitioners."""
        for other in chosen:
            if self._block_each_other(visit, other):
                begins &= self._get_pair(other, visit) >> other.start // self.clock.unit
        at_once = self._get_at_once(visit, (*chosen, visit))
        return begins & self._get_enough(at_once) if len(at_once) > 2 else begins

    def _get_at_once(self, visit: _Chosen, chosen: tuple[_Chosen, ...]) -> list[_Chosen]:
        """Those that keep their practitioners when this one begins, and itself."""
        begun = (one for one in chosen if one.start <= visit.start)
        return [one for one in begun if self._is_blocking(one, visit.start)]

    def _is_blocking(self, visit: _Chosen, moment: int) -> bool:
        return visit.stop + self.wanted[visit.index].after > moment

    def _get_enough(self, at_once: list[_Chosen]) -> int:
        """The days on which so many practitioners work at all that these can be at once."""
        key = frozenset((visit.index, visit.location_id) for visit in at_once)
        if key not in self.enough:
            given = [self.given[index][there] for index, there in key]
            days = [self.clock.whole(day) for day in range(len(self.found))]
            self.enough[key] = union(
                day
                for day in days
                if len({who for one in given for who, bits in one.items() if bits & day})
                >= len(key)
            )
        return self.enough[key]

    def _get_pair(self, one: _Chosen, other: _Chosen) -> int:
        """The starts of one for which different practitioners give both."""
        later = (other.start - one.start) // self.clock.unit
        key = (one.index, one.location_id, other.index, other.location_id, later)
        if key not in self.pairs:
            mine = self.given[one.index][one.location_id]
            theirs = self.given[other.index][other.location_id]
            anybody = several = 0
            for who in {**mine, **theirs}:
                bits = mine.get(who, 0) | theirs.get(who, 0) >> later
                several |= anybody & bits
                anybody |= bits
            self.pairs[key] = several
        return self.pairs[key]

    def _block_each_other(self, one: _Chosen, other: _Chosen) -> bool:
        """Whether one practitioner couldn't give both, because of the room around them."""
        my, their = self.wanted[one.index], self.wanted[other.index]
        return (
            one.start - my.before < other.stop + their.after
            and other.start - their.before < one.stop + my.after
        )

    def _keep(self, chosen: tuple[_Chosen, ...], begins: int) -> None:
        """Notes the shape where it is better than what was found, if there are practitioners."""
        span = max(visit.stop for visit in chosen)
        idle = measure_idle((visit.start, visit.stop) for visit in chosen)
        for day, begin in self.clock.find(begins):
            plans = self.found[day]
            rank = (span, idle, begin)
            if begin in plans and plans[begin].rank <= rank:
                continue
            if len(plans) >= self.most and max(plan.rank for plan in plans.values()) <= rank:
                continue
            plan = self._assign(chosen, day, begin)
            if plan:
                plans[begin] = plan
                if len(plans) > self.most:
                    worst = max(plans.values(), key=lambda one: one.rank)
                    del plans[worst.start]

    def _assign(self, chosen: tuple[_Chosen, ...], day: int, begin: int) -> Plan | None:
        """The shape at this beginning, with a practitioner for each visit."""
        able = [
            [
                who
                for who, bits in self.given[visit.index][visit.location_id].items()
                if bits & self.clock.mark(day, [begin + visit.start])
            ]
            for visit in chosen
        ]
        given = self._give(chosen, able, ())
        if given is None:
            return None
        return Plan(tuple(
            self.wanted[visit.index].place(begin + visit.start, who, visit.location_id)
            for visit, who in zip(chosen, given, strict=True)
        ))  # fmt: skip

    def _give(
        self, chosen: tuple[_Chosen, ...], able: list[list[int]], given: tuple[int, ...]
    ) -> tuple[int, ...] | None:
        """Who gives each, whoever gives another already or can give most of them first."""
        if len(given) == len(chosen):
            return given
        here = len(given)
        taken = {
            who
            for other, who in zip(chosen, given, strict=False)
            if self._block_each_other(chosen[here], other)
        }
        free = [who for who in able[here] if who not in taken]
        free.sort(
            key=lambda who: (who not in given, -sum(who in each for each in able[here + 1 :]))
        )
        for who in free:
            found = self._give(chosen, able, (*given, who))
            if found is not None:
                return found
        return None
