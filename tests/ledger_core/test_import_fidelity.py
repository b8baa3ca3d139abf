"""What an import must never do: book another amount, on another account, for another purpose, or twice."""

from __future__ import annotations

import base64
import datetime
import io
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.operations import Line, Source, post, reverse
from ledger_core.chart.models import Account
from ledger_core.chart.operations import create_account
from ledger_core.currencies.models import EnabledCurrency
from ledger_core.exchange.books import open_books
from ledger_core.exchange.formats import BY_VALUE, read_file
from ledger_core.exchange.importing import import_books
from ledger_core.fiscal_years.operations import close_year, reopen_year
from tenancy import aliases, context
from tenancy.models import Organization

PATH = "/api/imports"
Find = Callable[[str], Account]
YEAR_END = datetime.date(2025, 12, 31)


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def enable(*codes: str) -> None:
    for code in codes:
        EnabledCurrency.objects.create(code=code, enabled_by=1)


def send(client: APIClient, name: str, content: str, **other: Any) -> Any:
    return client.post(PATH, {"format": name, "content": content, **other})


def refusals(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    return [(each["pointer"].removeprefix("/content/"), each["code"]) for each in answer.json()["errors"]]


def said(answer: Any, code: str) -> str:
    found: str = next(each["detail"] for each in answer.json()["errors"] if each["code"] == code)
    return found


def amounts() -> list[tuple[str, int]]:
    lines = JournalLine.objects.select_related("account").order_by("entry__number", "position")
    return [(line.account.code, line.debit - line.credit) for line in lines]


def transaction(amount: str, account: str = "Expenses:6100 Rent") -> str:
    return f"2026-01-09 Rent\n    {account}  {amount}\n    Assets:1010 Bank\n"


# The purpose of entries of our own exports


def book_a_year() -> None:
    accounts = {account.code: account.pk for account in Account.objects.all()}
    days = (datetime.date(2025, 3, 1), datetime.date(2025, 6, 1))
    for day, debit, credit, amount in ((days[0], "1010", "4000", 100_000), (days[1], "6100", "1010", 40_000)):
        lines = [Line(accounts[debit], debit=amount), Line(accounts[credit], credit=amount)]
        post(date=day, lines=lines, source=Source("test"), actor=1)


def statements(client: APIClient) -> dict[str, list[tuple[str, list[str]]]]:
    found = {}
    for name in ("profit-and-loss", "changes-in-equity", "cash-flow", "balance-sheet"):
        query = {"date_to": "2025-12-31", **({} if name == "balance-sheet" else {"date_from": "2025-01-01"})}
        rows = client.get(f"/api/reports/{name}", query).json()["rows"]
        found[name] = [(row["title"], [cell["amount"] for cell in row["cells"]]) for row in rows]
    return found


@pytest.mark.parametrize("name", ["hledger", "beancount"])
def test_a_closed_year_reads_the_same_in_the_copy(
    client: APIClient,
    client_of: Callable[..., APIClient],
    alice: Any,
    north: Organization,
    new_organization: Callable[..., Organization],
    name: str,
) -> None:
    with context.enter(north.tenant()):
        book_a_year()
        close_year(last_day=YEAR_END, actor=1)
        reopen_year(last_day=YEAR_END, actor=1)
        close_year(last_day=YEAR_END, actor=1)
        content = "".join(BY_VALUE[name].write(open_books()))
    copy = new_organization("Copy", alice)
    there = client_of(alice, copy)
    answer = send(there, name, content)
    assert answer.status_code == 200, answer.content
    expected = statements(client)
    assert ("Net income", ["600.00"]) in expected["profit-and-loss"]
    assert statements(there) == expected
    years = there.get("/api/fiscal-years").json()
    closed = {each["last_day"]: each["is_closed"] for each in years}
    assert closed["2025-12-31"] is True
    with context.enter(copy.tenant()):
        entries = JournalEntry.objects.order_by("number")
        assert [(each.purpose, each.source_kind, each.reverses and each.reverses.number) for each in entries] == [
            ("document", "import", None),
            ("document", "import", None),
            ("closing", "fiscal_year", None),
            ("reversal", "fiscal_year", 3),
            ("closing", "fiscal_year", None),
        ]
        reopen_year(last_day=YEAR_END, actor=1)  # it is a closing entry like any other


def exported_closing(**changes: str) -> str:
    tags = {"number": "3", "purpose": "closing", "source": "fiscal_year", **changes}
    written = ", ".join(f"{name}: {value}" for name, value in tags.items())
    return f"""\
2025-12-31 (3) Closing of 2025
    ; {written}
    Income:4000 Sales                    5.00 USD
    Equity:3100 Retained earnings       -5.00 USD
"""


def test_a_closing_entry_that_is_none_is_refused(client: APIClient, in_north: Any) -> None:
    earnings = Account.objects.get(system_roles__role="retained_earnings")
    content = exported_closing().replace("3100 Retained earnings", f"{earnings.code} {earnings.name}")
    other_day = send(client, "hledger", content.replace("2025-12-31", "2025-11-30"))
    assert refusals(other_day) == [("1", "not_a_year_end")]
    assert "2025-11-30" in said(other_day, "not_a_year_end")
    hidden = send(client, "hledger", content.replace("Income:4000 Sales", "Assets:1010 Bank "))
    assert refusals(hidden) == [("1", "not_a_closing")]
    lost = exported_closing(purpose="reversal", reverses="2").replace("3100 Retained earnings", f"{earnings.code} x")
    assert refusals(send(client, "hledger", lost)) == [("1", "reverses_nothing")]
    assert send(client, "hledger", content).status_code == 200
    again = send(client, "hledger", content.replace("5.00", "6.00"))
    assert refusals(again) == [("1", "already_closed")]
    assert JournalEntry.objects.count() == 1


def test_only_who_may_close_a_year_imports_its_closing(
    client_of: Callable[..., APIClient], bob: Any, north: Organization, in_north: Any
) -> None:
    earnings = Account.objects.get(system_roles__role="retained_earnings")
    content = exported_closing().replace("3100 Retained earnings", f"{earnings.code} {earnings.name}")
    answer = send(client_of(bob, north), "hledger", content)
    assert refusals(answer) == [("1", "may_not_close")]
    assert not JournalEntry.objects.exists()


def test_purposes_and_reversals_are_kept(
    north: Organization, new_organization: Callable[..., Organization], alice: Any, client_of: Any
) -> None:
    with context.enter(north.tenant()):
        content = book_an_opening()
    copy = new_organization("Copy", alice)
    assert send(client_of(alice, copy), "hledger", content).status_code == 200
    with context.enter(copy.tenant()):
        entries = JournalEntry.objects.order_by("number")
        assert [(each.purpose, each.source_kind, each.reverses and each.reverses.number) for each in entries] == [
            ("opening", "import", None),
            ("document", "import", None),
            ("reversal", "import", 2),
        ]


def book_an_opening() -> str:
    """An opening entry, an entry and its reversal; gives the export."""
    rent, bank = (Account.objects.get(code=code).pk for code in ("6100", "1010"))
    lines = [Line(rent, debit=5), Line(bank, credit=5)]
    day = datetime.date(2026, 1, 9)
    post(date=day, lines=lines, source=Source("opening_balances"), purpose="opening", actor=1)
    reverse(entry=post(date=day, lines=lines, source=Source("test"), actor=1), date=day, actor=1)
    return "".join(BY_VALUE["hledger"].write(open_books()))


def test_a_reversal_that_is_no_mirror_is_an_entry_of_its_own(client: APIClient, in_north: Any) -> None:
    def entry(number: int, amount: str, tags: str) -> str:
        return transaction(amount).replace("Rent\n", f"({number}) Rent\n    ; number: {number}, {tags}\n", 1) + "\n"

    content = entry(1, "5.00 USD", "purpose: document") + entry(2, "-4.00 USD", "purpose: reversal, reverses: 1")
    content += entry(3, "-5.00 USD", "purpose: reversal, reverses: 1")
    content += entry(4, "-5.00 USD", "purpose: reversal, reverses: 1")
    assert send(client, "hledger", content).status_code == 200
    entries = JournalEntry.objects.order_by("number")
    assert [(each.purpose, each.reverses and each.reverses.number) for each in entries] == [
        ("document", None),
        ("document", None),
        ("reversal", 1),
        ("document", None),
    ]


# Amounts


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("1,23 USD", 123),
        ("0,5 USD", 50),
        ("0,500 USD", 50),
        ("1234,5 USD", 123450),
        ("1.234,50 USD", 123450),
        ("1,234.50 USD", 123450),
        ("1,234,567 USD", 123456700),
        ("1.234.567 USD", 123456700),
        ("USD -1,50", -150),
    ],
)
def test_a_decimal_comma_is_no_thousands_mark(client: APIClient, in_north: Any, written: str, cents: int) -> None:
    answer = send(client, "hledger", transaction(written))
    assert answer.status_code == 200, answer.content
    assert amounts()[0] == ("6100", cents)


@pytest.mark.parametrize(
    "written", ["1,234 USD", "12,345 USD", "1,234,5.00 USD", "1,23,456 USD", "1.230 USD", "1.2.3 USD", "1,2,3.4 USD"]
)
def test_what_may_be_two_amounts_is_refused(client: APIClient, in_north: Any, written: str) -> None:
    answer = send(client, "hledger", transaction(written))
    ((line, code),) = refusals(answer)
    assert (line, code in ("ambiguous_amount", "not_an_amount")) == ("2", True)
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    ("head", "other", "cents"),
    [
        ("decimal-mark .\n", {}, 123400),
        ("decimal-mark ,\n", {}, None),  # 1.234 has three decimals
        ("commodity 1,000.00 USD\n", {}, 123400),
        ("commodity USD\n    format 1,000.00 USD\n", {}, 123400),
        ("commodity 1.000,00 EUR\n", {}, None),  # says nothing of USD: ambiguous
        ("", {"decimal_mark": "."}, 123400),
    ],
)
def test_a_directive_says_what_a_comma_is(
    client: APIClient, in_north: Any, head: str, other: dict[str, str], cents: int | None
) -> None:
    answer = send(client, "hledger", f"{head}\n{transaction('1,234 USD')}", **other)
    assert answer.status_code == (200 if cents else 422), answer.content
    assert [each for _, each in amounts()] == ([cents, -cents] if cents else [])


def test_groups_are_of_three(client: APIClient, in_north: Any) -> None:
    answer = send(client, "hledger", f"decimal-mark .\n\n{transaction('1,23 USD')}")
    assert refusals(answer) == [("4", "not_an_amount")]
    assert "in threes" in said(answer, "not_an_amount")
    assert refusals(send(client, "beancount", BEANCOUNT.replace("AMOUNT", "1,23"))) == [("2", "not_an_amount")]
    assert send(client, "beancount", BEANCOUNT.replace("AMOUNT", "1,234")).status_code == 200
    assert amounts()[0] == ("6100", 123400)  # in Beancount a comma never is a decimal mark


BEANCOUNT = """\
2026-01-09 * "Rent"
  Expenses:6100-Rent  AMOUNT USD
  Assets:1010-Bank-account
"""


def table(*rows: str, heading: str = "date;entry;account;amount") -> str:
    return "\n".join((heading, *rows)) + "\n"


@pytest.mark.parametrize(
    ("written", "cents"), [("1,23", 123), ("1.234,50", 123450), ("1,234,567", 123456700), ("12.5", 1250)]
)
def test_a_table_reads_amounts_the_same_way(client: APIClient, in_north: Any, written: str, cents: int) -> None:
    rows = (f"2026-01-09;a;6100;{written}", f"2026-01-09;a;1010;-{written}")
    assert send(client, "csv", table(*rows)).status_code == 200
    assert amounts() == [("6100", cents), ("1010", -cents)]


@pytest.mark.parametrize(("mark", "minor"), [(None, None), (".", 1_234_000), (",", 1_234)])
def test_a_lone_comma_in_dinars_is_asked_about(
    new_organization: Callable[..., Organization],
    alice: Any,
    client_of: Callable[..., APIClient],
    mark: str | None,
    minor: int | None,
) -> None:
    kuwait = new_organization("Kuwait", alice, base_currency="KWD")
    rows = ("2026-01-09;a;6100;1,234", "2026-01-09;a;1010;-1,234")
    answer = send(client_of(alice, kuwait), "csv", table(*rows), **({"decimal_mark": mark} if mark else {}))
    if minor is None:
        assert refusals(answer) == [("2", "ambiguous_amount"), ("3", "ambiguous_amount")]
        assert "decimal_mark" in said(answer, "ambiguous_amount")
        return
    assert answer.status_code == 200, answer.content
    with context.enter(kuwait.tenant()):
        assert amounts() == [("6100", minor), ("1010", -minor)]


def test_no_amount_and_contradictory_prices_are_refused(client: APIClient, in_north: Any) -> None:
    enable("EUR")
    assert refusals(send(client, "hledger", transaction("0.00 USD"))) == [("2", "no_amount"), ("3", "no_amount")]
    for price in ("@@ -5.00 USD", "@ -1.00 USD"):
        assert refusals(send(client, "hledger", transaction(f"5.00 EUR {price}"))) == [("2", "wrong_price")]
    heading = "date;entry;account;amount;currency;base_amount"
    rows = ("2026-01-09;a;6100;5;EUR;-5", "2026-01-09;a;1010;-5;;")
    assert refusals(send(client, "csv", table(*rows, heading=heading))) == [("2", "wrong_price")]
    rows = ("2026-01-09;a;6100;5;EUR;5", "2026-01-09;a;1010;-5;EUR;-5")
    assert send(client, "csv", table(*rows, heading=heading)).status_code == 200


def test_nothing_is_cut_off(client: APIClient, in_north: Any) -> None:
    answer = send(client, "hledger", transaction("5.00 USD", f"Expenses:{'x' * 121}"))
    assert refusals(answer) == [("2", "too_long")]
    memo = send(client, "hledger", transaction("5.00 USD").replace("Rent\n", f"{'y' * 501}\n", 1))
    assert refusals(memo) == [("1", "too_long")]
    code = send(client, "hledger", transaction("5.00 USD").replace(" Rent", f" ({'z' * 41}) Rent", 1))
    assert refusals(code) == [("1", "too_long")]


# Currencies


def test_currencies_must_be_enabled(client: APIClient, in_north: Any) -> None:
    content = transaction("5.00 EUR @@ 6.00 USD")
    answer = send(client, "hledger", f"{content}\n{content}")
    assert refusals(answer) == [("2", "currency_not_enabled")]  # told once
    assert said(answer, "currency_not_enabled") == "EUR is not enabled. Enable it under currencies first."
    enable("EUR")
    assert send(client, "hledger", content).status_code == 200


@pytest.mark.parametrize("code", ["XXX", "ZZZ", "XAU"])
def test_a_currency_that_there_is_not_is_an_error_of_its_line(client: APIClient, in_north: Any, code: str) -> None:
    assert refusals(send(client, "hledger", transaction(f"5.00 {code} @@ 6.00 USD"))) == [("2", "unknown_currency")]
    rows = (f"2026-01-09;a;6100;5;{code};6", "2026-01-09;a;1010;-6;;")
    answer = send(client, "csv", table(*rows, heading="date;entry;account;amount;currency;base_amount"))
    assert refusals(answer) == [("2", "unknown_currency")]


# Accounts


def outcome(client: APIClient, *names: str, **other: Any) -> dict[str, str | None]:
    postings = "".join(f"    {name}  1.00 USD\n" for name in names)
    content = f"2026-01-09 Try\n{postings}    Assets:1010 Bank  -{len(names)}.00 USD\n"
    body = {"format": "hledger", "content": content, **other}
    report = client.post(f"{PATH}?dry_run=true", body).json()
    codes = {each["name"]: each["account"] and each["account"]["code"] for each in report["accounts"]}
    return {name: codes[name] for name in names}


def test_accounts_are_found_within_their_root_only(client: APIClient, in_north: Any) -> None:
    bank = Account.objects.get(code="1010")
    assert outcome(client, "Income:Rent") == {"Income:Rent": "IMPORT-1"}
    assert outcome(client, f"Expenses:{bank.name}")[f"Expenses:{bank.name}"] == "IMPORT-1"
    only = f"2026-01-09 Try\n    Assets:{bank.name}  1.00 USD\n    Expenses:6110\n"
    assert send(client, "hledger", only).json()["accounts"][0]["account"]["code"] == "1010"
    assert outcome(client, "Expenses:Rent", "Expenses:6110") == {"Expenses:Rent": "6100", "Expenses:6110": "6110"}


def test_a_code_alone_under_its_root_is_a_code(client: APIClient, in_north: Any) -> None:
    content = "2026-01-09 Try\n    Expenses:6100  1.00 USD\n    Assets:1010  -1.00 USD\n"
    assert send(client, "hledger", content).status_code == 200
    assert amounts() == [("6100", 100), ("1010", -100)]


def test_a_code_under_another_root_is_asked_about(client: APIClient, in_north: Any) -> None:
    payable = Account.objects.get(code="2000")
    answer = send(client, "hledger", transaction("5.00 USD", "Expenses:Travel:2000 Miles"))
    assert refusals(answer) == [("2", "ambiguous_account")]
    assert said(answer, "ambiguous_account") == (
        f"'Expenses:Travel:2000 Miles' is under Expenses, but 2000 is {payable.name}, under Liabilities. "
        "Say which account is meant: `accounts` maps a name in the file to the code of an account."
    )
    told = send(
        client,
        "hledger",
        transaction("5.00 USD", "Expenses:Travel:2000 Miles"),
        accounts={"Expenses:Travel:2000 Miles": "6110"},
    )
    assert told.status_code == 200
    assert amounts()[0] == ("6110", 500)


def test_two_names_are_not_taken_for_one_account(client: APIClient, in_north: Any) -> None:
    content = """\
2026-01-09 Insurance
    Expenses:Car:Rent    1.00 USD
    Expenses:House:Rent  2.00 USD
    Assets:1010 Bank
"""
    answer = send(client, "hledger", content)
    assert refusals(answer) == [("2", "ambiguous_account"), ("3", "ambiguous_account")]
    assert "Expenses:House:Rent" in answer.json()["errors"][0]["detail"]
    told = {"Expenses:Car:Rent": "6110", "Expenses:House:Rent": "6100"}
    assert send(client, "hledger", content, accounts=told).status_code == 200
    assert [code for code, _ in amounts()] == ["6110", "6100", "1010"]


def test_a_name_that_two_accounts_have_is_asked_about(client: APIClient, in_north: Any) -> None:
    create_account(code="X1", name="Rent", type="expense")
    answer = send(client, "hledger", transaction("5.00 USD", "Expenses:Rent"))
    assert refusals(answer) == [("2", "ambiguous_account")]
    assert "6100" in said(answer, "ambiguous_account")
    assert "X1" in said(answer, "ambiguous_account")


def test_a_mapping_to_a_code_that_is_not_there_says_so(client: APIClient, in_north: Any) -> None:
    answer = send(client, "hledger", transaction("5.00 USD", "foo"), accounts={"foo": "zzz"})
    assert refusals(answer) == [("2", "unknown_code")]
    assert said(answer, "unknown_code") == "`accounts` says that 'foo' is account zzz, and there is no such code."


NAMES = {
    "CASH": "a:b",
    "X1": "- dash first",
    "X2": "x; y, 100%",
    "9.9": "Two  blanks",
    "abc": "Plain",
    "7": "1 more 2",
}


@pytest.mark.parametrize("name", ["hledger", "beancount"])
def test_names_survive_the_round_trip(
    north: Organization, new_organization: Callable[..., Organization], alice: Any, client_of: Any, name: str
) -> None:
    with context.enter(north.tenant()):
        bank = Account.objects.get(code="1010").pk
        for code, called in NAMES.items():
            odd = create_account(code=code, name=called, type="expense")
            lines = [Line(odd.pk, debit=5), Line(bank, credit=5)]
            post(date=datetime.date(2026, 1, 9), lines=lines, source=Source("test"), actor=1)
        content = "".join(BY_VALUE[name].write(open_books()))
    copy = new_organization("Copy", alice)
    answer = send(client_of(alice, copy), name, content)
    assert answer.status_code == 200, answer.content
    with context.enter(copy.tenant()):
        made = Account.objects.filter(code__in=NAMES).values_list("code", "name")
        assert dict(made) == NAMES


# Tables


def test_rows_of_one_entry_have_one_date(client: APIClient, in_north: Any) -> None:
    rows = ("2026-03-31;a;6100;5", "2026-04-01;a;1010;-5")
    answer = send(client, "csv", table(*rows))
    assert refusals(answer) == [("3", "different_date")]
    assert said(answer, "different_date") == "This row is of 2026-04-01, its entry of 2026-03-31."
    assert send(client, "csv", table("2026-03-31;a;6100;5", ";a;1010;-5")).status_code == 200


def test_an_amount_is_said_once(client: APIClient, in_north: Any) -> None:
    heading = "date;entry;account;debit;credit;amount"
    rows = ("2026-03-31;a;6100;5;;6", "2026-03-31;a;1010;;5;")
    assert refusals(send(client, "csv", table(*rows, heading=heading))) == [("2", "two_amounts")]
    rows = ("2026-03-31;a;6100;5;2;", "2026-03-31;a;1010;;3;")
    assert refusals(send(client, "csv", table(*rows, heading=heading))) == [("2", "both_sides")]
    rows = ("2026-03-31;a;6100;5.00;0.00;", "2026-03-31;a;1010;0.00;5.00;")
    assert send(client, "csv", table(*rows, heading=heading)).status_code == 200


def test_errors_are_told_in_the_words_of_the_format(client: APIClient, in_north: Any) -> None:
    enable("EUR")
    rows = ("2026-03-31;a;6100;5;EUR", "2026-03-31;a;1010;-5;")
    answer = send(client, "csv", table(*rows, heading="date;entry;account;amount;currency"))
    assert refusals(answer) == [("2", "no_price")]
    assert said(answer, "no_price") == "Say in the column `base_amount` what this is worth in USD."
    answer = send(client, "hledger", transaction("5.00 EUR"))
    assert said(answer, "no_price") == "Say what this is worth in USD: 100.00 EUR @@ 110.00 USD."


def test_one_fault_is_told_once(client: APIClient, in_north: Any) -> None:
    assert refusals(send(client, "hledger", transaction("ten USD"))) == [("2", "not_an_amount")]
    content = f"{transaction('5.00 USD')}2026-13-01 Wrong\n    Expenses:6100 Rent  5.00 USD\n    Assets:1010 Bank\n"
    assert refusals(send(client, "hledger", content)) == [("4", "wrong_date")]
    bean = '2026-01-09 * "A"\n  Expenses:6100-R  1 USD\n  Assets:1010-B\n2026-13-01 * "W"\n  Assets:1010-B  1 USD\n'
    assert refusals(send(client, "beancount", bean)) == [("4", "wrong_date")]
    assert refusals(send(client, "csv", table("2026-01-09;a;6100;x", "2026-01-09;a;1010;-5"))) == [
        ("2", "not_an_amount")
    ]


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_formula_without_a_saved_value_is_no_zero(client: APIClient, in_north: Any) -> None:
    day = datetime.date(2026, 1, 9)
    content = workbook(["Date", "Account", "Amount"], [day, 6100, "=2+3"], [day, 1010, -5])
    answer = client.post(PATH, {"format": "xlsx", "content_base64": base64.b64encode(content).decode()})
    assert refusals(answer) == [("2", "no_value")]
    assert said(answer, "no_value") == (
        "The formula in column C has no saved value."
        " Open the workbook in a spreadsheet program, save it, and try again."
    )
    with_value = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(with_value, "w") as new:
        for part in old.namelist():
            body = old.read(part)
            new.writestr(part, body.replace(b"<f>2+3</f><v />", b"<f>2+3</f><v>5</v>").replace(b"<v></v>", b"<v>5</v>"))
    (reading,) = (read_file("xlsx", with_value.getvalue(), {}),)
    assert [(each.line, each.code) for each in reading.errors] == []


# The same file again


def test_the_same_file_is_not_posted_again(client: APIClient, in_north: Any) -> None:
    content = transaction("5.00 USD") + "\n" + transaction("5.00 USD")  # twice on one day is no mistake
    assert send(client, "hledger", content).json()["last_number"] == "2"
    tried = client.post(f"{PATH}?dry_run=true", {"format": "hledger", "content": content}).json()
    assert tried["duplicates"] == 2
    assert [(each["line"], each["code"]) for each in tried["errors"]] == [(1, "duplicate"), (5, "duplicate")]
    assert tried["errors"][0]["detail"] == (
        "This was imported before, as entry 1. Leave it out, or post it once more with `allow_duplicates`."
    )
    third = f"{content}\n{transaction('5.00 USD')}"
    assert refusals(send(client, "hledger", third)) == [("1", "duplicate"), ("5", "duplicate")]
    assert JournalEntry.objects.count() == 2
    told = send(client, "hledger", third, allow_duplicates=True)
    assert (told.json()["duplicates"], told.json()["last_number"]) == (2, "5")
    assert refusals(send(client, "hledger", third))[2] == ("9", "duplicate")


def test_what_was_reversed_may_be_imported_again(client: APIClient, in_north: Any) -> None:
    send(client, "hledger", transaction("5.00 USD"))
    first = JournalEntry.objects.get()
    reverse(entry=first, date=first.date, actor=1)
    assert send(client, "hledger", transaction("5.00 USD")).status_code == 200
    assert refusals(send(client, "hledger", transaction("5.00 USD"))) == [("1", "duplicate")]


def test_the_command_says_so_too(north: Organization, in_north: Any, tmp_path: Any) -> None:
    file = tmp_path / "books.journal"
    file.write_text(transaction("1,234 USD"))
    arguments = ["import_books", str(file), "--organization", north.pk, "--format", "hledger", "--decimal-mark", "."]
    call_command(*arguments, stdout=io.StringIO())
    call_command(*arguments, "--allow-duplicates", stdout=io.StringIO())
    assert [each for _, each in amounts()] == [123400, -123400] * 2


def test_of_two_imports_of_one_file_at_the_same_time_one_is_refused(in_north: context.Tenant) -> None:
    content, together = transaction("5.00 USD"), threading.Barrier(2)

    def run(number: int) -> tuple[int | None, list[str]]:
        try:
            with context.enter(in_north):
                together.wait(10)
                reading = read_file("hledger", content, {})
                report = import_books(reading=reading, told={}, create=False, actor=number)
                return report.first_number, [error.code for error in report.errors]
        finally:
            aliases.release_all()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(run, range(2)), key=lambda answer: answer[1])
    assert answers == [(1, []), (None, ["duplicate"])]
    assert JournalEntry.objects.count() == 1
