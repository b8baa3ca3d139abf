"""What a reader can ask of a report, resolved: real dates instead of names and defaults."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ledger_core.reports.periods import Stretch
from ledger_core.reports.table import UNITS

ANY_BRANCH, NO_BRANCH = "any", "none"
Branch = int | str  # an id, or one of the two
ACCRUAL, CASH = "accrual", "cash"


@dataclass(frozen=True, slots=True)
class Parameters:
    """All there is to say about one report; parts of it a report does not have are refused before."""

    stretch: Stretch
    start_month: int  # of the fiscal year
    columns: str = "total"  # or day, week, month, quarter, half, year, branch
    compare: tuple[str, ...] = ()
    percent_of: str = ""
    branch: Branch = ANY_BRANCH
    basis: str = ACCRUAL
    zero_rows: bool = False
    depth: int | None = None
    presentation: str = UNITS
    as_known_at: datetime.datetime | None = None
    accounts: tuple[int, ...] = ()  # of the general ledger; () is all
