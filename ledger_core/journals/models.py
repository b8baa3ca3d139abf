"""Manual journals, drafted line by line and then published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.arithmetic.money import ONE
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact


class ManualJournal(models.Model):
    """A draft may be unbalanced; publishing posts it and gives it a number; voiding posts the mirror.

    With `reverse_on` it is booked back on that day by an entry of its own (accruals): both stand.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        VOID = "void", "Void"

    number = models.CharField(max_length=40, unique=True, null=True, help_text="From its series, at publishing")
    serial = models.PositiveBigIntegerField(null=True, help_text="The same, bare")
    serial_year = models.PositiveSmallIntegerField(default=0, help_text="Of a series that begins anew every year")
    date = models.DateField()
    memo = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    currency = models.CharField(max_length=3, help_text="ISO 4217; the lines' amounts are in its minor units")
    rate = models.BigIntegerField(default=ONE, help_text="Base units for one unit of the currency, in 10^-10")
    reverse_on = models.DateField(null=True, help_text="The day on which it is booked back")
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    reversal = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    reversing_entry = models.OneToOneField(
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


class DocumentLine(models.Model):
    """A line as written, in minor units of its document's currency."""

    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=500, blank=True)
    debit = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)
    contact = models.ForeignKey(Contact, on_delete=models.DO_NOTHING, null=True, related_name="+")
    # Dimensions: ids without foreign keys, until the packages that own them exist.
    branch_id = models.PositiveBigIntegerField(null=True)
    project_id = models.PositiveBigIntegerField(null=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["position"]


class ManualJournalLine(DocumentLine):
    """A line of a manual journal."""

    journal = models.ForeignKey(ManualJournal, on_delete=models.CASCADE, related_name="lines", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="manual_journal_lines")

    class Meta(DocumentLine.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journal", "position"], name="manual_journal_line_position_once")
        ]

    def __str__(self) -> str:
        return f"Line {self.position} of manual journal {self.journal_id}"
