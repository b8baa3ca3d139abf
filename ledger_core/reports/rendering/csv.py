"""A table as CSV (RFC 4180, UTF-8 with the mark that spreadsheets need to see it)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ledger_core.base.sheets import safe
from ledger_core.reports.rendering.figures import cell_text, percent_text, plain_amount
from ledger_core.reports.table import AMOUNT, PERCENT, Table, TableRow, Value


def csv_bytes(table: Table) -> bytes:
    """Headings and rows, with columns for the kind of row and the account's code; amounts exact, without separators."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["Row", *(["Code"] if table.has_codes else []), *_headings(table)])
    for row in table.rows:
        writer.writerow([row.kind, *([row.code] if table.has_codes else []), *_cells(row, table)])
    return file.getvalue().encode("utf-8-sig")


def _headings(table: Table) -> Iterator[str]:
    for column in table.columns:
        yield safe(" ".join(part for part in (column.group, column.label) if part))


def _cells(row: TableRow, table: Table) -> Iterator[str]:
    for value, column in zip(row.cells, table.columns, strict=True):
        yield _cell(value, column.kind, table)


def _cell(value: Value, kind: str, table: Table) -> str:
    if isinstance(value, int) and kind == AMOUNT:
        return plain_amount(value, table.currency)
    if isinstance(value, int) and kind == PERCENT:
        return percent_text(value)
    return safe(cell_text(value, kind, table.currency, table.presentation))
