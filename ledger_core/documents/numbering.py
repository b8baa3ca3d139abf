"""Number series: how documents are numbered, and changing it without ever giving a number twice.

A series that begins anew every year counts by the calendar year of the documents' dates: what is dated in December
and issued in January gets the next number of the old year. (Not by fiscal year: its beginning can be changed later.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ledger_core.activity.operations import Subject, record
from ledger_core.base.models import YEAR, Series, SeriesYear
from ledger_core.base.queries import today
from ledger_core.base.refusals import refuse
from tenancy.db import operation
from tenancy.problems import FieldError, NotFound

INTERNAL = ("journal_entry",)  # numbers of entries are not for people to set
MOST_NUMBER = 10**12
_PREFIX = re.compile(r"[A-Za-z0-9/._ #-]*")


@dataclass(frozen=True, slots=True)
class SeriesNow:
    """A series with the counter that holds today."""

    series: Series
    year: int  # 0: no years
    next_number: int

    @property
    def next_text(self) -> str:
        return self.series.text(self.next_number, today().year)


def all_series() -> QuerySet[Series]:
    return Series.objects.exclude(kind__in=INTERNAL).prefetch_related("years").order_by("pk")


def now_of(series: Series) -> SeriesNow:
    if not series.yearly_reset:
        return SeriesNow(series, 0, series.next_number)
    year = today().year
    counters = {each.year: each.next_number for each in series.years.all()}
    return SeriesNow(series, year, counters.get(year, 1))


def find_series(series_id: int) -> Series:
    found = all_series().filter(pk=series_id).first()
    if found is None:
        raise NotFound("There is no such number series.")
    return found


@operation
def edit_series(*, series_id: int, **fields: Any) -> Series:
    """Change `prefix`, `padding`, `yearly_reset` or `next_number` (of this year, where years are counted).

    The next number only ever grows. What it leaves out is noted, so that it does not look lost.
    """
    find_series(series_id)
    series = Series.objects.select_for_update().get(pk=series_id)
    before = _told(series)
    wanted = fields.pop("next_number", None)
    was_yearly = series.yearly_reset
    had_year = YEAR in series.prefix
    for name, value in fields.items():
        setattr(series, name, value)
    refuse(_errors(series))
    if series.yearly_reset and not was_yearly and had_year:  # the numbers of this year were counted without years
        _raise_to(series, series.next_number)
    if was_yearly and not series.yearly_reset:  # all years count on together, beyond the highest of them
        _raise_to(series, max([series.next_number, *_counters(series)]))
    if wanted is not None:
        refuse(_next_errors(now_of(series), wanted))
        _raise_to(series, wanted)
    series.save()
    record(verb="edited", subject=Subject("number_series", series.pk, series.kind), before=before, after=_told(series))
    return find_series(series_id)


def _counters(series: Series) -> list[int]:
    return list(SeriesYear.objects.filter(series=series).values_list("next_number", flat=True))


def _raise_to(series: Series, number: int) -> None:
    """Let the counter that holds today go on with `number`, if it is beyond."""
    now = now_of(series)
    if number <= now.next_number:
        return
    series.skipped = [*series.skipped, [now.year, now.next_number, number - 1]]
    if now.year:
        SeriesYear.objects.update_or_create(series=series, year=now.year, defaults={"next_number": number})
    else:
        series.next_number = number


def _errors(series: Series) -> Iterator[FieldError]:
    plain = series.prefix.replace(YEAR, "")
    if not _PREFIX.fullmatch(plain) or series.prefix.count(YEAR) > 1:
        detail = "A prefix has letters, digits, spaces, any of / . _ # - and at most one {year}."
        yield FieldError("/prefix", "invalid_prefix", detail)
    elif series.prefix.endswith(YEAR) or plain[-1:].isdigit():
        detail = "End the prefix with something that is no digit, so that it and the number can be told apart."
        yield FieldError("/prefix", "ends_with_digit", detail)
    if series.yearly_reset and YEAR not in series.prefix:
        detail = "A series that begins anew every year needs {year} in its prefix."
        yield FieldError("/prefix", "year_required", detail)


def _next_errors(now: SeriesNow, wanted: int) -> Iterator[FieldError]:
    if wanted < now.next_number:
        detail = f"The next number can only be raised; it is {now.next_number} now."
        yield FieldError("/next_number", "cannot_fall", detail)


def will_be_given(kind: str, number: str) -> bool:
    """Will the series give this number some day, as it is now? Asked of numbers that somebody chooses himself."""
    series = Series.objects.prefetch_related("years").get(kind=kind)
    pattern = re.escape(series.prefix).replace(re.escape(YEAR), "(?P<year>[0-9]{4})")
    # Whatever the case: to MySQL's collation inv-00042 is INV-00042, and two of them cannot be told apart by people.
    match = re.fullmatch(f"{pattern}(?P<serial>[0-9]{{1,13}})", number, re.IGNORECASE)
    if match is None:
        return False
    serial, year = int(match["serial"]), int(match.groupdict().get("year") or 0)
    if series.text(serial, year).upper() != number.upper():
        return False
    counters = {each.year: each.next_number for each in series.years.all()}
    return serial >= (counters.get(year, 1) if series.yearly_reset else series.next_number)


def _told(series: Series) -> dict[str, Any]:
    now = now_of(Series.objects.prefetch_related("years").get(pk=series.pk))
    return {
        "prefix": series.prefix,
        "padding": series.padding,
        "yearly_reset": series.yearly_reset,
        "next_number": now.next_number if series.yearly_reset else series.next_number,
    }
