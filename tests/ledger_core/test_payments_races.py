"""Two people settle the same thing at the same moment: exactly one is refused, and the books stay whole."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from ledger_core.documents.operations import edit_document, void_document
from ledger_core.payments.applying import apply_document, apply_payment, unapply
from ledger_core.payments.batches import pay_bills
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_RECEIVED
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.operations import edit_payment, void_payment
from ledger_core.payments.write_offs import write_off
from ledger_core.verification.verify import verify
from tenancy.context import Tenant
from tests.ledger_core.dealing import FEBRUARY_1, MARCH_1, account, contact, document, opened, pay, settle
from tests.ledger_core.test_races import ROUNDS, at_once


def paying(who: Any, amount: str, *allocations: Any) -> Any:
    return partial(pay, "payment_received", who, amount, *allocations)


def proven() -> list[Any]:
    return [each for each in verify() if each.check in ("entries", "numbers", "documents", "allocations")]


def test_two_payments_for_one_invoice(in_north: Tenant) -> None:
    who = contact()
    for _ in range(ROUNDS):
        invoice = document("invoice", who, "100.00")
        one, two = settle(invoice, "60.00"), settle(invoice, "60.00")
        assert sorted(at_once(in_north, paying(who, "60.00", one), paying(who, "60.00", two))) == [
            "done",
            "over_allocated",
        ]
        assert opened(invoice) == ("40.00", "40.00")
        small = [paying(who, "10.00", settle(invoice, "10.00")) for _ in range(4)]
        assert at_once(in_north, *small) == ["done"] * 4
        assert opened(invoice) == ("0.00", "0.00")
    assert Payment.objects.count() == 5 * ROUNDS
    assert proven() == []


def test_payments_that_name_the_same_invoices_in_other_orders(in_north: Tenant) -> None:
    who = contact()
    for _ in range(ROUNDS):
        invoices = [document("invoice", who, "100.00") for _ in range(4)]
        wanted = [settle(each, "30.00") for each in invoices]
        acts = [paying(who, "120.00", *order) for order in (wanted, wanted[::-1], wanted[2:] + wanted[:2])]
        assert at_once(in_north, *acts) == ["done"] * 3
        assert [opened(each) for each in invoices] == [("10.00", "10.00")] * 4
    assert proven() == []


def test_one_credit_is_used_once(in_north: Tenant) -> None:
    who = contact()
    for _ in range(ROUNDS):
        note, advance = document("credit_note", who, "100.00"), pay("payment_received", who, "100.00")
        one, two = document("invoice", who, "90.00"), document("invoice", who, "90.00")
        credit = partial(apply_document, kind=CREDIT_KINDS_BY_VALUE["credit_note"], document_id=note.pk, actor=1)
        acts = [partial(credit, allocations=[settle(each, "60.00")]) for each in (one, two)]
        assert sorted(at_once(in_north, *acts)) == ["done", "over_allocated"]
        rest = partial(apply_payment, kind=PAYMENT_RECEIVED, payment_id=advance.pk, actor=1)
        refund = partial(pay, "customer_refund", who, "80.00", settle(advance, "80.00"))
        both = [partial(rest, allocations=[settle(one, "30.00")]), refund]
        assert sorted(at_once(in_north, *both)) == ["done", "over_allocated"]
    assert proven() == []


def test_a_payment_and_a_void_of_its_invoice(in_north: Tenant) -> None:
    who = contact()
    for _ in range(ROUNDS):
        invoice = document("invoice", who, "100.00")
        results = at_once(
            in_north,
            paying(who, "100.00", settle(invoice, "100.00")),
            partial(void_document, kind="invoice", document_id=invoice.pk, actor=1),
        )
        assert results in (["done", "settled"], ["invalid", "done"])
    assert proven() == []


def test_a_payment_and_a_change_or_write_off_of_its_invoice(in_north: Tenant) -> None:
    who = contact()
    for _ in range(ROUNDS):
        one, two = document("invoice", who, "100.00"), document("invoice", who, "100.00")
        edit = partial(edit_document, kind="invoice", document_id=one.pk, actor=1)
        results = at_once(in_north, paying(who, "100.00", settle(one, "100.00")), partial(edit, adjustment=-3000))
        assert results in (["done", "settled"], ["over_allocated", "done"])
        results = at_once(
            in_north,
            paying(who, "100.00", settle(two, "100.00")),
            partial(write_off, document_id=two.pk, date=MARCH_1, actor=1),
        )
        assert results in (["done", "nothing_open"], ["invalid", "done"])
    assert proven() == []


def test_a_payment_is_voided_changed_or_unapplied_once(in_north: Tenant) -> None:
    who = contact()
    for _ in range(ROUNDS):
        invoice = document("invoice", who, "100.00")
        payment = pay("payment_received", who, "100.00", settle(invoice))
        allocation = Allocation.objects.get(payment=payment)
        void = partial(void_payment, kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1)
        results = at_once(
            in_north,
            void,
            void,
            partial(unapply, allocation_id=allocation.pk, source=payment, actor=1),
            partial(edit_payment, kind=PAYMENT_RECEIVED, payment_id=payment.pk, amount=12000, actor=1),
        )
        assert sorted(results[:2]) in (["already_void", "done"], ["changed_meanwhile", "done"])
        assert opened(invoice) == ("100.00", "100.00")
    assert proven() == []


def test_two_batches_of_the_same_bills(in_north: Tenant) -> None:
    who = [contact(name) for name in ("One", "Two")]
    for _ in range(ROUNDS):
        bills = [document("bill", each, "10.00") for each in (*who, *who)]
        acts = [
            partial(pay_bills, account_id=account("1010").pk, date=FEBRUARY_1, bills=order, actor=1)
            for order in ([settle(each) for each in bills], [settle(each) for each in bills[::-1]])
        ]
        assert sorted(at_once(in_north, *acts)) == ["done", "invalid"]
        assert [opened(each) for each in bills] == [("0.00", "0.00")] * 4
    assert proven() == []


pytestmark = pytest.mark.usefixtures("in_north")
