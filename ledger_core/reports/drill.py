"""From an amount to the lines behind it: the address of a cell, and the query that the address means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from ledger_core.books.lines import LineQuery
from ledger_core.books.operations import CLOSING_SOURCE
from ledger_core.reports.parameters import ANY_BRANCH, CASH, NO_BRANCH, Branch, Parameters
from ledger_core.reports.report import Cell
from ledger_core.reports.selection import Selection
from ledger_core.revaluation.operations import SOURCE as REVALUATION_SOURCE

ADDRESS = "/api/reports/general-ledger/lines"
CASH_ADDRESS = "/api/reports/cash-basis-lines"


class Addresses:
    """Where the lines behind a report's cells are.

    A row's cells have their accounts in common and a column's cells their dates, so there are few different parts,
    and each is written once.
    """

    def __init__(self, parameters: Parameters) -> None:
        known = parameters.as_known_at
        self._is_cash = parameters.basis == CASH
        self._always = {} if known is None else {"as_known_at": known.isoformat().replace("+00:00", "Z")}
        self._of_rows: dict[Any, str] = {}
        self._of_columns: dict[Any, str] = {}

    def of(self, cell: Cell, branch: Branch) -> str | None:
        """The address of a cell; None of amounts that are no sum of lines, and of nothing."""
        selection = cell.selection
        if selection is None:
            return None
        whose = (selection.whose, selection.revaluation_of)
        row = self._of_rows.get(whose)
        if row is None:
            row = self._of_rows[whose] = urlencode(selection.query_of_row(), doseq=True)
        which = (selection.which, branch)
        column = self._of_columns.get(which)
        if column is None:
            said = self._dates(selection) | ({} if branch == ANY_BRANCH else {"branch": branch}) | self._always
            column = self._of_columns[which] = urlencode(said)
        return f"{CASH_ADDRESS if self._is_cash else ADDRESS}?{row}&{column}"

    def _dates(self, selection: Selection) -> dict[str, Any]:
        """On cash basis closing entries never count, so that there is nothing to say about them."""
        said = selection.query_of_column()
        return {name: said[name] for name in said if name != "closing"} if self._is_cash else said


def line_query(
    selection: Selection,
    parameters: Parameters,
    accounts: Sequence[int],
    earnings: Sequence[int],
    revalued: Sequence[int] = (),
) -> LineQuery:
    """The query for a selection's lines: on `accounts`, and on `earnings` where retained earnings stand for them.

    On `revalued` accounts those of revaluations, where they count.
    """
    whole, closing = selection.earnings
    also, only, of_only = (earnings if selection.earnings_before is not None else (), CLOSING_SOURCE, closing)
    if selection.revaluation_of:
        also, only, of_only = revalued, REVALUATION_SOURCE, (selection.first, selection.last)
    return LineQuery(
        accounts=accounts,
        first=selection.first,
        last=selection.last,
        without=() if selection.closing else (CLOSING_SOURCE,),
        also=also,
        also_whole=whole,
        also_only=of_only,
        only=(only,),
        side=selection.side,
        branch=parameters.branch if isinstance(parameters.branch, int) else None,
        no_branch=parameters.branch == NO_BRANCH,
        as_known_at=parameters.as_known_at,
    )
