"""Payments by hand: what each posts, in one currency and in several, and what is open afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from ledger_core.arithmetic.money import to_rate
from ledger_core.books.models import JournalEntry
from ledger_core.chart.operations import point_role
from ledger_core.contacts.models import Contact
from ledger_core.documents.models import Document
from ledger_core.payments.applying import apply_document, apply_payment, unapply
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_RECEIVED
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.open_items import open_items
from ledger_core.payments.operations import CreditUsed, edit_payment, void_payment
from ledger_core.payments.shares import OverAllocated
from ledger_core.payments.write_offs import write_off
from ledger_core.periods.operations import set_lock
from ledger_core.periods.queries import PeriodLocked
from ledger_core.verification.verify import verify
from tenancy.db import atomic
from tenancy.problems import Invalid
from tests.ledger_core.dealing import (
    FEBRUARY_1,
    JANUARY_5,
    MARCH_1,
    account,
    balance,
    bank,
    contact,
    control,
    document,
    lines,
    opened,
    pay,
    rate,
    settle,
    tax,
)

pytestmark = pytest.mark.usefixtures("in_north")


def test_one_payment_settles_several_invoices_and_leaves_a_credit() -> None:
    who = contact()
    one, two = document("invoice", who, "100.00"), document("invoice", who, "50.00")
    payment = pay("payment_received", who, "140.00", settle(one), settle(two, "30.00"))
    assert lines(payment.entry) == [
        "dr 1010 140.00 USD",
        "cr 1100 100.00 USD",
        "cr 1100 30.00 USD",
        "cr 2310 10.00 USD",
    ]
    assert payment.number == "PR-00001"
    assert (opened(one), opened(two), opened(payment)) == (("0.00", "0.00"), ("20.00", "20.00"), ("10.00", "10.00"))
    assert control("1100") == {(who.pk, "USD"): (2000, 2000)}
    assert control("2310") == {(who.pk, "USD"): (-1000, -1000)}


def test_an_advance_needs_no_document() -> None:
    who = contact()
    payment = pay("payment_received", who, "75.00", into=account("1040"))
    assert lines(payment.entry) == ["dr 1040 75.00 USD", "cr 2310 75.00 USD"]
    advance = pay("bill_payment", who, "20.00")
    assert lines(advance.entry) == ["dr 1320 20.00 USD", "cr 1010 20.00 USD"]


def test_bank_charges_come_off_what_is_received_and_on_top_of_what_is_paid() -> None:
    who = contact()
    invoice, bill = document("invoice", who, "100.00"), document("bill", who, "60.00")
    received = pay("payment_received", who, "100.00", settle(invoice), bank_charges="2.50")
    assert lines(received.entry) == ["dr 1010 97.50 USD", "dr 6600 2.50 USD", "cr 1100 100.00 USD"]
    paid = pay("bill_payment", who, "60.00", settle(bill), bank_charges="1.50")
    assert lines(paid.entry) == ["dr 2000 60.00 USD", "dr 6600 1.50 USD", "cr 1010 61.50 USD"]
    with pytest.raises(Invalid) as refused:
        pay("payment_received", who, "2.00", bank_charges="2.00")
    assert refused.value.errors[0].pointer == "/bank_charges"


@pytest.mark.parametrize(
    ("kind", "paying", "at", "gain"),
    [
        ("invoice", "payment_received", "1.20", ["dr 1010 100.00 EUR = 120.00", "cr 1100 100.00 EUR = 110.00"]),
        ("invoice", "payment_received", "1.05", ["dr 1010 100.00 EUR = 105.00", "cr 1100 100.00 EUR = 110.00"]),
        ("bill", "bill_payment", "1.20", ["dr 2000 100.00 EUR = 110.00", "cr 1010 100.00 EUR = 120.00"]),
        ("bill", "bill_payment", "1.05", ["dr 2000 100.00 EUR = 110.00", "cr 1010 100.00 EUR = 105.00"]),
    ],
)
def test_the_difference_of_rates_is_realized(kind: str, paying: str, at: str, gain: list[str]) -> None:
    rate("EUR", "1.10")
    who = contact()
    owed = document(kind, who, "100.00", currency="EUR")
    payment = pay(paying, who, "100.00", settle(owed), currency="EUR", rate=at)
    worth = {"1.20": 10, "1.05": -5}[at] * (1 if kind == "invoice" else -1)
    side = "cr" if worth > 0 else "dr"
    assert lines(payment.entry) == [*gain, f"{side} 8100 {abs(worth)}.00 USD"]
    assert opened(owed) == ("0.00", "0.00")
    assert control({"invoice": "1100", "bill": "2000"}[kind]) == {}


def test_in_parts_the_control_account_ends_at_zero_in_both_currencies() -> None:
    rate("JPY", "0.0067")
    who = contact()
    invoice = document("invoice", who, "1000", currency="JPY")  # 6.70 USD
    assert opened(invoice) == ("1000", "6.70")
    one = pay("payment_received", who, "333", settle(invoice, "333"), currency="JPY", rate="0.0070")
    assert lines(one.entry) == ["dr 1010 333 JPY = 2.33", "cr 1100 333 JPY = 2.23", "cr 8100 0.10 USD"]
    pay("payment_received", who, "333", settle(invoice, "333"), currency="JPY", rate="0.0067")
    three = pay("payment_received", who, "334", settle(invoice), currency="JPY", rate="0.0067")
    assert lines(three.entry) == ["dr 1010 334 JPY = 2.24", "cr 1100 334 JPY = 2.24"]
    assert opened(invoice) == ("0", "0.00")
    assert control("1100") == {}


def test_currencies_with_three_decimals_are_exact() -> None:
    rate("KWD", "3.2512345")
    who = contact()
    bill = document("bill", who, "12.345", currency="KWD")  # 40.1364...
    assert opened(bill) == ("12.345", "40.14")
    payment = pay("bill_payment", who, "12.345", settle(bill), currency="KWD", rate="3.3")  # 40.7385
    assert lines(payment.entry) == ["dr 2000 12.345 KWD = 40.14", "cr 1010 12.345 KWD = 40.74", "dr 8100 0.60 USD"]


def test_an_account_in_base_says_what_a_foreign_payment_was_worth() -> None:
    rate("EUR", "1.10")
    who = contact()
    invoice = document("invoice", who, "100.00", currency="EUR")
    payment = pay(
        "payment_received",
        who,
        "100.00",
        settle(invoice),
        currency="EUR",
        into=bank("USD"),
        bank_amount="112.00",
        bank_charges="2.00",
    )  # 98.00 EUR arrived as 112.00 USD: 100.00 EUR were worth 114.29
    assert lines(payment.entry) == [
        "dr 1099 112.00 USD",
        "dr 6600 2.00 EUR = 2.29",
        "cr 1100 100.00 EUR = 110.00",
        "cr 8100 4.29 USD",
    ]
    with pytest.raises(Invalid) as refused:
        pay("payment_received", who, "1.00", currency="EUR", into=account("1099"), bank_amount="1.00", rate="1.2")
    assert refused.value.errors[0].code == "rate_follows"


def test_four_currencies_meet_in_one_payment() -> None:
    """Document in GBP, paid with CHF into an account in EUR; the books are in USD."""
    for code, value in (("GBP", "1.25"), ("CHF", "1.10"), ("EUR", "1.08")):
        rate(code, value)
    who = contact()
    invoice = document("invoice", who, "100.00", currency="GBP", rate="1.20")
    payment = pay("payment_received", who, "120.00", settle(invoice, "100.00"), currency="CHF", into=bank("EUR"))
    # 100.00 GBP are 113.64 CHF (125.00 USD) by the rates of the day; 120.00 CHF are 132.00 USD, 122.22 EUR.
    assert lines(payment.entry) == [
        "dr 1099 122.22 EUR = 132.00",
        "cr 1100 100.00 GBP = 120.00",
        "cr 2310 6.36 CHF = 7.00",
        "cr 8100 5.00 USD",
    ]
    assert opened(payment) == ("6.36", "7.00")
    assert opened(invoice) == ("0.00", "0.00")


def test_the_last_share_takes_what_the_banks_rate_makes_of_it() -> None:
    rate("GBP", "1.25")
    who = contact()
    one, two = (document("invoice", who, "100.00", currency="GBP", rate="1.20") for _ in range(2))
    payment = pay("payment_received", who, "252.00", settle(one), settle(two))  # 250.00 by the table: less than 5 % off
    assert lines(payment.entry) == [
        "dr 1010 252.00 USD",
        "cr 1100 100.00 GBP = 120.00",
        "cr 1100 100.00 GBP = 120.00",
        "cr 8100 5.00 USD",
        "cr 8100 7.00 USD",
    ]
    assert opened(payment) == ("0.00", "0.00")
    three = document("invoice", who, "100.00", currency="GBP", rate="1.20")
    much = pay("payment_received", who, "200.00", settle(three))
    assert opened(much) == ("75.00", "75.00")  # far more than the rate explains: it stays the customer's
    four = document("invoice", who, "100.00", currency="GBP", rate="1.20")
    said = pay("payment_received", who, "200.00", settle(four, "100.00", source="130.00"))
    assert opened(said) == ("70.00", "70.00")


def test_withheld_tax_is_a_claim_and_comes_with_each_part() -> None:
    who = contact()
    keeps = tax("WHT", "10", kind="withholding")
    invoice = document("invoice", who, "1000.01", taxes=(keeps,))
    assert invoice.withheld == 10000
    one = pay("payment_received", who, "300.00", settle(invoice, "333.33"))
    assert lines(one.entry) == [
        "dr 1010 300.00 USD",
        "dr 2200 33.33 USD",
        "cr 1100 333.33 USD",
    ]
    two = pay("payment_received", who, "600.01", settle(invoice))
    assert lines(two.entry)[1] == "dr 2200 66.67 USD"
    assert opened(invoice) == ("0.00", "0.00")
    assert balance("2200") == "100.00"


def test_tax_withheld_from_a_vendor_in_another_currency() -> None:
    rate("EUR", "1.10")
    who = contact()
    keeps = tax("WHT", "20", kind="withholding")
    bill = document("bill", who, "200.00", currency="EUR", taxes=(keeps,))
    payment = pay("bill_payment", who, "160.00", settle(bill), currency="EUR", rate="1.20")
    assert lines(payment.entry) == [
        "dr 2000 200.00 EUR = 220.00",
        "cr 2200 40.00 EUR = 48.00",
        "cr 1010 160.00 EUR = 192.00",
        "dr 8100 20.00 USD",
    ]
    plain = document("bill", who, "10.00")
    with pytest.raises(Invalid) as refused:
        pay("bill_payment", who, "9.00", settle(plain, withheld="1.00"))
    assert refused.value.errors[0].code == "withheld_tax_required"
    said = pay("bill_payment", who, "9.00", settle(plain, withheld="1.00", tax=keeps))
    assert lines(said.entry) == ["dr 2000 10.00 USD", "cr 2200 1.00 USD", "cr 1010 9.00 USD"]


def test_more_than_is_open_cannot_be_allocated() -> None:
    who = contact()
    invoice = document("invoice", who, "100.00")
    pay("payment_received", who, "60.00", settle(invoice, "60.00"))
    with pytest.raises(OverAllocated) as refused:
        pay("payment_received", who, "60.00", settle(invoice, "60.00"))
    assert refused.value.detail == f"{invoice.number} has 40.00 USD open; 60.00 is more."
    assert refused.value.errors[0].pointer == "/allocations/0/amount"
    with pytest.raises(OverAllocated) as refused:
        pay("payment_received", who, "30.00", settle(invoice))
    assert refused.value.detail == "The payment has 30.00 USD; the allocations take 40.00."
    pay("payment_received", who, "40.00", settle(invoice))
    with pytest.raises(OverAllocated) as refused:
        pay("payment_received", who, "1.00", settle(invoice, "1.00"))
    assert refused.value.errors[0].code == "nothing_open"
    assert Payment.objects.count() == 2


def test_what_cannot_be_settled_is_named() -> None:
    who, other = contact(), contact("Other")
    bill, foreign = document("bill", who, "1.00"), document("invoice", other, "1.00")
    with pytest.raises(Invalid) as refused:
        pay("payment_received", who, "5.00", settle(bill, "1.00"), settle(foreign, "1.00"))
    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        ("/allocations/0/document", "unknown_document"),
        ("/allocations/1/document", "other_contact"),
    ]
    with pytest.raises(Invalid) as refused:
        pay("payment_received", who, "5.00", into=account("4000"))
    assert refused.value.errors[0].pointer == "/account"


def test_void_opens_everything_again() -> None:
    rate("EUR", "1.10")
    who = contact()
    invoice = document("invoice", who, "100.00", currency="EUR")
    payment = pay("payment_received", who, "120.00", settle(invoice), currency="EUR", rate="1.20", bank_charges="3.00")
    void_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, date=MARCH_1, actor=1)
    payment.refresh_from_db()
    assert (payment.status, payment.allocated, payment.allocated_base) == ("void", 0, 0)
    assert opened(invoice) == ("100.00", "110.00")
    assert control("1100", FEBRUARY_1) == {}
    assert control("1100", MARCH_1) == {(who.pk, "EUR"): (10000, 11000)}
    assert [balance(code) for code in ("1010", "2310", "8100", "6600")] == ["0.00"] * 4
    rows = Allocation.objects.order_by("pk").values_list("amount", "base", "date")
    assert list(rows) == [(10000, 11000, FEBRUARY_1), (-10000, -11000, MARCH_1)]
    with pytest.raises(Exception, match="was voided on"):
        void_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1)


def test_words_change_in_place_and_amounts_post_again() -> None:
    who = contact()
    one, two = document("invoice", who, "100.00"), document("invoice", who, "50.00")
    payment = pay("payment_received", who, "100.00", settle(one))
    edit = partial(edit_payment, kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1)
    entries = JournalEntry.objects.count()
    edit(reference="Cheque 7")
    assert JournalEntry.objects.count() == entries
    edit(amount=12000, allocations=[settle(one, "90.00"), settle(two, "30.00")])
    payment.refresh_from_db()
    assert JournalEntry.objects.count() == entries + 2
    assert (payment.number, payment.reference, payment.amount, payment.allocated) == (
        "PR-00001",
        "Cheque 7",
        12000,
        12000,
    )
    assert lines(payment.entry) == ["dr 1010 120.00 USD", "cr 1100 90.00 USD", "cr 1100 30.00 USD"]
    assert (opened(one), opened(two)) == (("10.00", "10.00"), ("20.00", "20.00"))
    edit(date=JANUARY_5)
    edit(date=MARCH_1, amount=13000)
    payment.refresh_from_db()
    assert lines(payment.entry)[-1] == "cr 2310 10.00 USD"
    assert control("1100", FEBRUARY_1) == {(who.pk, "USD"): (15000, 15000)}
    assert control("1100", MARCH_1) == {(who.pk, "USD"): (3000, 3000)}
    assert verify() == []


def test_an_edit_keeps_the_rate_unless_it_is_about_it() -> None:
    rate("EUR", "1.10")
    who = contact()
    payment = pay("payment_received", who, "100.00", currency="EUR", rate="1.20")
    edit_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1, amount=20000)
    payment.refresh_from_db()
    assert (payment.rate, payment.base_amount) == (to_rate("1.2"), 24000)
    edit_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1, rate=to_rate("1.15"))
    payment.refresh_from_db()
    assert payment.base_amount == 23000


def test_a_payment_whose_credit_is_used_stays() -> None:
    who = contact()
    payment = pay("payment_received", who, "100.00")
    refund = pay("customer_refund", who, "30.00", settle(payment, "30.00"))
    with pytest.raises(CreditUsed) as refused:
        void_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1)
    assert refused.value.detail == (
        f"{payment.number} cannot be voided while its credit is paid back by {refund.number}. Take that back first."
    )


def test_a_merged_contact_is_paid_for_by_who_is_left() -> None:
    former, left = contact("Former"), contact("Left")
    invoice = document("invoice", former, "100.00")
    Contact.objects.filter(pk=former.pk).update(merged_into=left, is_active=False)
    payment = pay("payment_received", left, "100.00", settle(invoice))
    assert lines(payment.entry) == ["dr 1010 100.00 USD", "cr 1100 100.00 USD"]
    assert control("1100") == {}  # on the contact it was booked with
    assert verify() == []


def test_a_role_that_is_pointed_elsewhere_changes_nothing_booked() -> None:
    who = contact()
    one, two = pay("payment_received", who, "100.00"), document("invoice", who, "60.00")
    elsewhere = account("2320")
    point_role(role="customer_credits", account_id=elsewhere.pk)
    apply_payment(kind=PAYMENT_RECEIVED, payment_id=one.pk, allocations=[settle(two)], actor=1)
    assert control("2310") == {(who.pk, "USD"): (-4000, -4000)}
    pay("payment_received", who, "5.00")
    assert control("2320") == {(who.pk, "USD"): (-500, -500)}
    assert sum(item.open for item in open_items(side="sales", date=MARCH_1)) == -4500
    assert verify() == []


@pytest.mark.parametrize("area", ["all", "sales"])
def test_nothing_is_settled_in_a_locked_period(area: str) -> None:
    who = contact()
    invoice, other = document("invoice", who, "100.00"), document("invoice", who, "100.00")
    note = document("credit_note", who, "10.00")
    payment = pay("payment_received", who, "150.00", settle(invoice))
    allocation = Allocation.objects.get()
    set_lock(area=area, date=FEBRUARY_1, reason="Reported", actor=1)
    applied = {"allocations": [settle(other, "10.00")], "date": FEBRUARY_1, "actor": 1}
    acts: list[Callable[[], Any]] = [
        lambda: pay("payment_received", who, "1.00"),
        lambda: pay("customer_refund", who, "1.00", settle(payment, "1.00")),
        lambda: void_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1),
        lambda: edit_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, date=MARCH_1, actor=1),
        lambda: unapply(allocation_id=allocation.pk, source=payment, actor=1),
        lambda: apply_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, **applied),
        lambda: write_off(document_id=other.pk, date=FEBRUARY_1, actor=1),
        lambda: apply_document(kind=CREDIT_KINDS_BY_VALUE["credit_note"], document_id=note.pk, **applied),
    ]
    entries = JournalEntry.objects.count()
    for number, act in enumerate(acts):
        with pytest.raises(PeriodLocked), atomic():
            act()
        assert (number, JournalEntry.objects.count(), Allocation.objects.count()) == (number, entries, 1)


def test_what_somebody_changes_behind_our_back_is_found() -> None:
    who = contact()
    invoice = document("invoice", who, "100.00")
    payment = pay("payment_received", who, "100.00", settle(invoice, "90.00"))
    Document.objects.filter(pk=invoice.pk).update(settled=8000)
    Payment.objects.filter(pk=payment.pk).update(allocated_base=8000, bank_amount=9900, bank_base=9900)
    assert {each.detail for each in verify()} == {
        "invoice INV-00001 says that 8000 (9000 in base) minor units are settled; its allocations are 9000 (9000).",
        "payment_received PR-00001 says that 9000 (8000 in base) minor units are settled;"
        " its allocations are 9000 (9000).",
        "PR-00001 and entry 2 differ in line 1.",
    }


def test_the_database_keeps_allocations_and_refuses_too_many() -> None:
    who = contact()
    invoice = document("invoice", who, "100.00")
    payment = pay("payment_received", who, "100.00", settle(invoice))
    acts: list[Callable[[], Any]] = [
        lambda: Allocation.objects.update(amount=1),
        lambda: Allocation.objects.all().delete(),
        lambda: Document.objects.filter(pk=invoice.pk).update(settled=10001),
        lambda: Payment.objects.filter(pk=payment.pk).update(allocated=10001),
        lambda: Payment.objects.filter(pk=payment.pk).update(allocated_base=-1),
    ]
    for act in acts:
        with pytest.raises(IntegrityError), atomic():
            act()
    assert opened(invoice) == ("0.00", "0.00")
