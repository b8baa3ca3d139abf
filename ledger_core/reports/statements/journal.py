"""The journal: every entry of a period with its lines, in the order of dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from ledger_core.base.queries import checked_settings
from ledger_core.books.lines import EntriesPage, Key, entries_page, of_branch
from ledger_core.books.models import JournalEntry
from ledger_core.books.queries import entries
from ledger_core.reports.parameters import ANY_BRANCH, Parameters
from ledger_core.reports.report import about, is_right_to_left
from ledger_core.reports.statement import Statement
from ledger_core.reports.statements.general_ledger import MOST_LINES, TooManyLines
from ledger_core.reports.table import DATE, LINE, SECTION, TEXT, Table, TableColumn, TableRow
from tenancy import context

MOST_ENTRIES = MOST_LINES // 2  # each has two lines at least

JOURNAL = Statement(
    name="journal",
    title="Journal",
    description="Every entry of a period with its lines, page by page; files contain all of them.",
    rows=(),
    takes=(),
    no_cash_basis="The journal is kept on accrual basis.",
)

COLUMNS = (
    TableColumn("Date", DATE),
    TableColumn("Entry", TEXT),
    TableColumn("Account", TEXT),
    TableColumn("Memo", TEXT),
    TableColumn("Debit"),
    TableColumn("Credit"),
)


def journal_page(parameters: Parameters, *, size: int, key: Key | None = None) -> EntriesPage:
    checked_settings()
    return entries_page(_entries(parameters), size=size, key=key)


def _entries(parameters: Parameters) -> QuerySet[JournalEntry]:
    stretch = parameters.stretch
    found = entries().filter(date__gte=stretch.first, date__lte=stretch.last)
    if parameters.as_known_at is not None:
        found = found.filter(posted_at__lte=parameters.as_known_at)
    if parameters.branch != ANY_BRANCH:
        found = of_branch(found, parameters.branch if isinstance(parameters.branch, int) else None)
    return found


def journal_table(parameters: Parameters, currency: str) -> Table:
    """The whole journal, for files. Raises TooManyLines."""
    page = journal_page(parameters, size=MOST_ENTRIES)
    rows = list(_rows(page.entries))
    if page.next is not None or len(rows) > MOST_LINES + len(page.entries):
        raise TooManyLines(
            f"A file holds at most {MOST_LINES:,} lines. Take a shorter period, or read it page by page."
        )
    return Table(
        name=JOURNAL.name,
        title=JOURNAL.title,
        organization=context.current().name,
        currency=currency,
        about=about(parameters, at_a_date=False),
        columns=COLUMNS,
        rows=rows,
        presentation=parameters.presentation,
        right_to_left=is_right_to_left(),
        last=parameters.stretch.last,
        has_codes=True,
    )


def _rows(found: Sequence[JournalEntry]) -> Iterator[TableRow]:
    for entry in found:
        number = f"{entry.number} {entry.source_number}".strip()
        yield TableRow(SECTION, 0, (entry.date, number, None, entry.memo, None, None))
        for line in entry.lines.all():
            sides = (line.debit or None, line.credit or None)
            cells = (None, None, str(line.account), line.description, *sides)
            yield TableRow(LINE, 0, cells, line.account.code)
