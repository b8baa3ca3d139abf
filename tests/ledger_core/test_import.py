"""Reading other programs' files into the books."""

from __future__ import annotations

import base64
import datetime
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook
from rest_framework.test import APIClient

from ledger_core.activity.models import ActivityEntry
from ledger_core.books.bulk import Unposted, post_many
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, reverse
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account
from ledger_core.currencies.models import EnabledCurrency
from ledger_core.exchange.books import open_books
from ledger_core.exchange.formats import BY_VALUE, read_file
from ledger_core.exchange.importing import import_books
from tenancy import context
from tenancy.models import Organization
from tests.ledger_core.conftest import JANUARY_9

PATH = "/api/imports"
Find = Callable[[str], Account]

JOURNAL = """\
; a small journal
account Assets:Checking  ; code: 1010
commodity 1,000.00 USD

2026-01-09 * (R-1) Rent  ; paid early
    Expenses:6100 Rent      1,250.00 USD  ; description: Office
    Assets:Checking

2026/1/31 Trip
    Expenses:Zeppelins  100.00 EUR @@ 110.00 USD
    Assets:Checking   USD -110.00
"""

BEANCOUNT = """\
option "title" "Mine"
2020-01-01 open Assets:Checking
  code: "1010"
2020-01-01 open Expenses:Travel

2026-01-31 * "Airline" "Trip to \\"Paris\\"" #work ; why not
  number: "7"
  Expenses:Travel   100.00 EUR @ 1.10 USD
    description: "Seat 12"
; a comment between two postings
  Assets:Checking
"""

TABLE = """\
Datum;Beleg;Konto;Soll;Haben;Text
2026-01-09;R-1;6100;1250,00;;Office
2026-01-09;R-1;1010;;1250,00;
2026-01-10;R-2;6110;5.50;;
2026-01-10;R-2;1010;;5.50;
"""
COLUMNS = {
    "date": "Datum",
    "reference": "Beleg",
    "account": "Konto",
    "debit": "Soll",
    "credit": "Haben",
    "description": "Text",
}


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def enable(*codes: str) -> None:
    EnabledCurrency.objects.bulk_create(EnabledCurrency(code=code, enabled_by=1) for code in codes)


@pytest.fixture(autouse=True)
def _euro_and_yen(north: Organization) -> None:
    with context.enter(north.tenant()):
        enable("EUR", "JPY")


def booked() -> list[tuple[str, str, str, int, int, str, int]]:
    return [
        (
            str(line.date),
            line.account.code,
            line.description,
            line.debit,
            line.credit,
            line.currency,
            line.currency_debit,
        )
        for line in JournalLine.objects.select_related("account").order_by("entry__number", "position")
    ]


def test_it_imports_an_hledger_journal(client: APIClient, in_north: Any) -> None:
    answer = client.post(PATH, {"format": "hledger", "content": JOURNAL})
    assert answer.status_code == 200, answer.content
    report = answer.json()
    assert (report["entries_in_file"], report["errors"], report["first_number"], report["last_number"]) == (
        2,
        [],
        "1",
        "2",
    )
    codes = {each["name"]: (each["outcome"], each["account"]["code"]) for each in report["accounts"]}
    assert codes == {
        "Expenses:6100 Rent": ("matched", "6100"),
        "Assets:Checking": ("matched", "1010"),
        "Expenses:Zeppelins": ("created", "IMPORT-1"),
    }
    assert booked() == [
        ("2026-01-09", "6100", "Office", 125000, 0, "USD", 125000),
        ("2026-01-09", "1010", "", 0, 125000, "USD", 0),
        ("2026-01-31", "IMPORT-1", "", 11000, 0, "EUR", 10000),
        ("2026-01-31", "1010", "", 0, 11000, "USD", 0),
    ]
    entry = JournalEntry.objects.get(number=1)
    assert (entry.memo, entry.source_kind, entry.source_number) == ("Rent", "import", "R-1")
    assert ActivityEntry.objects.filter(verb="imported").get().summary == "Imported 2 entries, 1 to 2"


def test_it_imports_beancount(client: APIClient, in_north: Any) -> None:
    answer = client.post(PATH, {"format": "beancount", "content": BEANCOUNT})
    assert answer.status_code == 200, answer.content
    trip = JournalEntry.objects.get()
    assert (trip.memo, trip.source_number) == ('Airline | Trip to "Paris"', "7")
    assert [row[2:] for row in booked()] == [("Seat 12", 11000, 0, "EUR", 10000), ("", 0, 11000, "USD", 0)]


def test_it_imports_a_table_with_other_headings(client: APIClient, in_north: Any) -> None:
    answer = client.post(PATH, {"format": "csv", "content": TABLE, "columns": COLUMNS})
    assert answer.status_code == 200, answer.content
    assert [(row[0], row[1], row[2], row[3], row[4]) for row in booked()] == [
        ("2026-01-09", "6100", "Office", 125000, 0),
        ("2026-01-09", "1010", "", 0, 125000),
        ("2026-01-10", "6110", "", 550, 0),
        ("2026-01-10", "1010", "", 0, 550),
    ]
    assert [each.source_number for each in JournalEntry.objects.order_by("number")] == ["R-1", "R-2"]


def workbook(*rows: list[Any]) -> str:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return base64.b64encode(file.getvalue()).decode()


def test_it_imports_a_workbook(client: APIClient, in_north: Any) -> None:
    content = workbook(
        ["Date", "Entry", "Account", "Amount", "Currency", "Base_amount", "Memo"],
        [datetime.date(2026, 1, 9), 1, 6100, 0.1, "EUR", 0.11, "Tea"],
        [datetime.date(2026, 1, 9), 1, 1010, -0.11, None, None, None],
    )
    answer = client.post(PATH, {"format": "xlsx", "content_base64": content})
    assert answer.status_code == 200, answer.content
    assert [row[1:] for row in booked()] == [("6100", "", 11, 0, "EUR", 10), ("1010", "", 0, 11, "USD", 0)]
    assert JournalEntry.objects.get().memo == "Tea"


def test_a_dry_run_tells_and_does_nothing(client: APIClient, in_north: Any) -> None:
    accounts = Account.objects.count()
    content = JOURNAL.replace("Zeppelins", "4711 Zeppelin")
    report = client.post(f"{PATH}?dry_run=true", {"format": "hledger", "content": content}).json()
    assert (report["dry_run"], report["entries_in_file"], report["entries"][0]["number"]) == (True, 2, None)
    assert report["accounts"][2] == {
        "name": "Expenses:4711 Zeppelin",
        "outcome": "created",
        "account": {"id": None, "code": "4711", "name": "Zeppelin"},
    }
    assert (report["entry_count"], report["first_number"]) == (2, None)
    assert not JournalEntry.objects.exists()
    assert Account.objects.count() == accounts
    assert client.post(PATH, {"format": "hledger", "content": content}).json()["first_number"] == "1"


def test_every_wrong_line_is_named(client: APIClient, account: Find) -> None:
    Account.objects.filter(code="6110").update(is_active=False)
    content = """\
include other.journal
2026-13-01 No such month
2026-01-01 Out of balance
    Expenses:6100 Rent   10.00 USD
    Assets:1010 Bank    -9.99 USD
2026-01-02 No price
    Expenses:6100 Rent   10.00 EUR
    Assets:1010 Bank
2026-01-03 Not an amount
    Expenses:6100 Rent   ten dollars
    Nowhere:Special      -1 USD
2026-01-04 Two open
    Expenses:6100 Rent
    Assets:1010 Bank
2026-01-05 Fraction
    Expenses:6100 Rent   0.001 USD
    (Assets:Virtual)     5 USD
    Assets:1010 Bank
"""
    before = Account.objects.count()
    answer = client.post(PATH, {"format": "hledger", "content": content})
    assert (answer.status_code, answer.json()["code"]) == (422, "import_refused")
    found = {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
    assert found >= {
        ("/content/1", "not_supported"),
        ("/content/2", "wrong_date"),
        ("/content/3", "unbalanced"),
        ("/content/7", "no_price"),
        ("/content/10", "not_an_amount"),
        ("/content/11", "unknown_account"),
        ("/content/12", "two_open"),
        ("/content/16", "too_many_decimals"),
        ("/content/17", "not_supported"),
    }
    detail = next(each["detail"] for each in answer.json()["errors"] if each["code"] == "unbalanced")
    assert detail == "The lines add up to 0.01 USD instead of zero."
    assert (JournalEntry.objects.count(), Account.objects.count()) == (0, before)


def test_the_ledgers_own_refusals_are_named_by_line(client: APIClient, account: Find) -> None:
    Account.objects.filter(code="6100").update(is_active=False)
    answer = client.post(PATH, {"format": "hledger", "content": JOURNAL})
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/content/6", "inactive_account")]
    assert not Account.objects.filter(name="Zeppelins").exists()  # what was created is taken back


def test_the_caller_says_which_account_is_meant(client: APIClient, account: Find) -> None:
    body = {"format": "hledger", "content": JOURNAL, "create_accounts": False}
    refused = client.post(PATH, body)
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/content/10", "unknown_account")
    told = client.post(PATH, {**body, "accounts": {"Expenses:Zeppelins": "6110"}})
    assert told.json()["accounts"][2]["account"]["code"] == "6110"


def test_the_same_import_is_done_once(client: APIClient, in_north: Any) -> None:
    for _ in range(2):
        answer = client.post(PATH, {"format": "hledger", "content": JOURNAL}, headers={"Idempotency-Key": "i1"})
        assert answer.json()["last_number"] == "2"
    assert JournalEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"format": "xlsx", "content": "x"}, "/content_base64"),
        ({"format": "xlsx", "content_base64": "!"}, "/content_base64"),
        ({"format": "csv"}, "/content"),
        ({"format": "word", "content": "x"}, "/format"),
    ],
)
def test_it_refuses_other_bodies(client: APIClient, in_north: Any, body: dict[str, Any], pointer: str) -> None:
    answer = client.post(PATH, body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_a_file_without_entries_says_so(client: APIClient, in_north: Any) -> None:
    for name, content, code in (
        ("hledger", "; nothing", "empty"),
        ("csv", "a,b\n1,2\n", "missing_column"),
        ("csv", " ", "missing_column"),
        ("csv", "date,account,amount\n", "empty"),
    ):
        answer = client.post(PATH, {"format": name, "content": content})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code), name


def test_a_zip_bomb_is_not_unpacked(in_north: Any) -> None:
    packed = io.BytesIO()
    archive = zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
        for _ in range(301):
            part.write(b"0" * 1024 * 1024)
    assert len(packed.getvalue()) < 500_000
    assert [each.code for each in read_file("xlsx", packed.getvalue(), {}).errors] == ["too_large"]
    assert [each.code for each in read_file("xlsx", b"PK no workbook", {}).errors] == ["not_a_workbook"]


def test_what_unit_prices_leave_over_goes_to_rounding_differences(in_north: Any) -> None:
    content = """\
2026-01-09 Three thirds
    Expenses:6100 Rent   1.00 EUR @ 1.005 USD
    Expenses:6100 Rent   1.00 EUR @ 1.005 USD
    Assets:1010 Bank    -2.01 USD
"""
    report = import_books(reading=read_file("hledger", content, {}), told={}, create=False, actor=1)
    assert report.errors == []
    amounts = [(row[1], row[3] - row[4]) for row in booked()]
    assert amounts[:3] == [("6100", 101), ("6100", 101), ("1010", -201)]
    rounding = Account.objects.get(system_roles__role="rounding").code
    assert amounts[3:] == [(rounding, -1)]


def balances_by_code() -> dict[tuple[str, str], tuple[int, int]]:
    """Base and own amount by account code and currency."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in JournalLine.objects.select_related("account"):
        found = sums[line.account.code, line.currency]
        found[0] += line.debit - line.credit
        found[1] += line.currency_debit - line.currency_credit
    return {key: (base, own) for key, (base, own) in sums.items() if base or own}


@pytest.mark.parametrize("name", ["hledger", "beancount"])
def test_an_export_read_into_new_books_gives_the_same_balances(
    north: Organization, new_organization: Callable[..., Organization], alice: Any, name: str
) -> None:
    with context.enter(north.tenant()):
        odd = create_account(code="X.1", name='Odd: "name"; x', type="other_current_asset")
        rent, bank = (Account.objects.get(code=code) for code in ("6100", "1010"))
        euro = {"currency": "EUR", "currency_debit": 333, "rate": 11_000_000_000}
        sets = [
            [Line(rent.pk, debit=366, **euro, description="a, b; c"), Line(bank.pk, credit=366)],
            [Line(odd.pk, debit=7, currency="JPY", currency_debit=999, rate=70_000_000), Line(bank.pk, credit=7)],
            [Line(odd.pk, debit=50, currency="JPY", rate=10**10), Line(rent.pk, credit=50)],  # a revaluation
            [Line(odd.pk, debit=10**15), Line(rent.pk, credit=10**15)],
        ]
        source = Source("api")
        posted = post_many(entries=[Unposted(JANUARY_9, lines, source, memo='A "memo"; x') for lines in sets], actor=1)
        reverse(entry=posted[1], date=JANUARY_9, actor=1)
        content, expected = "".join(BY_VALUE[name].write(open_books())), balances_by_code()
    other = new_organization("Other", alice)
    with context.enter(other.tenant()):
        enable("EUR", "JPY")
        report = import_books(reading=read_file(name, content, {}), told={}, create=True, actor=1)
        assert report.errors == []
        assert [each.action for each in report.accounts].count("created") == 1
        assert balances_by_code() == expected
        assert Account.objects.get(code="X.1").type == "other_current_asset"
        assert JournalEntry.objects.count() == 5


def test_the_command_imports_and_tells(north: Organization, in_north: Any, tmp_path: Path) -> None:
    file = tmp_path / "books.journal"
    file.write_text(JOURNAL)
    arguments = ["import_books", str(file), "--organization", north.pk, "--format", "hledger"]
    said = io.StringIO()
    call_command(*arguments, "--dry-run", stdout=said)
    assert "2 entries would be imported. Nothing was done." in said.getvalue()
    assert not JournalEntry.objects.exists()
    said = io.StringIO()
    call_command(*arguments, "--actor", "5", stdout=said)
    assert "2 entries were imported, 1 to 2." in said.getvalue()
    assert {entry.posted_by for entry in JournalEntry.objects.all()} == {5}
    file.write_text("nonsense")
    said = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command(*arguments, stdout=said)
    assert "line 1: This is not understood here: nonsense." in said.getvalue()
