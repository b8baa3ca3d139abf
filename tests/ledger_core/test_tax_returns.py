"""Tax returns: what is in them, by hand; filed figures never change; late entries, adjustments, payments."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.models import Account
from ledger_core.periods.operations import set_lock
from ledger_core.taxes.kinds import ACCRUAL, CASH, PURCHASES, SALES
from ledger_core.taxes.models import TaxReturn
from ledger_core.taxes.queries import TaxPeriodFiled, check_not_filed
from tenancy.models import Organization
from tests.ledger_core.taxing import Rates, book_taxed, day, make_input_tax, make_rates, take_back

Book = Callable[..., JournalEntry]


@pytest.fixture
def input_tax(in_north: Any) -> Account:
    return make_input_tax()


@pytest.fixture
def rates(input_tax: Account) -> Rates:
    return make_rates(input_tax)


@pytest.fixture
def book(rates: Rates) -> Book:
    """`book("2026-01-09", "VAT", SALES, 10_000, 2_000)`"""
    return partial(book_taxed, rates)


@pytest.fixture
def client(north: Organization, alice: Any, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(alice, north)


def prepare(client: APIClient, date_from: str, date_to: str, **fields: Any) -> Any:
    answer = client.post("/api/tax-returns", {"date_from": date_from, "date_to": date_to, **fields}, format="json")
    assert answer.status_code == 201, answer.content
    return answer.json()


def file(client: APIClient, made: Any, **fields: Any) -> Any:
    answer = client.post(f"/api/tax-returns/{made['id']}/file", fields, format="json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def figures(rows: Any) -> dict[str, dict[str, str]]:
    """By the code of the rate, without zeros."""
    return {
        row["tax_rate"]["code"]: {name: amount for name, amount in row["figures"].items() if amount != "0.00"}
        for row in rows
    }


def read(client: APIClient, made: Any) -> Any:
    return client.get(f"/api/tax-returns/{made['id']}").json()


def lines_of(entry_id: Any) -> list[tuple[str, int, int]]:
    rows = JournalLine.objects.filter(entry=int(entry_id)).order_by("position")
    return list(rows.values_list("account__code", "debit", "credit"))


def test_a_draft_says_what_the_books_say_by_rate(client: APIClient, book: Book) -> None:
    book("2026-01-01", "VAT", SALES, 100_00, 20_00)
    book("2026-03-31", "VAT", SALES, -10_00, -2_00)  # a credit note
    book("2026-02-01", "VAT", PURCHASES, 50_00, 10_00, 10_00)
    book("2026-02-02", "HALF", PURCHASES, 30_00, 6_00, 3_00)
    book("2026-02-03", "RC", PURCHASES, 40_00, 8_00, 8_00)
    book("2026-02-04", "EX", SALES, 70_00, 0)
    book("2026-02-05", "RC", SALES, 15_00, 0)
    book("2026-02-06", "WHT", SALES, 20_00, 4_00)
    book("2026-02-07", "WHT", PURCHASES, 10_00, 2_00)
    book("2026-02-08", "NONE", SALES, 99_00, 19_80)  # reported elsewhere
    book("2025-12-31", "VAT", SALES, 1_00, 20)  # before
    book("2026-04-01", "VAT", SALES, 1_00, 20)  # after
    made = prepare(client, "2026-01-01", "2026-03-31")
    assert figures(made["rows"]) == {
        "EX": {"sales_taxable": "70.00"},
        "HALF": {"purchases_taxable": "30.00", "purchases_tax": "6.00", "recoverable": "3.00", "owed": "-3.00"},
        "RC": {
            "sales_taxable": "15.00",
            "purchases_taxable": "40.00",
            "self_assessed": "8.00",
            "recoverable": "8.00",
        },
        "VAT": {
            "sales_taxable": "90.00",
            "sales_tax": "18.00",
            "purchases_taxable": "50.00",
            "purchases_tax": "10.00",
            "recoverable": "10.00",
            "owed": "8.00",
        },
        "WHT": {
            "sales_taxable": "20.00",
            "withheld_by_customers": "4.00",
            "purchases_taxable": "10.00",
            "withheld_from_vendors": "2.00",
            "owed": "-2.00",
        },
    }
    assert (made["late"], made["status"], made["owed"], made["open"]) == ([], "draft", "3.00", "3.00")
    assert made["total"]["sales_taxable"] == "175.00"  # what was withheld of was sold once
    book("2026-03-01", "VAT", SALES, 10_00, 2_00)
    assert read(client, made)["owed"] == "5.00"  # a draft follows the books


def test_a_return_on_cash_basis_counts_what_was_paid(client: APIClient, book: Book) -> None:
    book("2026-01-05", "VAT", SALES, 100_00, 20_00)  # issued, not paid
    book("2026-01-06", "VAT", SALES, 40_00, 8_00, bases=(CASH,))  # an earlier one's payment
    book("2026-01-07", "VAT", SALES, 5_00, 1_00, bases=(ACCRUAL, CASH))  # paid at once
    made = prepare(client, "2026-01-01", "2026-01-31", basis="cash")
    assert figures(made["rows"]) == {"VAT": {"sales_taxable": "45.00", "sales_tax": "9.00", "owed": "9.00"}}


def test_filed_figures_never_change_and_what_comes_late_is_in_the_next(client: APIClient, book: Book) -> None:
    old = book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    book("2026-01-11", "VAT", SALES, 50_00, 10_00)
    january = prepare(client, "2026-01-01", "2026-01-31")
    first = file(client, january)
    assert (first["owed"], first["status"], first["through_entry"], first["filed_by"]) == ("30.00", "filed", 2, "Alice")
    before = client.get(f"/api/tax-returns/{january['id']}/lines").json()["results"]
    assert [(line["entry"]["number"], line["tax"]) for line in before] == [(1, "20.00"), (2, "10.00")]

    book("2026-01-20", "VAT", SALES, 7_00, 1_40)  # late
    book("2026-02-10", "VAT", SALES, 200_00, 40_00)
    take_back(old, "2026-02-11")  # void of a January invoice, dated later
    february = prepare(client, "2026-02-01", "2026-02-28")
    assert figures(february["rows"]) == {"VAT": {"sales_taxable": "100.00", "sales_tax": "20.00", "owed": "20.00"}}
    assert figures(february["late"]) == {"VAT": {"sales_taxable": "7.00", "sales_tax": "1.40", "owed": "1.40"}}
    assert february["owed"] == "21.40"
    file(client, february)

    book("2026-01-05", "VAT", SALES, 3_00, 60)  # late for both
    book("2026-02-05", "VAT", PURCHASES, 5_00, 1_00, 1_00)
    march = prepare(client, "2026-03-01", "2026-03-31")
    assert march["rows"] == []
    assert figures(march["late"]) == {
        "VAT": {
            "sales_taxable": "3.00",
            "sales_tax": "0.60",
            "purchases_taxable": "5.00",
            "purchases_tax": "1.00",
            "recoverable": "1.00",
            "owed": "-0.40",
        }
    }
    assert read(client, january) == first
    assert client.get(f"/api/tax-returns/{january['id']}/lines").json()["results"] == before
    total = sum(
        Decimal(line["tax"]) if line["side"] == "sales" else -Decimal(line["tax"])
        for each in (january, february, march)
        for line in client.get(f"/api/tax-returns/{each['id']}/lines").json()["results"]
    )
    assert total == 51  # 30.00 + 21.40 - 0.40: everything is in exactly one return


def test_figures_can_be_drilled_into(client: APIClient, book: Book, rates: Rates) -> None:
    book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    file(client, prepare(client, "2026-01-01", "2026-01-31"))
    book("2026-01-12", "VAT", SALES, 1_00, 20)
    book("2026-02-10", "VAT", PURCHASES, 50_00, 10_00, 10_00)
    book("2026-02-11", "RC", PURCHASES, 60_00, 12_00, 12_00)
    made = prepare(client, "2026-02-01", "2026-02-28")

    def found(**query: Any) -> list[tuple[str, str]]:
        answer = client.get(f"/api/tax-returns/{made['id']}/lines", query)
        assert answer.status_code == 200, answer.content
        return [(line["date"], line["taxable"]) for line in answer.json()["results"]]

    assert found() == [("2026-01-12", "1.00"), ("2026-02-10", "50.00"), ("2026-02-11", "60.00")]
    assert found(late="true") == [("2026-01-12", "1.00")]
    assert found(late="false", side="purchases", tax_rate=rates["RC"].pk) == [("2026-02-11", "60.00")]
    assert found(percent="19") == []


def test_nothing_in_a_filed_return_is_booked_back_in_filed_days(client: APIClient, book: Book) -> None:
    before = book("2025-12-30", "VAT", SALES, 100_00, 20_00)
    filed = book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    other = book("2026-01-11", "NONE", SALES, 100_00, 20_00)
    paid = book("2026-01-12", "VAT", SALES, 100_00, 20_00, bases=(CASH,))
    check_not_filed(filed, date=filed.date)  # nothing is filed yet
    file(client, prepare(client, "2026-01-01", "2026-01-31"))
    late = book("2026-01-20", "VAT", SALES, 7_00, 1_40)
    with pytest.raises(TaxPeriodFiled) as caught:
        check_not_filed(filed, date=day("2026-01-31"))
    assert caught.value.detail == (
        f"Entry {filed.number} is in the tax return of 2026-01-01 to 2026-01-31, which is filed. "
        "Use a date after 2026-01-31, so that it falls into the next return, or take the return back first."
    )
    check_not_filed(filed, date=day("2026-02-01"))
    for entry in (before, other, paid, late):  # in no return, or in none yet
        check_not_filed(entry, date=entry.date)
    file(client, prepare(client, "2026-02-01", "2026-02-28"))
    with pytest.raises(TaxPeriodFiled, match="of 2026-02-01 to 2026-02-28"):
        check_not_filed(late, date=late.date)
    with pytest.raises(TaxPeriodFiled, match="Use a date after 2026-02-28"):
        check_not_filed(filed, date=day("2026-02-10"))


def test_filing_posts_adjustments_and_clears_the_taxes_own_accounts(
    client: APIClient, book: Book, input_tax: Account, account: Callable[[str], Account]
) -> None:
    book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    book("2026-01-11", "RC", PURCHASES, 40_00, 8_00, 8_00)
    made = prepare(client, "2026-01-01", "2026-01-31")
    rounding = {"account": account("6100").pk, "amount": "-0.05", "reason": "Whole units"}
    answer = client.put(f"/api/tax-returns/{made['id']}/adjustments", {"adjustments": [rounding]}, format="json")
    assert [each["amount"] for each in answer.json()["adjustments"]] == ["-0.05"]
    assert answer.json()["owed"] == "19.95"
    role = Account.objects.get(system_roles__role="tax").code
    rehearsed = client.post(f"/api/tax-returns/{made['id']}/file?dry_run=true", {}, format="json").json()
    assert (rehearsed["entry_count"], read(client, made)["status"]) == (1, "draft")
    done = file(client, made, reference="ELSTER 4711")
    assert (done["owed"], done["reference"], done["account"]["code"]) == ("19.95", "ELSTER 4711", role)
    assert lines_of(done["entry"]) == [("1299", 0, 8_00), ("6100", 0, 5), (role, 8_05, 0)]
    entry = JournalEntry.objects.get(pk=int(done["entry"]))
    assert (entry.date, entry.source_kind, entry.source_number) == (
        day("2026-01-31"),
        "tax_return",
        "2026-01-01/2026-01-31",
    )
    balance = sum(credit - debit for _, debit, credit in _lines_on(role))
    assert balance == 19_95  # the account owes exactly what the return says
    assert sum(debit - credit for _, debit, credit in _lines_on("1299")) == 0


def _lines_on(code: str) -> list[tuple[str, int, int]]:
    return list(JournalLine.objects.filter(account__code=code).values_list("account__code", "debit", "credit"))


def test_filing_without_either_posts_nothing(client: APIClient, book: Book) -> None:
    book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    done = file(client, prepare(client, "2026-01-01", "2026-01-31"))
    assert (done["entry"], JournalEntry.objects.count()) == (None, 1)


def test_a_return_is_paid_in_parts(client: APIClient, book: Book, account: Callable[[str], Account]) -> None:
    book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    made = file(client, prepare(client, "2026-01-01", "2026-01-31"))
    where, bank, role = f"/api/tax-returns/{made['id']}/pay", account("1010").pk, _role()
    about = {"date": "2026-02-10", "account": bank}
    wrong = client.post(where, {**about, "amount": "20.01"})
    assert [(each["pointer"], each["code"]) for each in wrong.json()["errors"]] == [("/amount", "over_paid")]
    assert wrong.json()["detail"] == "Only 20.00 USD of it is open."
    assert client.post(where, {**about, "account": account("6100").pk}).json()["errors"][0]["code"] == "wrong_type"
    part = client.post(where, {**about, "amount": "5.00"}).json()
    assert (part["status"], part["paid"], part["open"]) == ("filed", "5.00", "15.00")
    rest = client.post(where, {**about, "reference": "Rest"}).json()
    assert (rest["status"], rest["paid"], rest["open"]) == ("paid", "20.00", "0.00")
    assert [(each["amount"], each["reference"], each["is_void"]) for each in rest["payments"]] == [
        ("5.00", "", False),
        ("15.00", "Rest", False),
    ]
    assert lines_of(rest["payments"][1]["entry"]) == [(role, 15_00, 0), ("1010", 0, 15_00)]
    again = client.post(where, about)
    assert (again.status_code, again.json()["code"], again.json()["detail"]) == (
        409,
        "tax_return_state",
        "Nothing of it is open.",
    )
    payment = f"/api/tax-returns/{made['id']}/payments/{rest['payments'][0]['id']}/void"
    void = client.post(payment, {}, format="json").json()
    assert (void["status"], void["open"], void["payments"][0]["is_void"]) == ("filed", "5.00", True)
    assert client.post(payment, {}, format="json").json()["detail"] == "This payment is void already."
    refused = client.post(f"/api/tax-returns/{made['id']}/unfile", {"reason": "Wrong"})
    assert (refused.json()["code"], refused.json()["detail"]) == (
        "tax_return_state",
        "It has payments; void those first.",
    )


def _role() -> str:
    return Account.objects.get(system_roles__role="tax").code


def test_a_return_below_zero_is_refunded(client: APIClient, book: Book, account: Callable[[str], Account]) -> None:
    book("2026-01-10", "VAT", PURCHASES, 100_00, 20_00, 20_00)
    made = file(client, prepare(client, "2026-01-01", "2026-01-31"))
    assert (made["owed"], made["status"]) == ("-20.00", "filed")
    body = {"date": "2026-02-10", "account": account("1010").pk, "amount": "20.00"}
    paid = client.post(f"/api/tax-returns/{made['id']}/pay", body).json()
    assert (paid["status"], paid["paid"], paid["payments"][0]["amount"]) == ("paid", "-20.00", "-20.00")
    assert lines_of(paid["payments"][0]["entry"]) == [(_role(), 0, 20_00), ("1010", 20_00, 0)]


def test_a_return_of_nothing_is_paid_when_it_is_filed(client: APIClient, rates: Rates) -> None:
    assert file(client, prepare(client, "2026-01-01", "2026-01-31"))["status"] == "paid"


def test_only_the_last_return_is_taken_back_and_stays_on_record(
    client: APIClient, book: Book, account: Callable[[str], Account]
) -> None:
    book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    made = prepare(client, "2026-01-01", "2026-01-31")
    adjusting = {"account": account("6100").pk, "amount": "1.00", "reason": "Penalty"}
    client.put(f"/api/tax-returns/{made['id']}/adjustments", {"adjustments": [adjusting]}, format="json")
    january = file(client, made)
    february = file(client, prepare(client, "2026-02-01", "2026-02-28"))
    reason = {"reason": "A bill was forgotten"}
    refused = client.post(f"/api/tax-returns/{january['id']}/unfile", reason)
    assert (refused.status_code, refused.json()["code"]) == (409, "tax_return_not_last")
    assert refused.json()["detail"] == "Tax return 2026-02-01 to 2026-02-28 is filed after it; take that back first."
    draft = client.post(f"/api/tax-returns/{february['id']}/unfile", reason).json()
    assert client.post(f"/api/tax-returns/{january['id']}/unfile", reason).json()["code"] == "tax_return_draft_exists"
    assert client.delete(f"/api/tax-returns/{draft['id']}").status_code == 204
    book("2026-01-11", "VAT", PURCHASES, 50_00, 10_00, 10_00)
    again = client.post(f"/api/tax-returns/{january['id']}/unfile", reason)
    assert again.status_code == 201
    assert (again.json()["status"], again.json()["owed"]) == ("draft", "11.00")  # 20.00 - 10.00 + 1.00
    kept = read(client, january)
    assert (kept["status"], kept["owed"], kept["rows"]) == ("unfiled", "21.00", january["rows"])
    lines = client.get(f"/api/tax-returns/{january['id']}/lines")
    assert (lines.status_code, lines.json()["code"]) == (409, "tax_return_taken_back")
    assert JournalEntry.objects.get(reverses=int(january["entry"])).date == day("2026-01-31")
    assert file(client, again.json())["owed"] == "11.00"
    told = ActivityEntry.objects.filter(verb="unfiled").order_by("pk").values_list("summary", "before__owed")
    assert list(told) == [("A bill was forgotten", 0), ("A bill was forgotten", 21_00)]


def test_returns_follow_one_another(client: APIClient, book: Book) -> None:
    book("2026-02-10", "VAT", SALES, 100_00, 20_00)
    assert client.get("/api/tax-returns/next").json() == {
        "date_from": "2026-01-01",
        "date_to": "2026-03-31",
        "basis": "accrual",
    }
    assert client.get("/api/tax-returns/next", {"frequency": "monthly"}).json()["date_from"] == "2026-02-01"
    made = prepare(client, "2026-02-01", "2026-02-28", basis="cash")
    march = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
    second = client.post("/api/tax-returns", march)
    assert (second.status_code, second.json()["code"]) == (409, "tax_return_draft_exists")
    file(client, made)
    assert client.get("/api/tax-returns/next").json() == {
        "date_from": "2026-03-01",
        "date_to": "2026-03-31",
        "basis": "cash",
    }
    assert client.get("/api/tax-returns/next", {"frequency": "yearly"}).json()["date_to"] == "2027-02-28"
    gap = client.post("/api/tax-returns", {"date_from": "2026-03-02", "date_to": "2026-03-31"})
    assert gap.json()["errors"][0] == {
        "pointer": "/date_from",
        "code": "not_next",
        "detail": "The last filed return ends on 2026-02-28, so the next one begins on 2026-03-01.",
    }
    changed = client.post("/api/tax-returns", {**march, "basis": "accrual"})
    assert (changed.status_code, changed.json()["code"]) == (409, "tax_basis_changed")
    assert client.post("/api/tax-returns", march).json()["basis"] == "cash"
    client.delete(f"/api/tax-returns/{TaxReturn.objects.get(status='draft').pk}")
    assert client.post("/api/tax-returns", {**march, "basis": "accrual", "change_basis": True}).status_code == 201


def test_a_stretch_of_days_is_followed_by_as_many(client: APIClient, rates: Rates) -> None:
    file(client, prepare(client, "2026-01-05", "2026-01-11"))
    assert client.get("/api/tax-returns/next").json()["date_to"] == "2026-01-18"


def test_a_draft_is_changed_and_a_filed_return_is_not(
    client: APIClient, rates: Rates, account: Callable[[str], Account]
) -> None:
    made = prepare(client, "2026-01-01", "2026-01-31")
    where = f"/api/tax-returns/{made['id']}"
    assert client.patch(where, {"date_to": "2026-03-31"}).json()["date_to"] == "2026-03-31"
    wrong = client.patch(where, {"date_to": "2025-12-31"})
    assert wrong.json()["errors"][0]["code"] == "before_date_from"
    bad = [
        {"account": 999_999, "amount": "1.00", "reason": "x"},
        {"account": Account.objects.get(system_roles__role="receivable").pk, "amount": "0", "reason": "x"},
    ]
    answer = client.put(f"{where}/adjustments", {"adjustments": bad}, format="json")
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/adjustments/0/account", "unknown_account"),
        ("/adjustments/1/account", "wrong_type"),
        ("/adjustments/1/amount", "zero"),
    ]
    file(client, made)
    for refused in (
        client.patch(where, {"reference": "x"}),
        client.put(f"{where}/adjustments", {"adjustments": []}, format="json"),
        client.post(f"{where}/file", {}),
        client.delete(where),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "tax_return_state")
        assert refused.json()["detail"] == "It is paid; this is for a return that is draft."


def test_days_that_are_not_over_are_not_filed(client: APIClient, rates: Rates) -> None:
    made = prepare(client, "2026-01-01", "2199-12-31")
    answer = client.post(f"/api/tax-returns/{made['id']}/file", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "tax_period_not_over")
    assert TaxReturn.objects.get().status == "draft"


def test_an_adjusted_return_of_a_locked_period_is_booked_on_a_later_day(
    client: APIClient, book: Book, account: Callable[[str], Account]
) -> None:
    book("2026-01-10", "VAT", SALES, 100_00, 20_00)
    made = prepare(client, "2026-01-01", "2026-01-31")
    adjusting = {"account": account("6100").pk, "amount": "1.00", "reason": "Penalty"}
    client.put(f"/api/tax-returns/{made['id']}/adjustments", {"adjustments": [adjusting]}, format="json")
    set_lock(area="all", date=day("2026-02-15"), reason="Closed", actor=1)
    refused = client.post(f"/api/tax-returns/{made['id']}/file", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "period_locked")
    assert read(client, made)["status"] == "draft"
    early = client.post(f"/api/tax-returns/{made['id']}/file", {"date": "2026-01-30"})
    assert early.json()["errors"][0]["code"] == "before_period_end"
    done = file(client, made, date="2026-02-16")
    assert JournalEntry.objects.get(pk=int(done["entry"])).date == day("2026-02-16")


def test_a_bookkeeper_sees_returns_and_files_none(
    client: APIClient, rates: Rates, north: Organization, bob: Any, client_of: Callable[..., APIClient]
) -> None:
    made = prepare(client, "2026-01-01", "2026-01-31")
    of_bob = client_of(bob, north)
    assert of_bob.get(f"/api/tax-returns/{made['id']}").json()["owed"] == "0.00"
    assert of_bob.post(f"/api/tax-returns/{made['id']}/file", {}).json()["code"] == "forbidden"
    assert [each["status"] for each in of_bob.get("/api/tax-returns").json()["results"]] == ["draft"]
