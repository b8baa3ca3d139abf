"""Balances, movements and lists of entries."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

from django.db.models import Prefetch, QuerySet

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.movements import Balance, Key, Period, Question
from ledger_core.books.snapshots import warm

__all__ = ["Balance", "Key", "Period", "balances", "entries", "movements"]


def movements(
    *,
    periods: Sequence[Period],
    by: Sequence[str] = ("account",),
    accounts: Collection[int] | None = None,
    branch: int | None = None,
    contact: int | None = None,
    without: Collection[str] = (),
    as_known_at: datetime.datetime | None = None,
) -> dict[Key, tuple[Balance, ...]]:
    """Debits and credits of posted lines, per key one Balance for each period, in the order of `periods`.

    A period is `(first_day, last_day)`, both included; `(None, last_day)` goes back to the beginning, so that its
    `.net` is the balance at the end of that day and `(None, day_before)` is an opening balance. Periods may overlap,
    repeat, or leave gaps: balance sheets by month, cumulative columns and comparisons are all lists of periods.

    `by` names what the sums are told apart by: "account", "branch", "contact", "currency". The key is the tuple of
    their values in that order: `(account_id,)`, `(account_id, branch_id)`, ...; None where a line has no branch or no
    contact. With "currency" in `by` the amounts in that currency are there too. A key with nothing booked in any
    period is missing.

    `accounts` (ids), `branch` and `contact` count only their lines. `without` leaves out the entries of these source
    kinds and their reversals, which have the same source (closing entries, for a profit and loss account).
    `as_known_at` counts only what had been posted by that instant: the books as they were then.

    One statement (and one for the accounts, where they are not given), whatever the periods; never a query per key.
    """
    if not periods:
        return {}
    return warm(Question(periods, tuple(by), accounts, branch, contact, without, as_known_at))


def balances(
    *, to: datetime.date, since: datetime.date | None = None, account_ids: Collection[int] | None = None
) -> dict[int, Balance]:
    """Debits and credits per account with lines dated up to `to` (from `since` on), both included."""
    found = movements(periods=[(since, to)], accounts=account_ids)
    return {account_id: balance for (account_id,), (balance,) in found.items()}


def entries() -> QuerySet[JournalEntry]:
    """Posted entries with their lines and accounts, newest first; two queries for a page, whatever it holds."""
    lines = JournalLine.objects.select_related("account").order_by("position")
    return (
        JournalEntry.objects.filter(posted_at__isnull=False)
        .select_related("reversed_by")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("-date", "-id")
    )
