"""Amounts in two currencies: pure, with JPY (no decimals), USD (two) and KWD (three)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.arithmetic.exchange import (
    allocate_sides,
    cross_rate,
    effective_rate,
    realized_difference,
    released_base,
    unrealized_difference,
)
from ledger_core.arithmetic.money import convert, split, to_rate

CODES = st.sampled_from(["JPY", "USD", "KWD", "EUR"])
RATES = st.integers(1, 10**14)


def test_three_lines_that_would_not_balance_one_by_one() -> None:
    """3 x 0.33 EUR at 1.50: 0.495 each rounds to 0.50, in all 1.50, but the other side's 0.99 is 1.485 = 1.49."""
    debits, credits = allocate_sides([33, 33, 33], [99], rate=to_rate("1.5"), currency="EUR", base="USD")
    assert (debits, credits) == ([50, 50, 49], [149])


@pytest.mark.parametrize(
    ("currency", "base", "rate", "amount", "worth"),
    [
        ("JPY", "USD", "0.0067", 1000, 670),  # 1,000 yen are 6.70 dollars
        ("USD", "JPY", "149.25", 1000, 1493),  # 10.00 dollars are 1,492.5 yen, half up
        ("KWD", "USD", "3.25", 1001, 325),  # 1.001 dinars are 3.25325 dollars
        ("USD", "KWD", "0.3077", 1000, 3077),  # 10.00 dollars are 3.077 dinars
        ("KWD", "JPY", "485.1", 1, 0),  # a thousandth of a dinar is 0.4851 yen
    ],
)
def test_decimals_of_both_currencies_count(currency: str, base: str, rate: str, amount: int, worth: int) -> None:
    assert allocate_sides([amount], [amount], rate=to_rate(rate), currency=currency, base=base) == ([worth], [worth])


@st.composite
def balanced(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    debits = draw(st.lists(st.integers(1, 10**12), min_size=1, max_size=12))
    weights = draw(st.lists(st.integers(1, 10**6), min_size=1, max_size=12))
    return debits, split(sum(debits), weights)


@given(balanced(), RATES, CODES, CODES)
def test_what_balances_in_one_currency_balances_in_both(
    sides: tuple[list[int], list[int]], rate: int, currency: str, base: str
) -> None:
    debits, credits = sides
    in_base = allocate_sides(debits, credits, rate=rate, currency=currency, base=base)
    total = convert(sum(debits), rate=rate, source=currency, target=base)
    assert sum(in_base[0]) == sum(in_base[1]) == total
    for amounts, worth in zip(sides, in_base, strict=True):
        assert all(each >= 0 for each in worth)
        for amount, each in zip(amounts, worth, strict=True):
            assert abs(each - convert(amount, rate=rate, source=currency, target=base)) <= 2


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=10), RATES, RATES, CODES, CODES)
def test_an_item_paid_in_parts_ends_at_zero_and_its_differences_add_up(
    parts: list[int], document_rate: int, settlement_rate: int, currency: str, base: str
) -> None:
    open_amount = sum(parts)
    open_base = booked = convert(open_amount, rate=document_rate, source=currency, target=base)
    realized = paid = 0
    for part in parts:
        released = released_base(part, open_amount=open_amount, open_base=open_base)
        realized += realized_difference(
            part, released=released, settlement_rate=settlement_rate, currency=currency, base=base
        )
        paid += convert(part, rate=settlement_rate, source=currency, target=base)
        open_amount, open_base = open_amount - part, open_base - released
    assert (open_amount, open_base) == (0, 0)
    assert realized == paid - booked


def test_a_realized_difference_is_amount_times_the_difference_of_rates() -> None:
    """400 of 1,000 EUR, invoiced at 1.10 and paid at 1.15: 400 x 0.05 = 20.00 gain."""
    released = released_base(40_000, open_amount=100_000, open_base=110_000)
    assert released == 44_000
    about = {"settlement_rate": to_rate("1.15"), "currency": "EUR", "base": "USD"}
    assert realized_difference(40_000, released=released, **about) == 2_000  # type: ignore[arg-type]


def test_nothing_is_settled_beyond_what_is_open() -> None:
    for amount in (0, -1, 101):
        with pytest.raises(ValueError, match="at most what is open"):
            released_base(amount, open_amount=100, open_base=110)


def test_an_unrealized_difference_brings_the_balance_to_the_rate() -> None:
    about = {"rate": to_rate("1.2"), "currency": "EUR", "base": "USD"}
    assert unrealized_difference(100_000, booked=110_000, **about) == 10_000  # type: ignore[arg-type]
    assert unrealized_difference(-100_000, booked=-110_000, **about) == -10_000  # type: ignore[arg-type]


@given(st.integers(1, 10**9), RATES, CODES, CODES)
def test_the_effective_rate_gives_the_amount_back(amount: int, rate: int, currency: str, base: str) -> None:
    worth = convert(amount, rate=rate, source=currency, target=base)
    found = effective_rate(amount, worth, currency=currency, base=base)
    assert found >= 1
    if worth and amount < 10**6:
        assert convert(amount, rate=found, source=currency, target=base) == worth


def test_rates_are_crossed() -> None:
    """One euro is 1.08 USD and 0.84 GBP: a pound is 1.2857142857 dollars."""
    found = cross_rate(base_per_pivot=to_rate("1.08"), currency_per_pivot=to_rate("0.84"))
    assert found == to_rate("1.2857142857")
