"""Reading manual journals."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from ledger_core.journals.models import ManualJournal, ManualJournalLine
from tenancy.problems import NotFound


def journals() -> QuerySet[ManualJournal]:
    """Journals with their lines and accounts, newest first; two queries for a page, whatever it holds."""
    lines = ManualJournalLine.objects.select_related("account")
    return ManualJournal.objects.prefetch_related(Prefetch("lines", queryset=lines)).order_by("-date", "-id")


def hold_lines(journal: ManualJournal, lines: list[ManualJournalLine]) -> None:
    """Let `journal.lines.all()` be the lines that were just written, as `journals()` would read them."""
    held = journal.lines.all()
    held._result_cache = lines
    journal._prefetched_objects_cache = {"lines": held}  # type: ignore[attr-defined]  # where Django prefetches to


def find_journal(journal_id: int) -> ManualJournal:
    found = journals().filter(pk=journal_id).first()
    if found is None:
        raise NotFound("There is no such journal.")
    return found
