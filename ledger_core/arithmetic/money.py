"""Exact money.

Inside the books an amount is an **int of minor units** of a known currency: exact, fast and the same on every database.
`Decimal` and text exist at the edges only; they are turned into minor units here and nowhere else. Nothing is
rounded silently: text with more decimals than its currency has is refused, and the two operations that must round
(`split`, `convert`) say how.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from ledger_core.arithmetic.currencies import currency as currency_of

MAX_MAJOR_UNITS = 10**13  # of one amount; with four decimals still far inside a BIGINT
RATE_SCALE = 10**10  # exchange rates are ints of 10^-10
ONE = RATE_SCALE  # the rate of a currency to itself
MOST_RATE = 9 * 10**8 * RATE_SCALE  # what a BIGINT holds
_PLAIN_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_LONGEST_TEXT = 64


class NotAnAmount(ValueError):
    """The value is no amount of the currency; `code` says why."""

    code = "not_an_amount"


class TooManyDecimals(NotAnAmount):
    code = "too_many_decimals"


class TooLarge(NotAnAmount):
    code = "too_large"


def to_minor(value: Decimal | int | str, currency: str) -> int:
    """Minor units of an amount written in major units: "1234.50" USD is 123450.

    Raises NotAnAmount, TooManyDecimals or TooLarge, each with a sentence for people. Trailing zeros are no decimals.
    """
    unit = currency_of(currency)
    negative, whole, decimals = _parts(value)
    if len(decimals) > unit.exponent:
        raise TooManyDecimals(f"{unit.code} has {_decimals(unit.exponent)}; this amount has {len(decimals)}.")
    minor = int(whole + decimals.ljust(unit.exponent, "0"))
    if minor > MAX_MAJOR_UNITS * unit.minor_units:
        raise TooLarge(f"An amount may be at most {MAX_MAJOR_UNITS:,} {unit.code}.")
    return -minor if negative else minor


def _decimals(exponent: int) -> str:
    return {0: "no decimals", 1: "1 decimal"}.get(exponent, f"{exponent} decimals")


def _parts(value: Decimal | int | str) -> tuple[bool, str, str]:
    """Sign, whole digits and decimals (trailing zeros dropped) of a number."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise NotAnAmount("An amount is a decimal number such as 1234.50.")
    if isinstance(value, Decimal):
        value = _written_out(value)
    if isinstance(value, int) and value.bit_length() > 64:  # Python refuses to write out a really long one
        raise TooLarge(f"An amount may be at most {MAX_MAJOR_UNITS:,}.")
    text = str(value)
    if isinstance(value, str) and len(text) > _LONGEST_TEXT:
        raise TooLarge(f"An amount has at most {_LONGEST_TEXT} characters.")
    found = _PLAIN_DECIMAL.fullmatch(text)
    if found is None:
        raise NotAnAmount("An amount is a decimal number such as 1234.50.")
    sign, whole, decimals = found.groups()
    return sign == "-", whole, (decimals or "").rstrip("0")


def _written_out(value: Decimal) -> str:
    """A Decimal without exponent. Its size is checked first: writing out 1E+999999999 would fill the memory."""
    if not value.is_finite():
        raise NotAnAmount("An amount is a finite number.")
    if value and value.adjusted() > _LONGEST_TEXT:
        raise TooLarge(f"An amount may be at most {MAX_MAJOR_UNITS:,}.")
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if exponent < -_LONGEST_TEXT:
        raise TooManyDecimals("This amount has far more decimals than any currency.")
    return f"{value:f}" if value else "0"


def to_text(minor: int, currency: str) -> str:
    """An amount as a decimal string with exactly the currency's decimals: 123450 USD is "1234.50"."""
    unit = currency_of(currency)
    whole, decimals = divmod(abs(minor), unit.minor_units)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}" + (f".{decimals:0{unit.exponent}d}" if unit.exponent else "")


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` in proportion to `weights`; the shares sum to exactly `total` (largest remainder).

    Each share is the exact one rounded down or up. On equal remainders the earlier weight gets the unit.
    """
    weight = sum(weights)
    if weight <= 0 or any(each < 0 for each in weights):
        raise ValueError("Weights are zero or more, and not all zero.")
    if total < 0:
        return [-share for share in split(-total, weights)]
    shares = [total * each // weight for each in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % weight))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


def divide_half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to a whole number, halves away from zero (so that a mirror image rounds the same way)."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return sign * ((2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator)))


def convert(amount: int, *, rate: int, source: str, target: str) -> int:
    """`amount` in minor units of `source` as minor units of `target`, rounded half-up.

    `rate` is how many major units of `target` one major unit of `source` costs, as an int of 10^-10.
    """
    return divide_half_up(amount * rate * currency_of(target).minor_units, RATE_SCALE * currency_of(source).minor_units)


def to_rate(value: Decimal | str) -> int:
    """An exchange rate as an int of 10^-10; more than 10 decimals or a rate that is not positive is refused."""
    negative, whole, decimals = _parts(value)
    if len(decimals) > 10:
        raise TooManyDecimals("An exchange rate has at most 10 decimals.")
    rate = int(whole + decimals.ljust(10, "0"))
    if negative or rate == 0:
        raise NotAnAmount("An exchange rate is greater than zero.")
    if rate > MOST_RATE:
        raise TooLarge("An exchange rate is at most 900,000,000.")
    return rate


def rate_text(rate: int) -> str:
    """An exchange rate as a decimal string without trailing zeros: "1.0825"."""
    whole, decimals = divmod(rate, RATE_SCALE)
    return f"{whole}.{decimals:010d}".rstrip("0").rstrip(".")


def to_scaled(value: Decimal | int | str, *, decimals: int, most: int) -> int:
    """A number as an int of 10^-`decimals`; more decimals or more than `most` whole units is refused."""
    negative, whole, given = _parts(value)
    if len(given) > decimals:
        raise TooManyDecimals(f"This has at most {_decimals(decimals)}; there are {len(given)}.")
    scaled = int(whole + given.ljust(decimals, "0"))
    if scaled > most * 10**decimals:
        raise TooLarge(f"This is at most {most:,}.")
    return -scaled if negative else scaled


def scaled_text(value: int, decimals: int) -> str:
    """An int of 10^-`decimals` as a decimal string without trailing zeros: 12_500_000 of 10^-6 is "12.5"."""
    whole, rest = divmod(abs(value), 10**decimals)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".")
