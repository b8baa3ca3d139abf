"""Which lines are behind an amount: the one thing that cells, their drill-down links and the list of lines share."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Selection:
    """Posted lines on these accounts, dated in this stretch. Their debits less their credits are the amount.

    `accounts` and `types` are added up. Without `closing`, entries that close a fiscal year do not count. With
    `earnings_before`, the lines of income and expenses that retained earnings stand for count too: all before that
    day, and from it on those of closing entries (which took the same amounts out of income and expenses). The lines
    of revaluations on accounts of the types in `revaluation_of` count too; never with `earnings_before`.
    """

    last: datetime.date
    first: datetime.date | None = None
    accounts: tuple[int, ...] = ()
    types: tuple[str, ...] = ()
    closing: bool = True
    earnings_before: datetime.date | None = None
    side: str = ""  # debit or credit: only lines of that side
    revaluation_of: tuple[str, ...] = ()  # types of accounts

    @property
    def earnings(self) -> tuple[tuple[datetime.date | None, datetime.date] | None, ...]:
        """The stretch whose income and expenses count whole, and the one of which only closing entries count."""
        if self.earnings_before is None:
            return None, None
        whole = (self.first, min(self.earnings_before - DAY, self.last))
        closing = (max(self.earnings_before, self.first or self.earnings_before), self.last)
        return _if_any(whole), _if_any(closing)

    @property
    def whose(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """What the cells of a row have in common."""
        return self.accounts, self.types

    @property
    def which(self) -> tuple[datetime.date | None, datetime.date, bool, datetime.date | None, str]:
        """What the cells of a column have in common, mostly."""
        return self.first, self.last, self.closing, self.earnings_before, self.side

    def query_of_row(self) -> dict[str, Any]:
        """`whose`, as parameters of the list of lines; what is not said is left out."""
        return _said({"account": self.accounts, "type": self.types, "revaluation_of": self.revaluation_of})

    def query_of_column(self) -> dict[str, Any]:
        """`which`, as parameters of the list of lines."""
        return _said(
            {
                "date_from": self.first,
                "date_to": self.last,
                "closing": None if self.closing else "false",
                "earnings_before": self.earnings_before,
                "side": self.side,
            }
        )


def _said(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value not in (None, "", ())}


def _if_any(
    stretch: tuple[datetime.date | None, datetime.date],
) -> tuple[datetime.date | None, datetime.date] | None:
    first, last = stretch
    return stretch if first is None or first <= last else None
