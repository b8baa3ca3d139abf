"""Reading manual journals."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from ledger_core.journals.models import ManualJournal, ManualJournalLine
from tenancy.problems import NotFound


def journals() -> QuerySet[ManualJournal]:
    """Journals with their lines and accounts, newest first; two queries for a page, whatever it holds."""
    lines = ManualJournalLine.objects.select_related("account")
    return ManualJournal.objects.prefetch_related(Prefetch("lines", queryset=lines)).order_by("-date", "-id")


def find_journal(journal_id: int) -> ManualJournal:
    found = journals().filter(pk=journal_id).first()
    if found is None:
        raise NotFound("There is no such journal.")
    return found
