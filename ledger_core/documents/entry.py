"""A document's entry: posting it, taking it back, and whether it would be another one now."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Min

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Source
from ledger_core.documents.booking import amounts_of, placed, tax_rows
from ledger_core.documents.content import memo_of
from ledger_core.documents.models import Document, DocumentLine, DocumentTax
from ledger_core.documents.writing import InHand
from ledger_core.posting.lines import roles_of
from ledger_core.posting.rules import RULES
from ledger_core.taxes.models import TaxEntry
from ledger_core.taxes.operations import mirror_entries, write_entries
from ledger_core.taxes.queries import check_not_filed


def post(hand: InHand, actor: int, *, number: Callable[[], str] | None = None) -> dict[str, Any]:
    """Post what a document says now; gives what its row has to remember of that. `number` gives it its number."""
    document = hand.document
    booked = placed(document, hand.lines, hand.taxes, roles=hand.roles)
    if not booked:  # everything is zero: there is nothing to tell the books
        return {"entry": None, "base_total": 0}
    entry = books.post(
        date=document.date,
        lines=[line for _, line in booked],
        source=Source(document.kind, document.pk, document.number or ""),
        memo=partial(memo_of, document),
        actor=actor,
        accounts=hand.accounts,
        number=number,
    )
    write_entries(entry=entry, rows=tax_rows(document, hand.taxes, booked))
    total = next((line for amount, line in booked if amount.name == "total"), None)
    used = roles_of(RULES[hand.kind.rule], [amount for amount, _ in booked])
    return {
        "entry": entry,
        "base_total": 0 if total is None else total.debit + total.credit,
        "role_accounts": {role: hand.roles[role] for role in sorted(used)},
    }


def take_back(entry: JournalEntry, date: datetime.date, memo: str, actor: int) -> JournalEntry:
    """Take back what a document posted, in the books and in the tax ledger."""
    check_not_filed(entry, date=date)
    reversal = books.reverse(entry=entry, date=date, actor=actor, memo=memo)
    mirror_entries(entry=entry, reversal=reversal)
    return reversal


@dataclass(frozen=True, slots=True)
class Booked:
    """An issued document as it was before a change: what decides whether that is allowed, and what it posts."""

    entry: JournalEntry | None
    date: datetime.date
    settled_on: datetime.date | None  # first of all
    total: int
    settled: int
    fixed: dict[str, Any]
    posted: tuple[Any, ...]


# What cannot change once something is settled: allocations were made in these terms.
FIXED = ("contact_id", "currency", "rate", "account_id")


def booked_state(document: Document) -> Booked:
    return Booked(
        document.entry,
        document.date,
        settled_on(document) if document.settled else None,
        document.total,
        document.settled,
        {name: getattr(document, name) for name in FIXED},
        posted(document, list(document.lines.all()), list(document.taxes.all())),
    )


def settled_on(document: Document) -> datetime.date | None:
    """The first day on which something was settled of a document, or with it, and stands."""
    found = [
        of.filter(reverses=None, reversed_by=None).aggregate(first=Min("date"))["first"]
        for of in (document.allocations, document.given)
    ]
    return min((each for each in found if each is not None), default=None)


def recognized_alike(was: Booked, document: Document) -> bool:
    """Is what the payments of a document recognized of its taxes (cash basis) what they would recognize of it now?

    Of a document that is not settled in full a minor unit may differ: what is paid next makes up for it.
    """
    before, now = _taxes_of(was.entry), _taxes_of(document.entry)
    most = 1 if document.settled < document.total else 0
    return all(
        abs(divide_half_up(had * was.settled, was.total) - divide_half_up(has * was.settled, document.total)) <= most
        for key in before | now
        for had, has in zip(before.get(key, _NONE), now.get(key, _NONE), strict=True)
    )


_NONE = (0, 0, 0)


def _taxes_of(entry: JournalEntry | None) -> dict[tuple[int, int], tuple[int, int, int]]:
    """What an entry says about each tax and percentage: taxable, tax, recoverable."""
    found: dict[tuple[int, int], tuple[int, int, int]] = {}
    for row in () if entry is None else TaxEntry.objects.filter(entry=entry, basis=TaxEntry.ACCRUAL):
        key = (row.tax_rate_id, row.percent)
        so_far = found.get(key, _NONE)
        found[key] = (so_far[0] + row.taxable, so_far[1] + row.tax, so_far[2] + row.recoverable)
    return found


def posted(document: Document, lines: list[DocumentLine], taxes: list[DocumentTax]) -> tuple[Any, ...]:
    """All that the books and the tax ledger know of a document; equal for two versions that are booked alike."""
    told = (document.date, document.currency, document.rate, document.contact_id)
    of_taxes = [(tax.tax_rate_id, tax.percent, tax.taxable, tax.amount, tax.recoverable) for tax in taxes]
    return (*told, list(amounts_of(document, lines, taxes)), of_taxes)
