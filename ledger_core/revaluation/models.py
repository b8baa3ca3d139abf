"""Revaluation runs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.books.models import JournalEntry


class RevaluationRun(models.Model):
    """What was revalued at a date. `standing_date` is the date while the run stands: two cannot stand on one day."""

    date = models.DateField()
    standing_date = models.DateField(null=True, unique=True)
    rates = models.JSONField(help_text="The rate of each currency, as decimal text")
    gain = models.BigIntegerField(help_text="Minor units of the base currency")
    loss = models.BigIntegerField()
    # Null only inside the transaction that writes the run: its entries name it as their source.
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    reversing_entry = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.PositiveBigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-date", "-id"]

    def __str__(self) -> str:
        return f"Revaluation of {self.date}"
