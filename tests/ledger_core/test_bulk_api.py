"""Posting many entries in one request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.base.models import Series
from ledger_core.books.bulk import Unposted, post_many
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source
from ledger_core.books.queries import balances
from ledger_core.chart.models import Account
from ledger_core.currencies.models import EnabledCurrency
from ledger_core.exchange.models import ExternalId
from ledger_core.exchange.operations import External, post_external
from tenancy import aliases, context
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.conftest import JANUARY_9

PATH = "/api/journal-entries/bulk"
Find = Callable[[str], Account]


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


@pytest.fixture
def entry(account: Find) -> Callable[..., dict[str, Any]]:
    """`entry("12.50")`: rent of 12.50."""
    rent, bank = account("6100").pk, account("1010").pk

    def body(amount: str = "12.50", *, credit: str | None = None, **other: Any) -> dict[str, Any]:
        lines = [
            {"account": rent, "debit": amount, "description": "Office"},
            {"account": bank, "credit": credit or amount},
        ]
        return {"date": "2026-01-09", "memo": "Rent", "reference": "R-1", "lines": lines, **other}

    return body


def enable(*codes: str) -> None:
    EnabledCurrency.objects.bulk_create(EnabledCurrency(code=code, enabled_by=1) for code in codes)


def pointers(errors: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in errors]


def test_it_posts_all(client: APIClient, entry: Any, account: Find) -> None:
    answer = client.post(PATH, {"entries": [entry("10.00"), entry("2.50", external_id="order 7")]})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["posted"], body["existing"], body["refused"]) == (2, 0, 0)
    assert [
        (each["index"], each["status"], each["entry"]["number"], each["external_id"]) for each in body["results"]
    ] == [
        (0, "posted", "1", ""),
        (1, "posted", "2", "order 7"),
    ]
    second = client.get(f"/api/journal-entries/{body['results'][1]['entry']['id']}").json()
    assert (second["number"], second["date"], second["memo"], second["total"]) == ("2", "2026-01-09", "Rent", "2.50")
    assert second["source"] == {"kind": "api", "id": None, "number": "R-1"}
    assert [
        (each["account"]["code"], each["debit"], each["credit"], each["description"]) for each in second["lines"]
    ] == [
        ("6100", "2.50", "0.00", "Office"),
        ("1010", "0.00", "2.50", ""),
    ]
    assert balances(to=JANUARY_9)[account("6100").pk].net == 1250
    assert Series.objects.get(kind="journal_entry").next_number == 3
    (told,) = ActivityEntry.objects.all()
    assert (told.verb, told.summary) == ("posted", "Posted 2 entries, 1 to 2 (api)")


def test_one_wrong_entry_refuses_all(client: APIClient, entry: Any, account: Find) -> None:
    Account.objects.filter(code="6110").update(is_active=False)
    wrong_line = entry()
    wrong_line["lines"][1]["account"] = account("6110").pk
    no_amount = entry()
    del no_amount["lines"][0]["debit"]
    answer = client.post(PATH, {"entries": [entry(), entry(credit="12.49"), wrong_line, no_amount, entry("1.005")]})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert pointers(answer.json()["errors"]) == [
        ("/entries/1/lines", "unbalanced"),
        ("/entries/2/lines/1/account", "inactive_account"),
        ("/entries/3/lines/0/debit", "no_amount"),
        ("/entries/4/lines/0/debit", "too_many_decimals"),
        ("/entries/4/lines/1/credit", "too_many_decimals"),
    ]
    assert answer.json()["errors"][0]["detail"] == "Debits exceed credits by 0.01 USD."
    assert answer.json()["detail"] == "4 entries are wrong. Nothing was posted."
    assert not JournalEntry.objects.exists()


def test_each_by_itself_posts_the_right_ones(client: APIClient, entry: Any) -> None:
    answer = client.post(
        PATH, {"mode": "each", "entries": [entry(), entry(credit="1.00"), {"date": "x"}, entry("3.00")]}
    )
    body = answer.json()
    assert (body["posted"], body["existing"], body["refused"]) == (2, 0, 2)
    assert [(each["status"], each["entry"] and each["entry"]["number"]) for each in body["results"]] == [
        ("posted", "1"),
        ("refused", None),
        ("refused", None),
        ("posted", "2"),
    ]
    assert pointers(body["results"][1]["errors"]) == [("/entries/1/lines", "unbalanced")]
    assert pointers(body["results"][2]["errors"]) == [("/entries/2/date", "invalid"), ("/entries/2/lines", "required")]
    assert JournalEntry.objects.count() == 2


def test_a_known_external_id_is_not_posted_again(client: APIClient, entry: Any) -> None:
    first = client.post(PATH, {"entries": [entry(external_id="a"), entry(external_id="A")]}).json()
    again = client.post(PATH, {"entries": [entry(external_id="A"), entry("9.00", external_id="b")]}).json()
    assert [each["status"] for each in again["results"]] == ["existing", "posted"]
    assert again["results"][0]["entry"] == first["results"][1]["entry"]
    assert JournalEntry.objects.count() == ExternalId.objects.count() == 3


def test_one_request_names_an_entry_once(client: APIClient, entry: Any) -> None:
    answer = client.post(PATH, {"entries": [entry(external_id="a"), entry(external_id="a")]})
    assert pointers(answer.json()["errors"]) == [("/entries/1/external_id", "repeated")]
    assert not JournalEntry.objects.exists()


def test_lines_may_be_in_another_currency(client: APIClient, account: Find) -> None:
    lines = [
        {"account": account("6100").pk, "debit": "110.00", "currency": "EUR", "currency_amount": "100.00", "branch": 3},
        {
            "account": account("1010").pk,
            "credit": "110.00",
            "currency": "JPY",
            "currency_amount": "16500",
            "rate": "0.0066666667",
        },
    ]
    enable("EUR", "JPY")
    assert client.post(PATH, {"entries": [{"date": "2026-01-09", "lines": lines}]}).status_code == 200
    euro, yen = JournalLine.objects.order_by("position")
    assert (euro.currency, euro.currency_debit, euro.currency_credit, euro.rate) == ("EUR", 10000, 0, 11_000_000_000)
    assert (yen.currency, yen.currency_debit, yen.currency_credit, yen.rate) == ("JPY", 0, 16500, 66_666_667)
    assert (euro.debit, yen.credit, euro.branch_id) == (11000, 11000, 3)


@pytest.mark.parametrize(
    ("line", "pointer", "code"),
    [
        ({"currency": "EUR"}, "currency_amount", "required"),
        ({"currency": "XXX", "currency_amount": "1"}, "currency", "unknown_currency"),
        ({"currency": "JPY", "currency_amount": "1.5"}, "currency_amount", "too_many_decimals"),
        ({"currency": "EUR", "currency_amount": "-1"}, "currency_amount", "no_amount"),
        ({"currency": "EUR", "currency_amount": True}, "currency_amount", "not_an_amount"),
        ({"currency": "EUR", "currency_amount": "1", "rate": "0"}, "rate", "not_an_amount"),
        ({"currency_amount": "1"}, "currency", "required"),
        ({"credit": "12.50"}, "credit", "both_sides"),
    ],
)
def test_it_refuses_wrong_amounts(client: APIClient, entry: Any, line: dict[str, Any], pointer: str, code: str) -> None:
    body = entry()
    body["lines"][0].update(line)
    answer = client.post(PATH, {"entries": [body]})
    assert pointers(answer.json()["errors"]) == [(f"/entries/0/lines/0/{pointer}", code)]


def test_locked_days_are_named(client: APIClient, entry: Any) -> None:
    answer = client.put("/api/period-locks", {"area": "all", "date": "2026-01-31", "reason": "Filed"})
    assert answer.status_code == 200, answer.content
    body = client.post(PATH, {"mode": "each", "entries": [entry(), entry(date="2026-02-01")]}).json()
    assert [each["status"] for each in body["results"]] == ["refused", "posted"]
    assert pointers(body["results"][0]["errors"]) == [("/entries/0/date", "period_locked")]


def test_it_can_be_tried(client: APIClient, entry: Any) -> None:
    entries = [entry(), entry(credit="1.00")]
    answer = client.post(f"{PATH}?dry_run=true", {"mode": "each", "entries": entries}).json()
    assert (answer["dry_run"], answer["entry_count"], answer["posted"], answer["refused"]) == (True, 1, 1, 1)
    assert [each["debit"] for each in answer["entries"][0]["lines"]] == ["12.50", "0.00"]
    assert [(each["status"], each["entry"]) for each in answer["results"]] == [("posted", None), ("refused", None)]
    assert not JournalEntry.objects.exists()


def test_the_same_request_is_answered_again(client: APIClient, entry: Any) -> None:
    for _ in range(2):
        answer = client.post(PATH, {"entries": [entry()] * 3}, headers={"Idempotency-Key": "batch 1".replace(" ", "-")})
        assert [each["entry"]["number"] for each in answer.json()["results"]] == ["1", "2", "3"]
    assert JournalEntry.objects.count() == 3


@pytest.mark.parametrize("body", [{}, {"entries": []}, {"entries": {}}, {"mode": "some", "entries": [1]}, []])
def test_it_refuses_other_shapes(client: APIClient, in_north: Any, body: Any) -> None:
    assert client.post(PATH, body).status_code == 400


def test_it_takes_five_thousand_and_no_more(client: APIClient, in_north: Any) -> None:
    answer = client.post(PATH, {"entries": [{}] * 5001})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/entries")


def test_a_hundred_entries_take_few_statements_more_than_two(client: APIClient, entry: Any) -> None:
    counts = []
    for size in (2, 100):
        with CaptureQueriesContext(connection()) as queries:
            assert client.post(PATH, {"entries": [entry()] * size}).status_code == 200
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 6  # SQLite takes sixty rows in a statement, MySQL a thousand


def test_five_thousand_entries_of_four_lines_take_seconds_of_processor_time(client: APIClient, account: Find) -> None:
    four = [account(code).pk for code in ("6100", "6110", "1010", "1010")]
    lines = [
        {"account": pk, side: "5.00"} for pk, side in zip(four, ("debit", "debit", "credit", "credit"), strict=True)
    ]
    entries = [{"external_id": f"o-{n}", "date": "2026-01-09", "lines": lines} for n in range(5000)]
    started = time.process_time()
    answer = client.post(PATH, {"entries": entries})
    elapsed = time.process_time() - started
    assert answer.json()["posted"] == 5000
    assert JournalLine.objects.count() == 20_000
    numbers = list(JournalEntry.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == list(range(1, 5001))  # in the order they were sent
    assert balances(to=JANUARY_9)[account("6110").pk].net == 5000 * 500
    assert elapsed < 15, f"{elapsed:.1f} s of processor time"  # about 3 on two cores of 2020


def test_ids_are_found_where_the_server_does_not_return_them(
    account: Find, pay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay()
    monkeypatch.setattr(type(connection().features), "can_return_rows_from_bulk_insert", False)
    lines = [Line(account("6100").pk, debit=100), Line(account("1010").pk, credit=100)]
    entries = [Unposted(JANUARY_9, lines, Source("api"), memo=f"entry {number}") for number in range(3)]
    posted = post_many(entries=entries, actor=1)
    stored = JournalEntry.objects.in_bulk([each.pk for each in posted])
    assert [(stored[each.pk].number, stored[each.pk].memo) for each in posted] == [
        (2, "entry 0"),
        (3, "entry 1"),
        (4, "entry 2"),
    ]


def test_two_senders_of_one_external_id_get_one_entry(account: Find, in_north: context.Tenant) -> None:
    lines = [Line(account("6100").pk, debit=100), Line(account("1010").pk, credit=100)]
    entries = {0: External(Unposted(JANUARY_9, lines, Source("api")), "order 7")}
    together = threading.Barrier(4)

    def send(number: int) -> Any:
        try:
            with context.enter(in_north):
                together.wait(10)
                (outcome,) = post_external(entries=entries, refused={}, source="api", actor=number)
                assert outcome.entry is not None
                return outcome.entry.number, outcome.is_new
        finally:
            aliases.release_all()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(send, range(4)))
    assert answers == [(1, False), (1, False), (1, False), (1, True)]
    assert JournalEntry.objects.count() == 1
    assert Series.objects.get(kind="journal_entry").next_number == 2


def foreign(account: Find, **line: str) -> dict[str, Any]:
    first = {"account": account("6100").pk, "debit": "10.00", **line}
    return {"date": "2026-01-09", "lines": [first, {"account": account("1010").pk, "credit": "10.00"}]}


def test_a_currency_must_be_enabled(client: APIClient, account: Find, entry: Any) -> None:
    swiss = foreign(account, currency="CHF", currency_amount="9.00")
    answer = client.post(PATH, {"entries": [entry(), swiss]})
    assert pointers(answer.json()["errors"]) == [("/entries/1/lines/0/currency", "currency_not_enabled")]
    assert answer.json()["errors"][0]["detail"] == "CHF is not enabled. Enable it under currencies first."
    each = client.post(PATH, {"mode": "each", "entries": [swiss, entry()]}).json()
    assert [result["status"] for result in each["results"]] == ["refused", "posted"]
    enable("CHF")
    assert client.post(PATH, {"entries": [swiss]}).json()["posted"] == 1


@pytest.mark.parametrize(
    ("amount", "rate", "refused"),
    [
        ("9000", "1.1", True),
        ("9.00", "1.1111111111", False),
        ("9.00", "1.1", True),  # 9.90
        ("9.08", "1.1", False),  # 9.988, a cent less than 10.00: shares of a total are rounded either way
        ("9.07", "1.1", True),  # 9.977
        ("9.10", "1.1", False),  # 10.01
        ("9.00", None, False),
    ],
)
def test_amounts_and_rate_agree(client: APIClient, account: Find, amount: str, rate: str | None, refused: bool) -> None:
    enable("CHF")
    line = {"currency": "CHF", "currency_amount": amount, **({"rate": rate} if rate else {})}
    answer = client.post(PATH, {"entries": [foreign(account, **line)]})
    if not refused:
        assert answer.json()["posted"] == 1
        return
    assert pointers(answer.json()["errors"]) == [("/entries/0/lines/0/rate", "rate_mismatch")]
    assert "10.00 USD" in answer.json()["errors"][0]["detail"]
    assert not JournalEntry.objects.exists()


def test_the_rate_of_a_huge_amount_may_be_rounded(client: APIClient, account: Find) -> None:
    enable("KRW")
    line = {"debit": "1000000.01", "currency": "KRW", "currency_amount": "9999999999999"}
    body = foreign(account, **line)
    body["lines"][1]["credit"] = "1000000.01"
    assert client.post(PATH, {"entries": [body]}).json()["posted"] == 1
    stored = JournalLine.objects.get(currency="KRW").rate
    body["lines"][0]["rate"] = f"0.{stored:010d}"  # as our export has it
    assert client.post(PATH, {"entries": [body]}).json()["posted"] == 1


def test_nothing_in_place_of_an_entry_is_one_refusal(client: APIClient, entry: Any) -> None:
    body = client.post(PATH, {"mode": "each", "entries": [None, entry(), 7]}).json()
    assert [each["status"] for each in body["results"]] == ["refused", "posted", "refused"]
    assert pointers(body["results"][0]["errors"]) == [("/entries/0", "null")]
    refused = client.post(PATH, {"entries": [entry(), None]})
    assert pointers(refused.json()["errors"]) == [("/entries/1", "null")]


def test_other_contents_under_a_known_external_id_are_told(client: APIClient, entry: Any, account: Find) -> None:
    enable("EUR")
    mine = foreign(account, currency="EUR", currency_amount="9.00")
    first = [entry(external_id="a"), {**mine, "external_id": "b"}]
    assert client.post(PATH, {"entries": first}).json()["posted"] == 2
    again = client.post(PATH, {"entries": first}).json()
    assert [(each["status"], each["differs"]) for each in again["results"]] == [("existing", False)] * 2
    others = [
        entry("9.00", external_id="a"),
        entry(external_id="a", date="2026-01-10"),
        entry(external_id="a", memo="Other"),
        entry(external_id="a", reference="R-2"),
        {**foreign(account, currency="EUR", currency_amount="9.01"), "external_id": "b"},
    ]
    for other in others:
        (result,) = client.post(PATH, {"entries": [other]}).json()["results"]
        assert (result["status"], result["differs"]) == ("existing", True), other
    assert JournalEntry.objects.count() == 2
