"""Currencies and their minor units (ISO 4217), read from `iso4217.csv`.

Codes without a minor unit (precious metals, special drawing rights, testing) are no currencies one can keep books in.
BGN was withdrawn on 2026-01-01; it stays, because books of earlier years are kept in it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency; `exponent` is the number of its decimals (JPY 0, USD 2, KWD 3)."""

    code: str
    exponent: int
    name: str

    @property
    def minor_units(self) -> int:
        """Minor units in one major unit."""
        return int(10**self.exponent)


class UnknownCurrency(ValueError):
    """The code is not an active ISO 4217 currency."""


def _read() -> dict[str, Currency]:
    with (Path(__file__).parent / "iso4217.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row["code"]: Currency(row["code"], int(row["exponent"]), row["name"]) for row in rows}


CURRENCIES = _read()


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code; raises UnknownCurrency."""
    try:
        return CURRENCIES[code]
    except KeyError:
        raise UnknownCurrency(f"{code!r} is not an active ISO 4217 currency code") from None
