"""The files of documents, drafts and issued ones."""

from __future__ import annotations

from ledger_core.activity.operations import Subject
from ledger_core.attachments.views import AttachmentsView
from ledger_core.documents.content import subject_of
from ledger_core.documents.kinds import DRAFT
from ledger_core.documents.models import Document
from ledger_core.documents.queries import check_exists, hold
from ledger_core.periods.areas import area_of
from ledger_core.periods.queries import PeriodLocked, check_open


def check_removal(document_id: int) -> None:
    """A document that is in the books keeps its files where its day is locked; a draft is nobody's evidence yet."""
    document = Document.objects.select_for_update().filter(pk=document_id).first()
    if document is None or document.status == DRAFT or document.entry_id is None:
        return
    try:
        check_open(document.date, area_of(document.kind))
    except PeriodLocked as locked:
        detail = f"{document} of {document.date} is in a locked period, so its files stay. Have the period unlocked."
        raise PeriodLocked(detail) from locked


class DocumentAttachmentsView(AttachmentsView):
    """The files of a document; a kind's own view is a subclass that names the kind."""

    def check_exists(self, subject_id: int) -> None:
        check_exists(self.kind, subject_id)

    def hold(self, subject_id: int) -> Subject:
        return subject_of(hold(self.kind, subject_id))
