"""What entries of our own exports are for, kept in the copy.

A closing entry moves a year's income to retained earnings, and statements of income leave it out: posted as any other
entry it would take the year's income away. So it becomes a closing entry here too, if it can be one, and is refused
otherwise. A reversal that mirrors an entry of the file reverses that one here; other entries keep their purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ledger_core.arithmetic.fiscal import FiscalYear, fiscal_year_ending
from ledger_core.base.queries import today
from ledger_core.books.bulk import Unposted
from ledger_core.books.operations import (
    AUTO_REVERSAL,
    CLOSING,
    CLOSING_SOURCE,
    OPENING,
    REVALUATION,
    REVERSAL,
    Line,
    Source,
    mirror,
    normal,
)
from ledger_core.chart.models import Account
from ledger_core.chart.types import PROFIT_AND_LOSS, TYPES
from ledger_core.exchange.reading import LineError, Transaction, Unreadable
from ledger_core.fiscal_years.queries import source_id, year_states
from ledger_core.periods.operations import hold_all
from tenancy import context

KEPT = (AUTO_REVERSAL, OPENING, REVALUATION)


def with_purposes(
    transactions: Sequence[Transaction], entries: Sequence[Unposted], *, may_close: bool
) -> tuple[list[Unposted], list[LineError]]:
    """The entries with the purposes that their transactions tell of, and what is wrong with that."""
    giver = _Giver(may_close)
    errors = []
    for transaction, entry in zip(transactions, entries, strict=True):
        try:
            giver.take(transaction, entry)
        except Unreadable as error:
            giver.given.append(entry)
            errors.append(LineError(transaction.line, error.code, str(error)))
    return giver.given, errors


class _Giver:
    """Goes through the entries of a file in their order."""

    def __init__(self, may_close: bool) -> None:
        self.may_close = may_close
        self.given: list[Unposted] = []
        self.by_number: dict[str, int] = {}  # what the export calls an entry -> its position
        self.reversed: set[int] = set()
        self.types: Mapping[int, str] = {}
        self.closed: dict[int, FiscalYear] = {}  # by the id of the source of its closing entry

    def take(self, transaction: Transaction, entry: Unposted) -> None:
        tags = transaction.tags
        purpose, number = tags.get("purpose", ""), tags.get("number", "")
        if number and purpose == CLOSING:
            entry = self._closing(entry)
        elif number and purpose == REVERSAL:
            entry = self._reversal(entry, tags)
        elif number and purpose in KEPT:
            entry = replace(entry, purpose=purpose)
        if number:
            self.by_number.setdefault(number, len(self.given))
        self.given.append(entry)

    def _closing(self, entry: Unposted) -> Unposted:
        self._begin_closing()
        year = fiscal_year_ending(entry.date, context.current().fiscal_year_start)
        if year is None or year.last_day >= today():
            raise Unreadable(
                "not_a_year_end",
                f"This closes a fiscal year, and none has ended on {entry.date} here. Give the organization the fiscal"
                " year of the books that this file is from.",
            )
        if not all(self._may_close_on(line.account_id) for line in entry.lines):
            raise Unreadable(
                "not_a_closing",
                "This closes a fiscal year, but not all of its lines are on income, expenses and retained earnings.",
            )
        for other in self.closed.values():
            if other.first_day <= year.last_day and year.first_day <= other.last_day:
                raise Unreadable("already_closed", f"The fiscal year {other.label} is closed already: reopen it first.")
        self.closed[source_id(year)] = year
        return replace(entry, purpose=CLOSING, source=Source(CLOSING_SOURCE, source_id(year), year.label))

    def _begin_closing(self) -> None:
        """Whether years may be closed at all, and which are."""
        if not self.may_close:
            raise Unreadable("may_not_close", "This closes a fiscal year, which your role does not include.")
        if not self.types:
            hold_all()  # as closing a year does: of two at the same time the second sees the first
            self.types = dict(Account.objects.values_list("pk", "type"))
            self.closed = {source_id(state.year): state.year for state in year_states() if state.is_closed}

    def _may_close_on(self, account_id: int) -> bool:
        kind = TYPES[self.types[account_id]]
        return kind.statement == PROFIT_AND_LOSS or kind.value == "retained_earnings"

    def _reversal(self, entry: Unposted, tags: Mapping[str, str]) -> Unposted:
        at = self.by_number.get(tags.get("reverses", ""))
        if at is None or not self._reverses(entry, at):
            if tags.get("source") == CLOSING_SOURCE:
                detail = "This reopens a fiscal year, and the closing entry that it reverses is not in the file."
                raise Unreadable("reverses_nothing", detail)
            return entry
        self.reversed.add(at)
        source = self.given[at].source
        if source.kind == CLOSING_SOURCE and source.id is not None:
            del self.closed[source.id]
        else:
            source = entry.source
        return replace(entry, purpose=REVERSAL, source=source, reverses=at)

    def _reverses(self, entry: Unposted, at: int) -> bool:
        """Is it the mirror of the entry there, as the books want it of a reversal?"""
        original = self.given[at]
        return (
            at not in self.reversed
            and original.reverses is None
            and entry.date >= original.date
            and [_sides(line) for line in entry.lines] == [_sides(mirror(normal(line))) for line in original.lines]
        )


def _sides(line: Line) -> tuple[object, ...]:
    line = normal(line)
    return line.account_id, line.debit, line.credit, line.currency, line.currency_debit, line.currency_credit
