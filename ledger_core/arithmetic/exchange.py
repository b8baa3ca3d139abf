"""Amounts in two currencies: allocating base amounts to lines, exchange differences.

All amounts are ints of minor units, all rates ints of 10^-10: base units for one unit of the currency.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.money import RATE_SCALE, convert, divide_half_up, split


def allocate_sides(
    debits: Sequence[int], credits: Sequence[int], *, rate: int, currency: str, base: str
) -> tuple[list[int], list[int]]:
    """Base amounts of a document's debit and credit lines, which balance whenever the lines do.

    Converting each line by itself could leave both sides some minor units apart, and that difference would need a line
    on Rounding differences which no business event explains. So each side's *total* is converted once, and the result
    is shared among its lines in proportion (largest remainder). A line differs from its own conversion by
    less than one minor unit, give or take what the total itself was rounded by. Equal totals give equal base totals.
    """
    return (
        _allocate(debits, rate=rate, currency=currency, base=base),
        _allocate(credits, rate=rate, currency=currency, base=base),
    )


def _allocate(amounts: Sequence[int], *, rate: int, currency: str, base: str) -> list[int]:
    total = sum(amounts)
    if total == 0:
        return [0 for _ in amounts]
    return split(convert(total, rate=rate, source=currency, target=base), amounts)


def released_base(amount: int, *, open_amount: int, open_base: int) -> int:
    """The base amount that leaves an open item when `amount` of its `open_amount` is settled.

    In proportion to what is still open; the last settlement releases exactly what is left, so that an item paid in
    full, in however many parts, ends at zero in both currencies.
    """
    if not 0 < amount <= open_amount:
        raise ValueError("A settlement is more than zero and at most what is open.")
    return divide_half_up(open_base * amount, open_amount)


def realized_difference(amount: int, *, released: int, settlement_rate: int, currency: str, base: str) -> int:
    """The realized difference of one allocation: its worth at the settlement's rate less what it was booked at.

    That is allocated amount x (settlement rate - document rate), with `released` (of `released_base`) for amount x
    document rate, so that no rounding stays behind on the item. Positive: worth more. A gain on a receivable, a loss on
    a payable.
    """
    return convert(amount, rate=settlement_rate, source=currency, target=base) - released


def unrealized_difference(amount: int, *, booked: int, rate: int, currency: str, base: str) -> int:
    """What `booked` base units must change by so that `amount` stands at `rate`; debit balances are positive."""
    return convert(amount, rate=rate, source=currency, target=base) - booked


def effective_rate(amount: int, base_amount: int, *, currency: str, base: str) -> int:
    """The rate at which `amount` was worth `base_amount`; at least the smallest rate there is."""
    if amount == 0:
        return RATE_SCALE
    numerator = abs(base_amount) * RATE_SCALE * currency_of(currency).minor_units
    return max(1, divide_half_up(numerator, abs(amount) * currency_of(base).minor_units))


def cross_rate(*, base_per_pivot: int, currency_per_pivot: int) -> int:
    """Base units for one unit of a currency, from what one unit of a third currency (the pivot) costs in each."""
    return divide_half_up(base_per_pivot * RATE_SCALE, currency_per_pivot)
