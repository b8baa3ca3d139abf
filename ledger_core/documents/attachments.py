"""The files of documents, drafts and issued ones."""

from __future__ import annotations

from ledger_core.activity.operations import Subject
from ledger_core.attachments.views import AttachmentsView
from ledger_core.documents.operations import subject_of
from ledger_core.documents.queries import check_exists, hold


class DocumentAttachmentsView(AttachmentsView):
    """The files of a document; a kind's own view is a subclass that names the kind."""

    def check_exists(self, subject_id: int) -> None:
        check_exists(self.kind, subject_id)

    def hold(self, subject_id: int) -> Subject:
        return subject_of(hold(self.kind, subject_id))
