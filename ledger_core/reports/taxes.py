"""Taxes in the books: a summary by rate and side, and the entries behind it. Made from the tax ledger, on either basis.

On accrual basis, `owed` of a rate is the net credit of the ledger lines that name the rate: `verify_books` compares.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from ledger_core.arithmetic.money import scaled_text
from ledger_core.base.queries import checked_settings
from ledger_core.books.lines import Key
from ledger_core.reports.periods import Stretch
from ledger_core.reports.report import is_right_to_left
from ledger_core.reports.statements.general_ledger import MOST_LINES, TooManyLines
from ledger_core.reports.table import DATE, LINE, SECTION, TEXT, TOTAL, Table, TableColumn, TableRow
from ledger_core.taxes.figures import TaxSum, owed_by, sums_of
from ledger_core.taxes.kinds import SALES, SIDES
from ledger_core.taxes.models import TaxEntry, TaxRate
from ledger_core.taxes.queries import rates_by_id
from ledger_core.taxes.returns import described
from tenancy import context

PERCENT_DECIMALS = 4
_LABELS = dict(SIDES)


@dataclass(frozen=True, slots=True)
class TaxReport:
    """A report of the tax ledger, as the list of reports describes it."""

    name: str
    title: str
    description: str
    takes: tuple[str, ...] = ("tax_rate", "side")
    at_a_date: bool = False
    no_cash_basis: str = ""


TAX_SUMMARY = TaxReport(
    "tax-summary",
    "Tax summary",
    "What was taxed and how much tax, by rate, percentage and side, when issued or when paid.",
)
TAX_DETAIL = TaxReport(
    "tax-detail",
    "Tax detail",
    "The entries behind the tax summary, in the order of dates, page by page; files contain all of them.",
)
TAX_REPORTS = (TAX_SUMMARY, TAX_DETAIL)


@dataclass(frozen=True, slots=True)
class TaxQuestion:
    """What a tax report can be asked, with real dates instead of names and defaults."""

    stretch: Stretch
    basis: str
    presentation: str
    as_known_at: datetime.datetime | None = None
    tax_rates: tuple[int, ...] = ()  # () is all
    side: str = ""  # "" is both

    def entries(self) -> QuerySet[TaxEntry]:
        """The tax entries that are asked for."""
        found = TaxEntry.objects.filter(
            basis=self.basis,
            date__gte=self.stretch.first,
            date__lte=self.stretch.last,
            entry__posted_at__isnull=False,
        )
        if self.as_known_at is not None:
            found = found.filter(entry__posted_at__lte=self.as_known_at)
        if self.tax_rates:
            found = found.filter(tax_rate__in=self.tax_rates)
        return found.filter(side=self.side) if self.side else found


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One rate at one percentage on one side."""

    tax_rate: TaxRate
    percent: int
    side: str
    taxable: int
    tax: int
    recoverable: int
    owed: int
    detail: str  # the address of the entries behind it


@dataclass(frozen=True, slots=True)
class SideTotal:
    """All rows of one side."""

    side: str
    taxable: int
    tax: int
    recoverable: int
    owed: int


@dataclass(frozen=True, slots=True)
class Summary:
    rows: Sequence[SummaryRow]

    @property
    def totals(self) -> list[SideTotal]:
        return [_total(side, list(rows)) for side, rows in groupby(self.rows, key=lambda row: row.side)]

    @property
    def owed(self) -> int:
        return sum(row.owed for row in self.rows)


@dataclass(frozen=True, slots=True)
class DetailPage:
    entries: Sequence[TaxEntry]
    next: Key | None


def tax_summary(question: TaxQuestion) -> Summary:
    """Sales first, rates in the order of their codes; two queries."""
    checked_settings()
    sums = sums_of(question.entries())
    rates = rates_by_id({each.tax_rate_id for each in sums})
    rows = [_row(each, rates[each.tax_rate_id], question) for each in sums]
    return Summary(sorted(rows, key=lambda row: (row.side != SALES, row.tax_rate.code_key, row.percent)))


def tax_detail(question: TaxQuestion, *, size: int, key: Key | None = None) -> DetailPage:
    """The entries after the key, in the order of dates."""
    checked_settings()
    found = described(question.entries())
    if key is not None:
        found = found.filter(Q(date__gt=key.date) | Q(date=key.date, pk__gt=key.id))
    entries = list(found[: size + 1])
    more = len(entries) > size
    last = entries[size - 1] if more else None
    return DetailPage(entries[:size], Key(last.date, last.pk) if last else None)


def summary_table(question: TaxQuestion, currency: str) -> Table:
    summary = tax_summary(question)
    columns = (
        TableColumn("Tax rate", TEXT),
        TableColumn("Percent", TEXT),
        TableColumn("Taxable"),
        TableColumn("Tax"),
        TableColumn("Recoverable"),
        TableColumn("Owed"),
    )
    return _table(TAX_SUMMARY, question, currency, columns, list(_summary_rows(summary)))


def detail_table(question: TaxQuestion, currency: str) -> Table:
    """All entries, for files. Raises TooManyLines."""
    page = tax_detail(question, size=MOST_LINES)
    if page.next is not None:
        raise TooManyLines(
            f"A file holds at most {MOST_LINES:,} lines. Take a shorter period, or read it page by page."
        )
    columns = (
        TableColumn("Date", DATE),
        TableColumn("Entry", TEXT),
        TableColumn("Tax rate", TEXT),
        TableColumn("Percent", TEXT),
        TableColumn("Side", TEXT),
        TableColumn("Taxable"),
        TableColumn("Tax"),
        TableColumn("Recoverable"),
    )
    return _table(TAX_DETAIL, question, currency, columns, [_detail_row(entry) for entry in page.entries])


def percent_text(percent: int) -> str:
    return f"{scaled_text(percent, PERCENT_DECIMALS)} %"


def _row(each: TaxSum, rate: TaxRate, question: TaxQuestion) -> SummaryRow:
    return SummaryRow(
        rate,
        each.percent,
        each.side,
        each.taxable,
        each.tax,
        each.recoverable,
        owed_by(each, rate),
        _detail_of(rate, each.side, question),
    )


def _detail_of(rate: TaxRate, side: str, question: TaxQuestion) -> str:
    query = {
        "tax_rate": rate.pk,
        "side": side,
        "basis": question.basis,
        "date_from": question.stretch.first,
        "date_to": question.stretch.last,
    }
    if question.as_known_at is not None:
        query["as_known_at"] = question.as_known_at.isoformat()
    return f"/api/reports/{TAX_DETAIL.name}?{urlencode(query)}"


def _total(side: str, rows: Sequence[SummaryRow]) -> SideTotal:
    names = ("taxable", "tax", "recoverable", "owed")
    return SideTotal(side, *(sum(getattr(row, name) for row in rows) for name in names))


def _summary_rows(summary: Summary) -> Iterator[TableRow]:
    for total in summary.totals:
        label = _LABELS[total.side]
        yield TableRow(SECTION, 0, (label, None, None, None, None, None))
        for row in summary.rows:
            if row.side == total.side:
                amounts = (row.taxable, row.tax, row.recoverable, row.owed)
                yield TableRow(LINE, 1, (str(row.tax_rate), percent_text(row.percent), *amounts))
        amounts = (total.taxable, total.tax, total.recoverable, total.owed)
        yield TableRow(TOTAL, 0, (f"Total {label.lower()}", None, *amounts))
    yield TableRow(TOTAL, 0, ("Owed", None, None, None, None, summary.owed))


def _detail_row(entry: TaxEntry) -> TableRow:
    source = f"{entry.entry.number} {entry.entry.source_number}".strip()
    about = (entry.date, source, str(entry.tax_rate), percent_text(entry.percent), _LABELS[entry.side])
    return TableRow(LINE, 0, (*about, entry.taxable, entry.tax, entry.recoverable))


def _table(
    report: TaxReport,
    question: TaxQuestion,
    currency: str,
    columns: tuple[TableColumn, ...],
    rows: list[TableRow],
) -> Table:
    said = [f"{question.stretch.first} to {question.stretch.last}", f"{question.basis.capitalize()} basis"]
    if question.as_known_at is not None:
        said.append(f"As known at {question.as_known_at:%Y-%m-%d %H:%M:%S} UTC")
    return Table(
        name=report.name,
        title=report.title,
        organization=context.current().name,
        currency=currency,
        about=tuple(said),
        columns=columns,
        rows=rows,
        presentation=question.presentation,
        right_to_left=is_right_to_left(),
        last=question.stretch.last,
    )
