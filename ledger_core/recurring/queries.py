"""Reading templates."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from ledger_core.recurring.models import RecurringJournal, RecurringJournalLine
from tenancy.problems import NotFound


def templates() -> QuerySet[RecurringJournal]:
    """Templates with their lines and accounts; two queries for a page, whatever it holds."""
    lines = RecurringJournalLine.objects.select_related("account")
    return RecurringJournal.objects.prefetch_related(Prefetch("lines", queryset=lines))


def find_template(template_id: int) -> RecurringJournal:
    found = templates().filter(pk=template_id).first()
    if found is None:
        raise NotFound("There is no such recurring journal.")
    return found
