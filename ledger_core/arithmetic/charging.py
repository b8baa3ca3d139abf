"""Charging taxes on several amounts at once, in whole minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from operator import mul

from ledger_core.arithmetic.sharing import Ranks, Rounding
from ledger_core.arithmetic.taxes import HUNDRED, Effect, Levy, Mixture

_Place = tuple[int, int]  # which amount, which of its taxes


@dataclass(frozen=True, slots=True)
class LineTax:
    """A tax on one amount. `taxable` of a compound tax includes the taxes before it.

    `recoverable` and `unrecoverable` are the two parts of a tax on a purchase that is added or self-assessed.
    """

    id: int
    taxable: int
    amount: int
    recoverable: int
    unrecoverable: int


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount and its taxes. `tax` is what is added to `taxable`, `unrecoverable` the part that joins a cost."""

    taxable: int
    tax: int
    unrecoverable: int
    taxes: tuple[LineTax, ...]
    levies: tuple[Levy, ...]


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """A tax on a whole document; also one that is self-assessed or withheld, as `kind` and `effect` say."""

    id: int
    percent: int
    kind: str
    effect: Effect
    taxable: int
    amount: int
    recoverable: int
    unrecoverable: int


def charge(prices: Sequence[int], mixtures: Sequence[Mixture], rounding: Rounding) -> list[Taxed]:
    """The taxes on each price: each tax exact over all prices, then rounded as `rounding` does."""
    amounts = [[0] * len(mixture.levies) for mixture in mixtures]
    recovered = [[0] * len(mixture.levies) for mixture in mixtures]
    owed = [0] * len(prices)  # added taxes, exact less rounded, over each mixture's denominator
    for _, places in sorted(_places(mixtures).items()):
        ranks = [mixtures[row].ids for row, _ in places]
        charged = _charged(prices, mixtures, places, rounding, ranks, owed)
        claimed = _recoverable(charged, mixtures[places[0][0]].levies[places[0][1]], rounding, ranks)
        for (row, slot), amount, share in zip(places, charged, claimed, strict=True):
            amounts[row][slot] = amount
            recovered[row][slot] = share
    return list(map(_taxed, prices, mixtures, amounts, recovered))


def without_tax(prices: Sequence[int], mixtures: Sequence[Mixture], rounding: Rounding) -> list[int]:
    """What of each price is not tax, rounded as `rounding` does."""
    if not any(mixture.included for mixture in mixtures):
        return list(prices)
    denominator = lcm(*(mixture.denominator for mixture in mixtures))
    numerators = [
        price * mixture.net * (denominator // mixture.denominator)
        for price, mixture in zip(prices, mixtures, strict=True)
    ]
    return rounding(numerators, denominator, [mixture.ids for mixture in mixtures], ())


def tax_totals(taxed: Sequence[Taxed]) -> tuple[TaxTotal, ...]:
    """One total for each tax, by id."""
    by_id: dict[int, list[tuple[LineTax, Levy]]] = {}
    for each in taxed:
        for tax, levy in zip(each.taxes, each.levies, strict=True):
            by_id.setdefault(tax.id, []).append((tax, levy))
    return tuple(_tax_total([tax for tax, _ in found], found[0][1]) for _, found in sorted(by_id.items()))


def _places(mixtures: Sequence[Mixture]) -> dict[int, list[_Place]]:
    """Where each tax is charged, by its id."""
    places: dict[int, list[_Place]] = {}
    first: dict[int, Levy] = {}
    for row, mixture in enumerate(mixtures):
        for slot, levy in enumerate(mixture.levies):
            if first.setdefault(levy.tax.id, levy).tax != levy.tax:
                raise ValueError(f"Two taxes have the id {levy.tax.id}.")
            places.setdefault(levy.tax.id, []).append((row, slot))
    return places


def _charged(
    prices: Sequence[int],
    mixtures: Sequence[Mixture],
    places: list[_Place],
    rounding: Rounding,
    ranks: Ranks,
    owed: list[int],
) -> list[int]:
    """One tax, on every price that has it. What rounding leaves a price short of is noted in `owed`."""
    denominator = lcm(*(mixtures[row].denominator for row, _ in places))
    scales = [denominator // mixtures[row].denominator for row, _ in places]
    exact = [prices[row] * mixtures[row].levies[slot].numerator for row, slot in places]
    charged = rounding(
        list(map(mul, exact, scales)),
        denominator,
        ranks,
        [owed[row] * scale for (row, _), scale in zip(places, scales, strict=True)],
    )
    for (row, slot), part, amount in zip(places, exact, charged, strict=True):
        if mixtures[row].levies[slot].effect is Effect.ADDED:
            owed[row] += part - amount * mixtures[row].denominator
    return charged


def _recoverable(charged: list[int], levy: Levy, rounding: Rounding, ranks: Ranks) -> list[int]:
    """The parts of a tax on a purchase that are claimed back."""
    if levy.recoverable == HUNDRED:
        return charged
    return rounding([amount * (levy.recoverable or 0) for amount in charged], HUNDRED, ranks, ())


def _taxed(price: int, mixture: Mixture, amounts: list[int], recovered: list[int]) -> Taxed:
    levies = mixture.levies
    added = sum(amount for amount, levy in zip(amounts, levies, strict=True) if levy.effect is Effect.ADDED)
    net = price - added if mixture.included else price
    taxes = tuple(
        LineTax(
            levy.tax.id,
            net + sum(amounts[place] for place in levy.before),
            amount,
            claimed,
            0 if levy.recoverable is None else amount - claimed,
        )
        for levy, amount, claimed in zip(levies, amounts, recovered, strict=True)
    )
    return Taxed(net, added, sum(tax.unrecoverable for tax in taxes), taxes, levies)


def _tax_total(taxes: list[LineTax], levy: Levy) -> TaxTotal:
    return TaxTotal(
        id=levy.tax.id,
        percent=levy.tax.percent,
        kind=levy.tax.kind,
        effect=levy.effect,
        taxable=sum(tax.taxable for tax in taxes),
        amount=sum(tax.amount for tax in taxes),
        recoverable=sum(tax.recoverable for tax in taxes),
        unrecoverable=sum(tax.unrecoverable for tax in taxes),
    )
