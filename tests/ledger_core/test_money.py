"""Money is exact: text in, text out, and nothing is lost in between."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.arithmetic.currencies import CURRENCIES, UnknownCurrency, currency
from ledger_core.arithmetic.money import (
    MAX_MAJOR_UNITS,
    ONE,
    NotAnAmount,
    TooLarge,
    TooManyDecimals,
    convert,
    divide_half_up,
    rate_text,
    split,
    to_minor,
    to_rate,
    to_text,
)
from tenancy.organizations import choices

codes = st.sampled_from(sorted(CURRENCIES))
amounts = st.integers(-(10**17), 10**17)


@pytest.mark.parametrize(
    ("value", "code", "minor"),
    [
        ("1234.50", "USD", 123450),
        ("0", "USD", 0),
        ("-0.01", "USD", -1),
        ("1234", "JPY", 1234),
        ("1234.000", "JPY", 1234),
        ("1.234", "KWD", 1234),
        (7, "USD", 700),
        (Decimal("1.10"), "EUR", 110),
        (Decimal("1E+3"), "USD", 100_000),
        (Decimal("-0"), "USD", 0),
        (Decimal("1.5000"), "USD", 150),
        ("10000000000000", "USD", 10**15),
        ("0.0001", "CLF", 1),
    ],
)
def test_it_reads_amounts(value: Decimal | int | str, code: str, minor: int) -> None:
    assert to_minor(value, code) == minor


@pytest.mark.parametrize(
    ("value", "code", "error", "message"),
    [
        ("0.001", "USD", TooManyDecimals, "USD has 2 decimals; this amount has 3."),
        ("0.5", "JPY", TooManyDecimals, "JPY has no decimals; this amount has 1."),
        (Decimal("1E-999999"), "USD", TooManyDecimals, "This amount has far more decimals than any currency."),
        ("10000000000000.01", "USD", TooLarge, "An amount may be at most 10,000,000,000,000 USD."),
        (10**13 + 1, "JPY", TooLarge, "An amount may be at most 10,000,000,000,000 JPY."),
        pytest.param(
            10**5000, "USD", TooLarge, "An amount may be at most 10,000,000,000,000.", id="an int too long to print"
        ),
        (Decimal("1E+999999"), "USD", TooLarge, "An amount may be at most 10,000,000,000,000."),
        ("9" * 65, "USD", TooLarge, "An amount has at most 64 characters."),
        ("1e3", "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        ("1,234.50", "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        ("", "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        (" 1", "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        ("1.", "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        ("1\n", "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        ("١٢", "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        (True, "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        (None, "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        ([], "USD", NotAnAmount, "An amount is a decimal number such as 1234.50."),
        (Decimal("NaN"), "USD", NotAnAmount, "An amount is a finite number."),
        (Decimal("-Infinity"), "USD", NotAnAmount, "An amount is a finite number."),
    ],
)
def test_it_refuses_what_is_no_exact_amount(value: object, code: str, error: type, message: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        to_minor(value, code)  # type: ignore[arg-type]
    assert type(refused.value) is error
    assert str(refused.value) == message


def test_it_refuses_unknown_currencies() -> None:
    with pytest.raises(UnknownCurrency, match="'XAU' is not an active ISO 4217 currency code"):
        currency("XAU")


def test_the_exponents_are_those_of_iso_4217() -> None:
    by_exponent = {code: CURRENCIES[code].exponent for code in ("JPY", "KRW", "USD", "EUR", "KWD", "TND", "CLF")}
    assert by_exponent == {"JPY": 0, "KRW": 0, "USD": 2, "EUR": 2, "KWD": 3, "TND": 3, "CLF": 4}
    assert {each.exponent for each in CURRENCIES.values()} == {0, 2, 3, 4}
    assert all(len(code) == 3 and code.isupper() and each.name for code, each in CURRENCIES.items())


def test_every_currency_that_can_be_chosen_is_known() -> None:
    assert set(choices.currencies()) - set(CURRENCIES) == set()


@given(amounts, codes)
def test_text_and_back_is_the_same_amount(minor: int, code: str) -> None:
    limit = MAX_MAJOR_UNITS * CURRENCIES[code].minor_units
    minor = max(-limit, min(limit, minor))
    text = to_text(minor, code)
    assert to_minor(text, code) == minor
    assert to_minor(Decimal(text), code) == minor
    assert Decimal(text) * CURRENCIES[code].minor_units == minor


@pytest.mark.parametrize(
    ("minor", "code", "text"),
    [(123450, "USD", "1234.50"), (-1, "USD", "-0.01"), (0, "USD", "0.00"), (5, "JPY", "5"), (-1234, "KWD", "-1.234")],
)
def test_it_writes_amounts_with_the_decimals_of_their_currency(minor: int, code: str, text: str) -> None:
    assert to_text(minor, code) == text


@given(amounts, st.lists(st.integers(0, 10**12), min_size=1, max_size=20).filter(any))
def test_splitting_conserves_the_total_and_is_fair(total: int, weights: list[int]) -> None:
    shares = split(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(total * weight, sum(weights))
        assert abs(share - exact) < 1
        assert weight or share == 0


def test_splitting_gives_the_odd_cents_to_the_largest_remainders() -> None:
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split(10, [1, 2, 4]) == [1, 3, 6]
    assert split(5, [0, 1]) == [0, 5]
    with pytest.raises(ValueError, match="Weights are zero or more, and not all zero"):
        split(1, [0, 0])
    with pytest.raises(ValueError, match="Weights are zero or more, and not all zero"):
        split(1, [2, -1])


@given(amounts, st.integers(1, 10**16), codes, codes)
def test_converting_rounds_half_up_once(amount: int, rate: int, source: str, target: str) -> None:
    exact = Fraction(amount, CURRENCIES[source].minor_units) * Fraction(rate, ONE) * CURRENCIES[target].minor_units
    converted = convert(amount, rate=rate, source=source, target=target)
    assert abs(converted - exact) <= Fraction(1, 2)
    assert convert(-amount, rate=rate, source=source, target=target) == -converted


def test_converting_between_exponents() -> None:
    assert convert(10_000, rate=to_rate("149.37"), source="USD", target="JPY") == 14_937
    assert convert(14_937, rate=to_rate("0.0066948"), source="JPY", target="USD") == 10_000
    assert convert(1, rate=to_rate("0.5"), source="JPY", target="JPY") == 1
    assert convert(1_000, rate=to_rate("3.25"), source="KWD", target="USD") == 325


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**12))
def test_half_up_is_what_accountants_call_half_up(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    down = abs(exact).__floor__()
    expected = down + (abs(exact) - down >= Fraction(1, 2))
    assert divide_half_up(numerator, denominator) == (expected if exact >= 0 else -expected)


@given(st.decimals("-99999", "99999", places=5))
def test_half_up_agrees_with_decimal(value: Decimal) -> None:
    cents = int((value * 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert divide_half_up(int(value * 10**5), 1000) == cents


@given(st.integers(1, 9 * 10**8 * ONE))
def test_rates_are_exact_to_ten_decimals(rate: int) -> None:
    assert to_rate(rate_text(rate)) == rate


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0", "An exchange rate is greater than zero."),
        ("-1", "An exchange rate is greater than zero."),
        ("0.12345678901", "An exchange rate has at most 10 decimals."),
        ("900000001", "An exchange rate is at most 900,000,000."),
        ("a", "An amount is a decimal number such as 1234.50."),
    ],
)
def test_it_refuses_rates(value: str, message: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        to_rate(value)
    assert str(refused.value) == message
