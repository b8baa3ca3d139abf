"""What a payment is worth: its amount, what the bank made of it, and both in base currency.

Up to three currencies meet in a payment (a fourth is its documents', see payments/shares.py): that of the payment, that
of the account, and base. One of the rates decides, the others follow:

- An account in base currency that took the money says itself what a foreign payment was worth: `bank_amount`.
- Otherwise the payment's rate does (given, or of the table), and `bank_amount` only says how much the account took.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.exchange import effective_rate
from ledger_core.arithmetic.money import MAX_MAJOR_UNITS, ONE, convert, divide_half_up, to_text
from ledger_core.base.queries import base_currency
from ledger_core.base.refusals import invalid
from ledger_core.currencies.queries import check_enabled, needed_rate


@dataclass(frozen=True, slots=True)
class Worth:
    """The amounts of a payment; the fields of a Payment by name."""

    currency: str
    rate: int
    amount: int
    base_amount: int
    bank_charges: int
    bank_currency: str
    bank_amount: int
    bank_base: int


def counter_amount(amount: int, *, currency: str, rate: int, to: str, to_rate: int) -> int:
    """An amount in another currency through the rates of both, rounded once."""
    return divide_half_up(
        amount * rate * currency_of(to).minor_units,
        to_rate * currency_of(currency).minor_units,
    )


def worth_of(
    *,
    flow: int,
    date: datetime.date,
    account_currency: str | None,
    amount: int,
    currency: str | None = None,
    rate: int | None = None,
    bank_amount: int | None = None,
    bank_charges: int = 0,
) -> Worth:
    """Work out what was not said. Charges come off what is received (flow 1) and on top of what is paid (-1)."""
    base = base_currency()
    currency = currency or base
    check_enabled(currency)
    bank_currency = account_currency or currency
    moved = amount - flow * bank_charges
    _check_amounts(amount, moved, bank_amount, currency, bank_currency)
    if bank_currency == base != currency and bank_amount is not None:
        if rate is not None:
            detail = f"The account is in {base}: the rate follows from what it took. Leave one of the two out."
            raise invalid("/rate", "rate_follows", detail)
        base_amount, bank_base = divide_half_up(bank_amount * amount, moved), bank_amount
        rate = effective_rate(amount, base_amount, currency=currency, base=base)
    else:
        rate = rate_of(currency, rate, date)
        base_amount = convert(amount, rate=rate, source=currency, target=base)
        bank_base = convert(moved, rate=rate, source=currency, target=base)
    if max(base_amount, bank_base) > MAX_MAJOR_UNITS * currency_of(base).minor_units:
        raise invalid("/rate", "too_large", f"This is more than {MAX_MAJOR_UNITS:,} {base}, the most the books hold.")
    if bank_amount is None:
        bank_amount = _taken(moved, bank_base, currency, rate, bank_currency, date)
    return Worth(currency, rate, amount, base_amount, bank_charges, bank_currency, bank_amount, bank_base)


def rate_of(currency: str, rate: int | None, date: datetime.date, *, pointer: str = "/rate") -> int:
    """The rate given, else that of the table; base currency has 1 only."""
    if currency != base_currency():
        return needed_rate(currency=currency, date=date, pointer=pointer) if rate is None else rate
    if rate not in (None, ONE):
        raise invalid(pointer, "base_currency", f"{currency} is the base currency: its rate is 1.")
    return ONE


def _check_amounts(amount: int, moved: int, bank_amount: int | None, currency: str, bank_currency: str) -> None:
    if amount <= 0:
        raise invalid("/amount", "not_positive", "A payment is more than zero.")
    if moved <= 0:
        raise invalid("/bank_charges", "too_large", "The bank's charges leave nothing of the payment.")
    if bank_amount is None:
        return
    if bank_amount <= 0:
        raise invalid("/bank_amount", "not_positive", "What the account took is more than zero.")
    if bank_currency == currency and bank_amount != moved:
        detail = f"The account is in {currency}, too, so it took {to_text(moved, currency)}. Leave `bank_amount` out."
        raise invalid("/bank_amount", "same_currency", detail)


def _taken(moved: int, bank_base: int, currency: str, rate: int, bank_currency: str, date: datetime.date) -> int:
    """What the account took, by the rates of the day."""
    if bank_currency == currency:
        return moved
    if bank_currency == base_currency():
        return bank_base
    bank_rate = needed_rate(currency=bank_currency, date=date, pointer="/bank_amount")
    taken = counter_amount(moved, currency=currency, rate=rate, to=bank_currency, to_rate=bank_rate)
    if taken == 0:
        raise invalid("/bank_amount", "too_small", f"At the day's rates this is nothing in {bank_currency}.")
    return taken
