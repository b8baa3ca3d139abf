"""The trail's one table. The database refuses to change or delete its rows (migrations/0002_triggers.py)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ActivityEntry(models.Model):
    """Somebody did something to something."""

    at = models.DateTimeField(db_index=True)
    user_id = models.PositiveBigIntegerField(help_text="User id (system database); 0 is an operator or a job")
    key_id = models.PositiveBigIntegerField(null=True, help_text="API key id (system database)")
    verb = models.CharField(max_length=40, help_text="created, edited, deleted, published, voided, ...")
    subject_kind = models.CharField(max_length=40, help_text="account, manual_journal, ...")
    subject_id = models.PositiveBigIntegerField(null=True)
    subject_label = models.CharField(max_length=200, blank=True, help_text="As it was called at that time")
    summary = models.CharField(max_length=500, blank=True)
    before = models.JSONField(null=True, help_text="The fields that changed, as they were")
    after = models.JSONField(null=True, help_text="The same fields, as they became")
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        # The history of one object, newest first.
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id", "id"], name="activity_by_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_label}"
