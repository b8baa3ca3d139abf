"""From an amount to the lines behind it: the address of a cell, and the query that the address means."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from ledger_core.books.lines import LineQuery
from ledger_core.books.operations import CLOSING_SOURCE
from ledger_core.reports.parameters import ANY_BRANCH, NO_BRANCH, Branch, Parameters
from ledger_core.reports.report import Cell
from ledger_core.reports.selection import Selection

ADDRESS = "/api/reports/general-ledger/lines"


def address_of(cell: Cell, branch: Branch, parameters: Parameters) -> str | None:
    """Where the lines behind a cell are; None of amounts that are no sum of lines, and of nothing."""
    if cell.selection is None:
        return None
    said = cell.selection.query()
    if branch != ANY_BRANCH:
        said["branch"] = branch
    if parameters.as_known_at is not None:
        said["as_known_at"] = parameters.as_known_at.isoformat().replace("+00:00", "Z")
    return f"{ADDRESS}?{urlencode(said, doseq=True)}"


def line_query(
    selection: Selection, parameters: Parameters, accounts: Sequence[int], earnings: Sequence[int]
) -> LineQuery:
    """The query for a selection's lines: on `accounts`, and on `earnings` where retained earnings stand for them."""
    whole, closing = selection.earnings
    return LineQuery(
        accounts=accounts,
        first=selection.first,
        last=selection.last,
        without=() if selection.closing else (CLOSING_SOURCE,),
        also=earnings if selection.earnings_before is not None else (),
        also_whole=whole,
        also_only=closing,
        only=(CLOSING_SOURCE,),
        side=selection.side,
        branch=parameters.branch if isinstance(parameters.branch, int) else None,
        no_branch=parameters.branch == NO_BRANCH,
        as_known_at=parameters.as_known_at,
    )
