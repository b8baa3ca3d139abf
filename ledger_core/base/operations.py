"""Taking numbers out of a series."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from ledger_core.base.models import Series, SeriesYear
from tenancy.db import connection

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
    serial = _count_year(series, year) if year else _count(series, 1)
    return Taken(series.text(serial, date.year), serial, year)


def take_numbers(*, kind: str, count: int) -> tuple[int, list[str]]:
    """The next `count` numbers at once, of a series without years: the first of them bare, and all as printed."""
    series = _held(kind)
    first = _count(series, count)
    return first, [series.text(number) for number in range(first, first + count)]


def _held(kind: str) -> Series:
    # In SQL: every posting comes here twice, and what Django would make of it costs more than the statements.
    table = connection().ops.quote_name(Series._meta.db_table)
    lock = " FOR UPDATE" if connection().features.has_select_for_update else ""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_FIELDS)} FROM {table} WHERE kind = %s{lock}", [kind])  # noqa: S608
        row = cursor.fetchone()
    if row is None:
        raise Series.DoesNotExist(f"There is no series {kind!r}.")
    return Series(kind=kind, **dict(zip(_FIELDS, row, strict=True)))


def _count(series: Series, count: int) -> int:
    table = connection().ops.quote_name(Series._meta.db_table)
    with connection().cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET next_number = next_number + %s WHERE id = %s",  # noqa: S608
            [count, series.pk],
        )
    return series.next_number


def _count_year(series: Series, year: int) -> int:
    """The row of the series is held, so nobody else makes or moves the counter of its year."""
    counter, _ = SeriesYear.objects.get_or_create(series_id=series.pk, year=year)
    SeriesYear.objects.filter(pk=counter.pk).update(next_number=counter.next_number + 1)
    return counter.next_number
