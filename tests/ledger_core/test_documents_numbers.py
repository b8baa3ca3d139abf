"""Numbers of documents: gap-free, per series, by year where wanted, and never given twice."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.base.models import Series, SeriesYear
from ledger_core.documents.models import Document
from ledger_core.documents.operations import delete_document, issue_document, void_document
from ledger_core.periods.operations import set_lock
from ledger_core.periods.queries import PeriodLocked
from ledger_core.verification.verify import verify
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.papers import paper

pytestmark = pytest.mark.usefixtures("in_north")
LAST_YEAR, THIS_YEAR = datetime.date(2025, 12, 31), datetime.date(2026, 1, 9)


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def change(client: APIClient) -> Callable[..., Any]:
    """`change("invoice", padding=3)`: the answer to changing a series."""

    def patch(kind: str, **fields: Any) -> Any:
        return client.patch(f"/api/number-series/{Series.objects.get(kind=kind).pk}", fields, format="json")

    return patch


def number(kind: str = "invoice", **fields: Any) -> str:
    found = paper(kind, **fields).number
    assert found is not None
    return found


def test_every_kind_counts_by_itself() -> None:
    assert [number(), number("bill"), number(), number("estimate")] == [
        "INV-00001",
        "BILL-00001",
        "INV-00002",
        "EST-00001",
    ]


def test_drafts_take_no_number_and_failures_give_theirs_back() -> None:
    draft = paper("invoice", issue=False)
    assert draft.number is None
    set_lock(area="sales", date=THIS_YEAR, reason="Closed", actor=1)
    with CaptureQueriesContext(connection()) as asked, pytest.raises(PeriodLocked):
        issue_document(kind="invoice", document_id=draft.pk, actor=1)
    series = Series._meta.db_table
    assert not any(series in each["sql"] for each in asked)  # nobody waits for the number of what is refused
    assert Series.objects.get(kind="invoice").next_number == 1


def test_the_list_of_series_leaves_out_what_is_not_for_people(client: APIClient) -> None:
    found = {each["kind"]: each for each in client.get("/api/number-series").json()}
    assert "journal_entry" not in found
    invoice = found["invoice"]
    assert {name: invoice[name] for name in invoice if name != "id"} == {
        "kind": "invoice",
        "prefix": "INV-",
        "padding": 5,
        "yearly_reset": False,
        "next_number": 1,
        "next_text": "INV-00001",
    }
    assert {"manual_journal", "payment_received", "estimate"} <= set(found)


def test_prefix_padding_and_next_number_are_changed(change: Callable[..., Any]) -> None:
    number()
    changed = change("invoice", prefix="R/{year}/", padding=3, next_number=40)
    assert changed.status_code == 200, changed.content
    assert changed.json()["next_text"] == "R/2026/040"
    assert number() == "R/2026/040"
    assert number(date=LAST_YEAR) == "R/2025/041"  # the year is the document's, the count goes on
    assert verify() == []  # 2 to 39 were left out on purpose
    Document.objects.filter(number="R/2026/040").update(serial=None)
    assert [each.detail for each in verify()] == [
        "The numbers of invoice have a fault: R/0/001 is followed by R/0/041."
    ]


def test_every_year_counts_from_one(change: Callable[..., Any]) -> None:
    assert change("invoice", prefix="{year}-", yearly_reset=True).status_code == 200
    assert [number(), number(date=LAST_YEAR), number(), number(date=LAST_YEAR)] == [
        "2026-00001",
        "2025-00001",
        "2026-00002",
        "2025-00002",
    ]
    assert dict(SeriesYear.objects.values_list("year", "next_number")) == {2025: 3, 2026: 3}
    assert verify() == []
    assert change("invoice", next_number=10).json()["next_text"] == "2026-00010"
    assert number() == "2026-00010"
    assert verify() == []
    SeriesYear.objects.filter(year=2025).update(next_number=5)
    assert [each.detail for each in verify()] == ["The numbers of invoice end with 2025-00002; 2025-00004 is missing."]


def test_counting_by_years_begins_where_this_year_is_and_can_end(change: Callable[..., Any]) -> None:
    change("invoice", prefix="{year}/")
    assert [number(), number()] == ["2026/00001", "2026/00002"]
    change("invoice", yearly_reset=True)
    assert [number(), number(date=LAST_YEAR)] == ["2026/00003", "2025/00001"]
    change("invoice", yearly_reset=False)
    assert number() == "2026/00004"
    assert verify() == []


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"next_number": 1}, "/next_number", "cannot_fall"),
        ({"yearly_reset": True}, "/prefix", "year_required"),
        ({"prefix": "{year}", "yearly_reset": True}, "/prefix", "ends_with_digit"),
        ({"prefix": "A1"}, "/prefix", "ends_with_digit"),
        ({"prefix": "{month}-"}, "/prefix", "invalid_prefix"),
        ({"padding": 13}, "/padding", "max_value"),
    ],
)
def test_what_makes_numbers_unclear_is_refused(
    change: Callable[..., Any], fields: dict[str, Any], pointer: str, code: str
) -> None:
    number()
    before = list(Series.objects.filter(kind="invoice").values_list("prefix", "padding", "next_number", "skipped"))
    answer = change("invoice", **fields)
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]
    assert (
        list(Series.objects.filter(kind="invoice").values_list("prefix", "padding", "next_number", "skipped")) == before
    )


def test_a_number_of_ones_own_takes_none_of_the_series(client: APIClient, change: Callable[..., Any]) -> None:
    own = paper("bill", number="R-17")
    assert (own.number, own.serial) == ("R-17", None)
    assert number("bill") == "BILL-00001"
    assert number("bill", number="BILL-00001x") == "BILL-00001x"
    assert verify() == []
    body = {"contact": own.contact_id, "date": "2026-01-09", "number": "R-17", "account": None}
    body["lines"] = [{"unit_price": "1", "account": own.lines.all()[0].account_id, "tax_ids": []}]
    twice = client.post("/api/bills", body, format="json")
    assert (twice.status_code, twice.json()["code"]) == (409, "number_taken")
    coming = client.post("/api/bills", {**body, "number": "BILL-00007"}, format="json")
    assert [(each["pointer"], each["code"]) for each in coming.json()["errors"]] == [("/number", "number_of_series")]
    assert change("bill", next_number=8).status_code == 200
    assert client.post("/api/bills", {**body, "number": "BILL-00007", "issue": True}, format="json").status_code == 201
    assert number("bill") == "BILL-00008"
    assert verify() == []
    void_document(kind="bill", document_id=own.pk, actor=1)
    draft = paper("bill", number="D-1", issue=False)
    delete_document(kind="bill", document_id=draft.pk)
    assert number("bill", number="D-1") == "D-1"
    assert verify() == []


def test_a_number_of_the_series_that_is_used_already_says_what_to_do(change: Callable[..., Any]) -> None:
    number("invoice", number="NEW-00001")
    change("invoice", prefix="NEW-")
    draft = paper("invoice", issue=False)
    with pytest.raises(Exception, match="Set the next number of the series higher"):
        issue_document(kind="invoice", document_id=draft.pk, actor=1)
    change("invoice", next_number=2)
    assert issue_document(kind="invoice", document_id=draft.pk, actor=1).number == "NEW-00002"


def test_an_issued_document_keeps_its_number(client: APIClient) -> None:
    document = paper("invoice")
    answer = client.patch(f"/api/invoices/{document.pk}", {"number": "OTHER"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_draft")
    same = client.patch(f"/api/invoices/{document.pk}", {"number": "INV-00001", "notes": "x"}, format="json")
    assert same.json()["number"] == "INV-00001"


def test_taxes_of_new_documents_are_rounded_as_the_organization_says(client: APIClient) -> None:
    assert client.get("/api/document-settings").json() == {"tax_rounding": "document"}
    assert paper("estimate").tax_rounding == "document"
    assert client.patch("/api/document-settings", {"tax_rounding": "line"}).json() == {"tax_rounding": "line"}
    assert paper("estimate").tax_rounding == "line"
    assert paper("estimate", tax_rounding="document").tax_rounding == "document"
