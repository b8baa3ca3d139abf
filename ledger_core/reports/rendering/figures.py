"""Amounts and percentages as people read them."""

from __future__ import annotations

import datetime

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.money import divide_half_up
from ledger_core.reports.table import AMOUNT, PERCENT, THOUSANDS, UNITS, Value

MINUS = "-"


def amount_text(minor: int, currency: str, presentation: str = UNITS) -> str:
    """With thousands separators: 1,234.50, or rounded to whole units or thousands."""
    unit = currency_of(currency)
    if presentation == UNITS:
        whole, decimals = divmod(abs(minor), unit.minor_units)
        tail = f".{decimals:0{unit.exponent}d}" if unit.exponent else ""
        return f"{MINUS if minor < 0 else ''}{whole:,}{tail}"
    scale = unit.minor_units * (1000 if presentation == THOUSANDS else 1)
    return f"{divide_half_up(minor, scale):,}"


def plain_amount(minor: int, currency: str) -> str:
    """As programs read it: exact, without separators."""
    return amount_text(minor, currency).replace(",", "")


def percent_text(tenths: int) -> str:
    """Tenths of a percent with one decimal: 125 is "12.5"."""
    whole, decimal = divmod(abs(tenths), 10)
    return f"{MINUS if tenths < 0 else ''}{whole}.{decimal}"


def cell_text(value: Value, kind: str, currency: str, presentation: str) -> str:
    """A cell for people."""
    if value is None:
        return ""
    if isinstance(value, int) and kind == AMOUNT:
        return amount_text(value, currency, presentation)
    if isinstance(value, int) and kind == PERCENT:
        return f"{percent_text(value)}%"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def unit_text(currency: str, presentation: str) -> str:
    """What one unit of the figures is, where they are not plain units."""
    return f"{currency} thousands" if presentation == THOUSANDS else currency
