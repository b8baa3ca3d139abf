"""Reports in JSON: their form for the API description, and the plain dictionaries that have this form.

A statement by month has thousands of cells; they are written by hand, because a serializer object for each would take
longer than finding out the figures.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger_core.arithmetic.money import to_text
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import AmountField, IdField
from ledger_core.books.lines import Extent, Key, Page
from ledger_core.books.models import JournalLine
from ledger_core.books.serializers import AccountReferenceSerializer, JournalEntrySerializer, SourceSerializer
from ledger_core.chart.models import Account
from ledger_core.reports.columns import Column
from ledger_core.reports.drill import Addresses
from ledger_core.reports.parameters import ANY_BRANCH
from ledger_core.reports.report import Cell, Report, Row
from ledger_core.reports.table import ACCOUNT, AMOUNT, PERCENT, SECTION, TOTAL
from tenancy import context


class ReportAccountSerializer(AccountReferenceSerializer):
    type = serializers.CharField()


class ReportColumnSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not DRF's own label
    kind = serializers.ChoiceField([(AMOUNT, "Amount"), (PERCENT, "Percentage")])
    group = serializers.CharField(help_text="A heading over several columns; empty where there is none")
    date_from = serializers.DateField(allow_null=True)
    date_to = serializers.DateField(allow_null=True, help_text="Null of columns that compare two others")
    branch = serializers.CharField(allow_null=True, help_text="An id, `none`, or null: all")


class CellSerializer(serializers.Serializer):
    """An amount, a percentage, or neither (both null): the headings of sections have no figures."""

    amount = AmountField(allow_null=True)
    percent = serializers.CharField(allow_null=True, help_text="With one decimal: 12.5")
    lines = serializers.CharField(
        allow_null=True,
        help_text="The address of the lines behind the amount. Their `net`, its sign changed where the row is positive "
        "on the credit side, is the amount; on cash basis it is their last row. Null of changes and percentages, "
        "and of what is zero by definition",
    )


class ReportRowSerializer(serializers.Serializer):
    key = serializers.CharField()
    kind = serializers.ChoiceField([(SECTION, "Section"), (ACCOUNT, "Account"), (TOTAL, "Total")])
    level = serializers.IntegerField(help_text="How far it is indented")
    title = serializers.CharField()
    account = ReportAccountSerializer(allow_null=True)
    cells = CellSerializer(many=True, help_text="In the order of the columns")


class ReportHeadSerializer(serializers.Serializer):
    """What every report begins with."""

    name = serializers.CharField()
    title = serializers.CharField()
    organization = serializers.CharField()
    currency = serializers.CharField()
    date_from = serializers.DateField(allow_null=True)
    date = serializers.DateField(help_text="The last day")
    basis = serializers.CharField()
    presentation = serializers.CharField()
    as_known_at = serializers.DateTimeField(allow_null=True)


class ReportSerializer(ReportHeadSerializer):
    columns = ReportColumnSerializer(many=True)
    rows = ReportRowSerializer(many=True)


class TotalsSerializer(serializers.Serializer):
    debit = AmountField()
    credit = AmountField()


class TrialBalanceRowSerializer(TotalsSerializer):
    """`debit` and `credit` are those of the last two columns; `cells` has all."""

    account = ReportAccountSerializer()
    cells = CellSerializer(many=True)


class TrialBalanceSerializer(ReportHeadSerializer):
    columns = ReportColumnSerializer(many=True)
    rows = TrialBalanceRowSerializer(many=True)
    totals = TotalsSerializer(help_text="Of the last two columns")
    total_cells = CellSerializer(many=True)


class JournalSerializer(ReportHeadSerializer):
    results = JournalEntrySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page")


class LedgerLineSerializer(serializers.Serializer):
    id = IdField()
    entry = IdField()
    date = serializers.DateField()
    number = serializers.CharField(help_text="Of the entry")
    source = SourceSerializer()  # type: ignore[assignment]  # a field of this name, not DRF's argument
    purpose = serializers.CharField()
    memo = serializers.CharField()
    description = serializers.CharField()
    account = AccountReferenceSerializer()
    contact = IdField(allow_null=True)
    branch = IdField(allow_null=True)
    project = IdField(allow_null=True)
    currency = serializers.CharField()
    currency_debit = serializers.CharField(help_text="In the line's own currency")
    currency_credit = serializers.CharField()
    debit = AmountField()
    credit = AmountField()
    balance = AmountField(help_text="After this line; positive on the debit side")


class LedgerLinesSerializer(serializers.Serializer):
    """Lines of the ledger in the order of dates; all balances are positive on the debit side."""

    currency = serializers.CharField()
    opening = AmountField(help_text="The balance before the first day; 0 where only some lines of accounts count")
    debit = AmountField(help_text="Of all the lines, on this page and others")
    credit = AmountField()
    net = AmountField(help_text="Debits less credits")
    closing = AmountField()
    results = LedgerLineSerializer(many=True)
    previous = serializers.CharField(allow_null=True, help_text="The `cursor` of the page before")
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the page after")


class ReportListSerializer(serializers.Serializer):
    """A report there is."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    at_a_date = serializers.BooleanField(help_text="Balances at the end of a day, rather than of a period")
    takes = serializers.ListField(child=serializers.CharField(), help_text="Parameters beyond those all reports have")
    no_cash_basis = serializers.CharField(help_text="Why `basis=cash` is refused; empty where it is not")


def head(report_name: str, title: str, parameters: Any) -> dict[str, Any]:
    known = parameters.as_known_at
    return {
        "name": report_name,
        "title": title,
        "organization": context.current().name,
        "currency": base_currency(),
        "date_from": parameters.stretch.first and f"{parameters.stretch.first}",
        "date": f"{parameters.stretch.last}",
        "basis": parameters.basis,
        "presentation": parameters.presentation,
        "as_known_at": known and known.isoformat().replace("+00:00", "Z"),
    }


def shown(report: Report) -> dict[str, Any]:
    """A report as the API answers with it."""
    cells_of = _Cells(report)
    return {
        **head(report.name, report.title, report.parameters),
        "columns": [_column(column) for column in report.columns],
        "rows": [_row(row, cells_of(row)) for row in report.rows],
    }


def shown_trial_balance(report: Report) -> dict[str, Any]:
    """A trial balance: accounts and totals apart, with the last two columns by name."""
    currency, cells_of = base_currency(), _Cells(report)

    def sides(row: Row) -> dict[str, str]:
        debit, credit = (to_text(cell.value or 0, currency) for cell in row.cells[-2:])
        return {"debit": debit, "credit": credit}

    *rows, total = report.rows
    return {
        **head(report.name, report.title, report.parameters),
        "columns": [_column(column) for column in report.columns],
        "rows": [{"account": _account(row.account), **sides(row), "cells": cells_of(row)} for row in rows],
        "totals": sides(total),
        "total_cells": cells_of(total),
    }


def _column(column: Column) -> dict[str, Any]:
    stretch = column.stretch
    return {
        "key": column.key,
        "label": column.label,
        "kind": column.kind,
        "group": column.group,
        "date_from": None if stretch is None or stretch.first is None else f"{stretch.first}",
        "date_to": None if stretch is None else f"{stretch.last}",
        "branch": None if column.branch == ANY_BRANCH else f"{column.branch}",
    }


def _row(row: Row, cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": row.kind,
        "level": row.level,
        "title": row.title,
        "account": _account(row.account),
        "cells": cells,
    }


def _account(account: Account | None) -> dict[str, str] | None:
    if account is None:
        return None
    return {"id": f"{account.pk}", "code": account.code, "name": account.name, "type": account.type}


class _Cells:
    """The cells of a report's rows, as the API answers with them."""

    def __init__(self, report: Report) -> None:
        self._columns = report.columns
        self._addresses = Addresses(report.parameters)
        self._currency = base_currency()

    def __call__(self, row: Row) -> list[dict[str, Any]]:
        return [self._cell(cell, column) for cell, column in zip(row.cells, self._columns, strict=True)]

    def _cell(self, cell: Cell, column: Column) -> dict[str, Any]:
        if cell.value is None:
            return {"amount": None, "percent": None, "lines": None}
        if column.kind == PERCENT:
            return {"amount": None, "percent": percent_text(cell.value), "lines": None}
        lines = self._addresses.of(cell, column.branch)
        return {"amount": to_text(cell.value, self._currency), "percent": None, "lines": lines}


def percent_text(tenths: int) -> str:
    """Tenths of a percent with one decimal: 125 is "12.5"."""
    whole, decimal = divmod(abs(tenths), 10)
    return f"{'-' if tenths < 0 else ''}{whole}.{decimal}"


def shown_lines(extent: Extent, page: Page) -> dict[str, Any]:
    """A page of lines as the API answers with it."""
    balance = page.opening
    results = []
    for line in page.lines:
        balance += line.debit - line.credit
        results.append(_line(line, balance))
    form = LedgerLinesSerializer(
        {
            "currency": base_currency(),
            "opening": extent.opening,
            "debit": extent.debit,
            "credit": extent.credit,
            "net": extent.net,
            "closing": extent.closing,
            "results": results,
            "previous": cursor(page.previous),
            "next": cursor(page.next),
        }
    )
    return dict(form.data)


def cursor(key: Key | None) -> str | None:
    return None if key is None else str(key)


def _line(line: JournalLine, balance: int) -> dict[str, Any]:
    entry = line.entry
    return {
        "id": line.pk,
        "entry": entry.pk,
        "date": line.date,
        "number": entry.number,
        "source": entry,
        "purpose": entry.purpose,
        "memo": entry.memo,
        "description": line.description,
        "account": line.account,
        "contact": line.contact_id,
        "branch": line.branch_id,
        "project": line.project_id,
        "currency": line.currency,
        "currency_debit": to_text(line.currency_debit, line.currency),
        "currency_credit": to_text(line.currency_credit, line.currency),
        "debit": line.debit,
        "credit": line.credit,
        "balance": balance,
    }
