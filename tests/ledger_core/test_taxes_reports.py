"""The reports of the tax ledger, and what `verify_books` proves about it."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from functools import partial
from typing import Any

import openpyxl
import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, post
from ledger_core.books.sums import ExactSum
from ledger_core.taxes.kinds import ACCRUAL, CASH, PURCHASES, SALES
from ledger_core.taxes.models import TaxPayment, TaxReturn
from ledger_core.taxes.operations import TaxRow, write_entries
from ledger_core.verification.verify import verify
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.taxing import Rates, book_taxed, make_input_tax, make_rates, take_back

Book = Callable[..., JournalEntry]
JANUARY = "date_from=2026-01-01&date_to=2026-01-31"


@pytest.fixture
def rates(in_north: Any) -> Rates:
    return make_rates(make_input_tax())


@pytest.fixture
def book(rates: Rates) -> Book:
    return partial(book_taxed, rates)


@pytest.fixture
def client(north: Organization, alice: Any, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def january(book: Book) -> None:
    book("2026-01-02", "VAT", SALES, 100_00, 20_00)
    book("2026-01-03", "VAT", SALES, 40_00, 8_00, bases=(ACCRUAL, CASH))
    book("2026-01-04", "HALF", PURCHASES, 30_00, 6_00, 3_00)
    book("2026-01-05", "RC", PURCHASES, 50_00, 10_00, 10_00)
    book("2026-01-06", "NONE", SALES, 10_00, 2_00)
    book("2026-01-07", "EX", SALES, 70_00, 0)
    take_back(book("2026-01-08", "VAT", SALES, 5_00, 1_00), "2026-01-31")
    book("2026-02-01", "VAT", SALES, 1_00, 20)


def ask(client: APIClient, name: str, query: str) -> Any:
    answer = client.get(f"/api/reports/{name}?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def amounts(row: Any) -> tuple[str, str, str, str]:
    return row["taxable"], row["tax"], row["recoverable"], row["owed"]


@pytest.mark.usefixtures("january")
def test_the_summary_is_by_rate_and_side(client: APIClient) -> None:
    found = ask(client, "tax-summary", JANUARY)
    assert (found["title"], found["basis"], found["date_from"], found["date"]) == (
        "Tax summary",
        "accrual",
        "2026-01-01",
        "2026-01-31",
    )
    assert [(row["tax_rate"]["code"], row["percent"], row["side"], *amounts(row)) for row in found["rows"]] == [
        ("EX", "20", "sales", "70.00", "0.00", "0.00", "0.00"),
        ("NONE", "20", "sales", "10.00", "2.00", "0.00", "2.00"),
        ("VAT", "20", "sales", "140.00", "28.00", "0.00", "28.00"),
        ("HALF", "20", "purchases", "30.00", "6.00", "3.00", "-3.00"),
        ("RC", "20", "purchases", "50.00", "10.00", "10.00", "0.00"),
    ]
    assert [(total["side"], *amounts(total)) for total in found["totals"]] == [
        ("sales", "220.00", "30.00", "0.00", "30.00"),
        ("purchases", "80.00", "16.00", "13.00", "-3.00"),
    ]
    assert found["owed"] == "27.00"


@pytest.mark.usefixtures("january")
def test_on_cash_basis_it_counts_what_was_paid(client: APIClient) -> None:
    found = ask(client, "tax-summary", f"{JANUARY}&basis=cash")
    assert (found["basis"], found["owed"]) == ("cash", "8.00")
    assert [(row["tax_rate"]["code"], row["taxable"]) for row in found["rows"]] == [("VAT", "40.00")]


@pytest.mark.usefixtures("january")
def test_what_is_owed_is_the_net_credit_of_the_ledger_lines_of_the_rate(client: APIClient, rates: Rates) -> None:
    lines = JournalLine.objects.filter(tax_rate_id__isnull=False, date__gte="2026-01-01", date__lte="2026-01-31")
    sums = lines.order_by().values("tax_rate_id").annotate(out=ExactSum("credit"), back=ExactSum("debit"))
    ledger = {row["tax_rate_id"]: row["out"] - row["back"] for row in sums}
    assert ledger == {rates["VAT"].pk: 28_00, rates["HALF"].pk: -3_00, rates["RC"].pk: 0, rates["NONE"].pk: 2_00}
    for code, rate in rates.items():
        found = ask(client, "tax-summary", f"{JANUARY}&tax_rate={rate.pk}")
        assert found["owed"] == f"{ledger.get(rate.pk, 0) / 100:.2f}", code


@pytest.mark.usefixtures("january")
def test_every_row_leads_to_the_entries_behind_it(client: APIClient) -> None:
    for row in ask(client, "tax-summary", JANUARY)["rows"]:
        behind = client.get(row["detail"]).json()
        assert behind["name"] == "tax-detail"
        assert {line["tax_rate"]["code"] for line in behind["results"]} == {row["tax_rate"]["code"]}
        for name in ("taxable", "tax", "recoverable"):
            cents = sum(int(line[name].replace(".", "")) for line in behind["results"])
            assert cents == int(row[name].replace(".", ""))


@pytest.mark.usefixtures("january")
def test_the_detail_goes_page_by_page(client: APIClient) -> None:
    query, seen = f"{JANUARY}&side=sales&page_size=2", []
    page = ask(client, "tax-detail", query)
    while True:
        assert len(page["results"]) <= 2
        seen += [(line["date"], line["tax"]) for line in page["results"]]
        if page["next"] is None:
            break
        page = ask(client, "tax-detail", f"{query}&cursor={page['next']}")
    assert seen == [
        ("2026-01-02", "20.00"),
        ("2026-01-03", "8.00"),
        ("2026-01-06", "2.00"),
        ("2026-01-07", "0.00"),
        ("2026-01-08", "1.00"),
        ("2026-01-31", "-1.00"),
    ]


def test_as_known_at_leaves_out_what_was_posted_later(
    client: APIClient, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = book("2026-01-02", "VAT", SALES, 100_00, 20_00)
    assert first.posted_at is not None
    later = first.posted_at + datetime.timedelta(hours=1)
    monkeypatch.setattr("ledger_core.books.operations.timezone.now", lambda: later)
    book("2026-01-03", "VAT", SALES, 1_00, 20)
    known = first.posted_at.isoformat().replace("+00:00", "Z")
    assert ask(client, "tax-summary", f"{JANUARY}&as_known_at={known}")["owed"] == "20.00"
    assert ask(client, "tax-summary", JANUARY)["owed"] == "20.20"


@pytest.mark.usefixtures("january")
def test_files_say_the_same(client: APIClient) -> None:
    csv = client.get(f"/api/reports/tax-summary?{JANUARY}&format=csv").content.decode("utf-8-sig")
    assert [line for line in csv.splitlines() if "VAT VAT" in line] == ["line,VAT VAT,20 %,140.00,28.00,0.00,28.00"]
    assert csv.splitlines()[-1] == "total,Owed,,,,,27.00"
    book = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/api/reports/tax-detail?{JANUARY}&format=xlsx").content), read_only=True
    )
    rows = [row for row in book.active.iter_rows(values_only=True) if row[2] == "RC RC"]
    assert [row[1:] for row in rows] == [("4 T-1", "RC RC", "20 %", "Purchases", 50, 10, 10)]
    pdf = client.get(f"/api/reports/tax-summary?{JANUARY}&format=pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("branch=7", "/branch", "not_available"),
        ("columns=month", "/columns", "not_available"),
        ("basis=other", "/basis", "invalid_choice"),
        ("side=both", "/side", "invalid_choice"),
        ("format=doc", "/format", "invalid_choice"),
    ],
)
def test_what_it_has_not_is_refused(client: APIClient, query: str, pointer: str, code: str) -> None:
    answer = client.get(f"/api/reports/tax-summary?{query}")
    assert answer.status_code == 400
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.usefixtures("january")
def test_a_summary_takes_the_same_queries_whatever_it_holds(client: APIClient, book: Book) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection()) as captured:
            ask(client, "tax-summary", JANUARY)
            ask(client, "tax-detail", JANUARY)
        return len(captured)

    few = queries()
    for number in range(5):
        book(f"2026-01-1{number}", "WHT", SALES, 10_00, 1_00)
    assert queries() == few


def findings() -> list[tuple[str, str]]:
    return [(each.check, each.detail) for each in verify()]


@pytest.mark.usefixtures("january")
def test_the_books_are_proven_with_their_taxes(client: APIClient) -> None:
    made = client.post("/api/tax-returns", {"date_from": "2026-01-01", "date_to": "2026-01-31"}).json()
    client.post(f"/api/tax-returns/{made['id']}/file", {})
    bank = JournalLine.objects.filter(account__code="1010").values_list("account", flat=True)[0]
    paid = client.post(f"/api/tax-returns/{made['id']}/pay", {"date": "2026-02-10", "account": bank}).json()
    assert (paid["status"], paid["owed"]) == ("paid", "25.00")
    where = f"/api/tax-returns/{made['id']}"
    client.post(f"{where}/payments/{paid['payments'][0]['id']}/void", {})
    client.post(f"{where}/unfile", {"reason": "Test"})
    draft = TaxReturn.objects.get(status="draft")
    client.post(f"/api/tax-returns/{draft.pk}/file", {})
    assert findings() == []


def test_it_finds_a_tax_that_the_ledger_does_not_have(book: Book, rates: Rates) -> None:
    entry = book("2026-01-02", "VAT", SALES, 100_00, 20_00)
    write_entries(entry=entry, rows=[TaxRow(rates["HALF"].pk, PURCHASES, 200_000, 10_00, 2_00, 1_00)])
    assert findings() == [("taxes", "Entry 1 and the tax ledger differ in the tax of rate HALF HALF.")]


def test_it_finds_a_line_that_the_tax_ledger_does_not_have(book: Book, rates: Rates, pay: Any) -> None:
    entry = pay()
    lines = [Line(line.account_id, line.debit, line.credit) for line in entry.lines.all()]
    tagged = [
        Line(lines[0].account_id, debit=1_00, tax_rate_id=rates["VAT"].pk),
        Line(lines[1].account_id, credit=1_00),
    ]
    post(date=entry.date, lines=tagged, source=Source("test"), actor=1)
    assert findings() == [("taxes", "Entry 2 and the tax ledger differ in the tax of rate VAT VAT.")]


def test_entries_of_other_programs_name_rates_as_they_like(client: APIClient, rates: Rates, pay: Any) -> None:
    first, second = pay().lines.order_by("position").values_list("account", flat=True)
    lines = [{"account": first, "debit": "1.00", "tax_rate": rates["VAT"].pk}, {"account": second, "credit": "1.00"}]
    body = {"entries": [{"date": "2026-01-09", "lines": lines}]}
    assert client.post("/api/journal-entries/bulk", body, format="json").json()["posted"] == 1
    assert findings() == []
    assert ask(client, "tax-summary", JANUARY)["rows"] == []


def test_it_finds_a_return_that_was_tampered_with(client: APIClient, book: Book) -> None:
    book("2026-01-02", "VAT", SALES, 100_00, 20_00)
    made = client.post("/api/tax-returns", {"date_from": "2026-01-01", "date_to": "2026-01-31"}).json()
    client.post(f"/api/tax-returns/{made['id']}/file", {})
    filed = TaxReturn.objects.get()
    figures = filed.figures
    figures["rows"][0]["figures"]["owed"] = 19_00
    TaxReturn.objects.update(figures=figures, paid=1)
    name = "Tax return 2026-01-01 to 2026-01-31"
    assert findings() == [
        ("taxes", f"{name} was filed with other figures than those of the entries in it."),
        ("taxes", f"{name} owes another amount than its figures and adjustments add up to."),
        ("taxes", f"{name} is paid by another amount than its payments add up to."),
    ]


def test_it_finds_a_payment_that_its_entry_does_not_show(client: APIClient, book: Book) -> None:
    book("2026-01-02", "VAT", SALES, 100_00, 20_00)
    made = client.post("/api/tax-returns", {"date_from": "2026-01-01", "date_to": "2026-01-31"}).json()
    client.post(f"/api/tax-returns/{made['id']}/file", {})
    bank = JournalLine.objects.filter(account__code="1010").values_list("account", flat=True)[0]
    client.post(f"/api/tax-returns/{made['id']}/pay", {"date": "2026-02-10", "account": bank, "amount": "5.00"})
    TaxPayment.objects.update(amount=6_00)
    TaxReturn.objects.update(paid=6_00)
    assert findings() == [
        ("documents", f"Payment of 2026-02-10 for return {made['id']} and entry 2 differ in line 1."),
    ]
