"""Rounding parts together: what any sharing must keep to."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.arithmetic.sharing import round_each, round_together

# Small ones, so that remainders are often alike.
PARTS = st.lists(st.tuples(st.integers(-12, 12), st.integers(0, 1), st.integers(-6, 6)), max_size=7)
DENOMINATORS = st.integers(1, 6)


def shares_of(parts: list[tuple[int, int, int]], denominator: int) -> list[int]:
    """Parts are (numerator, rank, owed)."""
    numerators, ranks, owed = ([part[place] for part in parts] for place in range(3))
    return round_together(numerators, denominator, ranks, owed)


@given(PARTS, DENOMINATORS)
def test_shares_sum_to_the_rounded_whole(parts: list[tuple[int, int, int]], denominator: int) -> None:
    assert sum(shares_of(parts, denominator)) == divide_half_up(sum(part[0] for part in parts), denominator)


@given(PARTS, DENOMINATORS)
def test_each_share_is_its_part_rounded_up_or_down(parts: list[tuple[int, int, int]], denominator: int) -> None:
    for (numerator, _, _), share in zip(parts, shares_of(parts, denominator), strict=True):
        assert share in (numerator // denominator, -(-numerator // denominator))


@given(PARTS, DENOMINATORS)
def test_a_mirror_image_is_shared_alike(parts: list[tuple[int, int, int]], denominator: int) -> None:
    mirrored = [(-numerator, rank, -owed) for numerator, rank, owed in parts]
    assert shares_of(mirrored, denominator) == [-share for share in shares_of(parts, denominator)]


@given(PARTS, DENOMINATORS, st.randoms(use_true_random=False))
def test_order_decides_among_equals_only(parts: list[tuple[int, int, int]], denominator: int, random: Random) -> None:
    shuffled = parts[:]
    random.shuffle(shuffled)
    before = Counter(zip(parts, shares_of(parts, denominator), strict=True))
    assert Counter(zip(shuffled, shares_of(shuffled, denominator), strict=True)) == before


def test_who_gets_the_odd_unit() -> None:
    assert round_together([10, 10, 10], 3, [0, 0, 0]) == [4, 3, 3]
    assert round_together([-10, -10, -10], 3, [0, 0, 0]) == [-4, -3, -3]
    assert round_together([1, 3], 2, [0, 0]) == [0, 2]  # on equal remainders the larger part
    assert round_together([1, 1], 2, [1, 0]) == [0, 1]  # then the one of the lower rank
    assert round_together([1, 1], 2, [0, 0], [-1, 0]) == [0, 1]  # what earlier roundings left it short of counts
    assert round_together([4, 1, 1], 2, [0, 0, 0], [9, 0, 0]) == [2, 1, 0]  # but a whole part stays as it is


def test_each_by_itself() -> None:
    assert round_each([1, -1, 3, 2], 2, [0, 0, 0, 0]) == [1, -1, 2, 1]
