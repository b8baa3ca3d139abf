"""Purchases for customers that were not billed on yet."""

from __future__ import annotations

from ledger_core.arithmetic.money import convert, to_text
from ledger_core.base.queries import base_currency, checked_settings
from ledger_core.contacts.queries import families
from ledger_core.documents.billing import unbilled_lines
from ledger_core.documents.sources import cost_of
from ledger_core.reports.table import DATE, TEXT
from ledger_core.reports.trade.listing import (
    LINE,
    TOTAL,
    About,
    ListColumn,
    Listing,
    ListRow,
    TradeQuestion,
    TradeReport,
)
from ledger_core.reports.trade.names import Contacts, label_of

UNBILLED_EXPENSES = TradeReport(
    "unbilled-expenses",
    "Unbilled expenses",
    "Lines of bills and expenses dated up to a day that are billable to a customer and are on no invoice today.",
    takes=("contact",),
    at_a_date=True,
)


def unbilled_expenses(report: TradeReport, question: TradeQuestion) -> Listing:
    """One row for each line, by customer."""
    checked_settings()
    lines = unbilled_lines().filter(document__date__lte=question.stretch.last)
    if question.contacts:
        ids = {pk for family in families(question.contacts).values() for pk in family}
        lines = lines.filter(billable_to__in=ids)
    found = list(lines)
    contacts = Contacts(line.billable_to_id for line in found)
    place = {pk: index for index, pk in enumerate(contacts.in_order(contacts.one(e.billable_to_id) for e in found))}
    rows = []
    total = 0
    for line in sorted(found, key=lambda each: place[contacts.one(each.billable_to_id)]):
        document, cost = line.document, cost_of(line)
        base = convert(cost, rate=document.rate, source=document.currency, target=base_currency())
        total += base
        cells = (
            contacts.name(contacts.one(line.billable_to_id)),
            document.date,
            f"{label_of(document.kind)} {document.number or ''}".strip(),
            line.description,
            document.currency,
            to_text(cost, document.currency),
            base,
        )
        rows.append(ListRow(LINE, 0, cells, About(document.kind, document.pk)))
    rows.append(ListRow(TOTAL, 0, ("Total", *(None,) * 5, total)))
    columns = (
        ListColumn("contact", "Customer", TEXT),
        ListColumn("date", "Date", DATE),
        ListColumn("document", "Document", TEXT),
        ListColumn("description", "Description", TEXT),
        ListColumn("currency", "Currency", TEXT),
        ListColumn("amount", "Amount", TEXT),
        ListColumn("base", "Amount in base currency"),
    )
    return Listing(report, question, columns, rows)
