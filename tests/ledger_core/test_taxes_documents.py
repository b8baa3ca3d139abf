"""Returns over real invoices, bills and payments: issued, edited, voided, written off and paid around a filing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.documents.models import Document
from ledger_core.documents.operations import edit_document, void_document
from ledger_core.payments.write_offs import write_off
from ledger_core.taxes.filing import file_return, prepare_return
from ledger_core.taxes.models import TaxRate, TaxReturn
from ledger_core.taxes.queries import TaxPeriodFiled
from ledger_core.taxes.returns import shown_figures
from ledger_core.verification.verify import verify
from tests.ledger_core.dealing import balance, contact, document, pay, rate, settle, tax

day = datetime.date


@pytest.fixture
def who(in_north: Any) -> Contact:
    return contact()


@pytest.fixture
def vat(in_north: Any) -> TaxRate:
    return tax("VAT", "20")


def prepared(month: int, basis: str = "accrual") -> TaxReturn:
    last = {1: 31, 2: 28, 3: 31}[month]
    return prepare_return(date_from=day(2026, month, 1), date_to=day(2026, month, last), basis=basis, actor=1)


def filed(month: int, basis: str = "accrual") -> TaxReturn:
    return file_return(return_id=prepared(month, basis).pk, actor=1)


def owed(about: TaxReturn) -> tuple[int, int]:
    """Of the return's own days, and late."""
    found = shown_figures(about)
    return sum(row.figures.owed for row in found.rows), sum(row.figures.owed for row in found.late)


def the_books_are_true() -> None:
    assert [(each.check, each.detail) for each in verify()] == []


def test_a_filed_invoice_is_neither_edited_nor_voided_in_filed_days(who: Contact, vat: TaxRate) -> None:
    invoice = document("invoice", who, "100", date=day(2026, 1, 10), taxes=(vat,))
    bill = document("bill", who, "40", date=day(2026, 1, 11), taxes=(vat,))
    january = filed(1)
    assert owed(january) == (12_00, 0)
    with pytest.raises(TaxPeriodFiled):
        void_document(kind="invoice", document_id=invoice.pk, actor=1)
    with pytest.raises(TaxPeriodFiled):
        edit_document(kind="bill", document_id=bill.pk, date=day(2026, 1, 20), actor=1)
    assert Document.objects.get(pk=invoice.pk).status == "issued"
    void_document(kind="invoice", document_id=invoice.pk, date=day(2026, 2, 3), actor=1)
    assert owed(prepared(2)) == (-20_00, 0)
    assert owed(TaxReturn.objects.get(pk=january.pk)) == (12_00, 0)
    the_books_are_true()


def test_a_late_invoice_is_issued_edited_and_voided_until_it_is_filed(who: Contact, vat: TaxRate) -> None:
    filed(1)
    late = document("invoice", who, "100", date=day(2026, 1, 10), taxes=(vat,))
    draft = prepared(2)
    assert owed(draft) == (0, 20_00)
    edit_document(kind="invoice", document_id=late.pk, discount_percent=100_000, actor=1)  # 10 %
    assert owed(draft) == (0, 18_00)
    file_return(return_id=draft.pk, actor=1)
    with pytest.raises(TaxPeriodFiled, match="2026-02-01 to 2026-02-28"):
        void_document(kind="invoice", document_id=late.pk, actor=1)
    the_books_are_true()


def test_on_cash_basis_what_is_not_paid_is_in_no_return(who: Contact, vat: TaxRate) -> None:
    paid = document("invoice", who, "100", date=day(2026, 1, 10), taxes=(vat,))
    unpaid = document("invoice", who, "50", date=day(2026, 1, 11), taxes=(vat,))
    pay("payment_received", who, "40", settle(paid, "40"), date=day(2026, 1, 20))  # a third of 120
    pay("payment_received", who, "80", settle(paid, "80"), date=day(2026, 2, 20))
    january = filed(1, "cash")
    assert owed(january) == (6_67, 0)
    void_document(kind="invoice", document_id=unpaid.pk, actor=1)  # its tax was never declared
    february = filed(2, "cash")
    assert owed(february) == (13_33, 0)
    the_books_are_true()


def test_tax_withheld_by_a_customer_is_taken_off(who: Contact, vat: TaxRate) -> None:
    withholding = tax("WHT", "5", kind="withholding")
    invoice = document("invoice", who, "100", date=day(2026, 1, 10), taxes=(vat, withholding))
    payment = settle(invoice, "120", withheld="5", tax=withholding)
    pay("payment_received", who, "115", payment, date=day(2026, 1, 20))
    assert owed(prepared(1)) == (15_00, 0)
    the_books_are_true()


def test_what_a_return_owes_is_what_the_account_of_taxes_holds(who: Contact, vat: TaxRate) -> None:
    """Across currencies and reverse charge, with input tax on an account of its own, which filing clears."""
    rate("EUR", "1.1")
    apart = Account.objects.create(code="1299", name="Input tax", type="other_current_asset")
    reverse_charge = tax("RC", "19", kind="reverse_charge", recoverable_account=apart)
    half = tax("HALF", "7", recoverable=500_000, recoverable_account=apart)
    euro = contact("Euro", currency="EUR")
    document("invoice", euro, "33.33", date=day(2026, 1, 10), currency="EUR", rate="1.1", taxes=(vat,))
    document("bill", euro, "77.77", date=day(2026, 1, 11), currency="EUR", rate="1.1", taxes=(reverse_charge,))
    document("bill", who, "9.99", date=day(2026, 1, 12), taxes=(half,))
    document("credit_note", who, "1.05", date=day(2026, 1, 13), taxes=(vat,))
    # 6.67 EUR is 7.34; RC 14.78 EUR is 16.26 on both sides; of 0.70 half is recoverable; 0.21 goes back
    role = Account.objects.get(system_roles__role="tax").code
    assert (balance(role), balance("1299")) == ("-23.39", "16.61")
    january = filed(1)
    assert january.owed == 7_34 - 35 - 21
    assert (balance(role), balance("1299")) == ("-6.78", "0.00")
    the_books_are_true()


def test_a_bad_debt_takes_its_tax_back_in_the_return_of_its_day(who: Contact, vat: TaxRate) -> None:
    invoice = document("invoice", who, "100", date=day(2026, 1, 10), taxes=(vat,))
    filed(1)
    write_off(document_id=invoice.pk, date=day(2026, 2, 10), reason="Gone", actor=1)
    assert owed(prepared(2)) == (-20_00, 0)
    the_books_are_true()
