"""Is what documents and payments say is settled what their allocations add up to?"""

# ruff: noqa: S608  the SQL is put together from literals of this file

from __future__ import annotations

from collections.abc import Iterator

from ledger_core.documents.models import Document
from ledger_core.payments.models import Allocation, Payment
from tenancy.db import connection

_ALLOCATION = Allocation._meta.db_table
# Table, its two sums, and how allocations take from it: as target and as source.
_SUMS = (
    (
        Document._meta.db_table,
        "settled",
        "settled_base",
        (("document_id", "amount", "base"), ("credit_id", "source_amount", "source_base")),
    ),
    (
        Payment._meta.db_table,
        "allocated",
        "allocated_base",
        (("target_payment_id", "amount", "base"), ("payment_id", "source_amount", "source_base")),
    ),
)
# Only a credit document that is applied at its own rate needs no entry.
_UNPOSTED = f"""SELECT id FROM {_ALLOCATION} WHERE entry_id IS NULL
    AND (kind <> '{Allocation.CREDIT}' OR base <> source_base OR withheld <> 0) ORDER BY id LIMIT 20"""
SHOWN = 20


def check_allocations() -> Iterator[str]:
    """Add the allocations of every document and payment up again."""
    for table, amount, base, takes in _SUMS:
        taken = " UNION ALL ".join(
            f"SELECT {name} AS row_id, {one} AS amount, {other} AS base FROM {_ALLOCATION} WHERE {name} IS NOT NULL"
            for name, one, other in takes
        )
        sql = (
            f"SELECT d.kind, COALESCE(d.number, ''), d.{amount}, d.{base}, COALESCE(t.amount, 0), COALESCE(t.base, 0)"
            f" FROM {table} d LEFT JOIN (SELECT row_id, SUM(amount) AS amount, SUM(base) AS base FROM ({taken}) u"
            f" GROUP BY row_id) t ON t.row_id = d.id"
            f" WHERE d.{amount} <> COALESCE(t.amount, 0) OR d.{base} <> COALESCE(t.base, 0)"
            f" ORDER BY d.id LIMIT {SHOWN}"
        )
        with connection().cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall()
        for kind, number, said, said_base, found, found_base in rows:
            yield (
                f"{kind} {number} says that {said} ({said_base} in base) minor units are settled;"
                f" its allocations are {found} ({found_base})."
            )
    with connection().cursor() as cursor:
        cursor.execute(_UNPOSTED)
        for (pk,) in cursor.fetchall():
            yield f"Allocation {pk} has to be posted, but names no entry."
