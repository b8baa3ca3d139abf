"""Taxed entries as documents post them, without documents: what tests of returns and tax reports are made of."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Line, Source, post, reverse
from ledger_core.chart.models import Account
from ledger_core.taxes.kinds import ACCRUAL, owed_of
from ledger_core.taxes.models import TaxRate
from ledger_core.taxes.operations import TaxRow, mirror_entries, write_entries
from ledger_core.taxes.queries import accounts
from ledger_core.taxes.rates import create_rate
from tenancy.db import operation

ALWAYS = datetime.date(1900, 1, 1)
Rates = dict[str, TaxRate]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def make_input_tax() -> Account:
    return Account.objects.create(code="1299", name="Input tax", type="other_current_asset")


def make_rates(input_tax: Account) -> Rates:
    """VAT 20 % and VAT that is recoverable in half, on the role's account; RC and WHT claim theirs on `input_tax`;
    NONE is in no returns."""

    def make(code: str, kind: str = "standard", percent: int | None = 200_000, **fields: Any) -> TaxRate:
        return create_rate(code=code, name=code, kind=kind, percent=percent, valid_from=ALWAYS, **fields)

    apart = {"recoverable_account_id": input_tax.pk}
    return {
        "VAT": make("VAT"),
        "HALF": make("HALF", recoverable=500_000),
        "RC": make("RC", "reverse_charge", **apart),
        "EX": make("EX", "exempt", None),
        "WHT": make("WHT", "withholding", 100_000, **apart),
        "NONE": make("NONE", in_returns=False),
    }


@operation
def book_taxed(
    rates: Rates,
    date: str,
    code: str,
    side: str,
    taxable: int,
    tax: int,
    recoverable: int = 0,
    bases: Sequence[str] = (ACCRUAL,),
) -> JournalEntry:
    """Post an entry with the lines that this tax has, and write what it says about the tax."""
    rate = rates[code]
    rows = [TaxRow(rate.pk, side, 200_000, taxable, tax, recoverable, basis) for basis in bases]
    lines = _tax_lines(rate, rows[0]) if ACCRUAL in bases else []
    owed = sum(line.credit - line.debit for line in lines)
    ids = dict(Account.objects.filter(code__in=("1010", "4100")).values_list("code", "pk"))
    lines += [_line(ids["1010"], -owed - taxable), _line(ids["4100"], taxable)]
    entry = post(date=day(date), lines=lines, source=Source("test", 1, "T-1"), actor=1)
    write_entries(entry=entry, rows=rows)
    return entry


@operation
def take_back(entry: JournalEntry, date: str) -> None:
    mirror_entries(entry=entry, reversal=reverse(entry=entry, date=day(date), actor=1))


def _tax_lines(rate: TaxRate, row: TaxRow) -> list[Line]:
    where = accounts([rate.pk])[rate.pk]
    found = [
        (getattr(where, owes.account), owes.factor * getattr(row, owes.amount))
        for owes in owed_of(kind=rate.kind, side=row.side)
    ]
    return [_line(account_id, amount, tax_rate_id=rate.pk) for account_id, amount in found if amount]


def _line(account_id: int, credit: int, **about: Any) -> Line:
    """A credit, or a debit of a negative amount."""
    return Line(account_id, debit=max(-credit, 0), credit=max(credit, 0), **about)
