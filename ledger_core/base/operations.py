"""Taking numbers out of a series."""

from __future__ import annotations

from ledger_core.base.models import Series
from tenancy.db import connection

TABLE = Series._meta.db_table


def take_number(*, kind: str) -> tuple[int, str]:
    """The next number of a series, bare and as printed. Call it inside the transaction that uses the number.

    The row stays locked until that transaction ends: if it fails, its number goes to the next one, so there are no
    gaps. Take it as late as possible, because everybody else who needs one waits.
    """
    first, (text,) = take_numbers(kind=kind, count=1)
    return first, text


def take_numbers(*, kind: str, count: int) -> tuple[int, list[str]]:
    """The next `count` numbers at once: the first of them bare, and all as printed."""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT prefix, padding FROM {TABLE} WHERE kind = %s", [kind])  # noqa: S608  one table's name
        prefix, padding = cursor.fetchone() or ("", 0)
    series = Series(prefix=prefix, padding=padding)
    first = take_bare(kind=kind, count=count)
    return first, [series.text(number) for number in range(first, first + count)]


def take_bare(*, kind: str, count: int = 1) -> int:
    """The first of the next `count` numbers, for series that are not printed; one statement on MySQL and MariaDB.

    In SQL: every posting comes here twice, and what Django would make of it costs more than the statements.
    """
    is_mysql = connection().vendor == "mysql"
    old = "LAST_INSERT_ID(next_number)" if is_mysql else "next_number"  # which the server tells with its answer
    with connection().cursor() as cursor:
        if not is_mysql:  # one writer at a time: what is read here stays until the end of the transaction
            cursor.execute(f"SELECT next_number FROM {TABLE} WHERE kind = %s", [kind])  # noqa: S608
            (first,) = cursor.fetchone() or (0,)
        cursor.execute(f"UPDATE {TABLE} SET next_number = {old} + %s WHERE kind = %s", [count, kind])  # noqa: S608
        if not cursor.rowcount:
            raise Series.DoesNotExist(f"There is no series {kind!r}.")
        return int(cursor.lastrowid or 0) if is_mysql else int(first)
