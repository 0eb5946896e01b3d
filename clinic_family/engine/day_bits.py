"""Instants of some days as the bits of one number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import gcd

from .intervals import Interval


class DayBits:
    """Writes instants as bits, so that all days are searched at once, and reads them back.

    Behind each day there is room for as much again, so that what is shifted by the longest day at
    most never comes into another day.

    >>> days = DayBits([{5: Interval(0, 3600)}, {5: Interval(86_400, 90_000)}], [0, 900, 86_400])
    >>> days.unit, list(days.find(days.mark(0, [900]) | days.mark(1, [86_400])))
    (900, [(0, 900), (1, 86400)])
    """

    def __init__(self, days: Sequence[Mapping[int, Interval]], starts: Iterable[int]) -> None:
        residues = {start % 3600 for start in starts}
        first = min(residues, default=0)
        self.unit = gcd(3600, *(residue - first for residue in residues))
        begins = [min((each.start for each in bounds.values()), default=0) for bounds in days]
        ends = [max((each.stop for each in bounds.values()), default=0) for bounds in days]
        self.longest = max((e - b for b, e in zip(begins, ends, strict=True)), default=0)
        self.length = self.longest // self.unit + 2
        self.bases = [begin - (begin - first) % self.unit for begin in begins]

    def mark(self, day: int, starts: Iterable[int]) -> int:
        base, bits = self.bases[day], 0
        for start in starts:
            bits |= 1 << (start - base) // self.unit
        return bits << 2 * self.length * day

    def whole(self, day: int) -> int:
        return ((1 << self.length) - 1) << 2 * self.length * day

    def find(self, bits: int) -> Iterator[tuple[int, int]]:
        """The instants, each with its day, in order."""
        while bits:
            lowest = bits & -bits
            day, position = divmod(lowest.bit_length() - 1, 2 * self.length)
            yield day, self.bases[day] + position * self.unit
            bits ^= lowest


def union(bits: Iterable[int]) -> int:
    together = 0
    for each in bits:
        together |= each
    return together


def smear(bits: int, width: int) -> int:
    """Each place from which one of the bits is fewer than *width* away, counting upwards.

    >>> [f"{smear(0b1000_0001, width):b}" for width in (0, 1, 2, 3)]
    ['0', '10000001', '11000001', '11100001']
    """
    if width <= 0:
        return 0
    reached = 1
    while reached < width:
        step = min(reached, width - reached)
        bits |= bits >> step
        reached += step
    return bits
