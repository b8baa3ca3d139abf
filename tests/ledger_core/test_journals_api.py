"""Manual journals over the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.base.models import Series
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.models import Account
from ledger_core.journals.models import ManualJournal, ManualJournalLine
from tenancy.db import connection
from tenancy.models import Organization

Find = Callable[[str], Account]
Write = Callable[..., dict[str, Any]]


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def written(account: Find) -> Write:
    """`written(date=...)`: the body of a journal of 12.50 rent."""

    def body(**other: Any) -> dict[str, Any]:
        lines = [
            {"account": str(account("6100").pk), "description": "Office", "debit": "12.50"},
            {"account": str(account("1010").pk), "credit": "12.50"},
        ]
        return {"date": "2026-01-09", "memo": "Rent", "reference": "R-1", "lines": lines, **other}

    return body


def problem(answer: Any) -> tuple[int, str, str]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    return answer.status_code, body["code"], body["detail"]


def errors(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def test_it_keeps_a_draft(client: APIClient, written: Write) -> None:
    answer = client.post("/api/manual-journals", written())
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["number"], body["status"], body["date"], body["memo"]) == ("", "draft", "2026-01-09", "Rent")
    assert (body["total"], body["currency"], body["created_by"], body["reference"]) == ("12.50", "USD", "Alice", "R-1")
    assert (body["entry"], body["reversal"], body["published_at"], body["voided_at"]) == (None, None, None, None)
    assert [(line["account"]["code"], line["debit"], line["credit"]) for line in body["lines"]] == [
        ("6100", "12.50", "0.00"),
        ("1010", "0.00", "12.50"),
    ]
    assert body["lines"][0]["account"]["name"] == "Rent"
    assert client.get(f"/api/manual-journals/{body['id']}").json() == body
    assert not JournalEntry.objects.exists()


def test_it_publishes_and_voids(client: APIClient, written: Write) -> None:
    draft = client.post("/api/manual-journals", written()).json()
    address = f"/api/manual-journals/{draft['id']}"
    published = client.post(f"{address}/publish").json()
    assert (published["status"], published["number"]) == ("published", "MJ-00001")
    entry = client.get(f"/api/journal-entries/{published['entry']}").json()
    assert (entry["number"], entry["date"], entry["memo"], entry["total"]) == ("1", "2026-01-09", "Rent", "12.50")
    assert entry["source"] == {"kind": "manual_journal", "id": draft["id"], "number": "MJ-00001"}
    assert entry["posted_at"] == published["published_at"]
    assert (entry["posted_by"], entry["purpose"], entry["reverses"], entry["reversed_by"]) == (
        "Alice",
        "document",
        None,
        None,
    )
    assert [(line["account"]["code"], line["debit"], line["credit"]) for line in entry["lines"]] == [
        ("6100", "12.50", "0.00"),
        ("1010", "0.00", "12.50"),
    ]
    void = client.post(f"{address}/void", {"reason": "Paid twice"}).json()
    assert (void["status"], void["number"], void["entry"]) == ("void", "MJ-00001", entry["id"])
    reversal = client.get(f"/api/journal-entries/{void['reversal']}").json()
    assert (reversal["number"], reversal["date"], reversal["memo"]) == ("2", "2026-01-09", "Paid twice")
    assert (reversal["reverses"], reversal["purpose"], reversal["total"]) == (entry["id"], "reversal", "12.50")
    assert [(line["account"]["code"], line["debit"], line["credit"]) for line in reversal["lines"]] == [
        ("6100", "0.00", "12.50"),
        ("1010", "12.50", "0.00"),
    ]
    assert client.get(f"/api/journal-entries/{entry['id']}").json()["reversed_by"] == reversal["id"]


def test_it_creates_and_publishes_at_once(client: APIClient, written: Write) -> None:
    body = client.post("/api/manual-journals", written(publish=True)).json()
    assert (body["status"], body["number"]) == ("published", "MJ-00001")
    assert JournalEntry.objects.get().number == 1


def test_publishing_at_once_is_all_or_nothing(client: APIClient, written: Write) -> None:
    body = written(publish=True)
    body["lines"][1]["credit"] = "12.49"
    answer = client.post("/api/manual-journals", body)
    assert problem(answer) == (422, "unbalanced", "Debits exceed credits by 0.01 USD.")
    assert not ManualJournal.objects.exists()
    assert not JournalEntry.objects.exists()
    assert Series.objects.get(kind="manual_journal").next_number == 1


def test_a_draft_may_be_unbalanced_but_is_not_published_so(client: APIClient, written: Write) -> None:
    body = written()
    body["lines"][1]["credit"] = "12.51"
    draft = client.post("/api/manual-journals", body).json()
    assert (draft["status"], draft["total"]) == ("draft", "12.51")
    answer = client.post(f"/api/manual-journals/{draft['id']}/publish")
    assert problem(answer) == (422, "unbalanced", "Credits exceed debits by 0.01 USD.")
    assert client.get(f"/api/manual-journals/{draft['id']}").json() == draft
    assert not JournalEntry.objects.exists()


def test_it_edits_a_draft(client: APIClient, written: Write, account: Find) -> None:
    draft = client.post("/api/manual-journals", written()).json()
    address = f"/api/manual-journals/{draft['id']}"
    patched = client.patch(address, {"memo": "New memo"}).json()
    assert (patched["memo"], patched["reference"], len(patched["lines"])) == ("New memo", "R-1", 2)
    assert [line["id"] for line in patched["lines"]] == [line["id"] for line in draft["lines"]]
    lines = [
        {"account": account("6110").pk, "debit": 7},
        {"account": account("6120").pk, "debit": "3"},
        {"account": account("1010").pk, "credit": "10.00"},
    ]
    put = client.put(address, {"date": "2026-02-01", "lines": lines}).json()
    assert (put["memo"], put["reference"], put["date"], put["total"]) == ("", "", "2026-02-01", "10.00")
    assert [(line["account"]["code"], line["debit"]) for line in put["lines"]] == [
        ("6110", "7.00"),
        ("6120", "3.00"),
        ("1010", "0.00"),
    ]
    assert ManualJournalLine.objects.count() == 3


def test_it_deletes_a_draft(client: APIClient, written: Write) -> None:
    draft = client.post("/api/manual-journals", written()).json()
    assert client.delete(f"/api/manual-journals/{draft['id']}").status_code == 204
    assert (ManualJournal.objects.count(), ManualJournalLine.objects.count()) == (0, 0)
    assert problem(client.get(f"/api/manual-journals/{draft['id']}"))[:2] == (404, "not_found")


def test_a_published_journal_is_only_voided_and_that_once(client: APIClient, written: Write) -> None:
    journal = client.post("/api/manual-journals", written(publish=True)).json()
    address = f"/api/manual-journals/{journal['id']}"
    for answer, what in (
        (client.put(address, written(memo="x")), "changed"),
        (client.patch(address, {"memo": "x"}), "changed"),
        (client.delete(address), "deleted"),
        (client.post(f"{address}/publish"), "published"),
    ):
        assert problem(answer) == (409, "not_a_draft", f"Journal MJ-00001 is published and cannot be {what}.")
    assert client.get(address).json() == journal
    assert client.post(f"{address}/void", {}).status_code == 200
    again = problem(client.post(f"{address}/void", {}))
    assert again[:2] == (409, "already_void")
    assert again[2].startswith("Journal MJ-00001 was voided on 20")
    assert problem(client.patch(address, {"memo": "x"}))[2] == "Journal MJ-00001 is void and cannot be changed."
    assert JournalEntry.objects.count() == 2


def test_a_draft_is_not_voided(client: APIClient, written: Write) -> None:
    draft = client.post("/api/manual-journals", written()).json()
    answer = client.post(f"/api/manual-journals/{draft['id']}/void", {})
    assert problem(answer) == (409, "not_published", "This journal is a draft: delete it instead.")


def test_it_voids_on_another_date(client: APIClient, written: Write) -> None:
    journal = client.post("/api/manual-journals", written(publish=True)).json()
    address = f"/api/manual-journals/{journal['id']}/void"
    assert errors(client.post(address, {"date": "2026-01-08"})) == [("/date", "before_entry")]
    void = client.post(address, {"date": "2026-03-01"}).json()
    assert JournalEntry.objects.get(pk=void["reversal"]).date.isoformat() == "2026-03-01"
    assert JournalEntry.objects.get(pk=void["reversal"]).memo == "Void of MJ-00001"


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        ({"debit": "1", "credit": "1"}, "/lines/1/credit", "both_sides"),
        ({}, "/lines/1/debit", "no_amount"),
        ({"debit": "0.00", "credit": None}, "/lines/1/debit", "no_amount"),
        ({"debit": "-1"}, "/lines/1/debit", "negative"),
        ({"debit": "0.001"}, "/lines/1/debit", "too_many_decimals"),
        ({"debit": 0.001}, "/lines/1/debit", "too_many_decimals"),
        ({"credit": 10**13 + 1}, "/lines/1/credit", "too_large"),
        ({"credit": "10000000000000.01"}, "/lines/1/credit", "too_large"),
        ({"credit": "12,50"}, "/lines/1/credit", "not_an_amount"),
        ({"credit": "NaN"}, "/lines/1/credit", "not_an_amount"),
        ({"credit": []}, "/lines/1/credit", "not_an_amount"),
        ({"credit": True}, "/lines/1/credit", "not_an_amount"),
        ({"account": None, "credit": "1"}, "/lines/1/account", "null"),
        ({"account": "x", "credit": "1"}, "/lines/1/account", "invalid"),
        ({"account": {}, "credit": "1"}, "/lines/1/account", "invalid"),
        ({"account": 987654, "credit": "1"}, "/lines/1/account", "unknown_account"),
        ({"account": 2**63, "credit": "1"}, "/lines/1/account", "max_value"),
        ({"credit": "1", "description": "x" * 501}, "/lines/1/description", "max_length"),
    ],
)
def test_it_points_at_the_wrong_field_of_a_line(
    client: APIClient, written: Write, account: Find, line: dict[str, Any], pointer: str, code: str
) -> None:
    body = written()
    body["lines"][1] = {"account": account("1010").pk, **line}
    assert errors(client.post("/api/manual-journals", body)) == [(pointer, code)]
    assert not ManualJournal.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"date": "2026-1-5"}, "/date", "invalid"),
        ({"date": "2026-1- 5"}, "/date", "invalid"),
        ({"date": "２０２６-01-05"}, "/date", "invalid"),
        ({"date": "1899-12-31"}, "/date", "out_of_range"),
        ({"date": "2201-01-01"}, "/date", "out_of_range"),
        ({"date": "09.01.2026"}, "/date", "invalid"),
        ({"date": "2026-02-30"}, "/date", "invalid"),
        ({"date": None}, "/date", "null"),
        ({"date": 5}, "/date", "invalid"),
        ({"memo": "x" * 501}, "/memo", "max_length"),
        ({"memo": ["x"]}, "/memo", "invalid"),
        ({"reference": "a\x00"}, "/reference", "null_characters_not_allowed"),
        ({"lines": []}, "/lines", "too_few_lines"),
        ({"lines": "x"}, "/lines", "not_a_list"),
        ({"lines": None}, "/lines", "null"),
        ({"publish": "perhaps"}, "/publish", "invalid"),
    ],
)
def test_it_points_at_the_wrong_field(
    client: APIClient, written: Write, change: dict[str, Any], pointer: str, code: str
) -> None:
    assert errors(client.post("/api/manual-journals", written(**change))) == [(pointer, code)]
    assert not ManualJournal.objects.exists()


def test_it_refuses_half_a_character(client: APIClient, written: Write) -> None:
    body = json.dumps(written(memo="\ud800"))
    answer = client.post("/api/manual-journals", body, content_type="application/json")
    assert errors(answer) == [("/memo", "surrogate_characters_not_allowed")]


def test_it_names_every_error_at_once(client: APIClient, written: Write) -> None:
    body = written(date="x")
    body["lines"][0]["debit"] = "0.001"
    body["lines"][1] = {"account": "x", "credit": "1"}
    assert errors(client.post("/api/manual-journals", body)) == [
        ("/date", "invalid"),
        ("/lines/0/debit", "too_many_decimals"),
        ("/lines/1/account", "invalid"),
    ]


def test_it_refuses_inactive_accounts_and_single_lines(client: APIClient, written: Write, account: Find) -> None:
    Account.objects.filter(code_key="6100").update(is_active=False)
    answer = client.post("/api/manual-journals", written())
    assert errors(answer) == [("/lines/0/account", "inactive_account")]
    assert answer.json()["detail"] == "Account 6100 Rent is inactive."
    one = written(lines=[{"account": account("1010").pk, "credit": "1"}])
    assert errors(client.post("/api/manual-journals", one)) == [("/lines", "too_few_lines")]


def test_an_account_made_inactive_after_drafting_stops_publishing(client: APIClient, written: Write) -> None:
    draft = client.post("/api/manual-journals", written()).json()
    Account.objects.filter(code_key="6100").update(is_active=False)
    answer = client.post(f"/api/manual-journals/{draft['id']}/publish")
    assert errors(answer) == [("/lines/0/account", "inactive_account")]
    assert ManualJournal.objects.get().status == "draft"


def test_a_journal_has_at_most_a_thousand_lines(client: APIClient, account: Find) -> None:
    def body(count: int) -> dict[str, Any]:
        one = {"account": account("1010").pk, "debit": "10000000000000"}
        other = {"account": account("1020").pk, "credit": "10000000000000"}
        return {"date": "2026-01-09", "lines": [one, other] * (count // 2), "publish": True}

    most = client.post("/api/manual-journals", body(1000))
    assert most.status_code == 201
    assert most.json()["total"] == "5000000000000000.00"
    assert JournalLine.objects.count() == 1000
    assert errors(client.post("/api/manual-journals", body(1002))) == [("/lines", "max_length")]


def test_a_draft_keeps_its_accounts(client: APIClient, written: Write, account: Find) -> None:
    client.post("/api/manual-journals", written())
    answer = client.delete(f"/api/accounts/{account('6100').pk}")
    assert problem(answer)[:2] == (409, "account_in_use")


def test_saving_as_draft_is_not_enough_to_publish(
    client_of: Callable[..., APIClient], bob: Any, north: Organization, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tenancy import abilities

    monkeypatch.setitem(abilities.ROLES, "bookkeeper", abilities.ROLES["bookkeeper"] - {"manual_journals.publish"})
    answer = client_of(bob, north).post("/api/manual-journals", written(publish=True))
    assert problem(answer)[:2] == (403, "forbidden")
    assert "manual_journals.publish" in answer.json()["detail"]
    assert not ManualJournal.objects.exists()


def test_it_lists_and_filters(client: APIClient, written: Write) -> None:
    client.post("/api/manual-journals", written(date="2026-01-05", memo="Oldest", publish=True))
    client.post("/api/manual-journals", written(date="2026-03-05", memo="Newest"))
    client.post("/api/manual-journals", written(date="2026-02-05", memo="Middle", reference="Q"))

    def memos(query: str) -> list[str]:
        body = client.get(f"/api/manual-journals?{query}").json()
        assert body["count"] >= len(body["results"])
        return [row["memo"] for row in body["results"]]

    assert memos("") == ["Newest", "Middle", "Oldest"]
    assert memos("status=draft") == ["Newest", "Middle"]
    assert memos("date_from=2026-02-05&date_to=2026-02-05") == ["Middle"]
    assert memos("search=MJ-00001") == ["Oldest"]
    assert memos("search=q") == ["Middle"]
    assert memos("ordering=date") == ["Oldest", "Middle", "Newest"]
    assert memos("page_size=1&page=2") == ["Middle"]
    assert errors(client.get("/api/manual-journals?status=gone")) == [("/status", "invalid_choice")]
    assert errors(client.get("/api/manual-journals?date_from=x")) == [("/date_from", "invalid")]


def queries(client: APIClient, address: str) -> int:
    with CaptureQueriesContext(connection()) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_take_the_same_queries_whatever_they_hold(client: APIClient, written: Write) -> None:
    counts: dict[str, list[int]] = {"/api/manual-journals": [], "/api/journal-entries": []}
    for several in (1, 5):
        for _ in range(several):
            client.post("/api/manual-journals", written(publish=True))
        for address, found in counts.items():
            found.append(queries(client, address))
    assert counts == {"/api/manual-journals": [3, 3], "/api/journal-entries": [3, 3]}


def test_entries_are_listed_without_reversed_pairs(client: APIClient, written: Write, account: Find) -> None:
    first = client.post("/api/manual-journals", written(memo="Kept", publish=True)).json()
    second = client.post("/api/manual-journals", written(memo="Voided", date="2026-01-20", publish=True)).json()
    client.post(f"/api/manual-journals/{second['id']}/void", {"reason": "Wrong"})

    def memos(query: str) -> list[str]:
        return [row["memo"] for row in client.get(f"/api/journal-entries?{query}").json()["results"]]

    assert memos("") == ["Kept"]
    assert memos("include_reversed=true") == ["Wrong", "Voided", "Kept"]
    assert memos("include_reversed=true&date_from=2026-01-10") == ["Wrong", "Voided"]
    assert memos("include_reversed=true&date_to=2026-01-10") == ["Kept"]
    assert memos(f"account={account('6100').pk}") == ["Kept"]
    assert memos(f"account={account('6110').pk}") == []
    assert memos("search=kept&include_reversed=true") == ["Kept"]
    assert errors(client.get("/api/journal-entries?account=x")) == [("/account", "invalid")]
    assert errors(client.get("/api/journal-entries?account=1.5")) == [("/account", "max_decimal_places")]
    assert errors(client.get("/api/journal-entries?account=0")) == [("/account", "min_value")]
    assert first["entry"] is not None
    assert problem(client.get("/api/journal-entries/987654"))[:2] == (404, "not_found")


def test_unposted_rows_are_never_shown(client: APIClient, in_north: Any) -> None:
    from tests.ledger_core.test_triggers import insert_entry

    entry = insert_entry()
    assert client.get("/api/journal-entries?include_reversed=true").json()["count"] == 0
    assert problem(client.get(f"/api/journal-entries/{entry}"))[:2] == (404, "not_found")


def test_a_void_journal_cannot_be_booked_back_and_the_title_says_so(client: APIClient, written: Write) -> None:
    address = f"/api/manual-journals/{client.post('/api/manual-journals', written(publish=True)).json()['id']}"
    assert client.post(f"{address}/void", {}).json()["status"] == "void"
    answer = client.post(f"{address}/reverse", {"date": "2026-02-01"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_published")
    assert answer.json()["title"] == "Only a published journal can be voided or booked back"
