"""Half-open intervals of whole numbers: the start belongs to them, the stop does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from math import inf
from typing import NamedTuple


class Interval(NamedTuple):
    """From *start* up to, and without, *stop*; empty when it does not stop after its start."""

    start: int
    stop: int


def overlaps(one: Interval, other: Interval) -> bool:
    """The two share at least one instant: touching is not overlapping, and nothing meets nothing.

    >>> overlaps(Interval(9, 10), Interval(10, 11)), overlaps(Interval(9, 12), Interval(10, 11))
    (False, True)
    """
    return max(one[0], other[0]) < min(one[1], other[1])


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants in as few intervals as possible, in order.

    >>> [tuple(each) for each in merge([(4, 4), (2, 3), (1, 2), (7, 9)])]
    [(1, 3), (7, 9)]
    """
    return _named(_merged(intervals))


def intersect(these: Iterable[Interval], those: Iterable[Interval]) -> list[Interval]:
    """The instants that are in both, merged.

    >>> [tuple(each) for each in intersect([(1, 5), (7, 9)], [(4, 8)])]
    [(4, 5), (7, 8)]
    """
    return _named(_shared(_merged(these), _merged(those)))


def subtract(minuend: Iterable[Interval], subtrahend: Iterable[Interval]) -> list[Interval]:
    """The instants of *minuend* that *subtrahend* leaves, merged.

    >>> [tuple(each) for each in subtract([(1, 9)], [(0, 2), (4, 5)])]
    [(2, 4), (5, 9)]
    """
    return _named(_shared(_merged(minuend), _gaps(_merged(subtrahend))))


def _named(pairs: Iterable[tuple[int, int]]) -> list[Interval]:
    """Made as tuples are, since the constructor written in Python costs more than the sweep."""
    return list(map(tuple.__new__, repeat(Interval), pairs))


def cover(starts: Iterable[int], stops: Iterable[int]) -> list[tuple[int, int]]:
    """What intervals take together, none of them empty, by their starts and stops alone.

    Whichever start belongs to whichever stop: nothing is taken where as many have stopped as have
    started.

    >>> cover([7, 1, 3], [4, 3, 9])
    [(1, 4), (7, 9)]
    """
    starts, stops = sorted(starts), sorted(stops)
    if not starts:
        return []
    gaps = [gap for gap in zip(stops, starts[1:], strict=False) if gap[0] < gap[1]]
    edges = [starts[0], *chain.from_iterable(gaps), stops[-1]]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _merged(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    some = [each for each in intervals if each[0] < each[1]]
    return cover(*zip(*some, strict=True)) if some else []


def _gaps(merged: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    """Everything that lies between merged intervals, without end on both sides.

    >>> _gaps([(2, 4)])
    [(-inf, 2), (4, inf)]
    """
    edges = [-inf, *chain.from_iterable(merged), inf]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _shared(these: Sequence, those: Sequence) -> list[tuple[int, int]]:
    """One sweep over two merged lists: whichever interval stops first makes room for its next."""
    shared: list[tuple[int, int]] = []
    following = iter(those)
    begin, end = next(following, (inf, inf))
    for start, stop in these:
        while end < stop:
            if start < end:
                shared.append((max(start, begin), end))
            begin, end = next(following, (inf, inf))
        if begin < stop:
            shared.append((max(start, begin), stop))
    return shared
