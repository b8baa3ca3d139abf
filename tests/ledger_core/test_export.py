"""The books, written down, and read by programs that know nothing of us: hledger and Beancount."""

from __future__ import annotations

import csv
import datetime
import io
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.exchange import effective_rate
from ledger_core.arithmetic.money import MOST_RATE, to_text
from ledger_core.books.bulk import Unposted, post_many
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, reverse
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account
from ledger_core.chart.queries import chart
from ledger_core.exchange.books import open_books
from ledger_core.exchange.formats import BY_VALUE, FORMATS
from ledger_core.exchange.names import beancount_names, hledger_names
from tenancy import context
from tenancy.db import connection
from tenancy.models import Organization
from tests.ledger_core.conftest import JANUARY_9

Balances = dict[tuple[str, str], Decimal]  # (account, commodity) -> amount, zeros left out
DATES = (datetime.date(2026, 8, 14), datetime.date(2027, 12, 31))
NASTY = [
    "Rent; paid",
    'A "quoted" \\ name',
    "a:b  c",
    "-- (x) [y] {z} @@ 1 USD",
    "Ümläut 租金 إيجار",
    "tab\there | pipe, comma: x",
]


@pytest.fixture
def books(in_north: context.Tenant) -> list[int]:
    """Accounts to book on, some with names that are syntax elsewhere; their ids."""
    for number, name in enumerate(NASTY):
        create_account(code=f"X.{number}", name=name, type="expense")
        create_account(code=f"X-{number}", name=name, type="other_current_asset")
    return list(Account.objects.order_by("pk").values_list("pk", flat=True))


@st.composite
def lines(draw: st.DrawFn, accounts: list[int]) -> list[Line]:
    """A balanced set of lines in several currencies, lines that change only one of the two amounts among them."""
    amounts = draw(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=4))
    amounts.append(-sum(amounts))
    return [_line(draw, draw(st.sampled_from(accounts)), amount) for amount in amounts]


def _line(draw: st.DrawFn, account: int, amount: int) -> Line:
    currency = draw(st.sampled_from([None, "EUR", "JPY", "KWD"]))
    foreign = abs(draw(st.integers(0, 10**12)))
    sides = {"debit": max(amount, 0), "credit": max(-amount, 0)}
    text = draw(st.sampled_from(["", *NASTY]))
    if currency is None:
        return Line(account, **sides, description=text)
    rate = min(effective_rate(foreign, abs(amount) or 1, currency=currency, base="USD"), MOST_RATE)
    mine = {"currency_debit": foreign if amount >= 0 else 0, "currency_credit": foreign if amount < 0 else 0}
    branch = draw(st.sampled_from([None, 3]))
    return Line(account, **sides, **mine, currency=currency, rate=rate, description=text, branch_id=branch)


@st.composite
def entries(draw: st.DrawFn, accounts: list[int]) -> list[Unposted]:
    days = st.dates(datetime.date(2026, 1, 1), datetime.date(2027, 12, 31))  # in any order: back-dated ones too
    one = st.builds(
        Unposted, days, lines(accounts), st.just(Source("api", number="R;1")), st.sampled_from(["", *NASTY])
    )
    return draw(st.lists(one, min_size=1, max_size=12))


def in_our_books(names: dict[int, str], to: datetime.date, base: str = "USD") -> tuple[Balances, Balances]:
    """By commodity, and in base currency: straight from the lines."""
    by_commodity, in_base = defaultdict(int), defaultdict(int)
    for line in JournalLine.objects.filter(date__lte=to):
        booked, foreign = line.debit - line.credit, line.currency_debit - line.currency_credit
        in_base[names[line.account_id], base] += booked
        own = line.currency != base and foreign != 0
        by_commodity[names[line.account_id], line.currency if own else base] += foreign if own else booked
    return _decimals(by_commodity), _decimals(in_base)


def _decimals(minor: dict[tuple[str, str], int]) -> Balances:
    return {key: Decimal(to_text(amount, key[1])) for key, amount in minor.items() if amount}


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def by_hledger(file: Path, to: datetime.date, *options: str) -> Balances:
    end = (to + datetime.timedelta(days=1)).isoformat()
    said = run(
        "hledger", "-f", str(file), "bal", "--flat", "-N", "-E", "-O", "csv", "--layout=bare", "-e", end, *options
    )
    rows = list(csv.reader(io.StringIO(said)))[1:]
    return {(account, unit): Decimal(amount) for account, unit, amount in rows if Decimal(amount)}


def by_beancount(file: Path, to: datetime.date) -> tuple[Balances, Balances]:
    """By commodity and in base currency, by bean-query."""
    query = (
        "SELECT account, currency, sum(number) AS amount, currency(weight) AS base, sum(number(weight)) AS weight"
        f" WHERE date <= {to} GROUP BY account, currency, base"
    )
    said = run(str(Path(sys.executable).parent / "bean-query"), "-q", "-f", "csv", str(file), query)
    by_commodity: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    in_base: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(said)):
        account, currency, amount, base, weight = (text.strip() for text in row.values())
        by_commodity[account, currency] += Decimal(amount)
        in_base[account, base] += Decimal(weight)
    return _real(by_commodity), _real(in_base)


def _real(amounts: dict[tuple[str, str], Decimal]) -> Balances:
    """Weights have a remainder of 10^-20 (see the writer): rounded to amounts that there are, without the zeros."""
    rounded = {key: each.quantize(Decimal(1).scaleb(-CURRENCIES[key[1]].exponent)) for key, each in amounts.items()}
    return {key: each for key, each in rounded.items() if each}


def written(name: str, folder: Path) -> Path:
    file = folder / f"books.{BY_VALUE[name].ending}"
    file.write_text("".join(BY_VALUE[name].write(open_books())), encoding="utf-8")
    return file


def test_hledger_and_beancount_agree_with_every_balance(books: list[int], tmp_path: Path) -> None:
    @settings(
        max_examples=4,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(batch=entries(books), undone=st.lists(st.integers(0, 11), max_size=4, unique=True))
    def check(batch: list[Unposted], undone: list[int]) -> None:
        posted = post_many(entries=batch, actor=1)
        for index in undone:
            if index < len(posted):
                reverse(entry=posted[index], date=posted[index].date + datetime.timedelta(days=index), actor=1)
        journal, bean = written("hledger", tmp_path), written("beancount", tmp_path)
        run("hledger", "-f", str(journal), "check", "-s", "accounts", "commodities")
        assert run(str(Path(sys.executable).parent / "bean-check"), str(bean)) == ""
        for date in DATES:
            by_commodity, in_base = in_our_books(hledger_names(chart()), date)
            assert by_hledger(journal, date) == by_commodity
            assert by_hledger(journal, date, "-B") == in_base
            assert by_beancount(bean, date) == in_our_books(beancount_names(chart()), date)

    check()


def test_names_are_unique_and_no_syntax(books: list[int]) -> None:
    plain, ascii_only = hledger_names(chart()), beancount_names(chart())
    assert len(set(plain.values())) == len(set(ascii_only.values())) == len(books)
    by_code = {account.code: account.pk for account in Account.objects.all()}
    assert plain[by_code["X.0"]] == "Expenses:X.0 Rent, paid"
    assert ascii_only[by_code["X.0"]] == "Expenses:X-0-Rent-paid"
    assert plain[by_code["X.2"]] == "Expenses:X.2 a.b c"
    assert plain[by_code["X.4"]] == "Expenses:X.4 Ümläut 租金 إيجار"
    assert ascii_only[by_code["X.4"]] == "Expenses:X-4-Umlaut"


def test_codes_that_differ_in_signs_only_stay_apart(in_north: Any) -> None:
    ids = [create_account(code=code, name="Same", type="expense").pk for code in ("9.1", "9-1", "9/1")]
    names = beancount_names(chart())
    assert sorted(names[pk] for pk in ids) == ["Expenses:9-1-Same", "Expenses:9-1-Same-2", "Expenses:9-1-Same-3"]


def test_an_hledger_journal_as_text(account: Callable[[str], Account], pay: Any) -> None:
    entry = pay(1200)
    lines = [
        Line(account("6100").pk, debit=11000, currency="EUR", currency_debit=10000, rate=11_000_000_000, branch_id=3),
        Line(account("1010").pk, credit=11000, description="By card; Visa, gold"),
    ]
    post_many(entries=[Unposted(JANUARY_9, lines, Source("api", number="R-1"), memo="Rent | Paris")], actor=1)
    reverse(entry=entry, date=JANUARY_9, actor=1)
    names = hledger_names(chart())
    rent, bank = names[account("6100").pk], names[account("1010").pk]
    text = "".join(BY_VALUE["hledger"].write(open_books()))
    assert "commodity 1000.00 USD\ncommodity 1000.00 EUR\n" in text
    assert f"account {bank}  ; type: A, code: 1010, account_type: bank\n" in text
    stamps = [f"{each.posted_at:%Y-%m-%dT%H:%M:%SZ}" for each in JournalEntry.objects.order_by("number")]
    assert text.endswith(
        f"""
2026-01-09 (1) Rent
    ; number: 1, purpose: document, source: test, posted: {stamps[0]}
    {rent}  12.00 USD
    {bank}  -12.00 USD

2026-01-09 (2) Rent / Paris
    ; number: 2, purpose: document, source: api, document: R-1, posted: {stamps[1]}
    {rent}  100.00 EUR @@ 110.00 USD  ; branch: 3
    {bank}  -110.00 USD  ; description: By card Visa gold

2026-01-09 (3) Reversal of entry 1
    ; number: 3, purpose: reversal, source: test, reverses: 1, posted: {stamps[2]}
    {rent}  -12.00 USD
    {bank}  12.00 USD
"""
    )


def test_json_lines_leave_nothing_out(account: Callable[[str], Account], pay: Any) -> None:
    entry = pay(1200)
    reverse(entry=entry, date=JANUARY_9, actor=7)
    rows = [json.loads(line) for line in "".join(BY_VALUE["jsonl"].write(open_books())).splitlines()]
    assert rows[0] == {"kind": "books", "version": 1, "organization": "North", "currency": "USD"}
    accounts = {row["code"]: row for row in rows if row["kind"] == "account"}
    assert len(accounts) == Account.objects.count()
    assert (accounts["1010"]["type"], accounts["1010"]["is_active"]) == ("bank", True)
    first, second = (row for row in rows if row["kind"] == "entry")
    assert (first["number"], first["date"], first["memo"], first["purpose"]) == ("1", "2026-01-09", "Rent", "document")
    assert (second["reverses"], second["posted_by"]) == ("1", 7)
    assert second["lines"][0] == {
        "account": "6100",
        "debit": "0.00",
        "credit": "12.00",
        "currency": "USD",
        "currency_debit": "0.00",
        "currency_credit": "12.00",
        "rate": "1",
        "description": "",
    }


@pytest.mark.parametrize("name", list(BY_VALUE))
def test_the_api_streams_it(
    client_of: Callable[..., APIClient], alice: Any, north: Organization, name: str, in_north: Any, pay: Any
) -> None:
    pay()
    expected = "".join(BY_VALUE[name].write(open_books()))
    answer = client_of(alice, north).get("/api/export", {"format": name})
    assert (answer.status_code, answer["Content-Type"]) == (200, BY_VALUE[name].content_type)
    assert answer["Content-Disposition"] == f'attachment; filename="north-books.{BY_VALUE[name].ending}"'
    assert answer["Cache-Control"] == "no-store"
    assert b"".join(answer.streaming_content).decode() == expected


def test_pieces_are_made_inside_the_organization_and_handed_out_outside(
    client_of: Callable[..., APIClient], alice: Any, north: Organization
) -> None:
    client = client_of(alice, north)
    ids = {each["code"]: each["id"] for each in client.get("/api/accounts").json()}
    lines = [{"account": ids["6100"], "debit": "12.50"}, {"account": ids["1010"], "credit": "12.50"}]
    assert client.post("/api/journal-entries/bulk", {"entries": [{"date": "2026-01-09", "lines": lines}]}).json()[
        "posted"
    ]
    pieces = iter(client.get("/api/export", {"format": "jsonl"}).streaming_content)
    assert b'"organization": "North"' in next(pieces)
    assert context.current_or_none() is None
    assert b'"debit": "12.50"' in next(pieces)
    assert context.current_or_none() is None
    assert list(pieces) == []


def test_it_refuses_other_formats(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> None:
    answer = client_of(alice, north).get("/api/export", {"format": "excel"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/format")


def test_two_statements_for_some_hundred_entries(pay: Any) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            pay()
        with CaptureQueriesContext(connection()) as queries:
            list(BY_VALUE["hledger"].write(open_books()))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", [each.value for each in FORMATS])
def test_the_command_writes_a_file(north: Organization, pay: Any, tmp_path: Path, name: str) -> None:
    pay()
    expected = "".join(BY_VALUE[name].write(open_books()))
    file = tmp_path / "out"
    said = io.StringIO()
    call_command("export_books", "--organization", north.pk, "--format", name, "--output", str(file), stdout=said)
    assert file.read_text(encoding="utf-8") == expected
    assert said.getvalue() == f"1 entries of North are in {file}\n"
    said = io.StringIO()
    call_command("export_books", "--organization", north.pk, "--format", name, stdout=said)
    assert said.getvalue() == expected
