"""The steps of docs/adding-a-report.md, each checked for every report, so that none is forgotten."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

from ledger_core.chart.types import ACCOUNT_TYPES
from ledger_core.reports import statements
from ledger_core.reports.registry import REPORTS
from ledger_core.reports.serializers import ALWAYS, ReportQuerySerializer
from ledger_core.reports.statement import EARNINGS_TYPES, Section, Statement, Total
from ledger_core.reports.statements.balance_sheet import BALANCE_SHEET
from ledger_core.reports.statements.cash_flow import CASH_FLOW
from ledger_core.reports.statements.profit_and_loss import PROFIT_AND_LOSS
from tests.golden.test_reports import CASES, FOLDER

ROOT = Path(__file__).resolve().parents[2]
each_report = pytest.mark.parametrize("statement", REPORTS, ids=lambda each: each.name)


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def test_every_description_is_listed() -> None:
    described = {
        value.name
        for module in pkgutil.iter_modules(statements.__path__)
        for value in vars(importlib.import_module(f"{statements.__name__}.{module.name}")).values()
        if isinstance(value, Statement)
    }
    assert described == {each.name for each in REPORTS}


@each_report
def test_it_is_described_for_people(statement: Statement) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", statement.name)
    assert statement.title[0].isupper()
    assert statement.description.endswith(".")
    assert statement.no_cash_basis.endswith(".") or is_of_earnings(statement)


def is_of_earnings(statement: Statement) -> bool:
    """Only income and expenses have a cash basis."""
    return bool(statement.rows) and all(set(row.types) <= set(EARNINGS_TYPES) for row in statement.rows)


@each_report
def test_it_has_an_address_with_its_own_parameters(statement: Statement) -> None:
    operation = schema()["paths"][reverse(statement.name)]["get"]
    named = {each["name"] for each in operation["parameters"]}
    others = set(ReportQuerySerializer().fields) - {*ALWAYS, *statement.takes}
    assert named >= {*ALWAYS, *statement.takes}
    assert not named & others
    assert operation["summary"] == statement.title
    assert set(operation["responses"]["200"]["content"]) == {
        "application/json",
        "text/csv",
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }


@each_report
def test_its_rows_are_known_and_refer_to_earlier_ones(statement: Statement) -> None:
    seen: list[str] = []
    for row in statement.rows:
        assert row.key not in seen
        assert row.types or (isinstance(row, Total) and row.revaluation_of)
        if isinstance(row, Total):
            assert set(row.of) <= set(seen), row.key
        seen.append(row.key)
    named = {*statement.equal[0], *statement.equal[1], *([statement.base] if statement.base else [])}
    assert named <= set(seen)


@each_report
def test_it_has_a_golden_file(statement: Statement) -> None:
    assert statement.name in CASES
    assert (FOLDER / f"{statement.name}.txt").read_text(encoding="utf-8").splitlines()[1] == statement.title


@each_report
def test_it_is_documented(statement: Statement) -> None:
    assert statement.name in (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        (BALANCE_SHEET, {each.value for each in ACCOUNT_TYPES if each.statement == "balance_sheet"}),
        (PROFIT_AND_LOSS, {each.value for each in ACCOUNT_TYPES if each.statement == "profit_and_loss"}),
        (CASH_FLOW, {each.value for each in ACCOUNT_TYPES if each.cash_flow not in ("", "cash")}),
    ],
    ids=lambda each: getattr(each, "name", ""),
)
def test_every_type_of_account_has_its_place_once(statement: Statement, kinds: set[str]) -> None:
    shown = [kind for row in statement.rows if isinstance(row, Section) for kind in row.types]
    assert sorted(shown) == sorted(kinds)


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {name.replace(" ", "-") for name in CASES}
