"""The one set of opening balances, and its lines."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.journals.models import DocumentLine


class OpeningBalances(models.Model):
    """Written as a draft, posted, changed and posted again: what stands in the books is always `entry`."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        POSTED = "posted", "Posted"
        CHANGED = "changed", "Changed since it was posted"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    date = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    updated_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="opening_balances_one_row")]

    def __str__(self) -> str:
        return f"Opening balances of {self.date}"


class OpeningBalanceLine(DocumentLine):
    """The balance of an account (of a contact, a branch) in the line's own currency."""

    opening = models.ForeignKey(OpeningBalances, on_delete=models.CASCADE, related_name="lines", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="opening_balance_lines")
    currency = models.CharField(max_length=3)
    rate = models.BigIntegerField(help_text="Base units for one unit of the currency, in 10^-10")

    class Meta(DocumentLine.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opening", "position"], name="opening_line_position_once")
        ]

    def __str__(self) -> str:
        return f"Opening balance {self.position}"
