"""What other programs call the entries they posted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.books.models import JournalEntry


class ExternalId(models.Model):
    """The name another program gave to an entry; it is posted once, however often it is sent."""

    source = models.CharField(max_length=40, help_text="api, import")
    # Hashed: one spelling per id whatever the case or collation, on every engine.
    digest = models.CharField(max_length=64, editable=False)
    external_id = models.CharField(max_length=120)
    entry = models.OneToOneField(JournalEntry, on_delete=models.DO_NOTHING, related_name="external_id")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "digest"], name="external_id_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
