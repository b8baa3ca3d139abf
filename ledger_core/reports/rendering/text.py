"""A table as aligned text: what the golden tests compare, and what a terminal shows."""

from __future__ import annotations

from ledger_core.reports.rendering.figures import cell_text, unit_text
from ledger_core.reports.table import AMOUNT, PERCENT, TOTAL, Table, TableRow

INDENT = "  "


def text(table: Table) -> str:
    """Title, headings and rows; amounts aligned on the right."""
    lines = [[column.label for column in table.columns], *(_cells(row, table) for row in table.rows)]
    if any(column.group for column in table.columns):
        lines.insert(0, _groups(table))
    widths = [max(len(line[index]) for line in lines) for index in range(len(table.columns))]
    rule = ["-" * sum([*widths, 2 * (len(widths) - 1)])]
    first_row = len(lines) - len(list(table.rows))
    head = [table.organization, table.title, *table.about, unit_text(table.currency, table.presentation), ""]
    body = [_aligned(line, widths, table) for line in lines]
    for index, row in reversed(list(enumerate(table.rows))):
        if row.kind == TOTAL and row.level == 0:
            body.insert(first_row + index + 1, "")
    return "\n".join([*head, *body[:first_row], *rule, *body[first_row:]]).rstrip() + "\n"


def _groups(table: Table) -> list[str]:
    """The heading of each run of columns, over the first of them."""
    groups = [column.group for column in table.columns]
    return [group if index == 0 or group != groups[index - 1] else "" for index, group in enumerate(groups)]


def _cells(row: TableRow, table: Table) -> list[str]:
    found = [
        cell_text(value, column.kind, table.currency, table.presentation)
        for value, column in zip(row.cells, table.columns, strict=True)
    ]
    return [INDENT * row.level + found[0], *found[1:]]


def _aligned(line: list[str], widths: list[int], table: Table) -> str:
    aligned = [
        each.rjust(width) if column.kind in (AMOUNT, PERCENT) else each.ljust(width)
        for each, width, column in zip(line, widths, table.columns, strict=True)
    ]
    return "  ".join(aligned).rstrip()
