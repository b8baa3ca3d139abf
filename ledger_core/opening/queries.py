"""Reading opening balances."""

from __future__ import annotations

from django.db.models import Prefetch

from ledger_core.opening.models import OpeningBalanceLine, OpeningBalances


def find_opening() -> OpeningBalances | None:
    """The opening balances with their lines and accounts; None before anything was written."""
    lines = OpeningBalanceLine.objects.select_related("account")
    return OpeningBalances.objects.prefetch_related(Prefetch("lines", queryset=lines)).filter(pk=1).first()
