"""Taking numbers out of a series."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from ledger_core.base.models import Series, SeriesYear
from tenancy.db import connection

TABLE = Series._meta.db_table
_FIELDS = ("id", "prefix", "padding", "next_number", "yearly_reset")


@dataclass(frozen=True, slots=True)
class Taken:
    """A number of a series: as printed, bare, and the year it counts in (0: the series has no years)."""

    number: str
    serial: int | None  # None: somebody gave the number
    serial_year: int

    def fields(self) -> dict[str, Any]:
        """For a row with these three columns."""
        return asdict(self)


def take(*, kind: str, date: datetime.date) -> Taken:
    """The next number for a document of this date. Call it inside the transaction that uses the number.

    The row stays locked until that transaction ends: if it fails, its number goes to the next one, so there are no
    gaps. Take it as late as possible, because everybody else who needs one waits.
    """
    series = _held(kind)
    year = date.year if series.yearly_reset else 0
    serial = _count_year(series, year) if year else _count(series)
    return Taken(series.text(serial, date.year), serial, year)


@dataclass(slots=True)
class Numbering:
    """A number that is taken when it is needed, so that nobody waits for the number of something that is refused."""

    kind: str
    date: datetime.date
    taken: Taken | None = None

    def take(self) -> str:
        """The number, taken now unless there is one already."""
        if self.taken is None:
            self.taken = take(kind=self.kind, date=self.date)
        return self.taken.number

    def fields(self) -> dict[str, Any]:
        """For a row with the columns of a number, once it is taken."""
        assert self.taken is not None, "the number is taken first"
        return self.taken.fields()


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
        if is_mysql and not (first := cursor.lastrowid):  # the answer does not tell it where the table has a trigger
            cursor.execute("SELECT LAST_INSERT_ID()")
            (first,) = cursor.fetchone() or (0,)
        return int(first)


def _held(kind: str) -> Series:
    lock = " FOR UPDATE" if connection().features.has_select_for_update else ""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_FIELDS)} FROM {TABLE} WHERE kind = %s{lock}", [kind])  # noqa: S608
        row = cursor.fetchone()
    if row is None:
        raise Series.DoesNotExist(f"There is no series {kind!r}.")
    return Series(kind=kind, **dict(zip(_FIELDS, row, strict=True)))


def _count(series: Series) -> int:
    with connection().cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET next_number = next_number + 1 WHERE id = %s", [series.pk])  # noqa: S608
    return series.next_number


def _count_year(series: Series, year: int) -> int:
    """The row of the series is held, so nobody else makes or moves the counter of its year."""
    counter, _ = SeriesYear.objects.get_or_create(series_id=series.pk, year=year)
    SeriesYear.objects.filter(pk=counter.pk).update(next_number=counter.next_number + 1)
    return counter.next_number
