"""What payments refuse: withheld tax without measure, rates from nowhere, documents that are not there yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from ledger_core.contacts.models import Contact
from ledger_core.payments import allocating
from ledger_core.payments.applying import apply_document
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_RECEIVED
from ledger_core.payments.models import Payment
from ledger_core.payments.operations import edit_payment
from ledger_core.taxes.figures import total_of
from ledger_core.taxes.filing import edit_return, file_return, pay_return, prepare_return, unfile_return, void_payment
from ledger_core.taxes.models import TaxReturn
from ledger_core.taxes.returns import settlement_account, shown_figures
from ledger_core.verification.verify import verify
from tenancy.models import Organization
from tenancy.problems import FieldError, Invalid
from tests.ledger_core.dealing import (
    FEBRUARY_1,
    JANUARY_5,
    LONG_AFTER,
    MARCH_1,
    account,
    balance,
    contact,
    day,
    document,
    lines,
    opened,
    pay,
    rate,
    settle,
    tax,
)


@pytest.fixture
def client(north: Organization, alice: Any, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(alice, north)


pytestmark = pytest.mark.usefixtures("in_north")


def refused(run: Callable[[], Any]) -> FieldError:
    """The one thing that an operation refuses."""
    count = Payment.objects.count()
    with pytest.raises(Invalid) as caught:
        run()
    (error,) = caught.value.errors
    assert Payment.objects.count() == count
    return error


def test_a_rate_withholds_at_most_its_percentage() -> None:
    who, keeps = contact(), tax("WHT", "15", kind="withholding")
    invoice = document("invoice", who, "100.00")
    wanted = settle(invoice, "100.00", withheld="99.00", tax=keeps)
    error = refused(lambda: pay("payment_received", who, "1.00", wanted))
    assert (error.pointer, error.code) == ("/allocations/0/withheld", "too_large")
    assert error.detail == "Of 100.00 USD this rate withholds at most 15.00 USD."
    assert opened(invoice) == ("100.00", "100.00")
    odd = settle(invoice, "33.33", withheld="5.00", tax=keeps)  # 4.9995, rounded up
    payment = pay("payment_received", who, "28.33", odd)
    assert opened(invoice) == ("66.67", "66.67")
    assert "cr 1100 33.33 USD" in lines(payment.entry)
    over = settle(invoice, "33.33", withheld="5.01", tax=keeps)
    assert refused(lambda: pay("payment_received", who, "28.32", over)).code == "too_large"


def test_what_a_document_expects_is_withheld_within_its_rate() -> None:
    who, keeps = contact(), tax("WHT", "10", kind="withholding")
    bill = document("bill", who, "200.00", taxes=(keeps,))
    error = refused(lambda: pay("bill_payment", who, "50.00", settle(bill, "100.00", withheld="50.00")))
    assert (error.code, error.detail) == ("too_large", "Of 100.00 USD this rate withholds at most 10.00 USD.")
    pay("bill_payment", who, "90.00", settle(bill, "100.00", withheld="10.00"))
    assert opened(bill) == ("100.00", "100.00")


def test_what_was_taken_is_near_the_days_rate() -> None:
    rate("EUR", "1.10")
    who = contact()
    invoice = document("invoice", who, "59.40", currency="EUR")
    error = refused(lambda: pay("payment_received", who, "0.01", settle(invoice, source="0.01")))
    assert (error.pointer, error.code) == ("/allocations/0/source_amount", "rate_implausible")
    assert error.detail.startswith("At the day's rates 59.40 EUR is about 65.34 USD, and this is more than 20 % off.")
    assert opened(invoice) == ("59.40", "65.34")
    assert balance("8100") == "0.00"
    pay("payment_received", who, "60.00", settle(invoice, source="60.00"))  # 8 % off: a bank's rate
    assert opened(invoice) == ("0.00", "0.00")
    assert balance("8100") == "5.34"


def test_a_payments_own_rate_says_what_is_near() -> None:
    rate("EUR", "1.10")
    who = contact()
    invoice = document("invoice", who, "50.00")
    wanted = settle(invoice, source="100.00", source_currency="EUR")
    assert refused(lambda: pay("payment_received", who, "100.00", wanted, currency="EUR")).code == "rate_implausible"
    pay("payment_received", who, "100.00", wanted, currency="EUR", rate="0.50")
    assert opened(invoice) == ("0.00", "0.00")
    assert balance("8100") == "0.00"


def test_without_a_rate_in_the_table_what_is_said_counts() -> None:
    rate("EUR", "1.10", MARCH_1)
    who = contact()
    invoice = document("invoice", who, "10.00", currency="EUR", rate="2")
    pay("payment_received", who, "11.00", settle(invoice, source="11.00"))
    assert opened(invoice) == ("0.00", "0.00")
    assert balance("8100") == "9.00"


def test_a_payment_settles_nothing_that_is_dated_after_it() -> None:
    who = contact()
    here, later = document("invoice", who, "10.00"), document("invoice", who, "20.00", date=MARCH_1)
    error = refused(lambda: pay("payment_received", who, "30.00", settle(here), settle(later)))
    assert (error.pointer, error.code) == ("/allocations/1/document", "before_document")
    assert error.detail == (
        f"{later} is dated 2026-03-01, after this payment. Record the payment without it, as an advance,"
        " and apply that on 2026-03-01 or later."
    )
    assert (opened(here)[0], opened(later)[0]) == ("10.00", "20.00")
    payment = pay("payment_received", who, "30.00", settle(here), settle(later), date=MARCH_1)
    assert opened(later) == ("0.00", "0.00")
    error = refused(lambda: edit_payment(kind=PAYMENT_RECEIVED, payment_id=payment.pk, actor=1, date=day(2026, 2, 28)))
    assert error.code == "before_document"
    assert Payment.objects.get(pk=payment.pk).date == MARCH_1
    assert balance("1100", LONG_AFTER) == balance("1100", FEBRUARY_1).replace("10.00", "0.00")
    assert balance("1100", JANUARY_5) == "10.00"


def january() -> TaxReturn:
    return prepare_return(date_from=day(2026, 1, 1), date_to=day(2026, 1, 31), basis="accrual", actor=1)


def test_a_tax_return_is_not_adjusted_on_the_account_that_it_stands_on() -> None:
    made = january()
    adjustments = [{"account": settlement_account().pk, "amount": 500, "reason": "Rounding"}]
    error = refused(lambda: edit_return(return_id=made.pk, actor=1, adjustments=adjustments))
    assert (error.pointer, error.code) == ("/adjustments/0/account", "tax_account")
    assert error.detail == "What is owed stands on this account itself. Choose the account that the adjustment is for."
    made.refresh_from_db()
    assert made.adjustments == []
    TaxReturn.objects.filter(pk=made.pk).update(adjustments=adjustments)  # the role pointed elsewhere then
    assert refused(lambda: file_return(return_id=made.pk, actor=1)).code == "tax_account"
    made.refresh_from_db()
    assert made.status == "draft"


def test_the_total_of_a_return_counts_each_sale_once() -> None:
    who = contact()
    first, upon = tax("GST", "5"), tax("QST", "10", is_compound=True)
    keeps = tax("WHT", "10", kind="withholding")
    invoice = document("invoice", who, "100.00", taxes=(first, upon, keeps))
    pay("payment_received", who, "105.50", settle(invoice), date=day(2026, 1, 9))
    rows = shown_figures(january()).rows
    assert {row.rate.code: row.figures.sales_taxable for row in rows} == {"GST": 10000, "QST": 10500, "WHT": 10000}
    total = total_of(rows)
    assert (total.sales_taxable, total.sales_tax, total.withheld_by_customers) == (10000, 1550, 1000)


def test_what_was_taken_back_of_a_tax_return_is_no_finding() -> None:
    document("invoice", contact(), "100.00", taxes=(tax("VAT", "19"),))
    made = january()
    adjustments = [{"account": account("6600").pk, "amount": 100, "reason": "Interest"}]
    edit_return(return_id=made.pk, actor=1, adjustments=adjustments)
    file_return(return_id=made.pk, actor=1)
    money = {"date": FEBRUARY_1, "account_id": account("1010").pk, "amount": 2000, "actor": 1}
    pay_return(return_id=made.pk, **money)
    made.refresh_from_db()
    assert made.status == "paid"
    void_payment(return_id=made.pk, payment_id=made.payments.get().pk, actor=1)
    unfile_return(return_id=made.pk, reason="Wrong", actor=1)
    assert balance("1010") == "0.00"
    assert verify() == []


def test_a_currency_that_is_none_is_refused(client: APIClient) -> None:
    who = contact()
    answer = client.get(f"/api/payments-received/suggest?contact={who.pk}&amount=10&currency=ZZZ")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error == {"pointer": "/currency", "code": "unknown_currency", "detail": "There is no currency ZZZ."}
    advance = pay("payment_received", who, "10.00")
    about = {"date": "2026-03-01", "account": str(account("1010").pk), "amount": "10.00", "currency": "ZZZ"}
    answer = client.post(f"/api/payments-received/{advance.pk}/refund", about, format="json")
    assert answer.status_code == 400
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/currency"]
    assert opened(advance) == ("10.00", "10.00")


def test_what_is_paid_has_recognized_what_it_was_issued_with(monkeypatch: pytest.MonkeyPatch) -> None:
    who, vat, low = contact(), tax("VAT", "19"), tax("LOW", "7")
    invoice = document("invoice", who, "100.00", taxes=(vat,))
    credit = document("credit_note", who, "50.00", taxes=(low,))
    kind, wanted = CREDIT_KINDS_BY_VALUE["credit_note"], [settle(invoice, "53.50")]
    apply_document(kind=kind, document_id=credit.pk, allocations=wanted, date=FEBRUARY_1, actor=1)
    pay("payment_received", who, "65.50", settle(invoice))
    pay("payment_received", who, "5.00", settle(document("invoice", who, "10.00", taxes=(vat,)), "5.00"))
    assert verify() == []
    with monkeypatch.context() as patch:  # as an edit would that leaves cash basis behind
        patch.setattr(allocating, "_recognized", lambda share, recognition: [])
        other = document("invoice", who, "10.00", taxes=(vat,))
        pay("payment_received", who, "11.90", settle(other))
    assert [(finding.check, finding.detail) for finding in verify()] == [
        (
            "taxes",
            f"{other} is settled in full, but the tax of rate VAT VAT that it recognized on cash basis"
            " is not that which it was issued with.",
        )
    ]


def told(answer: Any, status: int = 400) -> list[tuple[str, str]]:
    assert answer.status_code == status, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_a_batch_points_to_the_bills_of_the_request(client: APIClient) -> None:
    one, other = contact("One"), contact("Other")
    bills = [document("bill", who, "10.00") for who in (one, other, one)]
    late = document("bill", other, "10.00", date=MARCH_1)

    def batch(*amounts: str | None, also: Any = ()) -> Any:
        rows = [{"bill": str(bill.pk), "amount": amount} for bill, amount in zip(bills, amounts, strict=True)]
        rows += [{"bill": str(bill.pk)} for bill in also]
        wanted = [{name: value for name, value in row.items() if value is not None} for row in rows]
        about = {"account": str(account("1010").pk), "date": "2026-02-01", "bills": wanted}
        return client.post("/api/bill-payments/batch", about, format="json")

    assert told(batch(None, None, "10.01"), 409) == [("/bills/2/amount", "over_allocated")]
    assert told(batch("1.00", "0.00", "1.00")) == [("/bills/1/amount", "not_positive")]
    assert told(batch(None, None, None, also=[late])) == [("/bills/3/bill", "before_document")]
    assert not Payment.objects.exists()
    made = batch(None, "4.00", None)
    assert made.status_code == 201, made.content
    assert [each["amount"] for each in made.json()["payments"]] == ["20.00", "4.00"]
    assert opened(bills[1]) == ("6.00", "6.00")


def test_the_description_says_that_allocations_are_a_plain_list(client: APIClient) -> None:
    invoice = document("invoice", contact(), "10.00")
    assert client.get(f"/api/invoices/{invoice.pk}/allocations").json() == []
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    described = [about for path, about in schema["paths"].items() if path.endswith("/allocations")]
    assert len(described) > 3
    for about in described:
        answer = about["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        assert answer == {"type": "array", "items": {"$ref": "#/components/schemas/Allocation"}}
        assert {"page", "page_size"}.isdisjoint(each["name"] for each in about["get"]["parameters"])


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("invoices?is_open=maybe", "/is_open"),
        ("contacts?is_customer=2", "/is_customer"),
        ("payments-received?has_credit=1", "/has_credit"),
        ("payments-received?ordering=contact__notes", "/ordering"),
        ("payments-received?ordering=date,-worth", "/ordering"),
        ("invoices?page_size=-1", "/page_size"),
        ("items?page_size=many", "/page_size"),
        ("bills?page=0", "/page"),
    ],
)
def test_what_a_list_cannot_read_is_told(client: APIClient, query: str, pointer: str) -> None:
    assert told(client.get(f"/api/{query}")) == [(pointer, "invalid")]


def test_lists_read_what_is_right_and_say_where_they_end(client: APIClient) -> None:
    who = contact()
    made = [pay("payment_received", who, amount) for amount in ("5.00", "7.00")]
    found = client.get("/api/payments-received?ordering=-amount,date&has_credit=True&page_size=1&page=2").json()
    assert (found["count"], [each["id"] for each in found["results"]]) == (2, [str(made[0].pk)])
    beyond = client.get("/api/payments-received?page=3")
    assert (beyond.status_code, beyond.json()["code"]) == (404, "no_such_page")
    assert beyond.json()["detail"] == "There is no such page: the list ends before it. Begin with the first one."


def test_the_same_bill_twice_is_warned_of(client: APIClient) -> None:
    one, other = contact("One"), contact("Other")

    def billed(who: Contact, reference: str) -> Any:
        line = {"account": str(account("6200").pk), "quantity": "1", "unit_price": "5.00"}
        about = {"contact": str(who.pk), "date": "2026-01-05", "issue": True, "reference": reference, "lines": [line]}
        answer = client.post("/api/bills", about, format="json")
        assert answer.status_code == 201, answer.content
        return answer.json()

    first = billed(one, "V-1001")
    assert first["warnings"] == []
    (warning,) = billed(one, "v-1001")["warnings"]
    detail = f"{one} has the reference v-1001 on {first['number']}, too."
    assert warning == {"code": "duplicate_reference", "detail": detail}
    assert [billed(other, "V-1001")["warnings"], billed(one, "V-1002")["warnings"]] == [[], []]
    assert [billed(one, "")["warnings"], billed(one, "")["warnings"]] == [[], []]
    void = billed(one, "V-7")
    client.post(f"/api/bills/{void['id']}/void", {}, format="json")
    assert billed(one, "V-7")["warnings"] == []
