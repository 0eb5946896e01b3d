"""How what several pay for is divided: each part in whole cents, and nothing lost or gained.

Amounts are whole numbers of the smallest unit of their currency.
"""

from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import NamedTuple

WHOLE = 10_000


class Share(NamedTuple):
    """What somebody pays of a sum: so many hundredths of a per cent, or an amount."""

    percent: int = 0
    amount: int = 0


def split(total, shares):
    """What is left for the first payer, and what each of the shares comes to.

    A share is rounded down, so the first payer pays the odd cents. Where the shares are all of it,
    those that were rounded down pay one each, in their order. Nobody pays more than there is.

    >>> split(8001, [Share(percent=5000)])
    [4001, 4000]
    >>> split(8001, [Share(percent=5000), Share(percent=5000)])
    [0, 4001, 4000]
    >>> split(8000, [Share(amount=3000), Share(amount=6000)])
    [0, 3000, 5000]
    """
    wanted = [share.amount or Fraction(total * share.percent, WHOLE) for share in shares]
    parts, left = [], total
    for each in wanted:
        parts.append(min(left, floor(each)))
        left -= parts[-1]
    if sum(wanted) < total:
        return [left, *parts]
    rounded = [number for number, each in enumerate(wanted) if each != floor(each)]
    for number in rounded[:left]:
        parts[number] += 1
    return [0, *parts]


def divide(amounts, parts):
    """The amounts, which add up to the parts, divided between them: a row for each part.

    Each row adds up to its part and each column to its amount, such as the price of a line or a
    tax on it. No cell is more than its amount, or has another sign.

    >>> divide([6723, 1277], [4000, 4000])
    [[3362, 638], [3361, 639]]
    """
    columns = [_spread(amount, parts) for amount in amounts]
    rows = [list(row) for row in zip(*columns, strict=True)] or [[] for _part in parts]
    while True:
        over = [sum(row) - part for row, part in zip(rows, parts, strict=True)]
        if not any(over):
            return rows
        giver, taker = over.index(max(over)), over.index(min(over))
        column = _find_room(amounts, rows[giver], rows[taker])
        rows[giver][column] -= 1
        rows[taker][column] += 1


def _spread(amount, weights):
    """The amount in proportion to the weights: what is rounded off one goes to a later one."""
    sign, total = (-1 if amount < 0 else 1), sum(weights)
    reached = [abs(amount) * sum(weights[:number]) // total for number in range(len(weights) + 1)]
    return [sign * (end - begin) for begin, end in pairwise(reached)]


def _find_room(amounts, giver, taker):
    """The largest of the amounts of which one row can give a cent to another."""
    by_size = sorted(range(len(amounts)), key=lambda number: -abs(amounts[number]))
    for number in by_size:
        least, most = min(0, amounts[number]), max(0, amounts[number])
        if giver[number] > least and taker[number] < most:
            return number
    return by_size[0]
