"""The fiscal years that the books have entries in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Min

from ledger_core.arithmetic.fiscal import FiscalYear, fiscal_year_ending, fiscal_years
from ledger_core.base.queries import today
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import CLOSING, CLOSING_SOURCE
from tenancy import context
from tenancy.problems import NotFound


@dataclass(frozen=True, slots=True)
class YearState:
    """A fiscal year and the closing entry that stands for it."""

    year: FiscalYear
    closing: JournalEntry | None
    has_ended: bool

    @property
    def is_closed(self) -> bool:
        return self.closing is not None


def source_id(year: FiscalYear) -> int:
    """Virtual years have no id; their last day, read as a number, is one: 20261231."""
    return int(f"{year.last_day:%Y%m%d}")


def year_states() -> list[YearState]:
    """From the year of the first entry to the present one, newest first; two queries."""
    now = today()
    posted = JournalEntry.objects.filter(posted_at__isnull=False)
    first: datetime.date = posted.aggregate(first=Min("date"))["first"] or now
    closings = {entry.date: entry for entry in _standing_closings()}
    years = fiscal_years(min(first, now), now, context.current().fiscal_year_start)
    return [YearState(year, closings.get(year.last_day), year.last_day < now) for year in years][::-1]


def find_year(last_day: datetime.date) -> YearState:
    """The fiscal year that ends then, if the books go back to it."""
    year = fiscal_year_ending(last_day, context.current().fiscal_year_start)
    found = next((state for state in year_states() if state.year == year), None)
    if found is None:
        raise NotFound(f"The books have no fiscal year that ends on {last_day}.")
    return found


def _standing_closings() -> list[JournalEntry]:
    entries = JournalEntry.objects.filter(source_kind=CLOSING_SOURCE, purpose=CLOSING, posted_at__isnull=False)
    return list(entries.filter(reversed_by=None))
