"""Are balances from the snapshot equal to a full scan?"""

# ruff: noqa: S608  the SQL is put together from literals of this package

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Max, Min

from ledger_core.books.models import JournalLine
from ledger_core.books.movements import ALL_AMOUNTS, DAY, ENTRY, LINE, Period, Question, scan
from ledger_core.books.snapshots import FIRST_DAY, HALVES, KEY, SNAPSHOT, WATERMARK, warm
from ledger_core.chart.models import Account
from tenancy.db import atomic, connection

SHOWN = 20


def check_balances() -> Iterator[str]:
    """Every cell of the snapshot against the lines it was made of, then whole balances against all lines."""
    with _one_view():
        yield from _cells()
        yield from _totals()


@contextmanager
def _one_view() -> Iterator[None]:
    """All statements see the books of one moment, while others go on posting."""
    if connection().vendor == "mysql":
        with connection().cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with atomic():
        yield


def _cells() -> Iterator[str]:
    """In the database: snapshot less regrouped lines must leave nothing in any cell."""
    sums = ", ".join(f"SUM(l.{name} >> 32), SUM(l.{name} & 4294967295)" for name in ALL_AMOUNTS)
    from_lines = (
        f"SELECT l.account_id, {{contact}}, {{months}}, {{first_day}}, COALESCE(l.branch_id, 0), l.currency, {sums}"
        f" FROM {ENTRY} e JOIN {LINE} l ON l.entry_id = e.id"
        f" WHERE e.number <= (SELECT number FROM {WATERMARK} WHERE id = 1){{extra}} GROUP BY 1, 2, 3, 4, 5, 6"
    )
    counted = " UNION ALL ".join(
        from_lines.format(months=months, first_day=first_day.replace("%%", "%"), contact=contact, extra=extra)
        for months, first_day in FIRST_DAY[connection().vendor].items()
        for contact, extra in (("0", ""), ("l.contact_id", " AND l.contact_id IS NOT NULL"))
    )
    columns = ", ".join((*KEY, *HALVES))
    stored = f"SELECT {columns.replace(', month,', f', {_text_of_month()},')} FROM {SNAPSHOT}"
    names = ", ".join(f"c{index}" for index in range(len(KEY) + len(HALVES)))
    negated = ", ".join([*(f"c{i}" for i in range(len(KEY))), *(f"-c{i + len(KEY)}" for i in range(len(HALVES)))])
    left = " OR ".join(f"SUM(c{index + len(KEY)}) <> 0" for index in range(len(HALVES)))
    cells = ", ".join(f"c{index}" for index in range(len(KEY)))
    sql = (
        f"WITH stored({names}) AS ({stored}), counted({names}) AS ({counted})"
        f" SELECT {cells} FROM (SELECT * FROM stored UNION ALL SELECT {negated} FROM counted) together"
        f" GROUP BY {cells} HAVING {left} ORDER BY {cells} LIMIT {SHOWN}"
    )
    with connection().cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    accounts = Account.objects.in_bulk({row[0] for row in rows})
    for account_id, contact, months, first, branch, currency in rows:
        where = f"{f', contact {contact}' if contact else ''}{f', branch {branch}' if branch else ''}"
        account = accounts.get(account_id, account_id)
        cell = f"account {account} in {str(first)[: 7 if months == 1 else 4]} ({currency}{where})"
        yield f"The snapshot is wrong: {cell} differs from its lines."


def _text_of_month() -> str:
    return "DATE_FORMAT(month, '%Y-%m-01')" if connection().vendor == "mysql" else "month"


def _totals() -> Iterator[str]:
    """Balances as reports ask for them: at the end, in the middle of a month, by month."""
    dates = JournalLine.objects.aggregate(first=Min("date"), last=Max("date"))
    if dates["last"] is None:
        return
    question = Question(periods=list(_periods(dates["first"], dates["last"])))
    found, counted = warm(question), scan(question)
    accounts = Account.objects.in_bulk(key[0] for key in found.keys() | counted.keys())
    for (account_id,) in sorted(found.keys() | counted.keys()):
        one, other = found.get((account_id,)), counted.get((account_id,))
        if one != other:
            yield f"The balance of account {accounts.get(account_id, account_id)} differs from the sum of its lines."
    for index, (_, last) in enumerate(question.periods):
        difference = sum(balances[index].net for balances in counted.values())
        if difference:
            yield f"Up to {last} all debits and credits differ by {difference} minor units."


def _periods(first: datetime.date, last: datetime.date) -> Iterator[Period]:
    yield None, last
    yield None, first + (last - first) // 2
    month_end = (last.replace(day=1)) - DAY
    for _ in range(12):
        yield None, month_end
        month_end = month_end.replace(day=1) - DAY
