"""What somebody is looking for: words, and the amounts that they may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Q

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.money import NotAnAmount, to_minor
from ledger_core.exchange.numerals import COMMA, POINT, read_numeral
from ledger_core.exchange.reading import Unreadable

# One currency for each number of decimals: amounts in minor units are compared with that.
_BY_EXPONENT: dict[int, list[str]] = {}
for _each in CURRENCIES.values():
    _BY_EXPONENT.setdefault(_each.exponent, []).append(_each.code)


def words_in(words: Sequence[str], fields: Iterable[str]) -> Q:
    """Every word is in one of the fields."""
    names = tuple(fields)
    found = Q()
    for word in words:
        somewhere = Q()
        for name in names:
            somewhere |= Q(**{f"{name}__icontains": word})
        found &= somewhere
    return found


def amounts_of(text: str) -> set[Decimal]:
    """The amounts that a text may be: `1,234` is two."""
    found = set()
    for mark in (POINT, COMMA):
        try:
            found.add(read_numeral(text, mark)[0])
        except Unreadable:
            continue
    return found


def of_amount(amounts: Iterable[Decimal], field: str) -> Q | None:
    """Rows of that amount in their own currency; None where no currency has it."""
    found: Q | None = None
    for codes in _BY_EXPONENT.values():
        minor = {each for amount in amounts if (each := _minor(amount, codes[0])) is not None}
        if minor:
            matching = Q(**{f"{field}__in": minor, "currency__in": codes})
            found = matching if found is None else found | matching
    return found


def _minor(amount: Decimal, currency: str) -> int | None:
    try:
        return to_minor(amount, currency)
    except NotAnAmount:
        return None
