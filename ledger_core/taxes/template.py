"""The tax rates that a new organization begins with: `rates.toml`, by country."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ledger_core.arithmetic.money import to_scaled
from ledger_core.chart.models import code_key
from ledger_core.taxes.models import TaxGroupMember, TaxPercentage, TaxRate

FILE = Path(__file__).parent / "rates.toml"
_DECIMALS, _MOST = 4, 100  # of a percentage


@lru_cache(maxsize=1)
def read() -> dict[str, Any]:
    with FILE.open("rb") as file:
        return tomllib.load(file)


def rates_of(country: str) -> list[dict[str, Any]]:
    """The rows of a country; what every country has comes last."""
    template = read()
    return [*template.get(country, {"rates": ()})["rates"], *template["common"]]


def write_rates(*, country: str, tax_names: Mapping[str, str]) -> None:
    """Fill the empty tables of tax rates: an insert for each of them that gets rows, three at most.

    The ids are ours, because MySQL gives none back from a bulk insert and percentages name their rates.
    """
    rows = rates_of(country)
    tax = tax_names.get(country, tax_names["default"])
    ids = {row["code"]: number for number, row in enumerate(rows, start=1)}
    TaxRate.objects.bulk_create(_rate(row, ids[row["code"]], tax) for row in rows)
    TaxPercentage.objects.bulk_create(_percentages(rows, ids))
    TaxGroupMember.objects.bulk_create(
        TaxGroupMember(group_id=ids[row["code"]], tax_rate_id=ids[code], position=position)
        for row in rows
        for position, code in enumerate(row.get("members", ()), start=1)
    )


def _rate(row: Mapping[str, Any], pk: int, tax: str) -> TaxRate:
    return TaxRate(
        id=pk,
        code=row["code"],
        code_key=code_key(row["code"]),
        name=row["name"].format(tax=tax),
        kind=row.get("kind", "standard"),
        recoverable=_scaled(row.get("recoverable", "100")),
        in_returns=row.get("in_returns", True),
    )


def _percentages(rows: Sequence[Mapping[str, Any]], ids: Mapping[str, int]) -> list[TaxPercentage]:
    return [
        TaxPercentage(
            tax_rate_id=ids[row["code"]], valid_from=datetime.date.fromisoformat(first), percent=_scaled(percent)
        )
        for row in rows
        for first, percent in row.get("percents", ())
    ]


def _scaled(percent: str) -> int:
    return to_scaled(percent, decimals=_DECIMALS, most=_MOST)
