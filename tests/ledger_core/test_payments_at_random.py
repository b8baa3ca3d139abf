"""Whatever is issued, paid, applied, taken back, refunded, voided, written off: control accounts hold what is open."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_core.arithmetic.money import to_text
from ledger_core.books.models import JournalLine
from ledger_core.books.operations import Line, Source, post
from ledger_core.contacts.models import Contact
from ledger_core.documents.models import Document
from ledger_core.documents.operations import void_document
from ledger_core.payments.allocating import live
from ledger_core.payments.applying import apply_document, apply_payment, unapply
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_KINDS_BY_VALUE
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.open_items import JOURNAL, open_items
from ledger_core.payments.operations import edit_payment, void_payment
from ledger_core.payments.write_offs import cancel_write_off, write_off
from ledger_core.taxes.models import TaxEntry
from ledger_core.verification.verify import CHECKS
from tenancy.db import atomic
from tenancy.problems import Problem
from tests.ledger_core import dealing
from tests.ledger_core.dealing import account, control, day, settle

BALANCES = "balances"  # this check begins a transaction of its own
FIRST = day(2026, 1, 1)
CURRENCIES = ("USD", "JPY", "KWD", "EUR")
SIDES = {
    "sales": ("invoice", "credit_note", "payment_received"),
    "purchases": ("bill", "vendor_credit", "bill_payment"),
}
REFUND = {"sales": "customer_refund", "purchases": "vendor_refund"}
ACCOUNTS = {"sales": ("1100", "2310"), "purchases": ("2000", "1320")}


class Trade:
    """One random business; every step may be refused, and then changes nothing."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        for code, value in (("JPY", "0.0067"), ("KWD", "3.2512345"), ("EUR", "1.0825")):
            dealing.rate(code, value)
        self.taxes = (
            dealing.tax("VAT", "19"),
            dealing.tax("LOW", "7.5", bad_debt_relief=False),
            dealing.tax("WHT", "3", kind="withholding"),
        )
        self.contacts = [dealing.contact("One"), dealing.contact("Two")]

    def one(self, of: Any) -> Any:
        found = list(of)
        return self.random.choice(found) if found else None

    def date(self) -> datetime.date:
        return FIRST + datetime.timedelta(days=self.random.randrange(60))

    def rate(self, currency: str) -> dict[str, Any]:
        return {} if currency == "USD" else {"rate": f"{self.random.randrange(1, 40_000) / 10_000:.4f}"}

    def amount(self, currency: str, most: int = 20_000) -> str:
        return to_text(self.random.randrange(1, most), currency)

    def issue(self, side: str) -> None:
        kind = self.one(SIDES[side][:2])
        currency = self.one(CURRENCIES)
        taxes = tuple(self.random.sample(self.taxes, self.random.randrange(3)))
        rate = self.rate(currency)
        who = self.one(self.contacts)
        amount = self.amount(currency)
        dealing.document(kind, who, amount, date=self.date(), currency=currency, taxes=taxes, **rate)

    def documents(self, kind: str, who: Contact | None = None) -> list[Document]:
        found = Document.objects.filter(kind=kind, status__in=("issued", "open")).order_by("pk")
        return [each for each in found if each.open_amount and (who is None or each.contact_id == who.pk)]

    def pay(self, side: str) -> None:
        who, currency = self.one(self.contacts), self.one(CURRENCIES)
        owed = self.documents(SIDES[side][0], who)
        chosen = self.random.sample(owed, min(len(owed), self.random.randrange(4)))
        wanted = [settle(each, self.part(each)) for each in chosen]
        rate = self.rate(currency)
        charges: dict[str, Any] = self.one(({}, {"bank_charges": self.amount(currency, 9)}))
        amount = self.amount(currency, 60_000)
        dealing.pay(SIDES[side][2], who, amount, *wanted, date=self.date(), currency=currency, **rate, **charges)

    def part(self, row: Document | Payment) -> str | None:
        amount = self.one((None, self.random.randrange(1, row.open_amount + 1)))
        return None if amount is None else to_text(amount, row.currency)

    def credit(self, side: str) -> Document | Payment | None:
        advances = Payment.objects.filter(kind=SIDES[side][2], status="posted").order_by("pk")
        notes: list[Document | Payment] = [*self.documents(SIDES[side][1])]
        return self.one([*notes, *(each for each in advances if each.open_amount)])  # type: ignore[no-any-return]

    def apply(self, side: str) -> None:
        source = self.credit(side)
        owed = None if source is None else self.one(self.documents(SIDES[side][0], source.contact))
        if source is None or owed is None:
            return
        wanted = [settle(owed, self.part(owed))]
        if isinstance(source, Payment):
            kind = PAYMENT_KINDS_BY_VALUE[source.kind]
            apply_payment(kind=kind, payment_id=source.pk, allocations=wanted, actor=1)
        else:
            credit = CREDIT_KINDS_BY_VALUE[source.kind]
            apply_document(kind=credit, document_id=source.pk, allocations=wanted, actor=1)

    def refund(self, side: str) -> None:
        source = self.credit(side)
        if source is None or source.contact is None:
            return
        part = self.random.randrange(1, source.open_amount + 1)
        wanted, rate = settle(source, to_text(part, source.currency)), self.rate(source.currency)
        amount = to_text(part, source.currency)
        dealing.pay(REFUND[side], source.contact, amount, wanted, date=self.date(), currency=source.currency, **rate)

    def unapply(self, side: str) -> None:
        each = self.one(live().filter(kind__in=("payment", "credit")).order_by("pk"))
        if each is not None:
            later = self.one((None, each.date + datetime.timedelta(days=self.random.randrange(9))))
            unapply(allocation_id=each.pk, source=each.payment or each.credit, date=later, actor=1)

    def edit(self, side: str) -> None:
        each = self.one(Payment.objects.filter(status="posted").order_by("pk"))
        if each is not None:
            fields = self.one(({"amount": each.amount + 7}, {"date": self.date()}, {"bank_charges": 1}))
            edit_payment(kind=PAYMENT_KINDS_BY_VALUE[each.kind], payment_id=each.pk, actor=1, **fields)

    def void(self, side: str) -> None:
        payment = self.one(Payment.objects.filter(status="posted").order_by("pk"))
        document = self.one(Document.objects.filter(settled=0).order_by("pk"))
        if payment is not None and self.random.random() < 0.6:
            later = self.one((None, payment.date + datetime.timedelta(days=self.random.randrange(30))))
            void_payment(kind=PAYMENT_KINDS_BY_VALUE[payment.kind], payment_id=payment.pk, date=later, actor=1)
        elif document is not None:
            void_document(kind=document.kind, document_id=document.pk, actor=1)

    def write_off(self, side: str) -> None:
        written = self.one(Document.objects.filter(status="written_off").order_by("pk"))
        if written is not None and self.random.random() < 0.5:
            cancel_write_off(document_id=written.pk, actor=1)
        elif invoice := self.one(self.documents("invoice")):
            write_off(document_id=invoice.pk, date=invoice.date + datetime.timedelta(days=3), actor=1)

    def journal(self, side: str) -> None:
        """An accountant books on the control account by hand."""
        who = self.one((None, *self.contacts))
        about: dict[str, Any] = {"contact_id": None if who is None else who.pk}
        lines = [Line(account(ACCOUNTS[side][0]).pk, debit=5, **about), Line(account("6100").pk, credit=5)]
        post(date=self.date(), lines=lines, source=Source("manual_test"), actor=1)

    STEPS: tuple[tuple[Callable[..., None], int], ...] = (
        (issue, 6),
        (pay, 6),
        (apply, 5),
        (refund, 3),
        (unapply, 2),
        (edit, 2),
        (void, 2),
        (write_off, 1),
        (journal, 1),
    )

    def step(self) -> None:
        (act,) = self.random.choices([act for act, _ in self.STEPS], [weight for _, weight in self.STEPS])
        with suppress(Problem), atomic():
            act(self, self.one(SIDES))


def assert_control_accounts_hold_what_is_open(side: str, date: datetime.date) -> None:
    sign = 1 if side == "sales" else -1
    sums: dict[tuple[int, int | None, str], list[int]] = defaultdict(lambda: [0, 0])
    for item in open_items(side=side, date=date):
        found = sums[item.account_id, item.contact_id, item.currency]
        found[0] += sign * item.open
        found[1] += sign * item.open_base
    for code in ACCOUNTS[side]:
        pk = account(code).pk
        wanted = {key[1:]: tuple(both) for key, both in sums.items() if key[0] == pk and any(both)}
        assert wanted == control(code, date), f"{side} on {date}"


def assert_only_journals_come_from_no_document(side: str, date: datetime.date) -> None:
    by_hand = {item.kind for item in open_items(side=side, date=date) if item.what == JOURNAL}
    assert by_hand <= {"manual_test"}


def void_everything() -> None:
    """Take all back, the latest first, until nothing settles anything."""
    for each in live().filter(kind="write_off"):
        cancel_write_off(document_id=each.document_id or 0, actor=1)
    for payment in Payment.objects.filter(status="posted", kind__in=REFUND.values()):
        void_payment(kind=PAYMENT_KINDS_BY_VALUE[payment.kind], payment_id=payment.pk, actor=1)
    for each in live().select_related("payment", "credit"):
        source = each.payment or each.credit
        assert source is not None
        unapply(allocation_id=each.pk, source=source, actor=1)
    for payment in Payment.objects.filter(status="posted"):
        void_payment(kind=PAYMENT_KINDS_BY_VALUE[payment.kind], payment_id=payment.pk, actor=1)
    for document in Document.objects.exclude(status__in=("draft", "void")):
        void_document(kind=document.kind, document_id=document.pk, actor=1)


@pytest.mark.usefixtures("in_north")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), steps=st.integers(5, 45))
def test_control_accounts_are_open_documents_less_credits(seed: int, steps: int) -> None:
    class Enough(Exception):
        """Ends the transaction, so that every example begins with empty books."""

    with suppress(Enough), atomic():
        trade = Trade(seed)
        for _ in range(steps):
            trade.step()
        for offset in (0, 7, 15, 22, 30, 38, 45, 59, 90):
            date = FIRST + datetime.timedelta(days=offset)
            for side in SIDES:
                assert_control_accounts_hold_what_is_open(side, date)
                assert_only_journals_come_from_no_document(side, date)
        for document in Document.objects.filter(status="issued"):
            assert (document.open_amount == 0) <= (document.open_base == 0)
        assert [finding for name, check in CHECKS if name != BALANCES for finding in check()] == []
        void_everything()
        made = JournalLine.objects.exclude(entry__source_kind="manual_test")
        left: dict[tuple[int, str], int] = defaultdict(int)
        for line in made:
            left[line.account_id, line.currency] += line.debit - line.credit
            left[line.account_id, f"{line.currency} own"] += line.currency_debit - line.currency_credit
        assert not any(left.values())
        taxed: dict[tuple[int, str], int] = defaultdict(int)
        for row in TaxEntry.objects.all():
            taxed[row.tax_rate_id, row.basis] += row.tax + row.taxable * 10**9
        assert not any(taxed.values())
        assert not Allocation.objects.filter(pk__in=live()).exists()
        raise Enough
