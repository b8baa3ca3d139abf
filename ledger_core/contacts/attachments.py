"""The files of contacts."""

from __future__ import annotations

from ledger_core.activity.operations import Subject
from ledger_core.attachments.views import AttachmentsView
from ledger_core.contacts.operations import contact_subject, hold_contact
from ledger_core.contacts.queries import find_contact


class ContactAttachmentsView(AttachmentsView):
    """The files of a contact."""

    kind = "contact"

    def check_exists(self, subject_id: int) -> None:
        find_contact(subject_id)

    def hold(self, subject_id: int) -> Subject:
        return contact_subject(hold_contact(subject_id))
