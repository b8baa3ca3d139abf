"""Credits applied later, refunds, write-offs, taking back, and what they say about taxes: amounts by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from django.test.utils import CaptureQueriesContext

from ledger_core.payments.allocating import WrittenOff
from ledger_core.payments.applying import AlreadyUnapplied, NotUnapplied, apply_document, apply_payment, unapply
from ledger_core.payments.batches import pay_bills
from ledger_core.payments.kinds import (
    BILL_PAYMENT,
    CREDIT_KINDS_BY_VALUE,
    CUSTOMER_REFUND,
    PAYMENT_KINDS_BY_VALUE,
    PAYMENT_RECEIVED,
)
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.open_items import open_items
from ledger_core.payments.operations import CreditUsed, edit_payment, void_payment
from ledger_core.payments.shares import Allocate, OverAllocated
from ledger_core.payments.write_offs import NothingOpen, NotWrittenOff, cancel_write_off, write_off
from ledger_core.taxes.models import TaxEntry
from ledger_core.verification.verify import verify
from tenancy.db import atomic, connection
from tenancy.problems import Invalid
from tests.ledger_core.dealing import (
    FEBRUARY_1,
    JANUARY_5,
    MARCH_1,
    account,
    balance,
    contact,
    control,
    day,
    document,
    lines,
    opened,
    pay,
    rate,
    settle,
    tax,
)

pytestmark = pytest.mark.usefixtures("in_north")


@pytest.fixture(autouse=True)
def _books_are_proven(in_north: object) -> Iterator[None]:
    """After every test every promise of the books is checked, entries derived anew."""
    yield
    assert verify() == []


def apply(source: object, *allocations: Allocate, date: day | None = None) -> list[Allocation]:
    if isinstance(source, Payment):
        kind = PAYMENT_KINDS_BY_VALUE[source.kind]
        apply_payment(kind=kind, payment_id=source.pk, allocations=allocations, date=date, actor=1)
        return list(Allocation.objects.filter(payment=source).order_by("pk"))
    credit = CREDIT_KINDS_BY_VALUE[source.kind]  # type: ignore[attr-defined]
    apply_document(kind=credit, document_id=source.pk, allocations=allocations, date=date, actor=1)  # type: ignore[attr-defined]
    return list(Allocation.objects.filter(credit=source).order_by("pk"))  # type: ignore[misc]


def cash(code: str) -> tuple[int, int]:
    """What is recognized of a tax on cash basis: what was taxed, and the tax."""
    rows = TaxEntry.objects.filter(tax_rate__code=code, basis="cash")
    return sum(row.taxable for row in rows), sum(row.tax for row in rows)


def accrued(code: str) -> tuple[int, int]:
    rows = TaxEntry.objects.filter(tax_rate__code=code, basis="accrual")
    return sum(row.taxable for row in rows), sum(row.tax for row in rows)


def test_an_advance_is_applied_at_the_rate_it_was_booked_at() -> None:
    rate("EUR", "1.10")
    who = contact()
    advance = pay("payment_received", who, "100.00", currency="EUR", rate="1.00", date=JANUARY_5)
    invoice = document("invoice", who, "80.00", currency="EUR", date=FEBRUARY_1)
    (applied,) = apply(advance, settle(invoice))
    assert applied.date == FEBRUARY_1
    assert lines(applied.entry) == ["dr 2310 80.00 EUR = 80.00", "cr 1100 80.00 EUR = 88.00", "dr 8100 8.00 USD"]
    assert (opened(advance), opened(invoice)) == (("20.00", "20.00"), ("0.00", "0.00"))
    with pytest.raises(Invalid) as refused:
        apply(advance, settle(document("invoice", who, "5.00", date=MARCH_1)), date=FEBRUARY_1)
    assert refused.value.errors[0].pointer == "/date"


def test_a_vendors_advance_is_applied_in_another_currency() -> None:
    rate("EUR", "1.10")
    rate("JPY", "0.0070")
    who = contact()
    advance = pay("bill_payment", who, "10000", currency="JPY", rate="0.0068")  # 68.00
    bill = document("bill", who, "50.00", currency="EUR", rate="1.20", date=FEBRUARY_1)  # 60.00
    applied = apply(advance, settle(bill))[-1]  # 50.00 EUR are 55.00 USD, 7857 JPY, booked at 53.43
    assert lines(applied.entry) == ["dr 2000 50.00 EUR = 60.00", "cr 1320 7857 JPY = 53.43", "cr 8100 6.57 USD"]
    assert opened(advance) == ("2143", "14.57")


def test_a_credit_note_at_the_same_rate_posts_nothing() -> None:
    who = contact()
    invoice, note = document("invoice", who, "100.00"), document("credit_note", who, "30.00")
    (applied,) = apply(note, settle(invoice, "30.00"))
    assert applied.entry is None
    assert (opened(invoice), opened(note)) == (("70.00", "70.00"), ("0.00", "0.00"))
    assert control("1100") == {(who.pk, "USD"): (7000, 7000)}


@pytest.mark.parametrize(
    ("owed", "credit", "code", "sides", "result", "left"),
    [
        ("invoice", "credit_note", "1100", ("48.00", "44.00"), "cr 8100 4.00 USD", (-1000, -1200)),
        ("bill", "vendor_credit", "2000", ("44.00", "48.00"), "dr 8100 4.00 USD", (1000, 1200)),
    ],
)
def test_a_credit_at_another_rate_realizes_the_difference(
    owed: str, credit: str, code: str, sides: tuple[str, str], result: str, left: tuple[int, int]
) -> None:
    rate("EUR", "1.10")
    who = contact()
    first = document(owed, who, "40.00", currency="EUR")
    note = document(credit, who, "50.00", currency="EUR", rate="1.20", date=FEBRUARY_1)
    (applied,) = apply(note, settle(first))
    debit, credit = sides
    assert lines(applied.entry) == [f"dr {code} 40.00 EUR = {debit}", f"cr {code} 40.00 EUR = {credit}", result]
    assert (opened(first), opened(note)) == (("0.00", "0.00"), ("10.00", "12.00"))
    assert control(code) == {(who.pk, "EUR"): left}


def test_only_who_pays_withholds_tax() -> None:
    who = contact()
    keeps = tax("WHT", "10", kind="withholding")
    invoice, note = document("invoice", who, "100.00", taxes=(keeps,)), document("credit_note", who, "50.00")
    with pytest.raises(Invalid) as refused:
        apply(note, settle(invoice, "50.00", withheld="5.00"))
    assert refused.value.errors[0].pointer == "/allocations/0/withheld"
    apply(note, settle(invoice, "50.00"))
    advance = pay("payment_received", who, "18.00")
    applied = apply(advance, settle(invoice, "20.00", withheld="2.00"))[-1]
    assert lines(applied.entry) == ["dr 2310 18.00 USD", "dr 2200 2.00 USD", "cr 1100 20.00 USD"]
    last = pay("payment_received", who, "27.00", settle(invoice))
    assert lines(last.entry) == ["dr 1010 27.00 USD", "dr 2200 3.00 USD", "cr 1100 30.00 USD"]
    assert cash("WHT") == accrued("WHT") == (5000, 500)


def test_credits_give_no_more_than_they_have() -> None:
    who = contact()
    invoice, note = document("invoice", who, "100.00"), document("credit_note", who, "30.00")
    with pytest.raises(OverAllocated) as refused:
        apply(note, settle(invoice))
    assert refused.value.detail == f"{note.number} has 30.00 USD; the allocations take 100.00."
    with pytest.raises(Invalid):
        apply(note, settle(note, "1.00"))
    assert not Allocation.objects.exists()


def test_an_application_is_taken_back() -> None:
    rate("EUR", "1.10")
    who = contact()
    advance = pay("payment_received", who, "100.00", currency="EUR", rate="1.00", date=JANUARY_5)
    invoice = document("invoice", who, "80.00", currency="EUR", date=FEBRUARY_1)
    (applied,) = apply(advance, settle(invoice))
    unapply(allocation_id=applied.pk, source=advance, date=MARCH_1, actor=1)
    assert (opened(advance), opened(invoice)) == (("100.00", "100.00"), ("80.00", "88.00"))
    assert balance("8100") == "0.00"
    assert control("1100", FEBRUARY_1) == {}
    assert control("1100", MARCH_1) == {(who.pk, "EUR"): (8000, 8800)}
    with pytest.raises(AlreadyUnapplied):
        unapply(allocation_id=applied.pk, source=advance, actor=1)


def test_what_a_payment_was_recorded_with_is_taken_back_and_becomes_a_credit() -> None:
    rate("EUR", "1.10")
    who = contact()
    keeps = tax("WHT", "10", kind="withholding")
    one = document("invoice", who, "100.00", currency="EUR", taxes=(keeps,))
    two = document("invoice", who, "50.00", currency="EUR")
    payment = pay("payment_received", who, "140.00", settle(one), settle(two), currency="EUR", rate="1.20")
    first = Allocation.objects.get(document=one)
    unapply(allocation_id=first.pk, source=payment, date=MARCH_1, actor=1)
    mirror = Allocation.objects.get(reverses=first)
    assert lines(mirror.entry) == [
        "cr 2310 90.00 EUR = 108.00",
        "cr 2200 10.00 EUR = 12.00",
        "dr 1100 100.00 EUR = 110.00",
        "dr 8100 10.00 USD",
    ]
    assert (opened(one), opened(payment)) == (("100.00", "110.00"), ("90.00", "108.00"))
    assert cash("WHT") == accrued("WHT") == (0, 0)
    void_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1)
    payment.refresh_from_db()
    assert payment.reversal is not None
    assert payment.reversal.date == MARCH_1  # not before the last thing that happened to it
    assert [balance(code) for code in ("1010", "2310", "2200", "8100")] == ["0.00"] * 4
    assert opened(two) == ("50.00", "55.00")


def test_a_payment_applied_later_is_not_voided_before_that_is_taken_back() -> None:
    who = contact()
    advance, invoice = pay("payment_received", who, "50.00"), document("invoice", who, "50.00")
    apply(advance, settle(invoice))
    with pytest.raises(CreditUsed) as refused:
        void_payment(kind=PAYMENT_RECEIVED, payment_id=advance.pk, actor=1)
    assert f"applied to {invoice.number}" in refused.value.detail


def test_refunds_pay_credit_notes_and_advances_back_in_parts() -> None:
    rate("EUR", "1.10")
    who = contact()
    note = document("credit_note", who, "100.00", currency="EUR")  # 110.00
    advance = pay("payment_received", who, "50.00", currency="EUR", rate="1.00")
    refund = pay(
        "customer_refund",
        who,
        "90.00",
        settle(note, "60.00"),
        settle(advance, "30.00"),
        currency="EUR",
        rate="1.20",
        bank_charges="1.00",
    )
    assert lines(refund.entry) == [
        "dr 1100 60.00 EUR = 66.00",
        "dr 2310 30.00 EUR = 30.00",
        "dr 6600 1.00 EUR = 1.20",
        "cr 1010 91.00 EUR = 109.20",
        "dr 8100 6.00 USD",
        "dr 8100 6.00 USD",
    ]
    assert (opened(note), opened(advance)) == (("40.00", "44.00"), ("20.00", "20.00"))
    second = pay("customer_refund", who, "40.00", settle(note), currency="EUR", rate="1.05")
    assert lines(second.entry)[-1] == "cr 8100 2.00 USD"
    with pytest.raises(OverAllocated):
        pay("customer_refund", who, "30.00", settle(advance, "30.00"), currency="EUR")
    with pytest.raises(Invalid) as refused:
        pay("customer_refund", who, "30.00", settle(advance), currency="EUR")
    assert refused.value.errors[0].code == "not_allocated"
    with pytest.raises(NotUnapplied):
        unapply(allocation_id=Allocation.objects.filter(payment=refund).first().pk, source=refund, actor=1)  # type: ignore[union-attr]
    void_payment(kind=CUSTOMER_REFUND, payment_id=refund.pk, actor=1)
    assert (opened(note), opened(advance)) == (("60.00", "66.00"), ("50.00", "50.00"))


def test_a_vendor_pays_back_in_our_currency_what_was_credited_in_his() -> None:
    rate("EUR", "1.10")
    who = contact()
    credit = document("vendor_credit", who, "100.00", currency="EUR")
    refund = pay("vendor_refund", who, "108.00", settle(credit), bank_charges="3.00")
    assert lines(refund.entry) == [
        "dr 1010 105.00 USD",
        "dr 6600 3.00 USD",
        "cr 2000 100.00 EUR = 110.00",
        "dr 8100 2.00 USD",
    ]
    assert opened(credit) == ("0.00", "0.00")


def test_a_write_off_takes_tax_back_where_the_rate_allows_it() -> None:
    rate("EUR", "1.10")
    who = contact()
    vat, levy = tax("VAT", "20"), tax("LEVY", "5", bad_debt_relief=False)
    invoice = document("invoice", who, "100.00", currency="EUR", taxes=(vat, levy))
    assert (invoice.total, invoice.base_total) == (12500, 13750)
    pay("payment_received", who, "25.00", settle(invoice, "25.00"), currency="EUR", rate="1.10")
    write_off(document_id=invoice.pk, date=MARCH_1, reason="Bankrupt", actor=1)
    invoice.refresh_from_db()
    assert invoice.status == "written_off"
    written = Allocation.objects.get(kind="write_off")
    assert lines(written.entry) == [
        "dr 6610 84.00 EUR = 92.40",
        "dr 2200 16.00 EUR = 17.60",
        "cr 1100 100.00 EUR = 110.00",
    ]
    assert control("1100") == {}
    assert accrued("VAT") == (2200, 440)  # a fifth was paid
    assert cash("VAT") == (2200, 440)
    assert accrued("LEVY") == (11000, 550)
    with pytest.raises(Invalid) as refused:
        pay("payment_received", who, "1.00", settle(invoice, "1.00"), currency="EUR")
    assert refused.value.errors[0].code == "not_open"
    cancel_write_off(document_id=invoice.pk, date=day(2026, 3, 15), actor=1)
    assert opened(invoice) == ("100.00", "110.00")
    assert accrued("VAT") == (11000, 2200)
    assert balance("6610") == "0.00"
    with pytest.raises(NotWrittenOff):
        cancel_write_off(document_id=invoice.pk, actor=1)
    pay("payment_received", who, "100.00", settle(invoice), currency="EUR", rate="1.20")
    assert cash("VAT") == accrued("VAT")
    with pytest.raises(NothingOpen):
        write_off(document_id=invoice.pk, date=MARCH_1, actor=1)


def test_what_is_written_off_is_opened_before_its_payments_are_taken_back() -> None:
    who = contact()
    invoice = document("invoice", who, "100.00")
    payment = pay("payment_received", who, "30.00", settle(invoice, "30.00"))
    write_off(document_id=invoice.pk, date=MARCH_1, actor=1)
    acts = (
        partial(void_payment, kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1),
        partial(edit_payment, kind=PAYMENT_RECEIVED, payment_id=payment.pk, amount=4000, actor=1),
        partial(unapply, allocation_id=Allocation.objects.get(payment=payment).pk, source=payment, actor=1),
    )
    for act in acts:
        with pytest.raises(WrittenOff) as refused, atomic():
            act()
        assert refused.value.detail.startswith(f"The rest of {invoice.number} is written off.")
    assert opened(invoice) == ("0.00", "0.00")
    cancel_write_off(document_id=invoice.pk, actor=1)
    acts[0]()
    assert opened(invoice) == ("100.00", "100.00")


def test_on_cash_basis_parts_add_up_to_exactly_the_tax_of_the_document() -> None:
    who = contact()
    vat = tax("VAT", "19")
    invoice = document("invoice", who, "8.40", taxes=(vat,))  # 1.60 tax, 10.00 together
    first = pay("payment_received", who, "3.33", settle(invoice, "3.33"))
    assert cash("VAT") == (280, 53)
    second = pay("payment_received", who, "3.33", settle(invoice, "3.33"))
    assert cash("VAT") == (559, 107)
    unapply(allocation_id=Allocation.objects.get(payment=first).pk, source=first, actor=1)
    assert cash("VAT") == (559 - 280, 107 - 53)
    apply(first, settle(invoice, "3.00"))
    assert cash("VAT") == (532, 101)  # 6.33 of 10.00
    pay("payment_received", who, "3.67", settle(invoice))
    assert cash("VAT") == accrued("VAT") == (840, 160)
    void_payment(kind=PAYMENT_RECEIVED, payment_id=second.pk, actor=1)
    assert cash("VAT") == (840 - 279, 160 - 54)


def test_a_credit_note_is_paid_with_and_paid_itself() -> None:
    who = contact()
    vat, low = tax("VAT", "20"), tax("LOW", "5")
    invoice = document("invoice", who, "100.00", taxes=(vat,))
    same, other = (
        document("credit_note", who, "50.00", taxes=(vat,)),
        document("credit_note", who, "40.00", taxes=(low,)),
    )
    (alike,) = apply(same, settle(invoice, "60.00"))
    assert alike.entry is None
    assert cash("VAT") == (0, 0)  # half of the invoice, and all of the note
    (unlike,) = apply(other, settle(invoice, "42.00"))
    assert lines(unlike.entry) == ["dr 1100 42.00 USD", "cr 1100 42.00 USD"]
    assert cash("VAT") == (3500, 700)
    assert cash("LOW") == (-4000, -200)
    pay("payment_received", who, "18.00", settle(invoice))
    assert cash("VAT") == accrued("VAT") == (5000, 1000)
    unapply(allocation_id=unlike.pk, source=other, actor=1)
    assert cash("LOW") == (0, 0)
    pay("customer_refund", who, "42.00", settle(other))
    assert cash("LOW") == accrued("LOW") == (-4000, -200)


def test_withheld_tax_counts_on_both_bases_when_it_is_paid() -> None:
    who = contact()
    keeps, vat = tax("WHT", "10", kind="withholding"), tax("VAT", "20")
    bill = document("bill", who, "100.00", taxes=(vat, keeps))
    assert accrued("WHT") == (0, 0)
    payment = pay("bill_payment", who, "110.00", settle(bill))
    assert accrued("WHT") == cash("WHT") == (10000, 1000)
    assert cash("VAT") == accrued("VAT") == (10000, 2000)
    void_payment(kind=BILL_PAYMENT, payment_id=payment.pk, actor=1)
    assert accrued("WHT") == cash("WHT") == cash("VAT") == (0, 0)


def test_bills_of_many_vendors_are_paid_at_once_or_not_at_all() -> None:
    rate("EUR", "1.10")
    one, two = contact("One"), contact("Two")
    bills = [
        document("bill", one, "10.00"),
        document("bill", two, "20.00"),
        document("bill", one, "30.00"),
        document("bill", one, "40.00", currency="EUR"),
    ]
    wanted = [settle(bills[0]), settle(bills[1], "5.00"), settle(bills[2]), settle(bills[3])]
    made = pay_bills(account_id=account("1010").pk, date=FEBRUARY_1, bills=wanted, actor=1)
    assert [(each.contact_id, each.amount, each.currency) for each in made] == [
        (one.pk, 4000, "USD"),
        (two.pk, 500, "USD"),
        (one.pk, 4000, "EUR"),
    ]
    assert len({each.batch for each in made}) == 1
    assert [opened(each)[0] for each in bills] == ["0.00", "15.00", "0.00", "0.00"]
    with pytest.raises(Invalid) as refused:
        pay_bills(account_id=account("1010").pk, date=FEBRUARY_1, bills=[settle(bills[1]), settle(bills[0])], actor=1)
    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/bills/1/bill", "nothing_open")]
    assert Payment.objects.count() == 3


def test_open_items_are_those_of_the_day() -> None:
    who = contact()
    invoice = document("invoice", who, "100.00", date=JANUARY_5, due_date=day(2026, 1, 20))
    late = document("invoice", who, "40.00", date=MARCH_1)
    payment = pay("payment_received", who, "150.00", settle(invoice), date=FEBRUARY_1)
    apply_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, allocations=[settle(late)], date=MARCH_1, actor=1)
    note = document("credit_note", who, "15.00", date=FEBRUARY_1)

    def open_on(date: day) -> dict[str, int]:
        return {item.number: item.open for item in open_items(side="sales", date=date)}

    assert open_on(day(2026, 1, 4)) == {}
    assert open_on(JANUARY_5) == {invoice.number: 10000}
    assert open_on(FEBRUARY_1) == {payment.number: -5000, note.number: -1500}
    assert open_on(MARCH_1) == {payment.number: -1000, note.number: -1500}
    applied = Allocation.objects.get(document=late)
    unapply(allocation_id=applied.pk, source=payment, date=day(2026, 3, 10), actor=1)
    void_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, date=day(2026, 3, 10), actor=1)
    assert open_on(MARCH_1) == {payment.number: -1000, note.number: -1500}
    assert open_on(day(2026, 3, 10)) == {invoice.number: 10000, late.number: 4000, note.number: -1500}
    (first,) = (item for item in open_items(side="sales", date=JANUARY_5))
    assert (first.what, first.contact_id, first.due_date) == ("document", who.pk, day(2026, 1, 20))


def test_open_items_take_the_same_queries_whatever_is_open() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection()) as captured:
            open_items(side="purchases", date=MARCH_1)
        return len(captured)

    who = contact()
    document("bill", who, "10.00")
    few = asked()
    for _ in range(3):
        pay("bill_payment", who, "2.00", settle(document("bill", who, "10.00"), "1.00"))
        document("vendor_credit", contact("Other"), "3.00")
    assert asked() == few <= 5
