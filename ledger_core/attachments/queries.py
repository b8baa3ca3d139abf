"""Reading attachments."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from django.db.models import QuerySet

from ledger_core.activity.models import ActivityEntry
from ledger_core.activity.operations import Subject
from ledger_core.attachments import store
from ledger_core.attachments.models import Attachment
from tenancy.problems import NotFound, Problem

log = logging.getLogger(__name__)
CHUNK = 1024 * 1024  # bytes read at a time


def attachments_of(kind: str, subject_id: int) -> QuerySet[Attachment]:
    return Attachment.objects.filter(subject_kind=kind, subject_id=subject_id).order_by("pk")


def find_attachment(attachment_id: int) -> Attachment:
    found = Attachment.objects.filter(pk=attachment_id).first()
    if found is None:
        raise NotFound("There is no such attachment.")
    return found


class FileDamaged(Problem):
    status = 500
    code = "file_damaged"
    title = "The file is not the one that was attached"


def open_attached(attachment: Attachment) -> Any:
    """The attached file, open at its beginning. Raises FileMissing, or FileDamaged rather than give other bytes."""
    file = store.open_file(attachment.storage_key)
    size, digest = 0, hashlib.sha256()
    while chunk := file.read(CHUNK):
        size += len(chunk)
        digest.update(chunk)
    if (size, digest.hexdigest()) != (attachment.size, attachment.sha256):
        file.close()
        log.error(
            "the file %s of attachment %s is not the one that was attached", attachment.storage_key, attachment.pk
        )
        raise FileDamaged("Its bytes were changed in the storage. Ask the operator to restore it from a backup.")
    file.seek(0)
    return file


def subject_of(attachment: Attachment) -> Subject:
    """What it is attached to, as the activity trail called it last."""
    trail = ActivityEntry.objects.filter(subject_kind=attachment.subject_kind, subject_id=attachment.subject_id)
    label = trail.order_by("-pk").values_list("subject_label", flat=True).first()
    return Subject(attachment.subject_kind, attachment.subject_id, label or "")
