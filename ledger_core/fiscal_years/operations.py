"""Closing a fiscal year with an entry, closing it again, and reopening it.

Nobody has to: statements roll earlier years into retained earnings by themselves. The closing entry brings every
income and expense account of the year to zero, per branch and currency, and changes no total of any statement. Unless
somebody asks not to, closing also locks the books up to the last day: what is posted into a closed year later makes
its closing entry outdated.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.exchange import effective_rate
from ledger_core.base.queries import base_currency
from ledger_core.books import operations as books
from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import CLOSING, CLOSING_SOURCE, Line, Source
from ledger_core.books.queries import Balance, movements
from ledger_core.chart.queries import account_of_role
from ledger_core.fiscal_years.queries import (
    OUTDATED,
    YearState,
    find_year,
    income_accounts,
    source_id,
    standing_closings,
    year_states,
)
from ledger_core.periods.areas import ALL
from ledger_core.periods.operations import hold_all, set_lock
from ledger_core.periods.queries import lock_of
from tenancy.db import operation
from tenancy.problems import Conflict, FieldError


class AlreadyClosed(Conflict):
    code = "already_closed"
    title = "This fiscal year is closed already"


class OverlapsClosed(Conflict):
    code = "overlaps_closed_year"
    title = "A part of this fiscal year is closed already"


class NotClosed(Conflict):
    code = "not_closed"
    title = "This fiscal year is not closed"


class NotOutdated(Conflict):
    code = "not_outdated"
    title = "The closing entry of this fiscal year is as it should be"


class NotEnded(Conflict):
    code = "not_ended"
    title = "This fiscal year has not ended"


class NothingToClose(Conflict):
    code = "nothing_to_close"
    title = "There is nothing to close"


class YearsClosed(Conflict):
    code = "fiscal_years_closed"
    title = "There are closed fiscal years"


@operation
def close_year(*, last_day: datetime.date, lock: bool = True, actor: int) -> JournalEntry:
    """Move the year's income and expenses to retained earnings, by an entry on its last day.

    With `lock` nothing is posted up to that day any more; a later lock date stays.
    """
    hold_all()  # nobody posts into the year while its balances are being added up
    state = find_year(last_day)
    _refuse_closed(state)
    if not state.has_ended:
        raise NotEnded(f"The year goes on until {last_day}.")
    entry = _post(state, actor)
    if lock:
        _lock(state, entry.memo, actor)
    record(verb="closed", subject=_subject(entry), summary=f"Closed by entry {entry.number}", actor=actor)
    return entry


@operation
def close_year_again(*, last_day: datetime.date, actor: int) -> JournalEntry:
    """Put another closing entry in the place of an outdated one, which is reversed; gives the new one."""
    hold_all()
    state = find_year(last_day)
    if state.closing is None:
        raise NotClosed("There is no closing entry to replace; close the year.")
    if state.state != OUTDATED:
        raise NotOutdated(f"Entry {state.closing.number} still moves the whole result of {state.year.label}.")
    was_locked = _take_lock_back(state, f"{state.closing.memo} again", actor)
    reversal = _reverse(state.closing, f"Replaced: {state.closing.memo}", actor)
    entry = _post(state, actor)
    if was_locked:
        _lock(state, entry.memo, actor)
    said = f"Closed again by entry {entry.number}; entry {state.closing.number} is reversed by {reversal.number}"
    record(verb="closed", subject=_subject(entry), summary=said, actor=actor)
    return entry


@operation
def reopen_year(*, last_day: datetime.date, actor: int) -> YearState:
    """Reverse the closing entry, on its own day, and take back the lock that closing set."""
    hold_all()
    state = find_year(last_day)
    if state.closing is None:
        raise NotClosed("There is no closing entry to reverse.")
    memo = f"Reopening of {state.year.label}"
    _take_lock_back(state, memo, actor)
    reversal = _reverse(state.closing, memo, actor)
    record(verb="reopened", subject=_subject(reversal), summary=f"Reversed by entry {reversal.number}", actor=actor)
    return replace(state, closing=None, has_result=False)


def check_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Raise YearsClosed if fiscal years would begin in another month while some are closed (settings).

    Years of the old kind and of the new one overlap: the same result would be closed twice.
    """
    if before.get("fiscal_year_start") == after.get("fiscal_year_start"):
        return
    labels = [entry.source_number or str(entry.date) for entry in standing_closings()]
    if labels:
        detail = f"Fiscal years are closed ({', '.join(labels)}). Reopen them first; then close the new ones."
        raise YearsClosed(detail, errors=(FieldError("/fiscal_year_start", YearsClosed.code, detail),))


def _refuse_closed(state: YearState) -> None:
    year = state.year
    if state.closing is not None:
        todo = "close it again" if state.state == OUTDATED else "reopen it first"
        raise AlreadyClosed(f"The year was closed by entry {state.closing.number}; {todo}.")
    for other in year_states():
        if other.closing and year.first_day <= other.year.last_day and other.year.first_day <= year.last_day:
            raise OverlapsClosed(
                f"{other.year.first_day} to {other.year.last_day} was closed by entry {other.closing.number} when "
                "fiscal years began in another month; reopen that year first."
            )


def _post(state: YearState, actor: int) -> JournalEntry:
    year = state.year
    booked = movements(
        periods=[(year.first_day, year.last_day)], by=("account", "branch", "currency"), accounts=income_accounts()
    )
    lines = _closing_lines({key: balance for key, (balance,) in booked.items()})
    if not lines:
        raise NothingToClose("No income or expense account has a balance in this year.")
    return books.post(
        date=year.last_day,
        lines=lines,
        source=Source(CLOSING_SOURCE, source_id(year), year.label),
        purpose=CLOSING,
        memo=f"Closing of {year.label}",
        actor=actor,
    )


def _reverse(closing: JournalEntry, memo: str, actor: int) -> JournalEntry:
    return books.reverse(entry=closing, date=closing.date, actor=actor, memo=memo)


def _lock(state: YearState, reason: str, actor: int) -> None:
    locked, _ = lock_of(ALL)
    if locked is None or locked < state.year.last_day:
        set_lock(area=ALL, date=state.year.last_day, reason=reason, actor=actor)


def _take_lock_back(state: YearState, reason: str, actor: int) -> bool:
    """Lock as before this year was closed, if closing it was what locked last. Any other lock is somebody's will."""
    assert state.closing is not None
    locked, change = lock_of(ALL)
    if change is None or locked != state.year.last_day or change.reason != state.closing.memo:
        return False
    set_lock(area=ALL, date=change.date_before, reason=reason, actor=actor)
    return True


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
