"""Sharing what is given (a payment, a credit) among what it settles.

Of each allocation two things are worked out: what it takes from its target, at what the target was booked at, and what
it takes from its source, at what the source was booked at. The difference in base is realized. Whatever is taken in
parts is released in proportion, and the last part takes the rest, so that both end at exactly zero.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ledger_core.arithmetic.exchange import released_base
from ledger_core.arithmetic.money import convert, divide_half_up, split, to_text
from ledger_core.arithmetic.taxes import HUNDRED, TaxKind
from ledger_core.base.queries import base_currency
from ledger_core.base.refusals import invalid
from ledger_core.currencies.queries import find_rates
from ledger_core.documents.models import Document, DocumentTax
from ledger_core.payments.models import Payment
from ledger_core.payments.worth import counter_amount, rate_of
from ledger_core.taxes.models import TaxRate
from ledger_core.taxes.queries import percents_on
from tenancy.problems import Conflict, FieldError

# A bank's rate differs from the table's: by so much of 100, what it paid is still meant for what was allocated.
BANK_RATE_TOLERANCE = 5
# What somebody says that was taken may be off the day's rates by so much of 100; more is a loss without a write-off.
SAID_RATE_TOLERANCE = 20

Target = Document | Payment


class OverAllocated(Conflict):
    code = "over_allocated"
    title = "This is more than is open"


@dataclass(frozen=True, slots=True)
class Allocate:
    """What somebody wants settled: a document, or a payment whose credit is paid back.

    `amount` is in the target's currency, `withheld` (of it) too; None is what is open, and what is expected to be
    withheld. `source_amount` is in the source's currency; None is the same, or by the rates of the day.
    """

    document_id: int | None = None
    payment_id: int | None = None
    amount: int | None = None
    withheld: int | None = None
    withheld_tax_id: int | None = None
    source_amount: int | None = None

    @property
    def field(self) -> str:
        """What it names its target with, in the body of a request."""
        return "payment" if self.document_id is None else "document"


@dataclass(frozen=True, slots=True)
class Purse:
    """What is given out: what is still there of a payment or credit, and what that was booked at.

    With `fill` the whole of it is meant: what a bank's rate makes of it beyond the table's goes to the last share.
    Tax is withheld by who pays: from an advance only if somebody says so, from credits and refunds never.
    """

    label: str
    currency: str
    amount: int
    base: int
    rate: int | None  # None: that of the table
    fill: bool = False
    withholds: bool = False  # may tax be kept back?
    expects: bool = False  # and is what the document expects, where nothing is said?


@dataclass(frozen=True, slots=True)
class Withheld:
    """A tax that is kept back, in the target's currency and in base."""

    tax_rate_id: int
    percent: int
    amount: int
    taxable: int
    base: int = 0
    taxable_base: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """An allocation, worked out."""

    target: Target
    amount: int
    base: int
    source_amount: int
    source_base: int
    withheld: tuple[Withheld, ...] = ()

    @property
    def withheld_amount(self) -> int:
        return sum(each.amount for each in self.withheld)

    @property
    def withheld_base(self) -> int:
        return sum(each.base for each in self.withheld)


def share_out(
    purse: Purse, wanted: Sequence[Allocate], targets: Sequence[Target], *, date: datetime.date
) -> list[Share]:
    """Work out every allocation, or raise OverAllocated (or Invalid) naming what is open."""
    rates = _Rates(date)
    amounts = [target.open_amount if each.amount is None else each.amount for each, target in _pairs(wanted, targets)]
    _check_open(amounts, targets)
    withheld = [
        _withheld(each, target, amount, index, date) if _withholds(purse, each, index) else []
        for index, (each, target, amount) in enumerate(zip(wanted, targets, amounts, strict=True))
    ]
    paid = [amount - sum(each.amount for each in taxes) for amount, taxes in zip(amounts, withheld, strict=True)]
    sources = _source_amounts(purse, wanted, targets, paid, rates)
    _check_purse(purse, sources)
    shares, left, left_base = [], purse.amount, purse.base
    for target, amount, source, taxes, net in zip(targets, amounts, sources, withheld, paid, strict=True):
        source_base = released_base(source, open_amount=left, open_base=left_base) if source else 0
        left, left_base = left - source, left_base - source_base
        base = released_base(amount, open_amount=target.open_amount, open_base=target.open_base)
        in_base = _withheld_in_base(taxes, target, net, source_base, purse, rates)
        shares.append(Share(target, amount, base, source, source_base, tuple(in_base)))
    return shares


def paid_with(each: Allocate, target: Target, date: datetime.date) -> int:
    """What is paid by an allocation, in the target's currency: without the tax that is kept back."""
    amount = target.open_amount if each.amount is None else each.amount
    return amount - sum(tax.amount for tax in _withheld(each, target, amount, 0, date))


class _Rates:
    """Rates of one day, each looked up once."""

    def __init__(self, date: datetime.date) -> None:
        self.date = date
        self.found: dict[str, int] = {}

    def of(self, currency: str, pointer: str) -> int:
        if currency not in self.found:
            self.found[currency] = rate_of(currency, None, self.date, pointer=pointer)
        return self.found[currency]

    def known(self, *currencies: str) -> bool:
        """Has the table rates of all of these?"""
        missing = set(currencies) - self.found.keys()
        found = find_rates(currencies=missing, date=self.date) if missing else {}
        self.found |= {currency: each.rate for currency, each in found.items()}
        return missing <= found.keys()


def _pairs(wanted: Sequence[Allocate], targets: Sequence[Target]) -> Iterator[tuple[Allocate, Target]]:
    return zip(wanted, targets, strict=True)


def _check_open(amounts: Sequence[int], targets: Sequence[Target]) -> None:
    errors = []
    for index, (amount, target) in enumerate(zip(amounts, targets, strict=True)):
        pointer = f"/allocations/{index}/amount"
        if target.open_amount <= 0:
            errors.append(FieldError(pointer, "nothing_open", f"Nothing of {target} is open."))
        elif amount <= 0:
            raise invalid(pointer, "not_positive", "An allocation is more than zero.")
        elif amount > target.open_amount:
            is_open, wants = (to_text(each, target.currency) for each in (target.open_amount, amount))
            detail = f"{target} has {is_open} {target.currency} open; {wants} is more."
            errors.append(FieldError(pointer, OverAllocated.code, detail))
    if errors:
        raise OverAllocated(" ".join(error.detail for error in errors), errors=tuple(errors))


def _check_purse(purse: Purse, sources: Sequence[int]) -> None:
    total = sum(sources)
    if total > purse.amount:
        has, takes = (to_text(each, purse.currency) for each in (purse.amount, total))
        detail = f"{purse.label} has {has} {purse.currency}; the allocations take {takes}."
        raise OverAllocated(detail, errors=(FieldError("/allocations", OverAllocated.code, detail),))


def _source_amounts(
    purse: Purse, wanted: Sequence[Allocate], targets: Sequence[Target], paid: Sequence[int], rates: _Rates
) -> list[int]:
    sources: list[int] = []
    by_rates: list[int] = []  # the places of those that nobody said
    for index, ((each, target), net) in enumerate(zip(_pairs(wanted, targets), paid, strict=True)):
        pointer = f"/allocations/{index}/source_amount"
        if target.currency == purse.currency:
            if each.source_amount not in (None, net):
                detail = f"Both are in {purse.currency}, so this is {to_text(net, purse.currency)}. Leave it out."
                raise invalid(pointer, "same_currency", detail)
            sources.append(net)
        elif each.source_amount is not None:
            if each.source_amount < 0 or (each.source_amount == 0) != (net == 0):
                raise invalid(pointer, "not_positive", "What is taken for an allocation is more than zero.")
            _check_plausible(each.source_amount, net, target, purse, rates, pointer)
            sources.append(each.source_amount)
        else:
            by_rates.append(index)
            sources.append(_counter(net, target, purse, rates, pointer))
    _fill(purse, sources, by_rates)
    return sources


def _counter(net: int, target: Target, purse: Purse, rates: _Rates, pointer: str) -> int:
    own = rates.of(purse.currency, pointer) if purse.rate is None else purse.rate
    counter = counter_amount(
        net, currency=target.currency, rate=rates.of(target.currency, pointer), to=purse.currency, to_rate=own
    )
    if net and not counter:
        raise invalid(pointer, "too_small", f"At the day's rates this is nothing in {purse.currency}.")
    return counter


def _check_plausible(said: int, net: int, target: Target, purse: Purse, rates: _Rates, pointer: str) -> None:
    """Refuse what is far from the day's rates: the rest would be booked as an exchange difference that there is not.

    Where the table has no rate there is nothing to compare with, and what somebody says counts.
    """
    needed = [target.currency, *([purse.currency] if purse.rate is None else [])]
    if not rates.known(*needed):
        return
    own = rates.of(purse.currency, pointer) if purse.rate is None else purse.rate
    wanted = counter_amount(
        net, currency=target.currency, rate=rates.of(target.currency, pointer), to=purse.currency, to_rate=own
    )
    off = abs(said - wanted)
    if off > 1 and off * 100 > SAID_RATE_TOLERANCE * wanted:
        amount, expected = to_text(net, target.currency), to_text(wanted, purse.currency)
        detail = (
            f"At the day's rates {amount} {target.currency} is about {expected} {purse.currency}, and this is more than"
            f" {SAID_RATE_TOLERANCE} % off. If the rate was another one, say so with the payment's `rate` or correct"
            " the rate of the day; if less was paid, allocate less, and write off what stays open."
        )
        raise invalid(pointer, "rate_implausible", detail)


def _fill(purse: Purse, sources: list[int], by_rates: Sequence[int]) -> None:
    """Give the last share that the table's rates made what the bank's rate makes it."""
    if not purse.fill or not by_rates:
        return
    difference = purse.amount - sum(sources)
    converted = sum(sources[index] for index in by_rates)
    if abs(difference) * 100 <= BANK_RATE_TOLERANCE * converted and sources[by_rates[-1]] + difference > 0:
        sources[by_rates[-1]] += difference


def _withholds(purse: Purse, each: Allocate, index: int) -> bool:
    if each.withheld and not purse.withholds:
        detail = "Tax is withheld when somebody pays, not when a credit is used."
        raise invalid(f"/allocations/{index}/withheld", "not_possible", detail)
    return purse.expects or bool(each.withheld)


def _withheld(each: Allocate, target: Target, amount: int, index: int, date: datetime.date) -> list[Withheld]:
    """The taxes kept back from an allocation, in the target's currency: as said, or as the document expects."""
    pointer = f"/allocations/{index}/withheld"
    if each.withheld == 0 or (each.withheld is None and not isinstance(target, Document)):
        return []
    if each.withheld is not None and not 0 < each.withheld <= amount:
        raise invalid(pointer, "too_large", "What is withheld is part of the allocation's amount.")
    expected = _expected(target)
    if each.withheld is None:
        return [_share_of(tax, _part(tax, target, amount)) for tax in expected if _part(tax, target, amount)]
    if each.withheld_tax_id is not None and [tax.tax_rate_id for tax in expected] != [each.withheld_tax_id]:
        found = _of_rate(each.withheld_tax_id, each.withheld, date, index)
        _check_withheld(each.withheld, amount, found.percent, 0, target.currency, pointer)
        return [found]
    if not expected:
        detail = f"{target} expects no tax to be withheld. Say which tax it is: `withheld_tax`."
        raise invalid(f"/allocations/{index}/withheld_tax", "withheld_tax_required", detail)
    percent, least = sum(tax.percent for tax in expected), sum(_part(tax, target, amount) for tax in expected)
    _check_withheld(each.withheld, amount, percent, least, target.currency, pointer)
    parts = split(each.withheld, [tax.amount for tax in expected])
    return [_share_of(tax, part) for tax, part in zip(expected, parts, strict=True) if part]


def _check_withheld(withheld: int, amount: int, percent: int, expected: int, currency: str, pointer: str) -> None:
    """A rate takes at most its percentage of what is settled (rounded up), or what the document expects."""
    most = max(-(-amount * percent // HUNDRED), expected)
    if withheld > most:
        settled, text = (to_text(each, currency) for each in (amount, most))
        detail = f"Of {settled} {currency} this rate withholds at most {text} {currency}."
        raise invalid(pointer, "too_large", detail)


def _expected(target: Target) -> list[DocumentTax]:
    if not isinstance(target, Document) or not target.withheld:
        return []
    return [tax for tax in target.taxes.all() if tax.kind == TaxKind.WITHHOLDING and tax.amount > 0]


def _part(tax: DocumentTax, document: Target, amount: int) -> int:
    """The tax's share of an allocation: of all that is settled with it, less of what is settled already."""
    assert isinstance(document, Document)
    after, before = document.settled + amount, document.settled
    return divide_half_up(tax.amount * after, document.total) - divide_half_up(tax.amount * before, document.total)


def _share_of(tax: DocumentTax, amount: int) -> Withheld:
    return Withheld(tax.tax_rate_id, tax.percent, amount, divide_half_up(tax.taxable * amount, tax.amount))


def _of_rate(tax_rate_id: int, amount: int, date: datetime.date, index: int) -> Withheld:
    """Tax at a rate that the document does not name; what it is of follows from the rate's percentage."""
    percent = percents_on(date, [tax_rate_id]).get(tax_rate_id)
    rate = TaxRate.objects.filter(pk=tax_rate_id).first()
    if rate is not None and rate.kind != TaxKind.WITHHOLDING:
        detail = f"{rate} is not withheld from payments. Name a rate of kind withholding."
        raise invalid(f"/allocations/{index}/withheld_tax", "not_withholding", detail)
    if not percent:
        detail = f"There is no tax rate of this id with a percentage on {date}."
        raise invalid(f"/allocations/{index}/withheld_tax", "unknown_tax", detail)
    return Withheld(tax_rate_id, percent, amount, divide_half_up(amount * HUNDRED, percent))


def _withheld_in_base(
    taxes: Sequence[Withheld], target: Target, net: int, source_base: int, purse: Purse, rates: _Rates
) -> list[Withheld]:
    """What is withheld is worth, in base, as much as the money that comes with it."""
    amount = sum(each.amount for each in taxes)
    if not amount:
        return []
    base = base_currency()
    if target.currency == base:
        total = amount
    elif net:
        total = divide_half_up(source_base * amount, net)
    else:
        rate = purse.rate if purse.currency == target.currency else None
        rate = rates.of(target.currency, "/allocations") if rate is None else rate
        total = convert(amount, rate=rate, source=target.currency, target=base)
    parts = split(total, [each.amount for each in taxes])
    return [
        replace(each, base=part, taxable_base=divide_half_up(each.taxable * part, each.amount))
        for each, part in zip(taxes, parts, strict=True)
    ]
