"""Reading attachments."""

from __future__ import annotations

from django.db.models import QuerySet

from ledger_core.activity.models import ActivityEntry
from ledger_core.activity.operations import Subject
from ledger_core.attachments.models import Attachment
from tenancy.problems import NotFound


def attachments_of(kind: str, subject_id: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("pk")


def find_attachment(attachment_id: int) -> Attachment:
    found = Attachment.objects.filter(pk=attachment_id).first()
    if found is None:
        raise NotFound("There is no such attachment.")
    return found


def subject_of(attachment: Attachment) -> Subject:
    """What it is attached to, as the activity trail called it last."""
    trail = ActivityEntry.objects.filter(subject_kind=attachment.subject_kind, subject_id=attachment.subject_id)
    label = trail.order_by("-pk").values_list("subject_label", flat=True).first()
    return Subject(attachment.subject_kind, attachment.subject_id, label or "")
