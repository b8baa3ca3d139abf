"""Taxes on an amount: what each kind of tax does, and what several of them together make of a price.

A percentage is an int of 10^-4 percent, a share likewise: 19 % is 190_000, 8.875 % is 88_750, everything is HUNDRED.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import gcd

PERCENT_SCALE = 10**4
HUNDRED = 100 * PERCENT_SCALE
QUANTITY_SCALE = 10**6  # quantities are ints of 10^-6
PRICE_SCALE = 10**8  # unit prices are ints of 10^-8 major units of the currency


class TaxKind(StrEnum):
    """Why a tax is charged, or not. A supply at no tax is not one thing: returns ask for each of them separately."""

    STANDARD = "standard"
    ZERO_RATED = "zero_rated"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"
    REVERSE_CHARGE = "reverse_charge"
    WITHHOLDING = "withholding"


class Effect(StrEnum):
    """What a tax does to a document."""

    ADDED = "added"  # the supplier charges it: part of the total
    SELF_ASSESSED = "self_assessed"  # the buyer owes it to the tax authority: not in the total, posted on both sides
    WITHHELD = "withheld"  # the payer keeps it back when he pays: not in the total, expected at payment
    REPORTED = "reported"  # only the taxable amount is reported


_SAME_ON_BOTH_SIDES: dict[str, Effect] = {
    TaxKind.STANDARD: Effect.ADDED,
    TaxKind.ZERO_RATED: Effect.REPORTED,
    TaxKind.EXEMPT: Effect.REPORTED,
    TaxKind.OUT_OF_SCOPE: Effect.REPORTED,
    TaxKind.WITHHOLDING: Effect.WITHHELD,
}
SALE_EFFECTS: dict[str, Effect] = {**_SAME_ON_BOTH_SIDES, TaxKind.REVERSE_CHARGE: Effect.REPORTED}
PURCHASE_EFFECTS: dict[str, Effect] = {**_SAME_ON_BOTH_SIDES, TaxKind.REVERSE_CHARGE: Effect.SELF_ASSESSED}

_PAYABLE = frozenset({Effect.ADDED, Effect.SELF_ASSESSED})

# Which taxes before it are in the base of a compound tax. What a buyer assesses himself is in no price a supplier
# taxes, and what a payer keeps back is in no base at all.
_IN_BASE_OF = {
    Effect.ADDED: frozenset({Effect.ADDED}),
    Effect.SELF_ASSESSED: frozenset({Effect.ADDED, Effect.SELF_ASSESSED}),
    Effect.WITHHELD: frozenset({Effect.ADDED}),
    Effect.REPORTED: frozenset({Effect.ADDED}),
}


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax at the rate it has on the day of the document.

    `percent` of a kind that charges nothing (zero-rated, exempt, out of scope) is not looked at. `compound`: charged on
    the net amount and the taxes before it on the same line. `recoverable`: the share of the tax on a purchase that is
    claimed back; the rest is part of what was bought.

    Callers refuse percentages below zero and shares outside of 0 to HUNDRED.
    """

    id: int
    percent: int
    kind: str = TaxKind.STANDARD
    compound: bool = False
    recoverable: int = HUNDRED


@dataclass(frozen=True, slots=True)
class Levy:
    """One of the taxes on a price, exactly: `price x numerator / mixture.denominator`."""

    tax: Tax
    effect: Effect
    numerator: int
    before: tuple[int, ...]  # places of the taxes that its base includes
    recoverable: int | None  # the share claimed back, None where that is no question: on sales, and of what is withheld


@dataclass(frozen=True, slots=True)
class Mixture:
    """Several taxes on one price, as exact parts of that price: of the net amount, or of the gross amount where prices
    include tax. `net / denominator` of the price is the net amount."""

    levies: tuple[Levy, ...]
    ids: tuple[int, ...]
    included: bool
    net: int
    denominator: int


@lru_cache(maxsize=4096)
def mixture(taxes: tuple[Tax, ...], *, is_purchase: bool, prices_include_tax: bool) -> Mixture:
    """The parts that `taxes`, in this order, have in a price. Only taxes that are added can be included in one."""
    ids = tuple(tax.id for tax in taxes)
    if len(set(ids)) != len(ids):
        raise ValueError("A tax is on a line once.")
    net = HUNDRED ** len(taxes)  # so that every division below has no remainder
    levies = _levies(taxes, net, is_purchase)
    denominator = net
    if prices_include_tax:
        denominator += sum(levy.numerator for levy in levies if levy.effect is Effect.ADDED)
    common = gcd(net, denominator, *(levy.numerator for levy in levies))
    reduced = tuple(replace(levy, numerator=levy.numerator // common) for levy in levies)
    return Mixture(reduced, ids, prices_include_tax, net // common, denominator // common)


def _levies(taxes: tuple[Tax, ...], net: int, is_purchase: bool) -> list[Levy]:
    effects = PURCHASE_EFFECTS if is_purchase else SALE_EFFECTS
    levies: list[Levy] = []
    for tax in taxes:
        effect = effects[tax.kind]
        before = _before(effect, levies) if tax.compound else ()
        base = net + sum(levies[place].numerator for place in before)
        percent = 0 if effect is Effect.REPORTED else tax.percent
        recoverable = tax.recoverable if is_purchase and effect in _PAYABLE else None
        levies.append(Levy(tax, effect, base * percent // HUNDRED, before, recoverable))
    return levies


def _before(effect: Effect, levies: list[Levy]) -> tuple[int, ...]:
    return tuple(place for place, levy in enumerate(levies) if levy.effect in _IN_BASE_OF[effect])
