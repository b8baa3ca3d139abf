"""The files of manual journals, drafts and published ones."""

from __future__ import annotations

from ledger_core.activity.operations import Subject
from ledger_core.attachments.views import AttachmentsView
from ledger_core.base.conditions import check_match
from ledger_core.journals.models import ManualJournal
from ledger_core.periods.areas import area_of
from ledger_core.periods.queries import PeriodLocked, check_open
from tenancy.problems import NotFound

KIND = "manual_journal"


def check_removal(journal_id: int) -> None:
    """A journal that is in the books keeps its files where its day is locked; a draft is nobody's evidence yet."""
    journal = ManualJournal.objects.select_for_update().filter(pk=journal_id).first()
    if journal is None or journal.status == ManualJournal.Status.DRAFT:
        return
    try:
        check_open(journal.date, area_of(KIND))
    except PeriodLocked as locked:
        detail = f"{journal} of {journal.date} is in a locked period, so its files stay. Have the period unlocked."
        raise PeriodLocked(detail) from locked


class ManualJournalAttachmentsView(AttachmentsView):
    """The files of a manual journal."""

    kind = KIND

    def check_exists(self, subject_id: int) -> None:
        if not ManualJournal.objects.filter(pk=subject_id).exists():
            raise NotFound("There is no such journal.")

    def hold(self, subject_id: int) -> Subject:
        journal = ManualJournal.objects.select_for_update().filter(pk=subject_id).first()
        if journal is None:
            raise NotFound("There is no such journal.")
        check_match(journal)
        return Subject(KIND, journal.pk, str(journal))
