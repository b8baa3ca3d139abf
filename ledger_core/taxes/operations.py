"""Writing the tax ledger: in the transaction of the entry that it tells about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_core.base.rows import insert, read
from ledger_core.books.models import JournalEntry
from ledger_core.taxes.kinds import ACCRUAL
from ledger_core.taxes.models import TaxEntry
from tenancy.db import operation


@dataclass(frozen=True, slots=True)
class TaxRow:
    """What an entry says about one tax, in minor units of base. Credits are negative, on either side.

    Documents write `accrual` rows when they are issued, payments `cash` rows; what is paid at once writes both. Tax
    that is withheld arises when it is paid: payments write it on both bases, documents do not write it at all.
    """

    tax_rate_id: int
    side: str
    percent: int
    taxable: int
    tax: int
    recoverable: int = 0
    basis: str = ACCRUAL
    contact_id: int | None = None


@operation
def write_entries(*, entry: JournalEntry, rows: Sequence[TaxRow]) -> None:
    """Write what `entry`, posted in this transaction, says about taxes; rows without any amount are left out."""
    insert(
        [
            TaxEntry(
                entry=entry,
                date=entry.date,
                tax_rate_id=row.tax_rate_id,
                side=row.side,
                basis=row.basis,
                percent=row.percent,
                taxable=row.taxable,
                tax=row.tax,
                recoverable=row.recoverable,
                contact_id=row.contact_id,
            )
            for row in rows
            if row.taxable or row.tax or row.recoverable
        ]
    )


@operation
def mirror_entries(*, entry: JournalEntry, reversal: JournalEntry) -> None:
    """Take back what `entry` says about taxes, on both bases, on the day of its reversal."""
    assert reversal.reverses_id == entry.pk, "an entry's taxes are taken back by its reversal"
    insert(
        [
            TaxEntry(
                entry=reversal,
                date=reversal.date,
                tax_rate_id=row.tax_rate_id,
                side=row.side,
                basis=row.basis,
                percent=row.percent,
                taxable=-row.taxable,
                tax=-row.tax,
                recoverable=-row.recoverable,
                contact_id=row.contact_id,
            )
            for row in read(TaxEntry, "entry_id = %s ORDER BY id", [entry.pk])
        ]
    )
