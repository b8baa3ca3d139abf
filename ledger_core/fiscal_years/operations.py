"""Closing a fiscal year with an entry, and reopening it.

Nobody has to: statements roll earlier years into retained earnings by themselves. The closing entry brings every
income and expense account of the year to zero, per branch and currency, and changes no total of any statement.
"""

from __future__ import annotations

import datetime

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.exchange import effective_rate
from ledger_core.base.queries import base_currency
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import CLOSING, CLOSING_SOURCE, Line, Source
from ledger_core.books.queries import Balance, movements
from ledger_core.chart.models import Account
from ledger_core.chart.queries import account_of_role
from ledger_core.chart.types import ACCOUNT_TYPES, PROFIT_AND_LOSS
from ledger_core.fiscal_years.queries import find_year, source_id
from ledger_core.periods.operations import hold_all
from tenancy.db import operation
from tenancy.problems import Conflict

INCOME_TYPES = [each.value for each in ACCOUNT_TYPES if each.statement == PROFIT_AND_LOSS]


class AlreadyClosed(Conflict):
    code = "already_closed"
    title = "This fiscal year is closed already"


class NotClosed(Conflict):
    code = "not_closed"
    title = "This fiscal year is not closed"


class NotEnded(Conflict):
    code = "not_ended"
    title = "This fiscal year has not ended"


class NothingToClose(Conflict):
    code = "nothing_to_close"
    title = "There is nothing to close"


@operation
def close_year(*, last_day: datetime.date, actor: int) -> JournalEntry:
    """Move the year's income and expenses to retained earnings, by an entry on its last day."""
    hold_all()  # nobody posts into the year while its balances are being added up
    state = find_year(last_day)
    if state.closing is not None:
        raise AlreadyClosed(f"The year was closed by entry {state.closing.number}; reopen it first.")
    if not state.has_ended:
        raise NotEnded(f"The year goes on until {last_day}.")
    accounts = list(Account.objects.filter(type__in=INCOME_TYPES).values_list("pk", flat=True))
    booked = movements(
        periods=[(state.year.first_day, last_day)], by=("account", "branch", "currency"), accounts=accounts
    )
    lines = _closing_lines({key: balance for key, (balance,) in booked.items()})
    if not lines:
        raise NothingToClose("No income or expense account has a balance in this year.")
    entry = books.post(
        date=last_day,
        lines=lines,
        source=Source(CLOSING_SOURCE, source_id(state.year), state.year.label),
        purpose=CLOSING,
        memo=f"Closing of {state.year.label}",
        actor=actor,
    )
    record(verb="closed", subject=_subject(entry), summary=f"Closed by entry {entry.number}", actor=actor)
    return entry


@operation
def reopen_year(*, last_day: datetime.date, actor: int) -> JournalEntry:
    """Reverse the closing entry, on its own day; gives the reversal."""
    hold_all()
    state = find_year(last_day)
    if state.closing is None:
        raise NotClosed("There is no closing entry to reverse.")
    memo = f"Reopening of {state.year.label}"
    reversal = books.reverse(entry=state.closing, date=last_day, actor=actor, memo=memo)
    record(verb="reopened", subject=_subject(reversal), summary=f"Reversed by entry {reversal.number}", actor=actor)
    return reversal


def _subject(entry: JournalEntry) -> Subject:
    return Subject("fiscal_year", entry.source_id, entry.source_number)


def _closing_lines(booked: dict[tuple[int, int | None, str], Balance]) -> list[Line]:
    """What brings every balance to zero, and per branch the line on retained earnings that takes it over."""
    lines: list[Line] = []
    results: dict[int | None, int] = {}
    for (account_id, branch_id, currency), balance in sorted(booked.items(), key=lambda each: _order(each[0])):
        lines.extend(_zeroing(account_id, branch_id, currency, balance))
        results[branch_id] = results.get(branch_id, 0) + balance.net
    earnings = account_of_role("retained_earnings").pk
    for branch_id, net in sorted(results.items(), key=lambda each: each[0] or 0):
        if net:
            lines.append(Line(earnings, debit=max(net, 0), credit=max(-net, 0), branch_id=branch_id))
    return lines


def _order(key: tuple[int, int | None, str]) -> tuple[int, int, str]:
    account_id, branch_id, currency = key
    return account_id, branch_id or 0, currency


def _zeroing(account_id: int, branch_id: int | None, currency: str, balance: Balance) -> list[Line]:
    """The mirror of a balance: one line, or two where base and currency stand on different sides."""
    base, net, foreign = base_currency(), balance.net, balance.currency_net
    if currency == base:
        return [Line(account_id, debit=max(-net, 0), credit=max(net, 0), branch_id=branch_id)] if net else []
    rate = effective_rate(foreign, net, currency=currency, base=base)
    pairs = [(net, foreign)] if net * foreign >= 0 else [(net, 0), (0, foreign)]
    return [
        Line(
            account_id,
            debit=max(-in_base, 0),
            credit=max(in_base, 0),
            currency=currency,
            currency_debit=max(-amount, 0),
            currency_credit=max(amount, 0),
            rate=rate,
            branch_id=branch_id,
        )
        for in_base, amount in pairs
        if in_base or amount
    ]
