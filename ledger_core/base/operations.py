"""Taking numbers out of a series."""

from __future__ import annotations

from ledger_core.base.models import Series
from tenancy.db import connection


def take_number(*, kind: str) -> tuple[int, str]:
    """The next number of a series, bare and as printed. Call it inside the transaction that uses the number.

    The row stays locked until that transaction ends: if it fails, its number goes to the next one, so there are no
    gaps. Take it as late as possible, because everybody else who needs one waits.
    """
    first, (text,) = take_numbers(kind=kind, count=1)
    return first, text


def take_numbers(*, kind: str, count: int) -> tuple[int, list[str]]:
    """The next `count` numbers at once: the first of them bare, and all as printed."""
    # In SQL: every posting comes here twice, and what Django would make of it costs more than the statements.
    table = connection().ops.quote_name(Series._meta.db_table)
    lock = " FOR UPDATE" if connection().features.has_select_for_update else ""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT prefix, padding, next_number FROM {table} WHERE kind = %s{lock}", [kind])  # noqa: S608
        row = cursor.fetchone()
        if row is None:
            raise Series.DoesNotExist(f"There is no series {kind!r}.")
        cursor.execute(f"UPDATE {table} SET next_number = next_number + %s WHERE kind = %s", [count, kind])  # noqa: S608
    prefix, padding, first = row
    series = Series(prefix=prefix, padding=padding)
    return first, [series.text(number) for number in range(first, first + count)]
