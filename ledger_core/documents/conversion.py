"""Making a document from another: an invoice from an estimate, a bill from an order, a credit note from an invoice.

In whole or in part, by the quantities of lines, as often as something is left. The document's own discount is shared
by what is converted; shipping and adjustment go with the first one, and with no credit of some lines only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ledger_core.activity.operations import record
from ledger_core.arithmetic.money import divide_half_up, scaled_text
from ledger_core.base.queries import today
from ledger_core.base.refusals import invalid, refuse
from ledger_core.base.serializers import QuantityField
from ledger_core.contacts.queries import survivor
from ledger_core.documents.content import subject_label, subject_of
from ledger_core.documents.kinds import KINDS_BY_VALUE, DocumentKind
from ledger_core.documents.lines import WrittenLine, written
from ledger_core.documents.models import Document, DocumentLine
from ledger_core.documents.operations import NotIssued, create_document
from ledger_core.documents.queries import hold, live_lines, made_quantities
from ledger_core.documents.states import stands
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError

# What the new document takes over; its date is today, its rate that of the day.
COPIED = (
    "contact_id",
    "currency",
    "prices_include_tax",
    "tax_rounding",
    "discount_percent",
    "shipping_tax_ids",
    "round_total_to",
    "reference",
    "subject",
    "notes",
    "terms",
    "salesperson_id",
    "branch_id",
    "project_id",
)
COPIED_BY_CREDITS = ("rate", "account_id")  # so that a credit takes back exactly what was booked


class UsedUp(Conflict):
    code = "used_up"
    title = "Nothing is left to convert"


@operation
def convert_document(
    *,
    kind: str,
    document_id: int,
    to: str,
    lines: Mapping[int, int] | None = None,
    actor: int,
    issue: bool = False,
    **fields: Any,
) -> Document:
    """A new document of the kind `to`, of all that is left of this one or of `lines` (id -> quantity in 10^-6).

    `fields` are those of create_document; what is not given is taken over.
    """
    source = hold(kind, document_id)
    target = _target(KINDS_BY_VALUE[kind], to)
    if not stands(KINDS_BY_VALUE[kind], source):
        raise NotIssued(f"{subject_label(source)} is {source.status}; only what was issued and stands is converted.")
    rows = list(source.lines.all())
    left = _left(source, rows)
    chosen = left if lines is None else {pk: quantity for pk, quantity in lines.items() if quantity}
    refuse(_errors(lines or {}, left))
    if lines is not None and not chosen:
        raise invalid("/lines", "too_few_lines", "Name at least one line and what of it is converted.")
    if not chosen:
        raise UsedUp(f"All of {subject_label(source)} was converted before.")
    new = [_line(row, chosen[row.pk], left[row.pk]) for row in rows if row.pk in chosen]
    given = {name: value for name, value in fields.items() if value is not None}
    document = create_document(
        kind=to,
        lines=new,
        actor=actor,
        issue=issue,
        **{**_heading(source, target, rows, chosen, left), **given},
    )
    summary = f"{document.kind} {document.number or document.pk}"
    record(verb="converted", subject=subject_of(source), summary=f"Into {summary}", actor=actor)
    return document


def _target(kind: DocumentKind, to: str) -> DocumentKind:
    if to not in kind.converts_to:
        allowed = " or ".join(kind.converts_to)
        raise invalid("/to", "cannot_convert", f"A document of this kind is converted into: {allowed}.")
    return KINDS_BY_VALUE[to]


def _left(source: Document, rows: Sequence[DocumentLine]) -> dict[int, int]:
    """What is left of each line, those left out of which nothing is; lines that count nothing go with the first."""
    made = made_quantities(source.kind, [source.pk])
    return {
        row.pk: row.quantity - made.get(row.pk, 0)
        for row in rows
        if row.quantity != made.get(row.pk, 0) or not (made or row.quantity)
    }


def _errors(lines: Mapping[int, int], left: Mapping[int, int]) -> list[FieldError]:
    errors = []
    for index, (pk, quantity) in enumerate(lines.items()):
        most = left.get(pk)
        if most is None:
            detail = "This document has no such line, or nothing is left of it."
            errors.append(FieldError(f"/lines/{index}/line", "unknown_line", detail))
        elif not (0 <= quantity <= most or most <= quantity <= 0):
            detail = f"Of this line only {scaled_text(most, QuantityField.decimals)} is left."
            errors.append(FieldError(f"/lines/{index}/quantity", "more_than_left", detail))
    return errors


def _line(row: DocumentLine, quantity: int, left: int) -> WrittenLine:
    """So much of a line. A discount that is an amount is shared by quantity; the last part takes the rest."""
    taken = (
        sum(live_lines().filter(source_line=row.pk).values_list("discount_amount", flat=True))
        if (row.discount_amount and left != row.quantity)
        else 0
    )
    rest = row.discount_amount - taken
    discount = divide_half_up(rest * quantity, left) if left else rest
    return replace(written(row), id=None, quantity=quantity, discount_amount=discount, source_line_id=row.pk)


def _heading(
    source: Document,
    target: DocumentKind,
    rows: Sequence[DocumentLine],
    chosen: Mapping[int, int],
    left: Mapping[int, int],
) -> dict[str, Any]:
    made = Document.objects.filter(pk__in=live_lines().filter(source_line__document=source.pk).values("document"))
    before = list(made.values_list("discount_amount", flat=True))
    fields = {name: getattr(source, name) for name in COPIED}
    if target.is_credit:
        fields |= {name: getattr(source, name) for name in COPIED_BY_CREDITS}
    rest = source.discount_amount - sum(before)
    part, whole = _worth(rows, chosen), _worth(rows, left)
    share = Fraction(part, whole) if whole else Fraction(1)
    # A credit of some lines gives back these lines; the delivery was made all the same.
    with_extras = not before and not (target.is_credit and chosen != left)
    return {
        **fields,
        "contact_id": source.contact_id and survivor(source.contact_id),
        "origin_id": source.pk,
        "date": today(),
        "discount_amount": divide_half_up(rest * share.numerator, share.denominator),
        "shipping": source.shipping if with_extras else 0,
        "adjustment": source.adjustment if with_extras else 0,
    }


def _worth(rows: Sequence[DocumentLine], quantities: Mapping[int, int]) -> Fraction:
    """What so much of the lines comes to, without tax."""
    return sum(
        (Fraction(row.net * quantities[row.pk], row.quantity) for row in rows if row.pk in quantities and row.quantity),
        Fraction(0),
    )
