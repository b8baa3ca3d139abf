"""The one table of attachments; the files themselves are in the storage `attachments` (settings.STORAGES)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Attachment(models.Model):
    """A file, and what it is attached to. It is never changed: another file is another attachment."""

    subject_kind = models.CharField(max_length=40, help_text="manual_journal, ... (ledger_core.attachments.subjects)")
    subject_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=150, help_text="The file's name, as people see it")
    content_type = models.CharField(max_length=100, help_text="Read from the bytes, never what the sender says")
    size = models.PositiveBigIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200, help_text="Its name in the storage; nobody can guess it")
    added_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="attachment_by_subject")]

    def __str__(self) -> str:
        return self.name
