"""What allocations say about taxes.

**Cash basis.** A tax of an invoice or bill counts when it is paid: each allocation recognizes so much of it that what
is recognized altogether is the document's tax in proportion to what is settled altogether. Rounding therefore never
adds up, and a document that is settled in full has recognized exactly its tax.

**Credit notes and vendor credits** have their own taxes, which are negative. To apply one is to pay with it: the
invoice counts as paid and recognizes its tax, and the credit note counts as used and recognizes (negatively) its own.
At equal taxes the two cancel out, and where nothing else is to be posted either, there is no entry to write them with;
what is left out is then zero for every rate. At different taxes, or where rounding leaves something, there is an entry.
A refunded credit note recognizes its taxes as a paid invoice does.

**A write-off** recognizes nothing on cash basis: what nobody paid was never declared. On accrual basis it takes back
the share of each tax whose rate allows relief.

**Withheld tax** arises with the payment, on both bases.

Every allocation keeps the rows that it stands for, so that its mirror takes back just those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from ledger_core.arithmetic.money import divide_half_up, split
from ledger_core.arithmetic.taxes import Effect
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.documents.models import Document
from ledger_core.documents.sides import SIDES
from ledger_core.payments.models import Allocation
from ledger_core.payments.shares import Withheld
from ledger_core.taxes.kinds import ACCRUAL, CASH, PAYABLE, owed_of
from ledger_core.taxes.models import TaxEntry
from ledger_core.taxes.operations import TaxRow
from ledger_core.taxes.queries import accounts, relief_rates

# As an allocation keeps them: lists, because they are stored as JSON.
Row = list[Any]  # rate, side, percent, contact, taxable, tax, recoverable
Line = list[int]  # rate, percent, account, amount, base, taxable in base
Sums = dict[tuple[Any, ...], tuple[int, ...]]
_KEY = 4  # the first fields say which tax, the others how much


class Recognition:
    """What the documents of one operation have recognized on cash basis, and what comes with the next allocation."""

    def __init__(self, documents: Collection[Document]) -> None:
        self.whole = _accrued(documents)
        self.done, self.written_off = _recognized([document.pk for document in documents if document.pk in self.whole])

    def next(self, document: Document, settled: int) -> list[Row]:
        """The rows by which the document has recognized its share at `settled`."""
        whole = self.whole.get(document.pk)
        if not whole:
            return []
        paid, done = settled - self.written_off[document.pk], self.done[document.pk]
        rows: list[Row] = []
        for key in sorted({*whole, *done}, key=str):
            wanted = [divide_half_up(each * paid, document.total) for each in whole.get(key, (0, 0, 0))]
            so_far = done.get(key, (0, 0, 0))
            change = tuple(want - had for want, had in zip(wanted, so_far, strict=True))
            if any(change):
                rows.append([*key, *change])
                done[key] = tuple(wanted)
        return rows


def _accrued(documents: Collection[Document]) -> dict[int, Sums]:
    """The taxes of documents as they were issued, by document and tax."""
    by_entry = {document.entry_id: document.pk for document in documents if document.entry_id}
    found: dict[int, Sums] = defaultdict(dict)
    rows = TaxEntry.objects.filter(entry_id__in=by_entry, basis=ACCRUAL).order_by("pk")
    for row in rows if by_entry else ():
        of_document = found[by_entry[row.entry_id]]
        key = (row.tax_rate_id, row.side, row.percent, row.contact_id)
        of_document[key] = _added(of_document.get(key, (0, 0, 0)), (row.taxable, row.tax, row.recoverable))
    return dict(found)


def _recognized(ids: Collection[int]) -> tuple[dict[int, Sums], dict[int, int]]:
    """What allocations of documents have recognized, and how much of them is written off; two queries."""
    done: dict[int, Sums] = {pk: {} for pk in ids}
    written_off = dict.fromkeys(ids, 0)
    if not ids:
        return done, written_off
    settling = Allocation.objects.filter(document_id__in=ids).values_list("document_id", "kind", "amount", "taxes")
    for pk, kind, amount, rows in settling:
        if kind == Allocation.WRITE_OFF:
            written_off[pk] += amount
        else:
            _add(done[pk], rows)
    for pk, rows in Allocation.objects.filter(credit_id__in=ids).values_list("credit_id", "source_taxes"):
        _add(done[pk], rows)
    return done, written_off


def _add(sums: Sums, rows: Iterable[Row]) -> None:
    for row in rows:
        key = tuple(row[:_KEY])
        sums[key] = _added(sums.get(key, (0, 0, 0)), row[_KEY:])


def _added(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def withheld_lines(withheld: Sequence[Withheld], *, side: str) -> list[Line]:
    """Taxes that are withheld, with the accounts on which they are claimed or owed."""
    if not withheld:
        return []
    (owed,) = owed_of(kind="withholding", side=side)
    of_rates = accounts([each.tax_rate_id for each in withheld])
    return [
        [
            each.tax_rate_id,
            each.percent,
            of_rates[each.tax_rate_id].payable if owed.account == PAYABLE else of_rates[each.tax_rate_id].recoverable,
            each.amount,
            each.base,
            each.taxable_base,
        ]
        for each in withheld
    ]


def relief_lines(document: Document, *, amount: int, base: int) -> list[Line]:
    """The taxes that come back when `amount`, the rest of a document, is written off at `base`."""
    taxes = [tax for tax in document.taxes.all() if SIDES[_side(document)].effects[tax.kind] is Effect.ADDED]
    allowed = relief_rates([tax.tax_rate_id for tax in taxes]) if taxes else set()
    before = document.total - amount
    parts = [
        (tax, tax.amount - divide_half_up(tax.amount * before, document.total))
        for tax in taxes
        if tax.tax_rate_id in allowed
    ]
    parts = [(tax, part) for tax, part in parts if part > 0]
    if not parts:
        return []
    net = amount - sum(part for _, part in parts)
    bases = split(base, [net, *(part for _, part in parts)])[1:]
    return [
        [
            tax.tax_rate_id,
            tax.percent,
            tax.account_id or 0,
            part,
            part_base,
            divide_half_up(base * (tax.taxable - divide_half_up(tax.taxable * before, document.total)), amount),
        ]
        for (tax, part), part_base in zip(parts, bases, strict=True)
    ]


def tax_rows(allocation: Allocation) -> list[TaxRow]:
    """The rows of the tax ledger that an allocation stands for."""
    document = allocation.document
    rows = [*allocation.taxes, *allocation.source_taxes]
    found = [_row_of(row, CASH) for row in rows]
    if document is None:
        return found
    side, sign = _side(document), -1 if allocation.kind == Allocation.WRITE_OFF else 1
    bases = (ACCRUAL,) if allocation.kind == Allocation.WRITE_OFF else (ACCRUAL, CASH)
    for rate, percent, _, _, base, taxable in allocation.tax_lines:
        about = {"taxable": sign * taxable, "tax": sign * base, "contact_id": document.contact_id}
        found += [TaxRow(rate, side, percent, basis=basis, **about) for basis in bases]
    return found


def _row_of(row: Row, basis: str) -> TaxRow:
    rate, side, percent, contact_id, taxable, tax, recoverable = row
    return TaxRow(rate, side, percent, taxable, tax, recoverable, basis, contact_id)


def cancel_out(*rows: Iterable[Row]) -> bool:
    """Are all taxes together zero, rate by rate?"""
    sums: Sums = {}
    for each in rows:
        _add(sums, [[row[0], row[1], row[2], None, *row[_KEY:]] for row in each])
    return not any(any(amounts) for amounts in sums.values())


def negated(rows: Sequence[Row]) -> list[Row]:
    return [[*row[:_KEY], *(-each for each in row[_KEY:])] for row in rows]


def negated_lines(lines: Sequence[Line]) -> list[Line]:
    return [[*line[:3], *(-each for each in line[3:])] for line in lines]


def _side(document: Document) -> str:
    return KINDS_BY_VALUE[document.kind].side
