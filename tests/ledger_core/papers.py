"""Documents of every kind for tests: one body that uses all that a kind can have, in North's context."""

from __future__ import annotations

import datetime
from typing import Any

from ledger_core.arithmetic.money import to_minor, to_rate
from ledger_core.base.queries import base_currency
from ledger_core.documents.kinds import KINDS, KINDS_BY_VALUE, DocumentKind
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document
from ledger_core.documents.openings import opening_line
from ledger_core.documents.operations import create_document
from ledger_core.documents.sides import SIDES
from ledger_core.taxes.models import TaxRate
from tests.ledger_core.dealing import account, contact, rate, tax

DAY = datetime.date(2026, 1, 9)
POSTING = [kind.value for kind in KINDS if kind.posts]
WITH_LINES = [kind.value for kind in KINDS if kind.posts and not kind.line_role]
ACCOUNTS = {"sales": ("4000", "4100"), "purchases": ("6200", "6100")}
RATES = {"EUR": "1.1037", "JPY": "0.0067", "KWD": "3.2571"}


def price(amount: str) -> int:
    return to_rate(amount) // 100  # 10^-10 to 10^-8


def taxes_of(side: str) -> list[TaxRate]:
    """A plain tax, one that is recoverable in part, a reverse charge, a compound one; whichever are there already."""
    found = {each.code: each for each in TaxRate.objects.filter(code__startswith="P-")}
    wanted = (
        ("P-20", "20", {}),
        ("P-7.5", "7.5", {"recoverable": 400_000}),
        ("P-RC", "19", {"kind": "reverse_charge", "recoverable": 500_000}),
        ("P-C", "3.3333", {"is_compound": True}),
        ("P-WH", "10", {"kind": "withholding"}),
    )
    return [found.get(code) or tax(code, percent, **about) for code, percent, about in wanted]


def full_body(kind: DocumentKind, currency: str = "USD") -> dict[str, Any]:
    """Two taxed lines with discounts, a line that deducts, shipping, an adjustment, rounding."""
    if currency != base_currency():
        rate(currency, RATES[currency])
    if kind.line_role:
        return {"lines": [opening_line(to_minor("250", currency), currency)]}
    plain, partly, reverse, compound, withheld = (each.pk for each in taxes_of(kind.side))
    one, other = (account(code).pk for code in ACCOUNTS[kind.side])
    unit = to_minor("1", currency)
    return {
        "lines": [
            WrittenLine(
                description="Work",
                quantity=3_000_000,
                unit_price=price("33.3333"),
                account_id=one,
                tax_ids=[plain, withheld],
                discount_percent=50_000,
            ),
            WrittenLine(
                description="Things", unit_price=price("77"), account_id=other, tax_ids=[partly, compound], branch_id=4
            ),
            WrittenLine(quantity=-1_000_000, unit_price=price("5"), account_id=one, tax_ids=[reverse], project_id=9),
            WrittenLine(unit_price=price("21"), account_id=one, tax_ids=[reverse], discount_amount=unit),
        ],
        "discount_percent": 30_000,
        "shipping": 12 * unit,
        "shipping_tax_ids": [partly],
        "adjustment": -2 * unit,
        "round_total_to": 5,
        "branch_id": 2,
    }


def paper(kind: str, *, currency: str = "USD", issue: bool = True, who: Any = None, **fields: Any) -> Document:
    """A document of a kind with all that it can have."""
    policy = KINDS_BY_VALUE[kind]
    who = who or contact(f"Contact of {kind}")
    body = full_body(policy, currency)
    if policy.money_types and not policy.money_role:
        body["account_id"] = account("1010").pk
    about = {"contact_id": who.pk, "date": DAY, "currency": currency, **body, **fields}
    return create_document(kind=kind, issue=issue, actor=1, **about)


def is_purchase(kind: str) -> bool:
    return SIDES[KINDS_BY_VALUE[kind].side].is_purchase
