"""The trial balance: every account's balance on the side where it stands. Its two totals are always equal."""

from __future__ import annotations

import datetime

from ledger_core.base.queries import checked_settings
from ledger_core.books.queries import balances
from ledger_core.chart.queries import chart
from ledger_core.reports.report import Column, Report, Row

COLUMNS = (Column("debit", "Debit"), Column("credit", "Credit"))


def trial_balance(*, date: datetime.date, date_from: datetime.date | None = None, zero_rows: bool = False) -> Report:
    """Balances at the end of `date`; with `date_from`, only what was booked from that day on."""
    checked_settings()
    booked = balances(to=date, since=date_from)
    rows = []
    for node in chart():
        balance = booked.get(node.account.pk)
        net = balance.net if balance else 0
        if net or zero_rows:
            rows.append(Row(node.account, (max(net, 0), max(-net, 0))))
    return Report("Trial balance", date_from, date, COLUMNS, rows)
