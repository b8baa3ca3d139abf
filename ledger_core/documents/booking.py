"""From a document's stored amounts to the ledger and the tax ledger, by the rules file.

Everything here follows from rows: `verify_books` comes this way again, years later, and must find the same entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ledger_core.arithmetic.money import convert
from ledger_core.arithmetic.taxes import Effect
from ledger_core.base.queries import base_currency
from ledger_core.books.operations import Line
from ledger_core.documents.kinds import KINDS_BY_VALUE, DocumentKind
from ledger_core.documents.models import Document, DocumentLine, DocumentTax
from ledger_core.documents.sides import SIDES
from ledger_core.posting.lines import Amount, placed_lines
from ledger_core.posting.rules import RULES
from ledger_core.taxes.kinds import ACCRUAL, CASH
from ledger_core.taxes.operations import TaxRow

Placed = Sequence[tuple[Amount, Line]]
LONGEST_DESCRIPTION = 500  # of a line of the ledger


def placed(
    document: Document, lines: Iterable[DocumentLine], taxes: Iterable[DocumentTax], *, roles: Mapping[str, int]
) -> list[tuple[Amount, Line]]:
    """The ledger lines of a document by its rule, each with the amount that it books."""
    rule = RULES[KINDS_BY_VALUE[document.kind].rule]
    amounts = list(amounts_of(document, lines, taxes))
    return placed_lines(rule, amounts, currency=document.currency, rate=document.rate, roles=roles)


def amounts_of(document: Document, lines: Iterable[DocumentLine], taxes: Iterable[DocumentTax]) -> Iterator[Amount]:
    """The amounts of a document by the names that the rules know."""
    kind = KINDS_BY_VALUE[document.kind]
    place: dict[str, Any] = {"branch_id": document.branch_id, "project_id": document.project_id}
    contact_id = document.contact_id if kind.control else None
    yield Amount("total", document.total, document.account_id, contact_id=contact_id, **place)
    yield Amount("discount", document.discount, **place)
    for line in lines:
        yield _line(document, line)
    for tax in taxes:
        yield from _tax(kind, tax, place)
    yield Amount("shipping", document.shipping_net + document.shipping_unrecoverable, **place)
    yield Amount("adjustment", document.adjustment, **place)
    yield Amount("rounding", document.rounding, **place)


def _line(document: Document, line: DocumentLine) -> Amount:
    return Amount(
        "line",
        line.net + line.unrecoverable,
        line.account_id,
        description=line.description[:LONGEST_DESCRIPTION],
        item_id=line.item_id,
        branch_id=line.branch_id or document.branch_id,
        project_id=line.project_id or document.project_id,
    )


def _tax(kind: DocumentKind, tax: DocumentTax, place: dict[str, Any]) -> Iterator[Amount]:
    side = SIDES[kind.side]
    effect = side.effects[tax.kind]
    if effect is Effect.ADDED:
        amount: int = getattr(tax, side.booked_tax)
        yield Amount("tax", amount, tax.account_id, tax_rate_id=tax.tax_rate_id, **place)
    if effect is Effect.SELF_ASSESSED:
        about: dict[str, Any] = {"tax_rate_id": tax.tax_rate_id, **place}
        yield Amount("self_assessed_recoverable", tax.recoverable, tax.account_id, **about)
        yield Amount("self_assessed", tax.amount, tax.owed_account_id, **about)


def tax_rows(document: Document, taxes: Iterable[DocumentTax], booked: Placed) -> list[TaxRow]:
    """What the document says about taxes, in base: the very amounts that were booked, where they have lines."""
    kind = KINDS_BY_VALUE[document.kind]
    side = SIDES[kind.side]
    lines = {(amount.name, amount.tax_rate_id): line for amount, line in booked}
    rows: list[TaxRow] = []
    for tax in taxes:
        effect = side.effects[tax.kind]
        if effect is Effect.WITHHELD:
            continue
        booked_amount, recoverable = _BASE_OF[effect](document, tax, lines, side.is_purchase)
        about: dict[str, Any] = {
            "tax_rate_id": tax.tax_rate_id,
            "side": side.value,
            "percent": tax.percent,
            "taxable": kind.sign * _base(document, tax.taxable),
            "tax": kind.sign * booked_amount,
            "recoverable": kind.sign * recoverable,
            "contact_id": document.contact_id,
        }
        rows += [TaxRow(basis=basis, **about) for basis in _bases(kind)]
    return rows


def _bases(kind: DocumentKind) -> tuple[str, ...]:
    """What is paid at once counts on both bases at once; openings carry no taxes."""
    return (ACCRUAL,) if kind.is_open_item else (ACCRUAL, CASH)


_Lines = Mapping[tuple[str, int | None], Line]


def _added(document: Document, tax: DocumentTax, lines: _Lines, is_purchase: bool) -> tuple[int, int]:
    booked = _booked(lines, "tax", tax, tax.recoverable if is_purchase else tax.amount)
    if not is_purchase:
        return booked, 0
    return booked + _base(document, tax.amount - tax.recoverable), booked


def _self_assessed(document: Document, tax: DocumentTax, lines: _Lines, is_purchase: bool) -> tuple[int, int]:
    owed = _booked(lines, "self_assessed", tax, tax.amount)
    return owed, _booked(lines, "self_assessed_recoverable", tax, tax.recoverable)


def _reported(document: Document, tax: DocumentTax, lines: _Lines, is_purchase: bool) -> tuple[int, int]:
    return 0, 0


_BASE_OF = {Effect.ADDED: _added, Effect.SELF_ASSESSED: _self_assessed, Effect.REPORTED: _reported}


def _booked(lines: _Lines, name: str, tax: DocumentTax, amount: int) -> int:
    """What the line of this amount booked in base, with the amount's sign."""
    line = lines.get((name, tax.tax_rate_id))
    size = 0 if line is None else line.debit + line.credit
    return size if amount >= 0 else -size


def _base(document: Document, amount: int) -> int:
    return convert(amount, rate=document.rate, source=document.currency, target=base_currency())
