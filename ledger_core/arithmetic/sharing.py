"""Rounding exact parts of one amount to whole minor units: all together, or each by itself.

Parts are fractions with one denominator and may be of either sign. A mirror image (every part negated) gives mirrored
shares. What parts get does not depend on their order, except among those that are alike in size and rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger_core.arithmetic.money import divide_half_up

Ranks = Sequence[Any]  # one comparable value for each part
Rounding = Callable[[Sequence[int], int, Ranks, Sequence[int]], list[int]]


def round_together(numerators: Sequence[int], denominator: int, ranks: Ranks, owed: Sequence[int] = ()) -> list[int]:
    """The parts as whole numbers that sum to the rounded sum of the parts (largest remainder).

    Each share is its exact part rounded up or down. `owed`, over the same denominator, is what earlier roundings left
    each part short of: it counts with the remainder, so that one line does not get the odd cent of every tax. On a tie
    the larger part gets the unit, then the one of the lower rank, then the earlier one.
    """
    total = divide_half_up(sum(numerators), denominator)
    shares = [number // denominator if number >= 0 else -(-number // denominator) for number in numerators]
    left = total - sum(shares)
    if left == 0:
        return shares
    unit = 1 if left > 0 else -1

    def claim(place: int) -> tuple[bool, int, int, Any]:
        number = numerators[place]
        remainder = unit * (number - shares[place] * denominator)
        due = remainder + unit * owed[place] if owed else remainder
        return remainder <= 0, -due, -unit * number, ranks[place]

    for place in sorted(range(len(shares)), key=claim)[: abs(left)]:
        shares[place] += unit
    return shares


def round_each(numerators: Sequence[int], denominator: int, ranks: Ranks, owed: Sequence[int] = ()) -> list[int]:
    """Every part rounded by itself."""
    return [divide_half_up(number, denominator) for number in numerators]
