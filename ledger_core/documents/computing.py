"""What a document adds up to, written onto its rows, and which totals no document may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.money import MAX_MAJOR_UNITS, convert
from ledger_core.arithmetic.taxes import Effect, Tax
from ledger_core.arithmetic.totals import Charge, Discount, DocumentInput, LineInput, LineTotals, Totals, totals
from ledger_core.base.queries import base_currency
from ledger_core.base.refusals import invalid, refuse
from ledger_core.documents.kinds import DocumentKind
from ledger_core.documents.models import Document, DocumentLine, DocumentTax
from ledger_core.documents.sides import SIDES
from ledger_core.taxes.queries import TaxAccounts
from tenancy.problems import FieldError


def compute(
    kind: DocumentKind,
    document: Document,
    lines: Sequence[DocumentLine],
    taxes: Mapping[int, Tax],
    accounts: Mapping[int, TaxAccounts],
) -> list[DocumentTax]:
    """Set every computed amount of the document and its lines; gives its taxes. Raises Invalid."""
    found = _totals(kind, document, lines, taxes)
    refuse(_errors(document, found))
    for line, amounts in zip(lines, found.lines, strict=True):
        line.net = amounts.net
        line.document_discount = amounts.document_discount
        line.tax = amounts.tax
        line.unrecoverable = amounts.unrecoverable
        line.total = amounts.net + amounts.tax
    document.subtotal = found.subtotal
    document.discount = found.discount
    document.shipping_net = found.shipping_net
    document.shipping_unrecoverable = found.shipping_unrecoverable
    document.tax = found.tax
    document.withheld = found.withheld
    document.rounding = found.rounding
    document.total = found.total
    return _taxes(kind, document, found, accounts)


COMPUTED = (
    "subtotal",
    "discount",
    "shipping_net",
    "shipping_unrecoverable",
    "tax",
    "withheld",
    "rounding",
    "total",
)


def _totals(kind: DocumentKind, document: Document, lines: Sequence[DocumentLine], taxes: Mapping[int, Tax]) -> Totals:
    given = DocumentInput(
        currency=document.currency,
        lines=tuple(
            LineInput(
                line.quantity,
                line.unit_price,
                _discount(line.discount_percent, line.discount_amount),
                tuple(taxes[pk] for pk in line.tax_ids),
            )
            for line in lines
        ),
        prices_include_tax=document.prices_include_tax,
        rounding=document.tax_rounding,
        discount=_discount(document.discount_percent, document.discount_amount),
        shipping=Charge(document.shipping, tuple(taxes[pk] for pk in document.shipping_tax_ids)),
        adjustment=document.adjustment,
        round_total_to=document.round_total_to,
        is_purchase=SIDES[kind.side].is_purchase,
    )
    try:
        return totals(given)
    except ValueError as error:  # the one thing that cannot be computed: an amount off lines that sum to zero
        raise invalid("/discount_amount", "nothing_to_discount", str(error)) from error


def _discount(percent: int | None, amount: int) -> Discount | None:
    return Discount(percent, amount) if percent is not None or amount else None


def _errors(document: Document, found: Totals) -> Iterator[FieldError]:
    most = MAX_MAJOR_UNITS * currency_of(document.currency).minor_units
    for index, amounts in enumerate(found.lines):
        if max(abs(amounts.amount), abs(amounts.net) + abs(amounts.tax)) > most:
            detail = f"A line is at most {MAX_MAJOR_UNITS:,} {document.currency}."
            yield FieldError(f"/lines/{index}/unit_price", "too_large", detail)
        if not _is_within(amounts.discount, amounts.amount):
            detail = "A line's discount is at most what the line comes to, and of the same sign."
            yield FieldError(f"/lines/{index}/discount_amount", "discount_too_large", detail)
    if not _is_within(document.discount_amount, _priced(found.lines)):
        detail = "The discount is at most what the lines come to, and of the same sign."
        yield FieldError("/discount_amount", "discount_too_large", detail)
    elif found.total < 0:
        detail = "The total is below zero. Use the opposite document instead: a credit note or vendor credit."
        yield FieldError("/lines", "negative_total", detail)
    if (
        found.total > most
        or convert(found.total, rate=document.rate, source=document.currency, target=base_currency())
        > MAX_MAJOR_UNITS * currency_of(base_currency()).minor_units
    ):
        yield FieldError("/lines", "too_large", f"A document's total is at most {MAX_MAJOR_UNITS:,}.")


def _is_within(discount: int, amount: int) -> bool:
    return 0 <= discount <= amount if amount >= 0 else amount <= discount <= 0


def _priced(lines: Sequence[LineTotals]) -> int:
    return sum(line.amount - line.discount for line in lines)


def _taxes(
    kind: DocumentKind, document: Document, found: Totals, accounts: Mapping[int, TaxAccounts]
) -> list[DocumentTax]:
    side = SIDES[kind.side]
    return [
        DocumentTax(
            document=document,
            position=position,
            tax_rate_id=each.id,
            kind=each.kind,
            percent=each.percent,
            taxable=each.taxable,
            amount=each.amount,
            recoverable=each.recoverable,
            account_id=getattr(accounts[each.id], side.tax_account),
            owed_account_id=accounts[each.id].payable if each.effect is Effect.SELF_ASSESSED else None,
        )
        for position, each in enumerate(found.taxes, start=1)
    ]
