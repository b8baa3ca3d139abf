"""What holds for every report, whatever is in the books: equations, closing entries, and the lines behind each cell."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import CLOSING_SOURCE, Line, Source, post, reverse
from ledger_core.books.sums import ExactSum
from ledger_core.chart.models import Account
from ledger_core.chart.queries import chart
from ledger_core.reports import engine
from ledger_core.reports.drill import Addresses, line_query
from ledger_core.reports.figures import Accounts
from ledger_core.reports.registry import REPORTS
from ledger_core.reports.report import Report
from ledger_core.reports.selection import Selection
from ledger_core.reports.serializers import BasisNotAvailable, read_lines, read_parameters
from ledger_core.reports.statement import OutOfBalance, Statement
from ledger_core.reports.statements.balance_sheet import BALANCE_SHEET
from ledger_core.reports.statements.cash_flow import CASH_FLOW
from ledger_core.reports.statements.journal import JOURNAL
from ledger_core.reports.statements.profit_and_loss import PROFIT_AND_LOSS
from ledger_core.reports.table import AMOUNT
from ledger_core.reports.views import view_of
from tenancy.db import atomic, connection
from tenancy.problems import Invalid
from tests.golden.worked_books import close_year, post_entry, post_worked_books
from tests.golden.worked_foreign_cash import post_foreign_cash

WITH_CELLS = [each for each in REPORTS if each is not JOURNAL]
FIRST, LAST = datetime.date(2025, 10, 1), datetime.date(2026, 3, 31)
CODES = ("1010", "1030", "1100", "1510", "1590", "2000", "2500", "3000", "3200", "4010", "5000", "6100", "7000", "8000")


def make(statement: Statement, query: str) -> Report:
    return view_of(statement)().make(read_parameters(statement, QueryDict(query)))


def amounts(report: Report) -> dict[str, tuple[int | None, ...]]:
    return {row.key: tuple(cell.value for cell in row.cells) for row in report.rows}


def by_title(report: Report, column: int = 0) -> dict[str, int | None]:
    return {row.title: row.cells[column].value for row in report.rows}


# --- The lines behind every cell -------------------------------------------------------------------------------------

days = st.dates(FIRST, LAST)


@st.composite
def entry_specs(draw: st.DrawFn) -> dict[str, Any]:
    debit, credit = draw(st.lists(st.sampled_from(CODES), min_size=2, max_size=2, unique=True))
    return {
        "date": draw(days),
        "debit": debit,
        "credit": credit,
        "amount": draw(st.integers(1, 10**9)),
        "branches": draw(st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]))),
        "voided_after": draw(st.none() | st.integers(0, 60)),
    }


class Undo(Exception):
    """Ends an example; its transaction is rolled back."""


QUERIES = (
    "date_to=2026-03-15",
    "date_from=2025-11-10&date_to=2026-02-20&columns=month",
    "date_from=2025-10-01&date_to=2026-03-31&columns=quarter&compare=previous_period,previous_year",
    "date_from=2025-12-01&date_to=2026-01-31&columns=branch",
    "date_to=2026-01-20&branch=1",
    "date_to=2026-01-20&branch=none&zero_rows=true",
    "date_from=2025-12-01&date_to=2026-02-10&depth=1&percent_of=column",
)


def queries_of(statement: Statement) -> Iterator[str]:
    for query in QUERIES:
        parts = [
            part
            for part in query.split("&")
            if part.split("=")[0] in (*statement.takes, "date_from", "date_to", "branch")
        ]
        if not statement.base:
            parts = [part for part in parts if not part.startswith("percent_of")]
        yield "&".join(parts)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(entry_specs(), min_size=1, max_size=8), st.booleans(), st.booleans())
def test_the_lines_behind_every_cell_add_up_to_it(
    in_north: Any, specs: list[dict[str, Any]], closed: bool, reopened: bool
) -> None:
    known: dict[str, int] = {}
    try:
        with atomic():
            post_all(specs)
            if closed and any(spec["date"].year == 2025 for spec in specs):
                close(reopened)
            for statement in WITH_CELLS:
                for query in queries_of(statement):
                    assert_lines_add_up(make(statement, query), known)
            raise Undo
    except Undo:
        pass


def post_all(specs: list[dict[str, Any]]) -> None:
    ids = dict(Account.objects.values_list("code", "pk"))
    for spec in specs:
        one, other = spec["branches"]
        lines = [
            Line(ids[spec["debit"]], debit=spec["amount"], branch_id=one),
            Line(ids[spec["credit"]], credit=spec["amount"], branch_id=other),
        ]
        entry = post(date=spec["date"], lines=lines, source=Source("test"), actor=1)
        if spec["voided_after"] is not None:
            reverse(entry=entry, date=spec["date"] + datetime.timedelta(days=spec["voided_after"]), actor=1)


def close(reopened: bool) -> None:
    ids = dict(Account.objects.values_list("code", "pk"))
    lines = [Line(ids["4010"], debit=5_00), Line(ids["6100"], credit=2_00), Line(ids["3200"], credit=3_00)]
    entry = post(date=datetime.date(2025, 12, 31), lines=lines, source=Source(CLOSING_SOURCE, 2025), actor=1)
    if reopened:
        reverse(entry=entry, date=datetime.date(2025, 12, 31), actor=1)


def assert_lines_add_up(report: Report, known: dict[str, int]) -> None:
    """Many cells have one address; `known` holds the sums of the lines that were read from it."""
    accounts, addresses = Accounts(chart()), Addresses(report.parameters)
    for row in report.rows:
        for cell, column in zip(row.cells, report.columns, strict=True):
            if column.kind != AMOUNT or column.stretch is None or cell.value is None:
                assert cell.selection is None
                continue
            address = addresses.of(cell, column.branch)
            if address is None:
                assert cell.value == 0, (report.name, row.title, column.key)
                continue
            if address not in known:
                known[address] = net_of_lines(address, accounts)
            assert cell.sign * known[address] == cell.value, (report.name, row.title, column.key, address)


def net_of_lines(address: str, accounts: Accounts) -> int:
    selection, parameters = read_lines(QueryDict(urlsplit(address).query))
    lines = line_query(
        selection,
        parameters,
        accounts.of(selection),
        accounts.earnings,
        accounts.of_types(selection.revaluation_of),
    ).lines()
    sums = lines.order_by().aggregate(debit=ExactSum("debit"), credit=ExactSum("credit"))
    return int(sums["debit"] - sums["credit"])


# --- Closing entries change no total ---------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", [each for each in WITH_CELLS if each.rows], ids=lambda each: each.name)
@pytest.mark.parametrize(
    "query",
    ["date_from=2025-01-01&date_to=2025-12-31", "date_from=2026-01-01&date_to=2026-03-31&columns=month"],
)
def test_a_closing_entry_changes_no_statement(in_north: Any, statement: Statement, query: str) -> None:
    post_worked_books()
    before = make(statement, query)
    entry = close_year(2025)
    assert amounts(make(statement, query)) == amounts(before)
    reverse(entry=entry, date=datetime.date(2025, 12, 31), actor=1)
    assert amounts(make(statement, query)) == amounts(before)


def test_earlier_profit_is_in_retained_earnings_without_a_closing_entry(in_north: Any) -> None:
    post_worked_books()
    sheet = by_title(make(BALANCE_SHEET, "date=2026-01-31"))
    assert (sheet["3200 Retained earnings"], sheet["Net income of the fiscal year"]) == (4_350_00, 1_650_55)
    year_end = by_title(make(BALANCE_SHEET, "date=2025-12-31"))
    assert "3200 Retained earnings" not in year_end
    assert year_end["Net income of the fiscal year"] == 4_350_00


def test_the_trial_balance_shows_what_the_closing_entry_did(in_north: Any) -> None:
    """It is about the ledger itself, in which the closing entry is."""
    post_worked_books()
    close_year(2025)
    rows = {row.title: row for row in make(statement_named("trial-balance"), "date=2025-12-31").rows}
    assert rows["3200 Retained earnings"].cells[1].value == 4_350_00
    assert not [title for title in rows if title.startswith(("4", "5", "6", "7"))]


def statement_named(name: str) -> Statement:
    return next(each for each in REPORTS if each.name == name)


# --- A report checks itself ------------------------------------------------------------------------------------------


def test_a_total_that_its_parts_do_not_add_up_to_is_not_shown(in_north: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    post_worked_books()
    (receivable,) = Account.objects.filter(code="1100").values_list("pk", flat=True)
    net = engine.Figures.net

    def wrong(self: Any, selection: Selection, branch: Any = "any") -> int:
        return net(self, selection, branch) + (1 if receivable in selection.accounts else 0)

    monkeypatch.setattr(engine.Figures, "net", wrong)
    with pytest.raises(OutOfBalance, match="Current assets is not the sum of its parts"):
        make(BALANCE_SHEET, "date=2026-03-31")


def test_an_unequal_equation_is_not_shown(in_north: Any) -> None:
    post_worked_books()
    wrong = replace(BALANCE_SHEET, equal=(("assets",), ("liabilities",)))
    with pytest.raises(OutOfBalance, match="Balance sheet does not balance"):
        make(wrong, "date=2026-03-31")


# --- Parameters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("columns=decade", "/columns", "invalid_choice"),
        ("compare=last_life", "/compare", "invalid"),
        ("branch=x", "/branch", "invalid"),
        ("depth=9", "/depth", "max_value"),
        ("period=soon", "/period", "invalid_choice"),
        ("presentation=millions", "/presentation", "invalid_choice"),
        ("as_known_at=yesterday", "/as_known_at", "invalid"),
    ],
)
def test_wrong_parameters_are_named(client: Any, query: str, pointer: str, code: str) -> None:
    answer = client.get(f"/api/reports/balance-sheet?{query}")
    assert answer.status_code == 400
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [
        ("balance-sheet", "period=today&date=2026-01-01", "two_dates"),
        ("balance-sheet", "date=2026-01-01&date_to=2026-01-02", "two_dates"),
        ("balance-sheet", "date_from=2026-01-03&date_to=2026-01-02", "after_date"),
        ("balance-sheet", "percent_of=income", "not_available"),
        ("cash-flow", "percent_of=column", "not_available"),
        ("trial-balance", "compare=previous_year", "not_available"),
        ("general-ledger", "columns=month", "not_available"),
        ("journal", "zero_rows=true", "not_available"),
        ("profit-and-loss", "date_from=2000-01-01&date_to=2026-01-01&columns=day", "too_many_columns"),
        ("profit-and-loss", "format=xml", "invalid_choice"),
    ],
)
def test_what_a_report_has_not_is_refused(client: Any, name: str, query: str, code: str) -> None:
    answer = client.get(f"/api/reports/{name}?{query}")
    assert answer.status_code == 400, answer.content
    assert [each["code"] for each in answer.json()["errors"]] == [code]


@pytest.mark.parametrize("statement", [each for each in REPORTS if each.no_cash_basis], ids=lambda each: each.name)
def test_cash_basis_is_refused_with_the_reason(in_north: Any, statement: Statement) -> None:
    with pytest.raises(BasisNotAvailable) as refusal:
        read_parameters(statement, QueryDict("basis=cash"))
    assert refusal.value.detail == statement.no_cash_basis
    assert len(statement.no_cash_basis) > 30


def test_columns_by_branch_add_up_to_the_whole(in_north: Any) -> None:
    post_worked_books()
    ids = dict(Account.objects.values_list("code", "pk"))
    post_entry(ids, "2026-03-05", "In the branch", {"1010": 10_00}, {"4020": 10_00}, branch_id=7)
    report = make(PROFIT_AND_LOSS, "date_from=2026-01-01&date_to=2026-03-31&columns=branch")
    assert [column.label for column in report.columns] == ["No branch", "Branch 7", "Total"]
    assert amounts(report)["net_income"] == (4_275_00, 10_00, 4_285_00)
    one = make(PROFIT_AND_LOSS, "date_from=2026-01-01&date_to=2026-03-31&branch=7")
    assert amounts(one)["net_income"] == (10_00,)
    none = make(PROFIT_AND_LOSS, "date_from=2026-01-01&date_to=2026-03-31&branch=none")
    assert amounts(none)["net_income"] == (4_275_00,)


def test_named_periods_follow_the_fiscal_year(
    client_of: Any, alice: Any, new_organization: Any, monkeypatch: Any
) -> None:
    organization = new_organization("April", alice, fiscal_year_start=4)
    monkeypatch.setattr("ledger_core.reports.serializers.today", lambda: datetime.date(2026, 2, 10))
    client = client_of(alice, organization)
    found = {
        name: tuple(
            client.get(f"/api/reports/profit-and-loss?period={name}").json()[key] for key in ("date_from", "date")
        )
        for name in ("this_fiscal_year", "fiscal_year_to_date", "last_quarter", "this_half", "this_month", "yesterday")
    }
    assert found == {
        "this_fiscal_year": ("2025-04-01", "2026-03-31"),
        "fiscal_year_to_date": ("2025-04-01", "2026-02-10"),
        "last_quarter": ("2025-10-01", "2025-12-31"),
        "this_half": ("2025-10-01", "2026-03-31"),
        "this_month": ("2026-02-01", "2026-02-28"),
        "yesterday": ("2026-02-09", "2026-02-09"),
    }


def test_the_cash_flow_explains_the_change_of_cash(in_north: Any) -> None:
    post_worked_books()
    rows = amounts(make(CASH_FLOW, "date_from=2026-01-01&date_to=2026-03-31"))
    assert (rows["opening_cash"], rows["net_change"], rows["closing_cash"]) == (
        (14_000_00,),
        (16_375_55,),
        (30_375_55,),
    )


def test_what_the_rates_did_to_cash_is_no_operating_cash_flow(in_north: Any) -> None:
    """Amounts by hand in tests/golden/worked_foreign_cash.py."""
    post_foreign_cash()
    rows = amounts(make(CASH_FLOW, "date_from=2026-01-01&date_to=2026-02-28&columns=month"))
    names = ("net_income", "adjustments_total", "cash_differences", "operating", "financing_total")
    assert [rows[name] for name in names] == [
        (625_00, -360_00, 265_00),
        (-575_00, 575_00, 0),
        (-50_00, 121_00, 71_00),
        (0, 336_00, 336_00),
        (1_100_00, 0, 1_100_00),
    ]
    assert [rows[name] for name in ("net_change", "exchange_effect", "opening_cash", "closing_cash")] == [
        (1_100_00, 336_00, 1_436_00),
        (50_00, -121_00, -71_00),
        (0, 1_150_00, 0),
        (1_150_00, 1_365_00, 1_365_00),
    ]


def test_a_cash_flow_without_foreign_cash_does_not_speak_of_rates(in_north: Any) -> None:
    post_worked_books()
    assert not {"cash_differences", "exchange_effect"} & amounts(make(CASH_FLOW, "date=2026-03-31")).keys()


# --- Over the API ----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(client_of: Callable[..., Any], alice: Any, north: Any) -> Any:
    return client_of(alice, north)


@pytest.mark.parametrize("key", ["cash_differences", "exchange_effect", "operating", "net_change"])
def test_rows_about_rates_lead_to_their_lines(client: Any, in_north: Any, key: str) -> None:
    post_foreign_cash()
    body = client.get("/api/reports/cash-flow?date_from=2026-02-01&date_to=2026-02-28").json()
    [cell] = next(row for row in body["rows"] if row["key"] == key)["cells"]
    lines = client.get(cell["lines"])
    assert lines.status_code == 200, lines.content
    sign = 1 if key == "exchange_effect" else -1
    assert Decimal(lines.json()["net"]) * sign == Decimal(cell["amount"])
    booked = sum(Decimal(line["debit"]) - Decimal(line["credit"]) for line in lines.json()["results"])
    assert booked * sign == Decimal(cell["amount"])


def test_lines_of_revaluations_are_not_asked_for_beside_earnings(client: Any) -> None:
    answer = client.get("/api/reports/general-ledger/lines?revaluation_of=bank&earnings_before=2026-01-01&type=equity")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/revaluation_of", "not_available")
    ]


def test_a_cell_of_the_api_leads_to_its_lines(client: Any, in_north: Any) -> None:
    post_worked_books()
    body = client.get("/api/reports/balance-sheet?date=2026-03-31").json()
    row = next(row for row in body["rows"] if row["title"] == "1100 Accounts receivable")
    cell = row["cells"][0]
    assert (cell["amount"], cell["percent"]) == ("8499.45", None)
    lines = client.get(cell["lines"]).json()
    assert (lines["net"], lines["opening"], lines["closing"]) == ("8499.45", "0.00", "8499.45")
    assert [(line["date"], line["debit"], line["credit"], line["balance"]) for line in lines["results"]][-2:] == [
        ("2026-03-15", "6200.00", "0.00", "13499.45"),
        ("2026-03-20", "0.00", "5000.00", "8499.45"),
    ]


def test_the_list_names_every_report(client: Any) -> None:
    body = client.get("/api/reports").json()
    names = [each["name"] for each in body]
    assert names[: len(REPORTS) + 2] == [*(each.name for each in REPORTS), "tax-summary", "tax-detail"]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("statement", [each for each in REPORTS if each.rows], ids=lambda each: each.name)
def test_a_statement_takes_as_many_queries_for_a_year_as_for_a_day(
    client: Any, in_north: Any, statement: Statement
) -> None:
    post_worked_books()
    counts = []
    for query in ("date_from=2026-03-31&date_to=2026-03-31", "date_from=2025-01-01&date_to=2026-03-31&columns=month"):
        with CaptureQueriesContext(connection()) as captured:
            client.get(f"/api/reports/{statement.name}?{query}")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 8


def test_the_books_of_nobody_yet_are_empty_reports(in_north: Any) -> None:
    for statement in WITH_CELLS:
        report = make(statement, "date=2026-01-31")
        assert not any(cell.value for row in report.rows for cell in row.cells), statement.name
    assert JournalEntry.objects.count() == 0


def test_a_refused_percentage_names_the_parameter(in_north: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        read_parameters(BALANCE_SHEET, QueryDict("percent_of=income"))
    assert refusal.value.errors[0].pointer == "/percent_of"
