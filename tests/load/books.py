"""Books of any size, written by SQL: as fast as the server takes rows, and balanced like posted ones.

Entries of ten lines over five years on two hundred accounts; one account, the hot one, has every sixteenth line. The
triggers would check each row once more and are put back afterwards; `verify_books` finds nothing wrong.
"""

from __future__ import annotations

from typing import Any

LINES_PER_ENTRY, ACCOUNTS, DAYS, BRANCHES = 10, 200, 1826, 3
FIRST_DAY = "2021-07-01"  # the last day is 2026-06-30
ENTRY, LINE = "ledger_core_journalentry", "ledger_core_journalline"
BATCH = 50_000  # entries of one statement


def new_organization(owner: Any, name: str) -> Any:
    """An organization with two hundred accounts."""
    from ledger_core.chart.models import Account
    from tenancy import context
    from tenancy.provisioning import operations

    organization = operations.create_organization(
        name=name, owner=owner, base_currency="USD", country="US", timezone="America/New_York"
    )
    operations.set_up(organization.pk)
    types = ("expense", "income", "other_current_asset", "accounts_payable", "cost_of_goods_sold", "fixed_asset")
    with context.enter(organization.tenant()):
        for number in range(ACCOUNTS - Account.objects.count()):
            kind = types[number % len(types)]
            Account.objects.create(code=f"X{number:04d}", name=f"Account {number} of {kind}", type=kind)
    return organization


def fill(organization: Any, lines: int) -> int:
    """Write the books and their snapshot; returns the id of the hot account."""
    from django.db import connections

    from ledger_core.base.models import Series
    from ledger_core.chart.models import Account
    from ledger_core.verification.schema import _in_migrations
    from tenancy import aliases, context

    entries = lines // LINES_PER_ENTRY
    with context.enter(organization.tenant()), context.administer(organization.pk) as alias:
        ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
        triggers = [each for each in _in_migrations() if each.table in (ENTRY, LINE)]
        with connections[alias].cursor() as cursor:
            for trigger in triggers:
                cursor.execute(f"DROP TRIGGER {trigger.name}")
            cursor.execute("CREATE TEMPORARY TABLE chosen (i INT PRIMARY KEY, id BIGINT)")
            cursor.executemany("INSERT INTO chosen VALUES (%s, %s)", list(enumerate(ids)))
            for first in range(1, entries + 1, BATCH):
                write(cursor, first, min(first + BATCH - 1, entries), entries)
            for trigger in triggers:
                head = f"CREATE TRIGGER {trigger.name} {trigger.event} ON {trigger.table} FOR EACH ROW"
                cursor.execute(f"{head} BEGIN\n{trigger.bodies['mysql']}\nEND", None)
            cursor.execute(f"ANALYZE TABLE {ENTRY}, {LINE}")
            cursor.fetchall()
        Series.objects.filter(kind="journal_entry").update(next_number=entries + 1)
    aliases.forget(organization.pk)
    return int(ids[0])


def write(cursor: Any, first: int, last: int, entries: int) -> None:
    date = f"DATE_ADD('{FIRST_DAY}', INTERVAL FLOOR((s.seq - 1) * {DAYS} / {entries}) DAY)"
    cursor.execute(
        f"INSERT INTO {ENTRY} (id, number, date, source_kind, source_id, source_number, purpose, memo, posted_by,"
        " posted_at)"
        f" SELECT s.seq, s.seq, {date}, 'load', NULL, '', 'document', CONCAT('Entry ', s.seq), 1,"
        f" TIMESTAMP({date}, '12:00:00') FROM seq_{first}_to_{last} s"
    )
    chance = "CRC32(CONCAT(s.seq, '-', p.seq))"
    pair = "MOD(p.seq - 1, 5)"  # line 6 gives what line 1 takes
    amount = f"(100 + MOD(CRC32(CONCAT('a', s.seq, '-', {pair})), 1000000))"
    debit, credit = f"IF(p.seq <= 5, {amount}, 0)", f"IF(p.seq > 5, {amount}, 0)"
    cursor.execute(
        f"INSERT INTO {LINE} (entry_id, position, account_id, date, debit, credit, currency, currency_debit,"
        " currency_credit, rate, description, contact_id, branch_id)"
        f" SELECT s.seq, p.seq, c.id, {date}, {debit}, {credit}, 'USD', {debit}, {credit}, 10000000000, '',"
        f" IF(p.seq = 1, 1 + MOD({chance}, 5000), NULL), NULLIF(MOD(s.seq, {BRANCHES}), 0)"
        f" FROM seq_{first}_to_{last} s JOIN seq_1_to_{LINES_PER_ENTRY} p"
        f" JOIN chosen c ON c.i = IF(MOD({chance}, 16) = 0, 0, MOD({chance} DIV 16, {ACCOUNTS}))"
        " ORDER BY s.seq, p.seq"
    )
