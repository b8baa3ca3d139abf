"""Taking numbers out of a series."""

from __future__ import annotations

from django.db.models import F

from ledger_core.base.models import Series


def take_number(*, kind: str) -> tuple[int, str]:
    """The next number of a series, bare and as printed. Call it inside the transaction that uses the number.

    The row stays locked until that transaction ends: if it fails, its number goes to the next one, so there are no
    gaps. Take it as late as possible, because everybody else who needs one waits.
    """
    series = Series.objects.select_for_update().get(kind=kind)
    Series.objects.filter(pk=series.pk).update(next_number=F("next_number") + 1)
    return series.next_number, series.text(series.next_number)
