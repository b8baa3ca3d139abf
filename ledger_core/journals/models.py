"""Manual journals, drafted line by line and then published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account


class ManualJournal(models.Model):
    """A draft may be unbalanced; publishing posts it and gives it a number; voiding posts the mirror."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        VOID = "void", "Void"

    number = models.CharField(max_length=40, unique=True, null=True, help_text="From its series, at publishing")
    date = models.DateField()
    memo = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    reversal = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["date", "id"], name="manual_journal_by_date")]  # the list

    def __str__(self) -> str:
        return self.number or f"Draft {self.pk}"


class ManualJournalLine(models.Model):
    """A line as written, in minor units of the base currency."""

    journal = models.ForeignKey(ManualJournal, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="manual_journal_lines")
    description = models.CharField(max_length=500, blank=True)
    debit = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journal", "position"], name="manual_journal_line_position_once")
        ]

    def __str__(self) -> str:
        return f"Line {self.position} of manual journal {self.journal_id}"
