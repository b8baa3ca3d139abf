"""Shortcuts for tests of payments: customers, invoices, money, and what the ledger says; in North's context."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from ledger_core.arithmetic.money import to_minor, to_rate, to_text
from ledger_core.base.queries import base_currency
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.queries import movements
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.currencies.models import EnabledCurrency, ExchangeRate
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document
from ledger_core.documents.operations import create_document
from ledger_core.payments.kinds import PAYMENT_KINDS_BY_VALUE
from ledger_core.payments.models import Payment
from ledger_core.payments.operations import record_payment
from ledger_core.payments.shares import Allocate
from ledger_core.taxes.models import TaxPercentage, TaxRate

day = datetime.date
JANUARY_5, FEBRUARY_1, MARCH_1 = day(2026, 1, 5), day(2026, 2, 1), day(2026, 3, 1)
LONG_AGO, LONG_AFTER = day(2025, 1, 1), day(2030, 1, 1)
LINE_ACCOUNTS = {"sales": "4000", "purchases": "6200"}
SIDES = {
    "invoice": "sales",
    "credit_note": "sales",
    "bill": "purchases",
    "vendor_credit": "purchases",
}


def account(code: str) -> Account:
    return Account.objects.get(code_key=code)


def contact(name: str = "Widget", **fields: Any) -> Contact:
    return Contact.objects.create(name=name, **{"is_customer": True, "is_vendor": True, "currency": "USD", **fields})


def bank(currency: str | None, code: str = "1099") -> Account:
    """A bank account that is kept in one currency."""
    return Account.objects.create(code=code, name=f"Bank in {currency}", type="bank", currency=currency)


def rate(currency: str, value: str, date: datetime.date = LONG_AGO) -> None:
    """The table's rate from a day on; enables the currency."""
    EnabledCurrency.objects.get_or_create(code=currency, defaults={"enabled_by": 1})
    ExchangeRate.objects.update_or_create(
        currency=currency, date=date, defaults={"rate": to_rate(value), "source": "manual"}
    )


def tax(code: str, percent: str, *, kind: str = "standard", **fields: Any) -> TaxRate:
    found = TaxRate.objects.create(name=code, code=code, kind=kind, **fields)
    TaxPercentage.objects.create(tax_rate=found, valid_from=day(2000, 1, 1), percent=int(Decimal(percent) * 10_000))
    return found


def document(
    kind: str,
    who: Contact,
    amount: str,
    *,
    date: datetime.date = JANUARY_5,
    currency: str = "USD",
    taxes: tuple[TaxRate, ...] = (),
    **fields: Any,
) -> Document:
    """An issued document of one line."""
    side = SIDES[kind]
    price = int(Decimal(amount) * 10**8)
    line = WrittenLine(
        account_id=account(LINE_ACCOUNTS[side]).pk, unit_price=price, tax_ids=[each.pk for each in taxes]
    )
    about = {"contact_id": who.pk, "date": date, "currency": currency, **fields}
    if "rate" in about:
        about["rate"] = to_rate(about["rate"])
    made = create_document(kind=kind, lines=[line], issue=True, actor=1, **about)
    return Document.objects.get(pk=made.pk)


def minor(amount: str | None, currency: str) -> int | None:
    return None if amount is None else to_minor(amount, currency)


def settle(
    target: Document | Payment,
    amount: str | None = None,
    *,
    withheld: str | None = None,
    tax: TaxRate | None = None,
    source: str | None = None,
    source_currency: str = "USD",
) -> Allocate:
    """An allocation as somebody writes it."""
    is_document = isinstance(target, Document)
    return Allocate(
        document_id=target.pk if is_document else None,
        payment_id=None if is_document else target.pk,
        amount=minor(amount, target.currency),
        withheld=minor(withheld, target.currency),
        withheld_tax_id=None if tax is None else tax.pk,
        source_amount=minor(source, source_currency),
    )


def pay(
    kind: str,
    who: Contact,
    amount: str,
    *allocations: Allocate,
    date: datetime.date = FEBRUARY_1,
    currency: str = "USD",
    into: Account | None = None,
    **fields: Any,
) -> Payment:
    into = into or account("1010")
    for name, of in (("bank_charges", currency), ("bank_amount", into.currency or currency)):
        if name in fields:
            fields[name] = to_minor(fields[name], of)
    if "rate" in fields:
        fields["rate"] = to_rate(fields["rate"])
    made = record_payment(
        kind=PAYMENT_KINDS_BY_VALUE[kind],
        contact_id=who.pk,
        date=date,
        account_id=into.pk,
        amount=to_minor(amount, currency),
        currency=currency,
        allocations=allocations,
        actor=1,
        **fields,
    )
    return Payment.objects.get(pk=made.pk)


def lines(entry: JournalEntry | None) -> list[str]:
    """An entry as text: "dr 1010 92.00 USD", and "dr 1100 100.00 EUR = 110.00" of another currency."""
    assert entry is not None
    return [_line(each) for each in JournalLine.objects.filter(entry=entry).select_related("account").order_by("pk")]


def _line(each: JournalLine) -> str:
    side = "dr" if each.debit or each.currency_debit else "cr"
    own = to_text(each.currency_debit + each.currency_credit, each.currency)
    base = base_currency()
    text = f"{side} {each.account.code} {own} {each.currency}"
    return text if each.currency == base else f"{text} = {to_text(each.debit + each.credit, base)}"


def balance(code: str, date: datetime.date = LONG_AFTER) -> str:
    """What an account holds in base at the end of a day; debit is positive."""
    found = movements(periods=[(None, date)], accounts=[account(code).pk])
    net = sum(balances[0].net for balances in found.values())
    return to_text(net, base_currency())


def control(code: str, date: datetime.date = LONG_AFTER) -> dict[tuple[int | None, str], tuple[int, int]]:
    """What an account holds by contact and currency, in the currency and in base; what is zero is left out."""
    found = movements(periods=[(None, date)], by=("contact", "currency"), accounts=[account(code).pk])
    nets = {(key[0], key[1]): (balances[0].currency_net, balances[0].net) for key, balances in found.items()}
    return {key: net for key, net in nets.items() if net != (0, 0)}


def opened(row: Document | Payment) -> tuple[str, str]:
    """What is open of a row now, in its currency and in base."""
    fresh = type(row)._default_manager.get(pk=row.pk)
    return to_text(fresh.open_amount, fresh.currency), to_text(fresh.open_base, base_currency())
