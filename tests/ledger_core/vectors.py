"""Vectors for the totals of documents, shared with the web app, which computes them too while somebody types.

`python -m tests.ledger_core.vectors` writes them anew from the server's arithmetic; test_totals_vectors.py says whether
they still hold here, `lib/totals/index.test.ts` of the web app whether they hold there.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from ledger_core.arithmetic.currencies import currency
from ledger_core.arithmetic.taxes import HUNDRED, PRICE_SCALE, QUANTITY_SCALE, Tax, TaxKind
from ledger_core.arithmetic.totals import Charge, Discount, DocumentInput, LineInput, NothingToDiscount, Totals, totals

FILE = Path(__file__).parents[2] / "webapp/src/lib/totals/vectors.json"
SEED, COUNT = 20261123, 80
PERCENTS = (0, 50_000, 70_000, 88_750, 99_750, 190_000, 200_000, 333_333)
SHARES = (0, 333_333, HUNDRED // 2, HUNDRED, HUNDRED)
KINDS = (*[TaxKind.STANDARD] * 4, *TaxKind)


def vectors() -> list[dict[str, Any]]:
    """Every kind of tax, discount and rounding, in currencies of 0, 2 and 3 decimals; the same ones each time."""
    random = Random(SEED)
    return [vector(_document(random)) for _ in range(COUNT)]


def vector(document: DocumentInput) -> dict[str, Any]:
    """A document and its totals; ints as text, because numbers of JavaScript hold fewer digits."""
    try:
        found = _shown(totals(document))
    except NothingToDiscount:
        found = None
    given = {"decimals": currency(document.currency).exponent, **asdict(document)}
    return {"document": _text(given), "totals": found}


def read(given: dict[str, Any]) -> DocumentInput:
    """The document of a vector."""
    discount = given["discount"]
    shipping = given["shipping"]
    return DocumentInput(
        currency=given["currency"],
        lines=tuple(
            LineInput(
                int(line["quantity"]),
                int(line["unit_price"]),
                None if line["discount"] is None else _discount(line["discount"]),
                tuple(map(_tax, line["taxes"])),
            )
            for line in given["lines"]
        ),
        prices_include_tax=given["prices_include_tax"],
        rounding=given["rounding"],
        discount=None if discount is None else _discount(discount),
        shipping=None if shipping is None else Charge(int(shipping["amount"]), tuple(map(_tax, shipping["taxes"]))),
        adjustment=int(given["adjustment"]),
        round_total_to=int(given["round_total_to"]),
        is_purchase=given["is_purchase"],
    )


def _discount(given: dict[str, Any]) -> Discount:
    percent = given["percent"]
    return Discount(None if percent is None else int(percent), int(given["amount"]))


def _tax(given: dict[str, Any]) -> Tax:
    percent, recoverable = int(given["percent"]), int(given["recoverable"])
    return Tax(int(given["id"]), percent, TaxKind(given["kind"]), given["compound"], recoverable)


def _shown(found: Totals) -> Any:
    return _text(asdict(found))


def _text(value: Any) -> Any:
    """The same with every int as text."""
    if isinstance(value, dict):
        return {name: _text(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_text(each) for each in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _document(random: Random) -> DocumentInput:
    pool = [
        Tax(number, random.choice(PERCENTS), random.choice(KINDS), random.random() < 0.3, random.choice(SHARES))
        for number in range(1, random.randint(2, 5))
    ]

    def taxes() -> tuple[Tax, ...]:
        return tuple(random.sample(pool, random.randint(0, min(3, len(pool)))))

    def line() -> LineInput:
        quantity = random.choice((QUANTITY_SCALE, 3 * QUANTITY_SCALE, -QUANTITY_SCALE, random.randint(1, 10**9)))
        price = random.choice((random.randint(-5, 999) * PRICE_SCALE // 100, random.randint(0, 10**13)))
        return LineInput(quantity, price, random.choice((None, None, _random_discount(random))), taxes())

    return DocumentInput(
        currency=random.choice(("JPY", "EUR", "EUR", "KWD")),
        lines=tuple(line() for _ in range(random.randint(0, 7))),
        prices_include_tax=random.random() < 0.4,
        rounding=random.choice(("document", "document", "line")),
        discount=random.choice((None, None, _random_discount(random))),
        shipping=random.choice((None, Charge(random.randint(0, 5_000), taxes()))),
        adjustment=random.choice((0, 0, random.randint(-500, 500))),
        round_total_to=random.choice((0, 0, 0, 5, 100)),
        is_purchase=random.random() < 0.5,
    )


def _random_discount(random: Random) -> Discount:
    if random.random() < 0.6:
        return Discount(percent=random.choice((0, 25_000, 100_000, 333_333, HUNDRED)))
    return Discount(amount=random.randint(1, 400))


if __name__ == "__main__":
    lines = [json.dumps(each, separators=(",", ":")) for each in vectors()]
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
