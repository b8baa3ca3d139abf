"""Posting and reversing: the only writers of journal entries.

An entry is inserted unposted, then its lines, then its number is taken and the entry is posted by one UPDATE that the
database checks. All in one transaction, so nobody ever sees a part of it. The number's row lock is held for that last
UPDATE only.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Protocol

from django.utils import timezone

from ledger_core.arithmetic.money import ONE, to_text
from ledger_core.base import rows
from ledger_core.base.queries import base_currency, checked_settings
from ledger_core.base.rehearsal import note_posted
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.numbers import take_entry_numbers
from ledger_core.chart.models import Account
from ledger_core.periods.areas import area_of
from ledger_core.periods.queries import check_open
from tenancy import db
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError, Invalid, Problem

# Purposes. A reversal takes an entry back; an auto-reversal is a planned one (accruals, revaluation), of its own.
# Closing moves a year's income and expenses to retained earnings: statements of income leave it out.
DOCUMENT, REVERSAL, AUTO_REVERSAL = "document", "reversal", "auto_reversal"
OPENING, CLOSING, REVALUATION = "opening", "closing", "revaluation"
# The source kind of every closing entry (and so of its reversal): reports of income find them by it.
CLOSING_SOURCE = "fiscal_year"
MAX_LINES = 65_535  # what a position can number


class Unbalanced(Problem):
    status = 422
    code = "unbalanced"
    title = "Debits and credits are not equal"


class AlreadyReversed(Conflict):
    code = "already_reversed"
    title = "This entry is reversed already"


class NotReversible(Conflict):
    code = "not_reversible"
    title = "This entry cannot be reversed"


@dataclass(frozen=True, slots=True)
class Source:
    """The document that posts an entry."""

    kind: str
    id: int | None = None
    number: str = ""

    @property
    def area(self) -> str:
        """The area of the books whose lock holds for its entries, whoever posts, corrects or reverses them."""
        return area_of(self.kind)


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry in minor units of the base currency; the same in `currency` where that is another one."""

    account_id: int
    debit: int = 0
    credit: int = 0
    description: str = ""
    currency: str | None = None  # None: the base currency, and the three below follow from debit and credit
    currency_debit: int = 0
    currency_credit: int = 0
    rate: int = ONE
    contact_id: int | None = None
    item_id: int | None = None
    tax_rate_id: int | None = None
    branch_id: int | None = None
    project_id: int | None = None


def mirror(line: Line) -> Line:
    """The same line with debit and credit exchanged: what a reversal posts."""
    return replace(
        line,
        debit=line.credit,
        credit=line.debit,
        currency_debit=line.currency_credit,
        currency_credit=line.currency_debit,
    )


@operation
def post(
    *,
    date: datetime.date,
    lines: Sequence[Line],
    source: Source,
    purpose: str = DOCUMENT,
    memo: str | Callable[[], str] = "",
    actor: int,
    accounts: Mapping[int, Account] | None = None,
    number: Callable[[], str] | None = None,
) -> JournalEntry:
    """Post an entry. Raises Unbalanced, or Invalid with a pointer to each wrong line; then nothing is written.

    `accounts` are those of the lines by id, if this transaction has read them already. `number` takes the
    document's number: after every check, so that nobody waits for the number of one that is refused. A `memo` that
    tells the number is a function, too.
    """
    checked_settings()
    _refuse(errors_among(lines, accounts_of(lines) if accounts is None else accounts))
    check_balance(lines)
    check_open(date, source.area)
    if number is not None:
        source = replace(source, number=number())
    memo = memo() if callable(memo) else memo
    return _write(date=date, lines=lines, source=source, purpose=purpose, memo=memo, actor=actor, reverses=None)


@operation
def reverse(*, entry: JournalEntry, date: datetime.date, actor: int, memo: str = "") -> JournalEntry:
    """Post the mirror of an entry. Its accounts need not be active any more: a mistake must remain correctable."""
    checked_settings()
    held = JournalEntry.objects.select_for_update().get(pk=entry.pk)
    if JournalEntry.objects.filter(reverses=held).exists():
        raise AlreadyReversed(f"Entry {held.number} is reversed already; an entry is reversed once.")
    if held.reverses_id is not None:
        raise NotReversible(f"Entry {held.number} is itself a reversal; post a new entry instead.")
    if date < held.date:
        detail = f"A reversal cannot be dated before its entry ({held.date})."
        raise Invalid(detail, errors=(FieldError("/date", "before_entry", detail),))
    check_open(date, area_of(held.source_kind))
    return _write(
        date=date,
        lines=[mirror(line) for line in lines_of(held)],
        source=Source(held.source_kind, held.source_id, held.source_number),
        purpose=REVERSAL,
        memo=memo or f"Reversal of entry {held.number}",
        actor=actor,
        reverses=held,
    )


def lines_of(entry: JournalEntry) -> list[Line]:
    """The lines of a stored entry, as they were given to `post`."""
    return [line_of(row) for row in JournalLine.objects.filter(entry=entry).order_by("position")]


def line_of(row: JournalLine) -> Line:
    """A stored line as it was given to `post`, with its currency amounts written out."""
    return Line(
        account_id=row.account_id,
        debit=row.debit,
        credit=row.credit,
        description=row.description,
        currency=row.currency,
        currency_debit=row.currency_debit,
        currency_credit=row.currency_credit,
        rate=row.rate,
        contact_id=row.contact_id,
        item_id=row.item_id,
        tax_rate_id=row.tax_rate_id,
        branch_id=row.branch_id,
        project_id=row.project_id,
    )


class OnAccount(Protocol):
    """A line of an entry, or of a document before it is posted."""

    @property
    def account_id(self) -> int: ...


def line_errors(lines: Sequence[Line]) -> Iterator[FieldError]:
    """What is wrong with each line by itself, its account included; one query for all accounts."""
    yield from errors_among(lines, accounts_of(lines))


def accounts_of(lines: Iterable[OnAccount]) -> dict[int, Account]:
    """The accounts of lines by id, without those that do not exist; one query."""
    return rows.by_key(Account, {line.account_id for line in lines})


def errors_among(lines: Sequence[Line], accounts: Mapping[int, Account]) -> Iterator[FieldError]:
    """The same, with the accounts already read."""
    if len(lines) > MAX_LINES:
        yield FieldError("/lines", "too_many_lines", f"An entry has at most {MAX_LINES:,} lines.")
    for index, line in enumerate(lines):
        account = accounts.get(line.account_id)
        pointer = f"/lines/{index}/account"
        if account is None:
            yield FieldError(pointer, "unknown_account", "There is no such account.")
        elif not account.is_active:
            yield FieldError(pointer, "inactive_account", f"Account {account} is inactive.")
        elif account.currency not in (None, line.currency or base_currency()):
            yield FieldError(pointer, "wrong_currency", f"Account {account} takes entries in {account.currency} only.")


def _refuse(errors: Iterator[FieldError]) -> None:
    found = tuple(errors)
    if found:
        raise Invalid(found[0].detail if len(found) == 1 else f"{len(found)} lines are wrong.", errors=found)


class Sides(Protocol):
    """Anything with a debit and a credit side: a line of an entry, or of a document before it is posted."""

    @property
    def debit(self) -> int: ...
    @property
    def credit(self) -> int: ...


def check_balance(lines: Sequence[Sides], *, currency: str | None = None) -> None:
    """Raise Unbalanced, naming the difference, or Invalid if there are fewer than two lines.

    Amounts are in minor units of `currency`; None is the base currency.
    """
    if len(lines) < 2:
        detail = "An entry needs at least two lines."
        raise Invalid(detail, errors=(FieldError("/lines", "too_few_lines", detail),))
    difference = sum(line.debit - line.credit for line in lines)
    if difference:
        more, less = ("Debits", "credits") if difference > 0 else ("Credits", "debits")
        currency = currency or base_currency()
        raise Unbalanced(f"{more} exceed {less} by {to_text(abs(difference), currency)} {currency}.")


def _write(
    *,
    date: datetime.date,
    lines: Sequence[Line],
    source: Source,
    purpose: str,
    memo: str,
    actor: int,
    reverses: JournalEntry | None,
) -> JournalEntry:
    entry = JournalEntry(
        date=date,
        source_kind=source.kind,
        source_id=source.id,
        source_number=source.number,
        purpose=purpose,
        memo=memo,
        posted_by=actor,
        reverses=reverses,
    )
    rows.insert([entry])
    insert_lines([(entry, lines)])
    number = take_entry_numbers()
    rows.change(entry, {"number": number, "posted_at": timezone.now()}, only_if={"posted_at": None})
    note_posted(entry.pk)
    return entry


def insert_lines(entries: Iterable[tuple[JournalEntry, Sequence[Line]]]) -> None:
    """Insert the lines of entries that are stored unposted.

    Written in SQL: Django's bulk_create takes every value of every line through its field, at several times the cost.
    """
    connection = db.connection()
    table, columns = connection.ops.quote_name(JournalLine._meta.db_table), ", ".join(_COLUMNS)
    places = ", ".join(["%s"] * len(_COLUMNS))
    values = [
        _row(entry, connection.ops.adapt_datefield_value(entry.date), position, normal(line))
        for entry, lines in entries
        for position, line in enumerate(lines, start=1)
    ]
    with connection.cursor() as cursor:
        # The drivers make statements of many rows out of it.
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608  names only


def normal(line: Line) -> Line:
    """The line with its currency amounts written out, as it is stored."""
    if line.currency:
        return line
    currency = base_currency()
    return replace(line, currency=currency, currency_debit=line.debit, currency_credit=line.credit, rate=ONE)


_LIKE_LINE = [each.name for each in fields(Line)]  # columns that are named as a line's fields are
_COLUMNS = ["entry_id", "date", "position", *_LIKE_LINE]
_values = attrgetter(*_LIKE_LINE)


def _row(entry: JournalEntry, date: Any, position: int, line: Line) -> tuple[Any, ...]:
    return (entry.pk, date, position, *_values(line))
