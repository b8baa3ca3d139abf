"""Taking numbers out of a series."""

from __future__ import annotations

from django.db.models import F

from ledger_core.base.models import Series


def take_number(*, kind: str) -> tuple[int, str]:
    """The next number of a series, bare and as printed. Call it inside the transaction that uses the number.

    The row stays locked until that transaction ends: if it fails, its number goes to the next one, so there are no
    gaps. Take it as late as possible, because everybody else who needs one waits.
    """
    first, (text,) = take_numbers(kind=kind, count=1)
    return first, text


def take_numbers(*, kind: str, count: int) -> tuple[int, list[str]]:
    """The next `count` numbers at once: the first of them bare, and all as printed."""
    series = Series.objects.select_for_update().get(kind=kind)
    Series.objects.filter(pk=series.pk).update(next_number=F("next_number") + count)
    first = series.next_number
    return first, [series.text(number) for number in range(first, first + count)]
