"""What a document adds up to: lines, discounts, taxes, shipping, rounding. Pure, and the only place that says so.

Amounts are ints of minor units. An amount is rounded once, halves away from zero, where it first becomes money:
a line's amount, a discount, a tax; everything between is exact. Each tax is rounded on the document (EN 16931: per
category) or on every line. The total of prices that include tax never moves: net amounts are what the taxes leave.

A compound tax is charged on the exact taxes before it, not on their rounded amounts. A tax on a purchase that is
claimed back in part is split after it is rounded, at the same place.

Every amount may be negative: a line that deducts, or a whole document mirrored. What makes no sense as a document is
refused by callers, who know the field to point at: discounts outside of 0 to 100 %, of another sign than what they are
taken from or beyond it, negative cash rounding, a negative total where the kind of document allows none.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import sub

from ledger_core.arithmetic.charging import LineTax, Taxed, TaxTotal, charge, tax_totals, without_tax
from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.money import divide_half_up
from ledger_core.arithmetic.sharing import Rounding, round_each, round_together
from ledger_core.arithmetic.taxes import HUNDRED, PRICE_SCALE, QUANTITY_SCALE, Effect, Mixture, Tax, mixture

__all__ = [
    "PER_DOCUMENT",
    "PER_LINE",
    "Charge",
    "Discount",
    "DocumentInput",
    "LineInput",
    "LineTax",
    "LineTotals",
    "NothingToDiscount",
    "TaxTotal",
    "Totals",
    "totals",
]

PER_DOCUMENT, PER_LINE = "document", "line"
ROUNDINGS: dict[str, Rounding] = {PER_DOCUMENT: round_together, PER_LINE: round_each}


@dataclass(frozen=True, slots=True)
class Discount:
    """Taken off before tax: a percentage (int of 10^-4 percent), or an amount as prices are written, so with tax where
    they include it. One of the two."""

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


class NothingToDiscount(ValueError):
    """An amount is to be taken off lines that sum to zero: there is nothing to share it by."""

    code = "nothing_to_discount"


_NO_DISCOUNT = Discount()
_NO_SHIPPING = Charge(0)


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

    @property
    def net(self) -> int:
        """The total without tax, before adjustment and rounding: what is taxed, at whatever rate."""
        return self.subtotal - self.discount + self.shipping_net


def totals(document: DocumentInput) -> Totals:
    """The totals of a document.

    Raises NothingToDiscount; ValueError where a tax is on a line twice, two taxes have one id or `rounding` is unknown.
    """
    rounding = _rounding(document.rounding)
    mixtures = [_mixture(line.taxes, document) for line in document.lines]
    amounts = _amounts(document)
    discounts = [
        line.discount.of(amount) if line.discount else 0 for line, amount in zip(document.lines, amounts, strict=True)
    ]
    prices = [amount - discount for amount, discount in zip(amounts, discounts, strict=True)]
    taken_off = _shared_discount(document.discount, prices, mixtures)
    shipping = document.shipping or _NO_SHIPPING
    taxed = charge(
        [*map(sub, prices, taken_off), shipping.amount], [*mixtures, _mixture(shipping.taxes, document)], rounding
    )
    document_discounts = without_tax(taken_off, mixtures, rounding)
    lines = tuple(map(_line, amounts, discounts, document_discounts, taxed))
    return _totals(document, lines, taxed[-1], tax_totals(taxed))


def _rounding(name: str) -> Rounding:
    if name not in ROUNDINGS:
        raise ValueError(f"Taxes are rounded per {PER_DOCUMENT} or per {PER_LINE}, not per {name!r}.")
    return ROUNDINGS[name]


def _mixture(taxes: tuple[Tax, ...], document: DocumentInput) -> Mixture:
    return mixture(taxes, is_purchase=document.is_purchase, prices_include_tax=document.prices_include_tax)


def _amounts(document: DocumentInput) -> list[int]:
    """Quantity x price of every line."""
    minor_units = currency_of(document.currency).minor_units
    return [
        divide_half_up(line.quantity * line.unit_price * minor_units, QUANTITY_SCALE * PRICE_SCALE)
        for line in document.lines
    ]


def _shared_discount(discount: Discount | None, prices: list[int], mixtures: list[Mixture]) -> list[int]:
    """The document's discount, as priced, shared over the lines by what they come to."""
    if discount is None or discount == _NO_DISCOUNT:
        return [0] * len(prices)
    ranks = [mixture.ids for mixture in mixtures]
    if discount.percent is not None:
        return round_together([price * discount.percent for price in prices], HUNDRED, ranks)
    whole = sum(prices)
    if whole == 0:
        raise NothingToDiscount("An amount cannot be taken off lines that sum to zero.")
    sign = 1 if whole > 0 else -1
    return round_together([price * discount.amount * sign for price in prices], whole * sign, ranks)


def _line(amount: int, discount: int, document_discount: int, taxed: Taxed) -> LineTotals:
    return LineTotals(
        amount=amount,
        discount=discount,
        net=taxed.taxable + document_discount,
        document_discount=document_discount,
        taxable=taxed.taxable,
        tax=taxed.tax,
        unrecoverable=taxed.unrecoverable,
        taxes=taxed.taxes,
        total=taxed.taxable + taxed.tax,
    )


def _totals(
    document: DocumentInput, lines: tuple[LineTotals, ...], shipping: Taxed, taxes: tuple[TaxTotal, ...]
) -> Totals:
    tax = sum(line.tax for line in lines) + shipping.tax
    unrounded = sum(line.taxable for line in lines) + shipping.taxable + tax + document.adjustment
    rounding = _to_multiple(unrounded, document.round_total_to) - unrounded
    return Totals(
        lines=lines,
        taxes=taxes,
        subtotal=sum(line.net for line in lines),
        discount=sum(line.document_discount for line in lines),
        shipping=document.shipping.amount if document.shipping else 0,
        shipping_net=shipping.taxable,
        shipping_tax=shipping.tax,
        shipping_unrecoverable=shipping.unrecoverable,
        shipping_taxes=shipping.taxes,
        tax=tax,
        self_assessed=sum(each.amount for each in taxes if each.effect is Effect.SELF_ASSESSED),
        withheld=sum(each.amount for each in taxes if each.effect is Effect.WITHHELD),
        adjustment=document.adjustment,
        rounding=rounding,
        total=unrounded + rounding,
    )


def _to_multiple(amount: int, unit: int) -> int:
    return divide_half_up(amount, unit) * unit if unit else amount
