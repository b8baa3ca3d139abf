"""The files of items."""

from __future__ import annotations

from ledger_core.activity.operations import Subject
from ledger_core.attachments.views import AttachmentsView
from ledger_core.items.operations import hold_item, item_subject
from ledger_core.items.queries import find_item


class ItemAttachmentsView(AttachmentsView):
    """The files of an item."""

    kind = "item"

    def check_exists(self, subject_id: int) -> None:
        find_item(subject_id)

    def hold(self, subject_id: int) -> Subject:
        return item_subject(hold_item(subject_id))
