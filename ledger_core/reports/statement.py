"""What a statement is: a value that says which accounts appear, in which sections, over which stretch of time.

The engine (`engine.py`) turns any such value into a report. A new statement is a new value in `statements/` and a
line in `registry.py`; see docs/adding-a-report.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger_core.chart.types import ACCOUNT_TYPES, DEBIT, PROFIT_AND_LOSS
from tenancy.problems import Problem


class Span(Enum):
    """Which lines of an account a column of a row counts."""

    PERIOD = "period"  # dated within the column's stretch
    OPENING = "opening"  # before it
    CLOSING = "closing"  # up to its end
    YEAR = "year"  # from the beginning of the fiscal year to its end
    EARNINGS = "earnings"  # of the stretch, the net income alone: what it adds to retained earnings
    OTHER = "other"  # of the stretch, all but the net income


class Earnings(Enum):
    """Which income and expenses are shown within retained earnings; no closing entry is needed for that."""

    EARLIER_YEARS = "earlier_years"  # those before the running fiscal year
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Section:
    """Accounts of some types, in tree order, and what they add up to. Amounts are positive on `side`."""

    key: str
    title: str
    types: tuple[str, ...]
    side: str
    span: Span = Span.PERIOD
    closing: bool = True  # do entries that close a fiscal year count?
    earnings: Earnings | None = None
    has_total: bool = True  # a row of its own with the sum


@dataclass(frozen=True, slots=True)
class Total:
    """One row that adds up earlier ones, named by `of`.

    `types` and `span` say once more which lines that is; the engine computes both and refuses to show a report in
    which they differ. Without `of` the lines are all there is, such as cash at the beginning.
    """

    key: str
    title: str
    side: str
    types: tuple[str, ...]
    of: tuple[str, ...] = ()
    span: Span = Span.PERIOD
    closing: bool = True
    revaluation_of: tuple[str, ...] = ()  # also what revaluations booked on accounts of these types
    is_always_shown: bool = True  # even where it is zero


@dataclass(frozen=True, slots=True)
class Part:
    """One of several columns that every period of a statement has."""

    key: str
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole statement."""

    name: str  # in the URL
    title: str
    description: str
    rows: tuple[Section | Total, ...]
    at_a_date: bool = False  # balances at the end of a day; otherwise what happened between two days
    equal: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # rows whose amounts must add up to the same
    add_up: bool = False  # do the columns of a report by month add up to a total that means something?
    parts: tuple[Part, ...] = ()
    base: str = ""  # the row that percentages of a column are of; "" where there is none
    no_cash_basis: str = ""  # why there is none; empty: there is one (income and expenses only)
    takes: tuple[str, ...] = ("columns", "compare", "percent_of", "depth", "zero_rows")  # of the parameters


class OutOfBalance(Problem):
    """A report contradicts itself, so it is not shown. That is a fault of ours or of the database."""

    status = 500
    code = "out_of_balance"
    title = "This report does not add up, so it is not shown"


def types_of(*sections: str) -> tuple[str, ...]:
    """The account types of the statements' sections, as chart/types.py has them."""
    return tuple(each.value for each in ACCOUNT_TYPES if each.section in sections)


def types_with(*activities: str) -> tuple[str, ...]:
    """The account types of the balance sheet whose movements are these cash-flow activities."""
    return tuple(each.value for each in ACCOUNT_TYPES if each.cash_flow in activities)


EARNINGS_TYPES = tuple(each.value for each in ACCOUNT_TYPES if each.statement == PROFIT_AND_LOSS)


def sign_of(side: str) -> int:
    """What a net debit is multiplied with to be shown positive on a side."""
    return 1 if side == DEBIT else -1
