"""Balances, from the lines."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.books.sums import ExactSum


@dataclass(frozen=True, slots=True)
class Balance:
    """What was booked on an account, in minor units of the base currency."""

    debit: int
    credit: int

    @property
    def net(self) -> int:
        """Positive on the debit side."""
        return self.debit - self.credit


def balances(
    *, to: datetime.date, since: datetime.date | None = None, account_ids: Collection[int] | None = None
) -> dict[int, Balance]:
    """Debits and credits per account with lines dated up to `to` (from `since` on), both included.

    Only posted entries count. The writers post within the transaction that inserts, so there is never an unposted
    entry to see; should somebody have left one with SQL by hand, the first query finds it through an index that is
    otherwise empty of them, and its lines are left out. Asking per line instead would cost the covering index of the
    second query.
    """
    lines = JournalLine.objects.filter(date__lte=to)
    if since is not None:
        lines = lines.filter(date__gte=since)
    if account_ids is not None:
        lines = lines.filter(account_id__in=account_ids)
    unposted = list(JournalEntry.objects.filter(posted_at=None).values_list("pk", flat=True))
    if unposted:
        lines = lines.exclude(entry_id__in=unposted)
    sums = lines.order_by().values_list("account_id").annotate(debits=ExactSum("debit"), credits=ExactSum("credit"))
    return {account_id: Balance(debit, credit) for account_id, debit, credit in sums}


def entries() -> QuerySet[JournalEntry]:
    """Posted entries with their lines and accounts, newest first; two queries for a page, whatever it holds."""
    lines = JournalLine.objects.select_related("account").order_by("position")
    return (
        JournalEntry.objects.filter(posted_at__isnull=False)
        .select_related("reversed_by")
        .prefetch_related(Prefetch("lines", queryset=lines))
        .order_by("-date", "-id")
    )
