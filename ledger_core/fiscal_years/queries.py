"""The fiscal years that the books have entries in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.db.models import Min

from ledger_core.arithmetic.fiscal import FiscalYear, fiscal_years, year_up_to
from ledger_core.base.queries import today
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import CLOSING, CLOSING_SOURCE
from ledger_core.books.queries import movements
from ledger_core.chart.models import Account
from ledger_core.chart.types import ACCOUNT_TYPES, PROFIT_AND_LOSS
from tenancy import context
from tenancy.problems import NotFound

INCOME_TYPES = [each.value for each in ACCOUNT_TYPES if each.statement == PROFIT_AND_LOSS]
OPEN, CLOSED, OUTDATED = "open", "closed", "outdated"
STATES = (
    (OPEN, "Open"),
    (CLOSED, "Closed"),
    (OUTDATED, "Outdated: income or expenses were posted into the year after it was closed"),
)


@dataclass(frozen=True, slots=True)
class YearState:
    """A fiscal year and the closing entry that stands for it."""

    year: FiscalYear
    closing: JournalEntry | None
    has_ended: bool
    has_result: bool = False  # income and expenses of a closed year that its closing entry did not move

    @property
    def is_closed(self) -> bool:
        return self.closing is not None

    @property
    def state(self) -> str:
        if self.closing is None:
            return OPEN
        return OUTDATED if self.has_result else CLOSED


def source_id(year: FiscalYear) -> int:
    """Virtual years have no id; their last day, read as a number, is one: 20261231."""
    return int(f"{year.last_day:%Y%m%d}")


def year_states() -> list[YearState]:
    """From the year of the first entry to the present one, newest first; and closed ones that began in another month.

    Four queries, however many years there are.
    """
    now = today()
    posted = JournalEntry.objects.filter(posted_at__isnull=False)
    first: datetime.date = posted.aggregate(first=Min("date"))["first"] or now
    closings = {entry.date: entry for entry in standing_closings()}
    years = set(fiscal_years(min(first, now), now, context.current().fiscal_year_start))
    years |= {year_up_to(day) for day in closings.keys() - {year.last_day for year in years}}
    states = [YearState(year, closings.get(year.last_day), year.last_day < now) for year in sorted(years)]
    return _with_results(states)[::-1]


def find_year(last_day: datetime.date) -> YearState:
    """The fiscal year that ends then, if the books go back to it; or the closed one, whenever years begin now."""
    found = next((state for state in year_states() if state.year.last_day == last_day), None)
    if found is None:
        raise NotFound(f"The books have no fiscal year that ends on {last_day}.")
    return found


def standing_closings() -> list[JournalEntry]:
    """The closing entries that are not reversed, in the order of their days."""
    entries = JournalEntry.objects.filter(source_kind=CLOSING_SOURCE, purpose=CLOSING, posted_at__isnull=False)
    return list(entries.filter(reversed_by=None).order_by("date", "number"))


def income_accounts() -> list[int]:
    return list(Account.objects.filter(type__in=INCOME_TYPES).values_list("pk", flat=True))


def _with_results(states: list[YearState]) -> list[YearState]:
    """A closing entry leaves every income and expense account of its year at zero; one that does not is outdated."""
    closed = [state.year for state in states if state.is_closed]
    if not closed:
        return states
    left = movements(
        periods=[(year.first_day, year.last_day) for year in closed],
        by=("account", "branch", "currency"),
        accounts=income_accounts(),
    )
    outdated = {
        year
        for index, year in enumerate(closed)
        if any(balances[index].net or balances[index].currency_net for balances in left.values())
    }
    return [replace(state, has_result=state.year in outdated) for state in states]
