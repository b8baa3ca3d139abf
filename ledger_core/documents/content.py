"""What a document says: to be written again, to be named, to be told in the trail."""

from __future__ import annotations

from typing import Any

from ledger_core.activity.operations import Subject
from ledger_core.arithmetic.money import rate_text
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.documents.lines import WrittenLine, written
from ledger_core.documents.models import Document


def written_lines(document: Document) -> list[WrittenLine]:
    """The lines of a document as if they were written again."""
    return [written(line) for line in document.lines.all()]


HEADING = (
    "contact_id",
    "number",
    "date",
    "due_date",
    "currency",
    "rate",
    "account_id",
    "prices_include_tax",
    "tax_rounding",
    "discount_percent",
    "discount_amount",
    "shipping",
    "shipping_tax_ids",
    "adjustment",
    "round_total_to",
    "reference",
    "subject",
    "notes",
    "terms",
    "salesperson_id",
    "branch_id",
    "project_id",
)


# What is found anew when one of these changes and nothing is said about it.
FOLLOWS = {
    "due_date": {"date", "contact_id"},
    "account_id": {"contact_id"},
    "rate": {"currency", "date"},
}
AMOUNTS = ("discount_amount", "shipping", "adjustment", "round_total_to")
# What a document is given where its replacement says nothing; None: as if it were new.
CLEARED: dict[str, Any] = {
    **dict.fromkeys(HEADING),
    **dict.fromkeys(AMOUNTS, 0),
    **dict.fromkeys(("reference", "subject", "notes", "terms"), ""),
    "shipping_tax_ids": [],
}
del CLEARED["date"]


def stored_fields(document: Document) -> dict[str, Any]:
    """The fields of a document as if they were given again."""
    return {name: getattr(document, name) for name in HEADING}


def memo_of(document: Document) -> str:
    return subject_label(document)


def subject_label(document: Document) -> str:
    return f"{KINDS_BY_VALUE[document.kind].label} {document.number or document.pk}"


def subject_of(document: Document) -> Subject:
    return Subject(document.kind, document.pk, str(document))


def told(document: Document) -> dict[str, Any]:
    """A document as the activity trail keeps it, amounts in minor units."""
    fields = {name: value for name, value in stored_fields(document).items() if value}
    lines = [
        [line.item_id, line.description, line.quantity, line.unit_price, line.account_id, line.tax_ids, line.total]
        for line in document.lines.all()
    ]
    return {**fields, "rate": rate_text(document.rate), "total": document.total, "lines": lines}
