"""What a document adds up to: lines, discounts, taxes, shipping, rounding. Pure, and the only place that says so.

Amounts are ints of minor units. An amount is rounded once, halves away from zero, where it first becomes money:
a line's amount, a discount, a tax; everything between is exact. Each tax is rounded on the document (EN 16931: per
category) or on every line. The total of prices that include tax never moves: net amounts are what the taxes leave.

A compound tax is charged on the exact taxes before it, not on their rounded amounts.

Every amount may be negative: a line that deducts, or a whole document mirrored. What makes no sense as a document is
refused by callers, who know the field to point at: discounts outside of 0 to 100 %, of another sign than what they are
taken from or beyond it, negative cash rounding, a negative total where the kind of document allows none.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.arithmetic.sharing import Rounding, round_each, round_together
from ledger_core.arithmetic.taxes import HUNDRED, Mixture, Tax, mixture

PER_DOCUMENT, PER_LINE = "document", "line"
ROUNDINGS: dict[str, Rounding] = {PER_DOCUMENT: round_together, PER_LINE: round_each}


@dataclass(frozen=True, slots=True)
class Discount:
    """Before tax: a percentage (int of 10^-4 percent), or an amount as prices are written, with tax if they include it."""

    percent: int | None = None
    amount: int = 0

    def of(self, amount: int) -> int:
        """What is taken off `amount`."""
        return self.amount if self.percent is None else divide_half_up(amount * self.percent, HUNDRED)


@dataclass(frozen=True, slots=True)
class LineInput:
    """`quantity` in 10^-6, `unit_price` in 10^-8 major units; `taxes` in the order they are charged."""

    quantity: int
    unit_price: int
    discount: Discount | None = None
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount beside the lines that the document's discount leaves alone, as prices are written: shipping."""

    amount: int
    taxes: tuple[Tax, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """All that the totals follow from.

    `discount` is shared over the lines by their amounts. `adjustment` is added to the total as it is, without tax.
    `round_total_to`: the total ends on a multiple of so many minor units (5 for CHF 0.05); 0 leaves it alone.
    """

    currency: str
    lines: tuple[LineInput, ...]
    prices_include_tax: bool = False
    rounding: str = PER_DOCUMENT
    discount: Discount | None = None
    shipping: Charge | None = None
    adjustment: int = 0
    round_total_to: int = 0
    is_purchase: bool = False


@dataclass(frozen=True, slots=True)
class LineTax:
    """A tax on a line. `taxable` of a compound tax includes the taxes before it.

    `recoverable` and `unrecoverable` are the two parts of a tax on a purchase that is added or self-assessed.
    """

    id: int
    taxable: int
    amount: int
    recoverable: int
    unrecoverable: int


@dataclass(frozen=True, slots=True)
class LineTotals:
    """A line's amounts; all but the first two are without tax unless they say so.

    `net`: after the line's discount, before the document's. `taxable`: net less `document_discount`. `tax`: what is
    added. `unrecoverable`: the part of taxes on a purchase that joins the line's cost. `total`: with tax.
    """

    amount: int  # quantity x price, as priced
    discount: int  # as priced
    net: int
    document_discount: int
    taxable: int
    tax: int
    unrecoverable: int
    taxes: tuple[LineTax, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """A tax on the whole document, shipping included; also one that is self-assessed or withheld, as `kind` says."""

    id: int
    percent: int
    kind: str
    taxable: int
    amount: int
    recoverable: int
    unrecoverable: int


@dataclass(frozen=True, slots=True)
class Totals:
    """subtotal - discount + shipping_net + tax + adjustment + rounding is the total, always."""

    lines: tuple[LineTotals, ...]
    taxes: tuple[TaxTotal, ...]  # one for each tax, by id
    subtotal: int  # net amounts of the lines
    discount: int  # the document's, without tax
    shipping: int  # as priced
    shipping_net: int
    shipping_tax: int
    shipping_unrecoverable: int
    shipping_taxes: tuple[LineTax, ...]
    tax: int  # what is added
    self_assessed: int
    withheld: int  # what a payment is expected to keep back
    adjustment: int
    rounding: int
    total: int


def totals(document: DocumentInput) -> Totals:
    """The totals of a document.

    Raises ValueError where a tax is on a line twice, two taxes have one id, an amount is to be taken off lines that
    sum to zero, or `rounding` is unknown.
    """
    return _Document(document).totals()


class _Document:
    """The steps from prices to totals. Lists are by line; shipping, where there is any, is one more at the end."""

    def __init__(self, document: DocumentInput) -> None:
        if document.rounding not in ROUNDINGS:
            raise ValueError(f"Taxes are rounded per {PER_DOCUMENT} or per {PER_LINE}, not per {document.rounding}.")
        self.document = document
        self.round = ROUNDINGS[document.rounding]
        self.amounts = _amounts(document)
        self.discounts = [
            line.discount.of(amount) if line.discount else 0
            for line, amount in zip(document.lines, self.amounts, strict=True)
        ]
        self.mixtures = [self._mixture(line.taxes) for line in document.lines]
        self.taken_off = self._document_discount()
        self.prices = [
            amount - discount - off
            for amount, discount, off in zip(self.amounts, self.discounts, self.taken_off, strict=True)
        ]
        if document.shipping:
            self.prices.append(document.shipping.amount)
            self.mixtures.append(self._mixture(document.shipping.taxes))
        self.ids = [mixture.ids for mixture in self.mixtures]

    def _mixture(self, taxes: tuple[Tax, ...]) -> Mixture:
        document = self.document
        return mixture(taxes, is_purchase=document.is_purchase, prices_include_tax=document.prices_include_tax)

    def _document_discount(self) -> list[int]:
        """The document's discount as priced, shared over the lines by what they come to."""
        discount = self.document.discount
        if discount is None:
            return [0] * len(self.amounts)
        prices = [amount - off for amount, off in zip(self.amounts, self.discounts, strict=True)]
        ids = [mixture.ids for mixture in self.mixtures]
        if discount.percent is not None:
            return round_together([price * discount.percent for price in prices], HUNDRED, ids)
        if discount.amount == 0:
            return [0] * len(prices)
        whole = sum(prices)
        if whole == 0:
            raise ValueError("An amount cannot be taken off lines that sum to zero.")
        share = discount.amount if whole > 0 else -discount.amount
        return round_together([price * share for price in prices], abs(whole), ids)
