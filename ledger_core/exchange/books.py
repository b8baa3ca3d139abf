"""The complete books as values, for whatever writes them down.

Entries come in the order of their numbers, up to the last one there was at the beginning: entries are never changed
and their numbers are committed in order, so this is a consistent state, however long the writing takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max, Prefetch

from ledger_core.arithmetic.currencies import CURRENCIES, Currency
from ledger_core.base.queries import checked_settings
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.models import Account
from ledger_core.chart.queries import Node, chart
from tenancy import context

ENTRIES_AT_ONCE = 500
DIMENSIONS = ("contact", "item", "tax_rate", "branch", "project")


@dataclass(frozen=True, slots=True)
class Books:
    """What stands at the top of an export."""

    organization: str
    base_currency: str
    currencies: list[Currency]  # that lines are in, the base currency first
    nodes: list[Node]
    last_number: int

    @property
    def accounts(self) -> list[Account]:
        return [node.account for node in self.nodes]


def open_books() -> Books:
    """The books of the organization in context, as they are now."""
    checked_settings()
    tenant = context.current()
    last = JournalEntry.objects.aggregate(last=Max("number"))["last"] or 0
    used = set(JournalLine.objects.order_by().values_list("currency", flat=True).distinct()) - {tenant.base_currency}
    currencies = [CURRENCIES[code] for code in (tenant.base_currency, *sorted(used))]
    return Books(tenant.name, tenant.base_currency, currencies, chart(), last)


def batches(books: Books) -> Iterator[list[JournalEntry]]:
    """All entries with their lines, some hundred at a time; two queries each."""
    lines = JournalLine.objects.order_by("position")
    entries = (
        JournalEntry.objects.filter(posted_at__isnull=False)
        .select_related("reverses")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("number")
    )
    for first in range(1, books.last_number + 1, ENTRIES_AT_ONCE):
        last = min(first + ENTRIES_AT_ONCE - 1, books.last_number)
        yield list(entries.filter(number__gte=first, number__lte=last))


def base_amount(line: JournalLine) -> int:
    """Positive on the debit side."""
    return line.debit - line.credit


def currency_amount(line: JournalLine) -> int:
    return line.currency_debit - line.currency_credit


def dimensions(line: JournalLine) -> dict[str, int]:
    """The dimensions a line has: {"branch": 3}."""
    found = {name: getattr(line, f"{name}_id") for name in DIMENSIONS}
    return {name: value for name, value in found.items() if value is not None}


def about(entry: JournalEntry) -> dict[str, str]:
    """What is known of an entry beside date, memo and lines."""
    assert entry.posted_at is not None
    found = {
        "number": str(entry.number),
        "purpose": entry.purpose,
        "source": entry.source_kind,
        "document": entry.source_number,
        "reverses": str(entry.reverses.number) if entry.reverses else "",
        "posted": entry.posted_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {name: value for name, value in found.items() if value}
