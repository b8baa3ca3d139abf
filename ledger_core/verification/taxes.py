"""Does the tax ledger say what the books say, and do filed returns still say what the tax ledger says?"""

# ruff: noqa: S608  the SQL is put together from literals of this package

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from django.db.models import F

from ledger_core.arithmetic.taxes import TaxKind
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.documents.kinds import DRAFT, KINDS_BY_VALUE, VOID, WRITTEN_OFF
from ledger_core.documents.models import Document
from ledger_core.exchange.importing import SOURCE as IMPORT
from ledger_core.exchange.views import API
from ledger_core.payments.models import Allocation
from ledger_core.taxes.figures import AMOUNTS, Figures, RateFigures, figures_of, filed_figures
from ledger_core.taxes.kinds import ACCRUAL, CASH, SIDES, owed_of
from ledger_core.taxes.models import TaxEntry, TaxRate, TaxReturn
from ledger_core.taxes.queries import filed_returns
from ledger_core.taxes.returns import adjusted
from tenancy.db import connection

ENTRY, LINE, TAX_ENTRY, TAX_RATE = (model._meta.db_table for model in (JournalEntry, JournalLine, TaxEntry, TaxRate))
# Entries that other programs write name tax rates as they like; they are not in the tax ledger.
FROM_OUTSIDE = (API, IMPORT)
SHOWN = 20
Key = tuple[int, str, int]  # rate, side, percentage
Amounts = tuple[int, int, int]  # taxable, tax, recoverable


def check_taxes() -> Iterator[str]:
    """Tax entries against entries and ledger lines, cash basis against accrual, filed returns against tax entries."""
    yield from _strays()
    yield from _differences()
    yield from _unrecognized()
    for filed in filed_returns():
        yield from _return_faults(filed)


def _strays() -> Iterator[str]:
    """A tax entry belongs to a posted entry, and has its date."""
    for entry in JournalEntry.objects.filter(posted_at=None, tax_entries__isnull=False).distinct()[:SHOWN]:
        yield f"The entry with id {entry.pk} was never posted, but the tax ledger has rows of it."
    dated = TaxEntry.objects.exclude(date=F("entry__date")).order_by("entry__number")
    for number in dated.values_list("entry__number", flat=True).distinct()[:SHOWN]:
        yield f"The tax ledger has rows of entry {number} on another date."


def _differences() -> Iterator[str]:
    """On accrual basis, what each entry says is owed of a rate is the net credit of its lines that name the rate."""
    places = ", ".join(["%s"] * len(FROM_OUTSIDE))
    sql = (
        "SELECT entry_id, rate_id FROM ("
        f"SELECT l.entry_id AS entry_id, l.tax_rate_id AS rate_id, l.credit - l.debit AS amount FROM {LINE} l"
        f" JOIN {ENTRY} e ON e.id = l.entry_id"
        f" WHERE l.tax_rate_id IS NOT NULL AND e.source_kind NOT IN ({places})"
        f" UNION ALL SELECT t.entry_id, t.tax_rate_id, -({_owed()}) FROM {TAX_ENTRY} t"
        f" JOIN {TAX_RATE} r ON r.id = t.tax_rate_id WHERE t.basis = '{ACCRUAL}'"
        f") together GROUP BY entry_id, rate_id HAVING SUM(amount) <> 0 ORDER BY entry_id, rate_id LIMIT {SHOWN}"
    )
    with connection().cursor() as cursor:
        cursor.execute(sql, FROM_OUTSIDE)
        rows = cursor.fetchall()
    entries = JournalEntry.objects.in_bulk({entry_id for entry_id, _ in rows})
    rates = TaxRate.objects.in_bulk({rate_id for _, rate_id in rows})
    for entry_id, rate_id in rows:
        number = entries[entry_id].number if entry_id in entries else f"with id {entry_id}"
        yield f"Entry {number} and the tax ledger differ in the tax of rate {rates.get(rate_id, rate_id)}."


def _unrecognized() -> Iterator[str]:
    """What is settled in full has recognized on cash basis just what it was issued with. Five queries."""
    settled = Document.objects.filter(settled=F("total")).exclude(settled=0).exclude(entry=None)
    settled = settled.exclude(status__in=(DRAFT, VOID, WRITTEN_OFF))
    by_entry = dict(settled.order_by("pk").values_list("entry_id", "pk"))
    sums: dict[int, dict[Key, Amounts]] = {pk: {} for pk in by_entry.values()}
    for pk, key, amounts in chain(_issued(by_entry), _paid()):
        if pk in sums:
            had = sums[pk].get(key, (0, 0, 0))
            sums[pk][key] = (had[0] + amounts[0], had[1] + amounts[1], had[2] + amounts[2])
    faulty = {pk: key[0] for pk, found in sums.items() for key, amounts in found.items() if any(amounts)}
    shown = sorted(faulty)[:SHOWN]
    documents, rates = Document.objects.in_bulk(shown), TaxRate.objects.in_bulk({faulty[pk] for pk in shown})
    for pk in shown:
        yield (
            f"{documents[pk]} is settled in full, but the tax of rate {rates.get(faulty[pk], faulty[pk])} that it"
            " recognized on cash basis is not that which it was issued with."
        )


def _issued(by_entry: Mapping[int, int]) -> Iterator[tuple[int, Key, Amounts]]:
    """What documents were issued with, taken off; and what they recognized themselves, without an allocation."""
    rows = TaxEntry.objects.filter(entry__source_kind__in=KINDS_BY_VALUE).order_by()
    names = ("entry_id", "entry__source_id", "basis", "tax_rate_id", "side", "percent", *AMOUNTS)
    for entry_id, source_id, basis, rate_id, side, percent, *amounts in rows.values_list(*names).iterator():
        key, (taxable, tax, recoverable) = (rate_id, side, percent), amounts
        if basis == CASH:
            yield source_id, key, (taxable, tax, recoverable)
        elif entry_id in by_entry:
            yield by_entry[entry_id], key, (-taxable, -tax, -recoverable)


def _paid() -> Iterator[tuple[int, Key, Amounts]]:
    """What allocations recognized, of what they settle and of credits that they use, by the allocations themselves."""
    rows = Allocation.objects.exclude(kind=Allocation.WRITE_OFF).order_by()
    names = ("document_id", "taxes", "credit_id", "source_taxes")
    for document_id, taxes, credit_id, source_taxes in rows.values_list(*names).iterator():
        for pk, recognized in ((document_id, taxes), (credit_id, source_taxes)):
            for rate_id, side, percent, _, taxable, tax, recoverable in recognized:
                yield pk, (rate_id, side, percent), (taxable, tax, recoverable)


def _owed() -> str:
    """The policy table of taxes/kinds.py as a SQL expression."""
    cases = []
    for side, _ in SIDES:
        for kind in TaxKind:
            parts = [f"{owes.factor} * t.{owes.amount}" for owes in owed_of(kind=kind, side=side) if owes.factor]
            if parts:
                cases.append(f"WHEN t.side = '{side}' AND r.kind = '{kind}' THEN {' + '.join(parts)}")
    return f"CASE {' '.join(cases)} ELSE 0 END"


def _return_faults(filed: TaxReturn) -> Iterator[str]:
    stored = filed_figures(filed.figures)
    now = figures_of(filed, through=filed.through_entry, settlement=filed.account_id or 0)
    if _amounts(stored.rows) != _amounts(now.rows) or _amounts(stored.late) != _amounts(now.late):
        yield f"{filed} was filed with other figures than those of the entries in it."
    if filed.owed != stored.owed + adjusted(filed):
        yield f"{filed} owes another amount than its figures and adjustments add up to."
    if filed.paid != sum(payment.amount for payment in filed.payments.filter(voided_at=None)):
        yield f"{filed} is paid by another amount than its payments add up to."


def _amounts(rows: Iterable[RateFigures]) -> dict[tuple[int, int], Figures]:
    return {(row.rate.pk, row.percent): row.figures for row in rows}
