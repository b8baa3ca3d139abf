"""Pages of ledger lines: forwards, backwards, from the end, with balances that are exact whatever the page."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_core.books.lines import Key, LineQuery, extent, page, read_key
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from tenancy.db import atomic, connection
from tenancy.problems import Invalid

Pay = Callable[..., JournalEntry]
ADDRESS = "/api/reports/general-ledger/lines"
FIRST = datetime.date(2026, 1, 1)


@pytest.fixture
def client(client_of: Callable[..., Any], alice: Any, north: Any) -> Any:
    return client_of(alice, north)


class Undo(Exception):
    """Ends an example; its transaction is rolled back."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10**12)), max_size=14),
    st.integers(1, 5),
    st.none() | st.integers(0, 5),
    st.integers(0, 5),
    st.booleans(),
)
def test_pages_are_the_whole_ledger_both_ways(
    in_north: Any, booked: list[tuple[int, int]], size: int, since: int | None, to: int, plain: bool
) -> None:
    """Lines in date order however they were posted; every balance is the sum of all before, on any page."""
    try:
        with atomic():
            bank, rent = (Account.objects.get(code=code).pk for code in ("1010", "6100"))
            for day, amount in booked:
                lines = [Line(rent, debit=amount), Line(bank, credit=amount)]
                post(date=FIRST + datetime.timedelta(days=day), lines=lines, source=Source("test"), actor=1)
            query = LineQuery(
                accounts=[bank],
                first=None if since is None else FIRST + datetime.timedelta(days=since),
                last=FIRST + datetime.timedelta(days=to),
                side="" if plain else "credit",
            )
            expected = by_hand(query)
            assert forwards(query, size) == expected
            assert backwards(query, size) == expected
            raise Undo
    except Undo:
        pass


Shown = list[tuple[int, int]]  # id of the line, balance after it


def by_hand(query: LineQuery) -> Shown:
    balance, shown = 0, []
    for line in JournalLine.objects.filter(account_id__in=query.accounts).order_by("date", "id"):
        inside = line.date <= query.last and (query.first is None or line.date >= query.first)
        if inside or (query.is_plain and line.date <= query.last):
            balance += line.debit - line.credit
        if inside:
            shown.append((line.pk, balance))
    return shown


def rows(found: Any) -> Shown:
    balance, shown = found.opening, []
    for line in found.lines:
        balance += line.debit - line.credit
        shown.append((line.pk, balance))
    return shown


def forwards(query: LineQuery, size: int) -> Shown:
    shown: Shown = []
    key: Key | None = None
    while True:
        found = page(query, opening=extent(query).opening, size=size, key=key)
        shown += rows(found)
        if found.next is None:
            return shown
        key = read_key(str(found.next))


def backwards(query: LineQuery, size: int) -> Shown:
    shown: Shown = []
    key = read_key("last")
    while True:
        found = page(query, opening=extent(query).opening, size=size, key=key)
        shown = rows(found) + shown
        if found.previous is None:
            return shown
        key = read_key(str(found.previous))


def test_the_last_page_has_the_closing_balance(client: Any, pay: Pay, account: Any) -> None:
    for day in range(1, 6):
        pay(100 * day, date=datetime.date(2026, 1, day))
    bank = account("1010").pk
    body = client.get(
        f"{ADDRESS}?account={bank}&date_from=2026-01-02&date_to=2026-01-05&page_size=3&cursor=last"
    ).json()
    assert [(line["date"], line["credit"], line["balance"]) for line in body["results"]] == [
        ("2026-01-03", "3.00", "-6.00"),
        ("2026-01-04", "4.00", "-10.00"),
        ("2026-01-05", "5.00", "-15.00"),
    ]
    assert (body["opening"], body["debit"], body["credit"], body["net"], body["closing"]) == (
        "-1.00",
        "0.00",
        "14.00",
        "-14.00",
        "-15.00",
    )
    assert body["next"] is None
    before = client.get(
        f"{ADDRESS}?account={bank}&date_from=2026-01-02&date_to=2026-01-05&page_size=3&cursor={body['previous']}"
    ).json()
    assert [(line["date"], line["balance"]) for line in before["results"]] == [("2026-01-02", "-3.00")]
    assert before["previous"] is None


def test_a_line_names_its_entry_and_currency(client: Any, pay: Pay, account: Any) -> None:
    entry = pay(1200)
    (line,) = client.get(f"{ADDRESS}?account={account('6100').pk}").json()["results"]
    assert {
        name: line[name] for name in ("entry", "date", "number", "memo", "purpose", "currency", "currency_debit")
    } == {
        "entry": str(entry.pk),
        "date": "2026-01-09",
        "number": "1",
        "memo": "Rent",
        "purpose": "document",
        "currency": "USD",
        "currency_debit": "12.00",
    }
    assert line["source"] == {"kind": "test", "id": None, "number": ""}
    assert line["account"]["code"] == "6100"


@pytest.mark.parametrize("text", ["", "x", "YTIwMjY", "a2026-01-01.1", str(Key(FIRST, 1)) + "A"])
def test_a_foreign_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_key(text)
    assert refusal.value.errors[0].code == "invalid_cursor"


def test_which_lines_must_be_said(client: Any) -> None:
    answer = client.get(ADDRESS)
    assert answer.status_code == 400
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/account", "required")]


def test_a_page_takes_as_many_queries_whatever_it_holds(client: Any, pay: Pay, account: Any) -> None:
    counts = []
    for number in (1, 10):
        for _ in range(number):
            pay(100)
        for cursor in ("", "&cursor=last"):
            with CaptureQueriesContext(connection()) as captured:
                client.get(f"{ADDRESS}?account={account('1010').pk}{cursor}")
            counts.append(len(captured))
    assert max(counts) <= 9
    assert counts[:2] == counts[2:]


def test_the_journal_is_read_page_by_page(client: Any, pay: Pay) -> None:
    for day in (3, 1, 2):
        pay(100 * day, date=datetime.date(2026, 1, day))
    first = client.get("/api/reports/journal?date_from=2026-01-01&date_to=2026-01-31&page_size=2").json()
    assert [(entry["date"], entry["total"]) for entry in first["results"]] == [
        ("2026-01-01", "1.00"),
        ("2026-01-02", "2.00"),
    ]
    rest = client.get(
        f"/api/reports/journal?date_from=2026-01-01&date_to=2026-01-31&page_size=2&cursor={first['next']}"
    ).json()
    assert [entry["date"] for entry in rest["results"]] == ["2026-01-03"]
    assert rest["next"] is None


def test_lines_of_an_account_that_is_not_there_are_refused(client: Any, in_north: Any) -> None:
    bank = Account.objects.get(code="1010").pk
    answer = client.get(ADDRESS, {"account": [bank, 999_999]})
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"pointer": "/account", "code": "unknown_account", "detail": "There is no account 999999."}],
    )
    assert client.get(ADDRESS, {"account": [bank]}).json()["results"] == []
