"""A report that is a list: columns, and rows about contacts, items or documents. The same value for JSON and files."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ledger_core.arithmetic.money import to_text
from ledger_core.base.queries import base_currency
from ledger_core.reports.answers import head, percent_text
from ledger_core.reports.parameters import ACCRUAL, ANY_BRANCH, CASH, Branch
from ledger_core.reports.periods import Stretch
from ledger_core.reports.report import is_right_to_left
from ledger_core.reports.table import AMOUNT, LINE, PERCENT, SECTION, TOTAL, Table, TableColumn, TableRow, Value
from tenancy import context

__all__ = [
    "LINE",
    "SECTION",
    "TOTAL",
    "About",
    "ListColumn",
    "ListRow",
    "Listing",
    "Make",
    "TradeQuestion",
    "TradeReport",
]

DUE_DATE, DOCUMENT_DATE = "due_date", "date"


@dataclass(frozen=True, slots=True)
class TradeReport:
    """A report of trade, as the list of reports describes it. `takes` are its parameters beyond those of all."""

    name: str
    title: str
    description: str
    side: str = ""
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    at_a_date: bool = False
    basis: str = ACCRUAL  # the one it is on; one on cash basis takes no `basis`
    no_cash_basis: str = "Lists of documents know when something was issued and when it was paid."


@dataclass(frozen=True, slots=True)
class TradeQuestion:
    """What was asked, with real dates instead of names and defaults."""

    stretch: Stretch
    presentation: str
    contacts: tuple[int, ...] = ()  # () is all
    detail: bool = False
    days: int = 30  # of one age
    ages: int = 4  # how many, the last without end
    aged_by: str = DUE_DATE
    basis: str = ACCRUAL
    accounts: tuple[int, ...] = ()
    types: tuple[str, ...] = ()  # of accounts; added to `accounts`
    branch: Branch = ANY_BRANCH
    as_known_at: datetime.datetime | None = None  # these reports have none; the head of every report says so


@dataclass(frozen=True, slots=True)
class ListColumn:
    """Amounts are base minor units, percentages tenths; amounts in other currencies and quantities are text."""

    key: str
    label: str
    kind: str = AMOUNT


@dataclass(frozen=True, slots=True)
class About:
    """What a row is about, for a link: `About("invoice", 17)`."""

    kind: str
    id: int | None


@dataclass(frozen=True, slots=True)
class ListRow:
    kind: str  # section, line or total
    level: int
    cells: tuple[Value, ...]
    about: About | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    report: TradeReport
    question: TradeQuestion
    columns: tuple[ListColumn, ...]
    rows: Sequence[ListRow]

    def answer(self) -> dict[str, Any]:
        """As the API answers."""
        return {
            **head(self.report.name, self.report.title, self.question),
            "columns": [{"key": each.key, "label": each.label, "kind": each.kind} for each in self.columns],
            "rows": [self._row(row) for row in self.rows],
        }

    def _row(self, row: ListRow) -> dict[str, Any]:
        currency = base_currency()
        return {
            "kind": row.kind,
            "level": row.level,
            "about": None if row.about is None else {"kind": row.about.kind, "id": _id(row.about.id)},
            "cells": {
                column.key: _text(value, column.kind, currency)
                for column, value in zip(self.columns, row.cells, strict=True)
            },
        }

    def table(self, currency: str) -> Table:
        """As every kind of file shows it."""
        return Table(
            name=self.report.name,
            title=self.report.title,
            organization=context.current().name,
            currency=currency,
            about=_about(self.report, self.question),
            columns=tuple(TableColumn(each.label, each.kind) for each in self.columns),
            rows=[TableRow(row.kind, row.level, row.cells) for row in self.rows],
            presentation=self.question.presentation,
            right_to_left=is_right_to_left(),
            last=self.question.stretch.last,
        )


def _about(report: TradeReport, question: TradeQuestion) -> tuple[str, ...]:
    stretch = question.stretch
    dates = f"At {stretch.last}" if report.at_a_date else f"{stretch.first} to {stretch.last}"
    return (dates, "Cash basis") if question.basis == CASH else (dates,)


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)


def _text(value: Value, kind: str, currency: str) -> str | None:
    if value is None:
        return None
    if kind == AMOUNT:
        assert isinstance(value, int)
        return to_text(value, currency)
    if kind == PERCENT:
        assert isinstance(value, int)
        return percent_text(value)
    return str(value)


Make = Callable[[TradeReport, TradeQuestion], Listing]
