"""Profit and loss on cash basis, worked by hand: what counts, on which day, and the lines behind every amount."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from ledger_core.arithmetic.money import to_text
from ledger_core.books.operations import Line, Source, post
from ledger_core.contacts.models import Contact
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document
from ledger_core.documents.operations import create_document, edit_document, void_document
from ledger_core.payments.allocating import live
from ledger_core.payments.applying import apply_document, unapply
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_RECEIVED
from ledger_core.payments.operations import void_payment
from ledger_core.payments.write_offs import cancel_write_off, write_off
from ledger_core.reports.answers import shown
from ledger_core.reports.report import Report
from ledger_core.reports.serializers import read_parameters
from ledger_core.reports.statements.profit_and_loss import PROFIT_AND_LOSS
from ledger_core.reports.trade import cash_lines
from ledger_core.reports.trade.cash_lines import CASH_BASIS_LINES, cash_basis_lines
from ledger_core.reports.trade.views import read_question
from ledger_core.reports.views import view_of
from tenancy.db import atomic, connection
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, document, pay, rate, settle, tax
from tests.ledger_core.papers import paper, price
from tests.ledger_core.test_payments_at_random import FIRST, Trade

day = datetime.date
BY_MONTH = "date_from=2025-12-01&date_to=2026-04-30&columns=month"
ALL_TIME = "date_from=2025-01-01&date_to=2027-12-31"


def make(query: str, basis: str = "cash") -> Report:
    report: Report = view_of(PROFIT_AND_LOSS)().make(
        read_parameters(PROFIT_AND_LOSS, QueryDict(f"{query}&basis={basis}"))
    )
    return report


def amounts(query: str = BY_MONTH, basis: str = "cash") -> dict[str, list[str]]:
    """The rows of accounts and net income by their code or key, as amounts of months (and the total)."""
    return {
        row.account.code if row.account else row.key: [to_text(cell.value or 0, "USD") for cell in row.cells]
        for row in make(query, basis).rows
        if row.account or row.key == "net_income"
    }


def assert_lines_add_up(report: Report) -> None:
    """Follow every link; the lines there add up to the amount it is beside."""
    for row, with_links in zip(report.rows, shown(report)["rows"], strict=True):
        for cell, link in zip(row.cells, with_links["cells"], strict=True):
            if cell.selection is None:
                assert link["lines"] is None
                continue
            path, _, query = link["lines"].partition("?")
            assert path == f"/api/reports/{CASH_BASIS_LINES.name}"
            listing = cash_basis_lines(CASH_BASIS_LINES, read_question(CASH_BASIS_LINES, QueryDict(query)))
            *lines, total = [net for each in listing.rows if isinstance(net := each.cells[-1], int)]
            assert len(lines) + 1 == len(listing.rows)
            assert sum(lines) == total
            assert cell.sign * total == cell.value, (row.title, query)


def two_lines(who: Contact, **fields: Any) -> Document:
    """An invoice of 100.00 of work and 50.01 of goods, both with a tax of 20%: 180.01 in all."""
    vat = tax("VAT", "20")
    lines = [
        WrittenLine(account_id=account(code).pk, unit_price=price(amount), tax_ids=[vat.pk])
        for code, amount in (("4000", "100"), ("4100", "50.01"))
    ]
    made = create_document(
        kind="invoice", lines=lines, issue=True, actor=1, **{"contact_id": who.pk, "date": day(2025, 12, 10), **fields}
    )
    return Document.objects.get(pk=made.pk)


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def acme(in_north: Any) -> Contact:
    return contact("Acme")


def test_an_invoice_paid_in_two_parts_over_a_year_end(acme: Contact) -> None:
    """Of 180.01, 60.00 are paid in December: a third of it, near enough; the rest in February."""
    invoice = two_lines(acme)
    assert to_text(invoice.total, "USD") == "180.01"
    pay("payment_received", acme, "60", settle(invoice, "60"), date=day(2025, 12, 20))
    pay("payment_received", acme, "120.01", settle(invoice, "120.01"), date=day(2026, 2, 3))
    found = amounts()
    # 100.00 x 60 / 180.01 = 33.3315 and 50.01 x 60 / 180.01 = 16.6691; then what is left of each.
    assert found["4000"] == ["33.33", "0.00", "66.67", "0.00", "0.00", "100.00"]
    assert found["4100"] == ["16.67", "0.00", "33.34", "0.00", "0.00", "50.01"]
    assert found["net_income"] == ["50.00", "0.00", "100.01", "0.00", "0.00", "150.01"]
    assert amounts(basis="accrual")["net_income"] == ["150.01", "0.00", "0.00", "0.00", "0.00", "150.01"]
    assert_lines_add_up(make(BY_MONTH))


def test_rounding_never_adds_up(acme: Contact) -> None:
    """Seven payments of a seventh each: after each, what is recognized is the rounded share of what is paid so far."""
    invoice = document("invoice", acme, "1.00", taxes=(tax("SEVENTH", "600"),))  # 7.00 in all
    for month in range(1, 8):
        pay("payment_received", acme, "1.00", settle(invoice, "1.00"), date=day(2026, month, 10))
    found = amounts("date_from=2026-01-01&date_to=2026-07-31&columns=month")["4000"]
    # 0.142857, 0.285714, 0.428571, 0.571429, 0.714286, 0.857143, 1.00
    assert found == ["0.14", "0.15", "0.14", "0.14", "0.14", "0.15", "0.14", "1.00"]


def test_a_bill_counts_when_it_is_paid(acme: Contact) -> None:
    vat = tax("VAT", "10", recoverable=500_000)  # half of it is part of the cost
    bill = document("bill", acme, "100", taxes=(vat,))
    pay("bill_payment", acme, "22", settle(bill, "22"), date=day(2026, 2, 1), bank_charges="3.00")
    found = amounts()
    # The cost is 105.00 of 110.00; 22.00 are a fifth. What the bank charged is the payment's own.
    assert found["6200"] == ["0.00", "0.00", "21.00", "0.00", "0.00", "21.00"]
    assert found["net_income"][-1] == "-24.00"
    assert amounts(basis="accrual")["6200"][-1] == "105.00"
    assert_lines_add_up(make(BY_MONTH))


def test_a_credit_note_that_is_applied_settles_both(acme: Contact) -> None:
    invoice = document("invoice", acme, "100", date=day(2025, 12, 5))
    credit = document("credit_note", acme, "40", date=day(2026, 1, 5))
    apply = CREDIT_KINDS_BY_VALUE["credit_note"]
    apply_document(
        kind=apply, document_id=credit.pk, allocations=[settle(invoice, "30")], date=day(2026, 2, 2), actor=1
    )
    assert amounts() == {"net_income": ["0.00"] * 6}  # 30.00 of the one, -30.00 of the other
    pay("payment_received", acme, "70", settle(invoice, "70"), date=day(2026, 3, 2))
    pay("customer_refund", acme, "10", settle(credit, "10"), date=day(2026, 4, 2))
    assert amounts()["4000"] == ["0.00", "0.00", "0.00", "70.00", "-10.00", "60.00"]
    question = read_question(CASH_BASIS_LINES, QueryDict("date_from=2026-02-01&date_to=2026-02-28&branch=none"))
    listing = cash_basis_lines(CASH_BASIS_LINES, question)
    assert [row.cells for row in listing.rows] == [
        (day(2026, 2, 2), f"Invoice {invoice.number}", f"Credit note {credit.number}", str(account("4000")), -3000),
        (day(2026, 2, 2), f"Credit note {credit.number}", f"Invoice {invoice.number}", str(account("4000")), 3000),
        ("Total", None, None, None, 0),
    ]
    assert_lines_add_up(make(BY_MONTH))


def test_a_write_off_recognizes_nothing(acme: Contact) -> None:
    invoice = document("invoice", acme, "100", date=day(2025, 12, 5))
    pay("payment_received", acme, "25", settle(invoice, "25"), date=day(2026, 1, 5))
    write_off(document_id=invoice.pk, date=day(2026, 2, 5), actor=1)
    assert amounts()["net_income"] == ["0.00", "25.00", "0.00", "0.00", "0.00", "25.00"]
    assert list(amounts()) == ["4000", "net_income"]
    assert amounts(basis="accrual")["net_income"] == ["100.00", "0.00", "-75.00", "0.00", "0.00", "25.00"]
    cancel_write_off(document_id=invoice.pk, date=day(2026, 3, 5), actor=1)
    pay("payment_received", acme, "75", settle(invoice, "75"), date=day(2026, 4, 5))
    assert amounts()["net_income"] == ["0.00", "25.00", "0.00", "0.00", "75.00", "100.00"]
    assert_lines_add_up(make(BY_MONTH))


def test_a_voided_payment_takes_back_on_its_day(acme: Contact) -> None:
    invoice = document("invoice", acme, "100", date=day(2025, 12, 5))
    payment = pay("payment_received", acme, "60", settle(invoice, "60"), date=day(2026, 1, 5))
    void_payment(payment_id=payment.pk, kind=PAYMENT_RECEIVED, date=day(2026, 3, 1), actor=1)
    assert amounts()["4000"] == ["0.00", "60.00", "0.00", "-60.00", "0.00", "0.00"]
    void_document(kind="invoice", document_id=invoice.pk, date=day(2026, 4, 1), actor=1)
    assert amounts()["4000"] == ["0.00", "60.00", "0.00", "-60.00", "0.00", "0.00"]
    assert_lines_add_up(make(BY_MONTH))


def test_an_application_that_is_taken_back(acme: Contact) -> None:
    invoice = document("invoice", acme, "100", date=day(2025, 12, 5))
    payment = pay("payment_received", acme, "60", settle(invoice, "60"), date=day(2026, 1, 5))
    unapply(allocation_id=live().get().pk, source=payment, date=day(2026, 2, 1), actor=1)
    assert amounts()["4000"] == ["0.00", "60.00", "-60.00", "0.00", "0.00", "0.00"]  # now it is an advance


def test_foreign_currency_counts_at_the_documents_rate(acme: Contact) -> None:
    """100.00 EUR at 1.10, paid at 1.20: 110.00 of income, and a realized gain as it was booked."""
    rate("EUR", "1.10")
    invoice = document("invoice", acme, "100", currency="EUR", rate="1.10", date=day(2025, 12, 5))
    pay("payment_received", acme, "33.33", settle(invoice, "33.33"), currency="EUR", rate="1.20", date=day(2026, 1, 5))
    pay("payment_received", acme, "66.67", settle(invoice, "66.67"), currency="EUR", rate="1.20", date=day(2026, 2, 5))
    found = amounts()
    assert found["4000"] == ["0.00", "36.66", "73.34", "0.00", "0.00", "110.00"]  # 110.00 x 0.3333 = 36.663
    assert found["net_income"][-1] == amounts(basis="accrual")["net_income"][-1] == "120.00"
    assert_lines_add_up(make(BY_MONTH))


def test_what_is_paid_at_once_counts_as_booked(acme: Contact) -> None:
    bank, work = account("1010"), account("4000")
    line = [WrittenLine(account_id=work.pk, unit_price=price("80"))]
    create_document(kind="sales_receipt", lines=line, issue=True, actor=1, date=day(2026, 1, 9), account_id=bank.pk)
    rent = [WrittenLine(account_id=account("6200").pk, unit_price=price("30"))]
    create_document(kind="expense", lines=rent, issue=True, actor=1, date=day(2026, 2, 9), account_id=bank.pk)
    journal = [Line(bank.pk, debit=500), Line(work.pk, credit=500)]
    post(date=day(2026, 3, 9), lines=journal, source=Source("manual_journal", 1, "J-1"), actor=1)
    expected = ["0.00", "80.00", "-30.00", "5.00", "0.00", "55.00"]
    assert amounts()["net_income"] == amounts(basis="accrual")["net_income"] == expected
    assert_lines_add_up(make(BY_MONTH))


def test_an_invoice_of_nothing_counts_as_booked(acme: Contact) -> None:
    """There is nothing to settle: 50.00 of one income less 50.00 of another."""
    lines = [
        WrittenLine(account_id=account(code).pk, unit_price=price("50"), quantity=quantity)
        for code, quantity in (("4000", 1_000_000), ("4100", -1_000_000))
    ]
    about = {"contact_id": acme.pk, "date": day(2026, 1, 9)}
    invoice = create_document(kind="invoice", lines=lines, issue=True, actor=1, **about)
    assert amounts()["4000"] == ["0.00", "50.00", "0.00", "0.00", "0.00", "50.00"]
    void_document(kind="invoice", document_id=invoice.pk, date=day(2026, 3, 9), actor=1)
    assert amounts()["4100"] == ["0.00", "-50.00", "0.00", "50.00", "0.00", "0.00"]
    assert_lines_add_up(make(BY_MONTH))


def test_of_a_changed_document_the_present_entry_counts(acme: Contact) -> None:
    invoice = document("invoice", acme, "100", date=day(2025, 12, 5))
    pay("payment_received", acme, "50", settle(invoice, "50"), date=day(2026, 1, 5))
    line = WrittenLine(account_id=account("4100").pk, unit_price=price("200"))
    edit_document(kind="invoice", document_id=invoice.pk, lines=[line], actor=1)
    assert amounts() == {"4100": ["0.00", "50.00", "0.00", "0.00", "0.00", "50.00"], "net_income": [
        "0.00", "50.00", "0.00", "0.00", "0.00", "50.00"]}  # fmt: skip


def test_branches(acme: Contact) -> None:
    """Each line counts in its branch; discounts and shipping in the document's."""
    invoice = paper("invoice", who=acme)
    invoice.refresh_from_db()
    pay("payment_received", acme, to_text(invoice.total, "USD"), settle(invoice), date=day(2026, 2, 1))
    for query in ("columns=branch", "branch=4", "branch=2", "branch=none"):
        cash, accrual = (make(f"{ALL_TIME}&{query}", basis) for basis in ("cash", "accrual"))
        assert [[cell.value for cell in row.cells] for row in cash.rows] == [
            [cell.value for cell in row.cells] for row in accrual.rows
        ]
        assert_lines_add_up(cash)
    assert [each.label for each in make(f"{ALL_TIME}&columns=branch").columns] == ["Branch 2", "Branch 4", "Total"]


def test_comparisons_and_percentages(acme: Contact) -> None:
    invoice = document("invoice", acme, "100", date=day(2025, 1, 5))
    pay("payment_received", acme, "40", settle(invoice, "40"), date=day(2025, 2, 5))
    pay("payment_received", acme, "60", settle(invoice, "60"), date=day(2026, 2, 5))
    report = make("date_from=2026-02-01&date_to=2026-02-28&compare=previous_year&percent_of=column")
    (row,) = [row for row in report.rows if row.key == "net_income"]
    assert [cell.value for cell in row.cells] == [6000, 1000, 4000, 2000, 500]
    assert_lines_add_up(report)


# --- Over the API ----------------------------------------------------------------------------------------------------


def test_the_answer_says_its_basis_and_leads_to_its_lines(client: APIClient, acme: Contact) -> None:
    invoice = document("invoice", acme, "100", date=day(2025, 12, 5))
    payment = pay("payment_received", acme, "60", settle(invoice, "60"), date=day(2026, 1, 5))
    asked = {"basis": "cash", "date_from": "2026-01-01", "date_to": "2026-12-31"}
    found = client.get("/api/reports/profit-and-loss", asked).json()
    assert (found["basis"], found["date_from"]) == ("cash", "2026-01-01")
    (cell,) = next(row for row in found["rows"] if row["key"] == "income_total")["cells"]
    assert cell["amount"] == "60.00"
    lines = client.get(cell["lines"])
    assert lines.status_code == 200, lines.content
    assert (lines.json()["basis"], lines.json()["title"]) == ("cash", "Lines on cash basis")
    line, total = lines.json()["rows"]
    assert line["about"] == {"kind": "invoice", "id": str(invoice.pk)}
    assert line["cells"] == {
        "date": "2026-01-05",
        "document": f"Invoice {invoice.number}",
        "settled_by": f"Payment received {payment.number}",
        "account": str(account("4000")),
        "amount": "-60.00",
    }
    assert total["cells"]["amount"] == "-60.00"
    text = client.get("/api/reports/profit-and-loss", {**asked, "format": "csv"}).content.decode("utf-8-sig")
    assert "4000" in text
    assert Decimal(text.strip().splitlines()[-1].split(",")[-1]) == 60


def test_files_say_that_they_are_on_cash_basis(acme: Contact) -> None:
    assert make(BY_MONTH).table("USD").about == ("2025-12-01 to 2026-04-30", "Cash basis")
    question = read_question(CASH_BASIS_LINES, QueryDict("date_from=2026-02-01&date_to=2026-02-28"))
    table = cash_basis_lines(CASH_BASIS_LINES, question).table("USD")
    assert table.about == ("2026-02-01 to 2026-02-28", "Cash basis")


@pytest.mark.parametrize(
    ("path", "pointer", "code"),
    [
        ("profit-and-loss?basis=cash&as_known_at=2026-01-01T00:00:00Z", "/as_known_at", "not_available"),
        ("profit-and-loss?basis=both", "/basis", "invalid_choice"),
        ("balance-sheet?basis=cash", "/basis", "basis_not_available"),
        ("cash-basis-lines?basis=cash", "/basis", "not_available"),
        ("cash-basis-lines?account=1", "/account", "unknown_account"),
        ("cash-basis-lines?type=bank", "/type/0", "invalid_choice"),
        ("sales-by-item?type=income", "/type", "not_available"),
    ],
)
def test_what_has_no_cash_basis_is_refused(client: APIClient, path: str, pointer: str, code: str) -> None:
    answer = client.get(f"/api/reports/{path}")
    assert answer.status_code == 400, answer.content
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


def test_too_many_lines_are_refused(client: APIClient, acme: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cash_lines, "MOST_ROWS", 1)
    for _ in range(2):
        invoice = document("invoice", acme, "100")
        pay("payment_received", acme, "100", settle(invoice), date=day(2026, 1, 5))
    answer = client.get("/api/reports/cash-basis-lines?date_from=2026-01-01&date_to=2026-01-31")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_lines")
    assert "Take fewer accounts or a shorter time" in answer.json()["detail"]


def test_queries_are_as_many_whatever_was_settled(client: APIClient, acme: Contact) -> None:
    def queries() -> list[int]:
        counts = []
        for path in ("profit-and-loss?basis=cash&", "cash-basis-lines?"):
            with CaptureQueriesContext(connection()) as captured:
                answer = client.get(f"/api/reports/{path}date_from=2025-01-01&date_to=2026-12-31")
            assert answer.status_code == 200, answer.content
            counts.append(len(captured))
        return counts

    def deal() -> None:
        invoice, bill = document("invoice", acme, "10"), document("bill", acme, "10")
        credit = document("credit_note", acme, "2")
        pay("bill_payment", acme, "10", settle(bill))
        apply = CREDIT_KINDS_BY_VALUE["credit_note"]
        apply_document(kind=apply, document_id=credit.pk, allocations=[settle(invoice, "2")], actor=1)
        pay("payment_received", acme, "8", settle(invoice))

    deal()
    before = queries()
    for _ in range(3):
        deal()
    assert queries() == before
    assert before[0] <= 9


# --- Whatever happens ------------------------------------------------------------------------------------------------


def settle_everything() -> None:
    """Pay what is owed and pay back what is left of credits, so that nothing is open."""
    for written_off in live().filter(kind="write_off"):
        cancel_write_off(document_id=written_off.document_id or 0, actor=1)
    pays = {"invoice": "payment_received", "bill": "bill_payment"}
    pays |= {"credit_note": "customer_refund", "vendor_credit": "vendor_refund"}
    late = FIRST + datetime.timedelta(days=200)
    for each in Document.objects.filter(status__in=("issued", "open")).select_related("contact"):
        if each.open_amount and each.contact is not None:
            amount = to_text(each.open_amount, each.currency)
            wanted = settle(each, withheld="0") if each.kind in ("invoice", "bill") else settle(each)
            pay(pays[each.kind], each.contact, amount, wanted, date=late, currency=each.currency)


@pytest.mark.usefixtures("in_north")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), steps=st.integers(5, 40))
def test_once_all_is_settled_both_bases_say_the_same(seed: int, steps: int) -> None:
    class Enough(Exception):
        """Ends the transaction, so that every example begins with empty books."""

    with suppress(Enough), atomic():
        trade = Trade(seed)
        for _ in range(steps):
            trade.step()
        assert_lines_add_up(make("date_from=2026-01-01&date_to=2026-03-15&columns=month"))
        settle_everything()
        assert_lines_add_up(make(f"{ALL_TIME}&columns=year"))
        assert amounts(ALL_TIME) == amounts(ALL_TIME, "accrual")
        raise Enough
