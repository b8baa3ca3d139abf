"""The columns of a statement: periods or branches, each with what it is compared with and its percentages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ledger_core.arithmetic.money import divide_half_up
from ledger_core.reports.parameters import ANY_BRANCH, NO_BRANCH, Branch, Parameters
from ledger_core.reports.periods import COMPARISONS, Stretch, cut, label
from ledger_core.reports.statement import Part, Span, Statement
from ledger_core.reports.table import AMOUNT, PERCENT
from tenancy.problems import FieldError, Invalid

MOST_COLUMNS = 400
LABELS = {"previous_period": "Previous period", "previous_year": "Previous year"}
TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Those with a stretch count lines; the others say how two such columns compare."""

    key: str
    label: str
    kind: str = AMOUNT
    stretch: Stretch | None = None
    branch: Branch = ANY_BRANCH
    part: Part | None = None
    group: str = ""
    compares: tuple[str, str] = ("", "")  # keys: what, with what
    percent_of: str = ""  # of what the percentage of compares[0] is


def columns_of(statement: Statement, parameters: Parameters, branches: Sequence[int | None]) -> tuple[Column, ...]:
    """All columns, from left to right."""
    plain = list(_with_parts(statement, _plain(statement, parameters, branches)))
    found = tuple(each for column in plain for each in _accompanied(column, parameters, plain))
    if len(found) > MOST_COLUMNS:
        detail = (
            f"This report would have {len(found):,} columns; at most {MOST_COLUMNS} are shown. Take longer periods."
        )
        raise Invalid(detail, errors=(FieldError("/columns", "too_many_columns", detail),))
    return found


def _plain(statement: Statement, parameters: Parameters, branches: Sequence[int | None]) -> list[Column]:
    stretch = parameters.stretch
    whole = Column(TOTAL, "Total", stretch=stretch, branch=parameters.branch)
    if parameters.columns == "branch":
        return [*(_of_branch(whole, branch) for branch in branches), whole]
    if parameters.columns == "total" or stretch.first is None:
        return [replace(whole, label=_label(statement, stretch, ""))]
    pieces = cut(stretch.first, stretch.last, parameters.columns, parameters.start_month)
    found = [
        replace(whole, key=f"{piece.last}", label=_label(statement, piece, parameters.columns), stretch=piece)
        for piece in pieces
    ]
    return [*found, whole] if statement.add_up and len(found) > 1 else found


def _label(statement: Statement, stretch: Stretch, unit: str) -> str:
    return f"{stretch.last}" if statement.at_a_date else label(stretch, unit)


def _of_branch(whole: Column, branch: int | None) -> Column:
    if branch is None:
        return replace(whole, key="branch-none", label="No branch", branch=NO_BRANCH)
    return replace(whole, key=f"branch-{branch}", label=f"Branch {branch}", branch=branch)


def _with_parts(statement: Statement, columns: list[Column]) -> Iterator[Column]:
    if not statement.parts:
        yield from columns
        return
    for column in columns:
        for part in statement.parts:
            prefix, group = (f"{column.key}.", column.label) if len(columns) > 1 else ("", "")
            yield replace(column, key=f"{prefix}{part.key}", label=part.label, part=part, group=group)


def _accompanied(column: Column, parameters: Parameters, plain: Sequence[Column]) -> Iterator[Column]:
    """A column with its percentage, what it is compared with, the change and the change in percent."""
    assert column.stretch is not None
    yield column
    percent_of = parameters.percent_of
    if percent_of:
        of = plain[-1].key if percent_of == "row" else column.key
        yield _beside(column, "percent", "%", PERCENT, compares=(column.key, of), percent_of=percent_of)
    for name in parameters.compare:
        earlier = COMPARISONS[name](column.stretch)
        other = _beside(column, name, LABELS[name], AMOUNT, stretch=earlier)
        yield other
        pair = (column.key, other.key)
        yield _beside(column, f"{name}.change", "Change", AMOUNT, compares=pair)
        yield _beside(column, f"{name}.percent", "Change %", PERCENT, compares=pair)


def _beside(
    column: Column,
    suffix: str,
    text: str,
    kind: str,
    *,
    stretch: Stretch | None = None,
    compares: tuple[str, str] = ("", ""),
    percent_of: str = "",
) -> Column:
    return replace(
        column,
        key=f"{column.key}.{suffix}",
        label=text,
        kind=kind,
        stretch=stretch,
        compares=compares,
        percent_of=percent_of,
    )


def percentage(amount: int, base: int) -> int | None:
    """Tenths of a percent, rounded half-up; None of nothing."""
    return divide_half_up(amount * 1000, base) if base else None


def change_in_percent(now: int, before: int) -> int | None:
    return percentage(now - before, abs(before))


def span_of(row_span: Span, column: Column) -> Span:
    """A column that is a part of its period decides which lines count; otherwise the row does."""
    return column.part.span if column.part else row_span
