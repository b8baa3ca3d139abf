"""Posting many entries in one transaction: the same rules as `operations.post`, a few statements for all of them.

The entries are inserted unposted, then their lines, then one run of numbers is taken and each entry is posted by the
UPDATE that the database checks. Only the number's row is locked, and only at the end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from ledger_core.base.queries import checked_settings
from ledger_core.base.rehearsal import note_posted
from ledger_core.base.rows import by_key, insert
from ledger_core.books.models import JournalEntry
from ledger_core.books.numbers import take_entry_numbers
from ledger_core.books.operations import DOCUMENT, Line, Source, check_balance, errors_among, insert_lines
from ledger_core.chart.models import Account
from ledger_core.periods.queries import PeriodLocked, check_all_open, check_open
from tenancy.db import connection, operation
from tenancy.problems import FieldError, Invalid, Problem

ENTRIES_AT_ONCE = 500  # rows of one statement
MOST_ERRORS = 200  # that an answer lists


@dataclass(frozen=True, slots=True)
class Unposted:
    """An entry to be posted."""

    date: datetime.date
    lines: Sequence[Line]
    source: Source
    memo: str = ""
    purpose: str = DOCUMENT
    reverses: int | None = None  # position of the entry before it, in the same batch, that it is the mirror of


@operation
def post_many(*, entries: Sequence[Unposted], actor: int) -> list[JournalEntry]:
    """Post all of `entries` or none. Raises Invalid with pointers such as `/entries/17/lines/2/account`."""
    checked_settings()
    refuse_errors(errors_of(entries))
    return _write_many(entries, actor) if entries else []


def errors_of(entries: Sequence[Unposted]) -> dict[int, list[FieldError]]:
    """What is wrong, by the position of the entry; one query for all accounts, one for all periods."""
    accounts = by_key(Account, {line.account_id for entry in entries for line in entry.lines})
    locked = _locked_dates(entries)
    found = {}
    for index, entry in enumerate(entries):
        errors = [*errors_among(entry.lines, accounts), *_balance_errors(entry)]
        shut = locked.get((entry.date, entry.source.area))
        if errors or shut:
            found[index] = errors + list(shut.errors if shut else ())
    return found


def refuse_errors(errors: Mapping[int, Sequence[FieldError]]) -> None:
    """Raise Invalid for errors by the position of the entry, if there are any."""
    if not errors:
        return
    listed = [under(f"/entries/{index}", error) for index in sorted(errors) for error in errors[index]]
    wrong = f"{len(errors)} entries are wrong" if len(errors) > 1 else "One entry is wrong"
    more = f"; the first {MOST_ERRORS} errors are listed" if len(listed) > MOST_ERRORS else ""
    raise Invalid(f"{wrong}{more}. Nothing was posted.", errors=tuple(listed[:MOST_ERRORS]))


def under(pointer: str, error: FieldError) -> FieldError:
    """The same error, seen from outside."""
    return FieldError(pointer + error.pointer, error.code, error.detail)


def _locked_dates(entries: Sequence[Unposted]) -> dict[tuple[datetime.date, str], PeriodLocked]:
    """Which days are locked. The usual answer, none, takes one query for each area."""
    by_area: dict[str, set[datetime.date]] = {}
    for entry in entries:
        by_area.setdefault(entry.source.area, set()).add(entry.date)
    locked: dict[tuple[datetime.date, str], PeriodLocked] = {}
    for area, dates in by_area.items():
        try:
            check_all_open(dates, area)
        except PeriodLocked:
            locked |= {(date, area): shut for date in dates if (shut := _lock_of(date, area))}
    return locked


def _lock_of(date: datetime.date, area: str) -> PeriodLocked | None:
    try:
        check_open(date, area)
    except PeriodLocked as locked:
        return locked
    return None


def _balance_errors(entry: Unposted) -> Iterator[FieldError]:
    try:
        check_balance(entry.lines)
    except Problem as problem:
        yield from problem.errors or (FieldError("/lines", problem.code, problem.detail),)


def _write_many(entries: Sequence[Unposted], actor: int) -> list[JournalEntry]:
    rows = [_entry_row(entry, actor) for entry in entries]
    for first, end in _runs(entries):
        for row, entry in zip(rows[first:end], entries[first:end], strict=True):
            row.reverses = None if entry.reverses is None else rows[entry.reverses]
        _write_run(rows[first:end], entries[first:end])
    note_posted(*(row.pk for row in rows))
    return rows


def _write_run(rows: list[JournalEntry], entries: Sequence[Unposted]) -> None:
    _insert(rows)
    insert_lines((row, entry.lines) for row, entry in zip(rows, entries, strict=True))
    first = take_entry_numbers(len(rows))
    now = timezone.now()
    for number, row in enumerate(rows, start=first):
        row.number, row.posted_at = number, now
    _mark_posted(rows)


def _runs(entries: Sequence[Unposted]) -> Iterator[tuple[int, int]]:
    """Stretches that can be written together: what an entry reverses must be posted before. Nearly always just one."""
    first = 0
    for index, entry in enumerate(entries):
        if entry.reverses is not None and entry.reverses >= first:
            yield first, index
            first = index
    yield first, len(entries)


def _entry_row(entry: Unposted, actor: int) -> JournalEntry:
    return JournalEntry(
        date=entry.date,
        source_kind=entry.source.kind,
        source_id=entry.source.id,
        source_number=entry.source.number,
        purpose=entry.purpose,
        memo=entry.memo,
        posted_by=actor,
    )


def _insert(rows: list[JournalEntry]) -> None:
    """Insert the entries and give each its id. MySQL 8 does not return ids of a bulk insert, but they ascend, and
    nobody else's unposted entries can be seen: ours are the last ones."""
    for start in range(0, len(rows), ENTRIES_AT_ONCE):
        insert(rows[start : start + ENTRIES_AT_ONCE])
    if any(row.pk is None for row in rows):
        unposted = JournalEntry.objects.filter(posted_at=None).order_by("-pk").values_list("pk", flat=True)
        for row, pk in zip(reversed(rows), unposted[: len(rows)], strict=True):
            row.pk = pk


def _mark_posted(rows: Sequence[JournalEntry]) -> None:
    """The UPDATE that the database checks, for many entries at a time. Written in SQL: as an expression tree of five
    hundred cases it costs ten times as much."""
    table = connection().ops.quote_name(JournalEntry._meta.db_table)
    posted_at = connection().ops.adapt_datetimefield_value(rows[0].posted_at)
    with connection().cursor() as cursor:
        for start in range(0, len(rows), ENTRIES_AT_ONCE):
            part = rows[start : start + ENTRIES_AT_ONCE]
            cases = " ".join(["WHEN %s THEN %s"] * len(part))
            places = ", ".join(["%s"] * len(part))
            numbers = [value for row in part for value in (row.pk, row.number)]
            cursor.execute(
                f"UPDATE {table} SET number = CASE id {cases} END, posted_at = %s"  # noqa: S608  names and places only
                f" WHERE id IN ({places}) AND posted_at IS NULL",
                [*numbers, posted_at, *(row.pk for row in part)],
            )
            assert cursor.rowcount == len(part), "the entries were inserted by this transaction"
