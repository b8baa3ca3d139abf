"""Documents as the API answers them: plain dictionaries, made without a serializer because lists are read all day.

The serializers describe exactly this; a test compares.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Count, QuerySet
from rest_framework.fields import DateTimeField

from ledger_core.arithmetic.money import rate_text, scaled_text, to_text
from ledger_core.base.people import names_of
from ledger_core.base.queries import base_currency, today
from ledger_core.base.serializers import PercentField, PriceField, QuantityField
from ledger_core.books.sums import ExactSum
from ledger_core.chart.models import Account
from ledger_core.documents.bulk import Outcome
from ledger_core.documents.kinds import DRAFT, KINDS_BY_VALUE, VOID, DocumentKind
from ledger_core.documents.models import Document, DocumentLine, DocumentTax
from ledger_core.documents.queries import made_quantities, use_of
from ledger_core.documents.states import Use, standing_statuses, stands, state_of
from tenancy.problems import Problem

Shown = dict[str, Any]
_instants = DateTimeField()


def shown_rows(page: Sequence[Document]) -> list[Shown]:
    """A page of a list."""
    day = today()
    base = base_currency()
    return [_row(document, day, use_of(document), base) for document in page]


def totals_of(kind: DocumentKind, found: QuerySet[Document]) -> list[Shown]:
    """What a list comes to by currency, without what is void; one query."""
    by = found.order_by().exclude(status=VOID).values("currency", "status")
    sums: dict[str, list[int]] = {}
    for row in by.annotate(documents=Count("pk"), total_sum=ExactSum("total"), settled_sum=ExactSum("settled")):
        is_open = kind.is_open_item and row["status"] in standing_statuses(kind)
        own = sums.setdefault(row["currency"], [0, 0, 0])
        left = row["total_sum"] - row["settled_sum"] if is_open else 0
        for index, amount in enumerate((row["documents"], row["total_sum"], left)):
            own[index] += amount
    return [
        {"currency": each, "count": count, "total": to_text(total, each), "open": to_text(left, each)}
        for each, (count, total, left) in sorted(sums.items())
    ]


def shown_document(document: Document, *, is_new: bool = False) -> Shown:
    """A document with its lines and taxes in hand; a query for names, and one for what was made of its lines.

    Of one that was issued just now nothing can have been made.
    """
    kind = KINDS_BY_VALUE[document.kind]
    lines = list(document.lines.all())
    is_new = is_new or document.status == DRAFT
    made = made_quantities(document.kind, [document.pk]) if kind.converts_to and not is_new else {}
    use = Use(bool(made), any(line.quantity != made.get(line.pk, 0) for line in lines))
    names = names_of([document.created_by, *([document.salesperson_id] if document.salesperson_id else [])])
    return {
        **_row(document, today(), use, base_currency()),
        **_heading(document, names),
        "lines": [_line(line, document.currency, made) for line in lines],
        "taxes": [_tax(tax, document.currency) for tax in document.taxes.all()],
        "warnings": [{"code": each.code, "detail": each.detail} for each in getattr(document, "warnings", ())],
    }


def shown_outcomes(outcomes: Sequence[Outcome]) -> list[Shown]:
    """What became of each of many documents."""
    return [
        {
            "id": str(each.document_id),
            "ok": each.problem is None,
            "number": each.document.number if each.document is not None else None,
            "problem": None if each.problem is None else _refusal(each.problem),
        }
        for each in outcomes
    ]


def _refusal(problem: Problem) -> Shown:
    return {
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "errors": [asdict(error) for error in problem.errors],
    }


def _row(document: Document, day: datetime.date, use: Use, base: str) -> Shown:
    kind = KINDS_BY_VALUE[document.kind]
    is_open = kind.is_open_item and stands(kind, document)
    contact = document.contact
    return {
        "id": str(document.pk),
        "kind": document.kind,
        "number": document.number or "",
        "status": document.status,
        "state": state_of(document, day, use),
        "contact": None if contact is None else _reference(contact),
        "date": document.date.isoformat(),
        "due_date": document.due_date.isoformat() if document.due_date else None,
        "currency": document.currency,
        "total": to_text(document.total, document.currency),
        "open_amount": to_text(document.open_amount if is_open else 0, document.currency),
        "base_total": to_text(document.base_total, base),
        "reference": document.reference,
        "updated_at": _instants.to_representation(document.updated_at),
    }


# Amounts of a document in its own currency that are shown under their own names.
_AMOUNTS = (
    "discount_amount",
    "shipping",
    "adjustment",
    "round_total_to",
    "subtotal",
    "discount",
    "shipping_net",
    "tax",
    "withheld",
    "rounding",
    "settled",
)
_AS_THEY_ARE = ("prices_include_tax", "tax_rounding", "subject", "notes", "terms")
_IDS = ("salesperson_id", "branch_id", "project_id")
_LINE_AMOUNTS = ("discount_amount", "net", "document_discount", "tax", "unrecoverable", "total")


def _heading(document: Document, names: Mapping[int, str]) -> Shown:
    return {
        "rate": rate_text(document.rate),
        "account": None if document.account is None else _account(document.account),
        "discount_percent": _percent(document.discount_percent),
        "shipping_tax_ids": _texts(document.shipping_tax_ids),
        "salesperson": names.get(document.salesperson_id or 0, ""),
        **{name: getattr(document, name) for name in _AS_THEY_ARE},
        **{name: to_text(getattr(document, name), document.currency) for name in _AMOUNTS},
        **{name: _id(getattr(document, name)) for name in _IDS},
        "origin": _id(document.origin_id),
        "entry": _id(document.entry_id),
        "reversal": _id(document.reversal_id),
        "created_by": names.get(document.created_by, ""),
        "created_at": _instants.to_representation(document.created_at),
        "issued_at": _instant(document.issued_at),
        "voided_at": _instant(document.voided_at),
    }


def _line(line: DocumentLine, currency: str, made: Mapping[int, int]) -> Shown:
    return {
        "id": str(line.pk),
        "item": None if line.item is None else _reference(line.item),
        "description": line.description,
        "quantity": scaled_text(line.quantity, QuantityField.decimals),
        "unit": line.unit,
        "unit_price": scaled_text(line.unit_price, PriceField.decimals),
        "discount_percent": _percent(line.discount_percent),
        "account": _account(line.account),
        "tax_ids": _texts(line.tax_ids),
        "branch_id": _id(line.branch_id),
        "project_id": _id(line.project_id),
        "billable_to": None if line.billable_to is None else _reference(line.billable_to),
        "source_line": _id(line.source_line_id),
        "made": scaled_text(made.get(line.pk, 0), QuantityField.decimals),
        **{name: to_text(getattr(line, name), currency) for name in _LINE_AMOUNTS},
    }


def _tax(tax: DocumentTax, currency: str) -> Shown:
    rate = tax.tax_rate
    return {
        "tax_rate": {"id": str(rate.pk), "code": rate.code, "name": rate.name},
        "kind": tax.kind,
        "percent": _percent(tax.percent),
        "taxable": to_text(tax.taxable, currency),
        "amount": to_text(tax.amount, currency),
        "recoverable": to_text(tax.recoverable, currency),
    }


def _reference(row: Any) -> Shown:
    return {"id": str(row.pk), "name": row.name}


def _account(account: Account) -> Shown:
    return {"id": str(account.pk), "code": account.code, "name": account.name}


def _percent(value: int | None) -> str | None:
    return None if value is None else scaled_text(value, PercentField.decimals)


def _instant(value: datetime.datetime | None) -> str | None:
    return _instants.to_representation(value) if value is not None else None


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _texts(ids: Iterable[int]) -> list[str]:
    return [str(each) for each in ids]
