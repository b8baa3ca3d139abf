"""Journal entries and their lines.

The database itself refuses what would break the books (see the triggers in `migrations/0002_triggers.py`): an entry
is written unposted, gets its lines, and becomes posted by one UPDATE that needs at least two lines, debits equal to
credits and every line on the entry's date. From then on neither it nor its lines can be changed or deleted.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ledger_core.chart.models import Account


class JournalEntry(models.Model):
    """One balanced posting. `number` and `posted_at` are set together when it is posted."""

    number = models.PositiveBigIntegerField(unique=True, null=True, help_text="Gap-free, in the order of posting")
    date = models.DateField()
    source_kind = models.CharField(max_length=40, help_text="The document that posted it: manual_journal, invoice, ...")
    source_id = models.PositiveBigIntegerField(null=True)
    source_number = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=40, help_text="What for: document, reversal, ...")
    memo = models.CharField(max_length=500, blank=True)
    posted_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    posted_at = models.DateTimeField(null=True)
    reverses = models.OneToOneField("self", on_delete=models.DO_NOTHING, null=True, related_name="reversed_by")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["date", "id"], name="entry_by_date"),  # the list of entries
            models.Index(fields=["posted_at"], name="entry_by_posting"),  # unposted ones; the books as known at a time
            models.Index(fields=["source_kind", "source_id"], name="entry_by_source"),  # the entries of a document
        ]

    def __str__(self) -> str:
        return f"Entry {self.number} of {self.date}"


class JournalLine(models.Model):
    """One side of an entry: debit or credit, in base currency and in the line's own, always in minor units."""

    # DO_NOTHING: Django would load the lines to find out; the foreign keys refuse it without looking at them all.
    entry = models.ForeignKey(JournalEntry, on_delete=models.DO_NOTHING, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="lines", db_index=False)
    date = models.DateField(help_text="The entry's, repeated for the index")
    debit = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    currency_debit = models.BigIntegerField(default=0)
    currency_credit = models.BigIntegerField(default=0)
    rate = models.BigIntegerField(help_text="Base units for one unit of the currency, in 10^-10")
    description = models.CharField(max_length=500, blank=True)
    # Dimensions: ids without foreign keys, until the packages that own them exist.
    contact_id = models.PositiveBigIntegerField(null=True)
    item_id = models.PositiveBigIntegerField(null=True)
    tax_rate_id = models.PositiveBigIntegerField(null=True)
    branch_id = models.PositiveBigIntegerField(null=True)
    project_id = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "position"], name="line_position_once"),
            models.CheckConstraint(
                condition=Q(debit__gte=0, credit__gte=0) & (Q(debit=0) | Q(credit=0)),
                name="line_debit_xor_credit",
            ),
            models.CheckConstraint(
                condition=Q(currency_debit__gte=0, currency_credit__gte=0)
                & (Q(currency_debit=0) | Q(currency_credit=0))
                & (Q(debit=0) | Q(currency_credit=0))
                & (Q(credit=0) | Q(currency_debit=0)),
                name="line_currency_same_side",
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="line_rate_positive"),
        ]
        indexes: ClassVar = [
            # Balances and the ledger of an account, answered from the index alone.
            models.Index(fields=["account", "date", "id", "debit", "credit", "branch_id"], name="line_by_account"),
        ]

    def __str__(self) -> str:
        return f"Line {self.position} of entry {self.entry_id}"


class BalanceSnapshot(models.Model):
    """What the entries up to the watermark booked on an account in a month, or in a calendar year.

    Derived: `advance_balances --rebuild`. The row with contact 0 holds everything, also lines with a contact; the rows
    of contacts hold their part of it once more, as the rows of years do. Sums are kept as high and low 32 bits: exact
    whatever their size, by plain addition on every engine.
    """

    pk = models.CompositePrimaryKey("account_id", "contact_id", "months", "month", "branch_id", "currency")
    account_id = models.BigIntegerField()
    contact_id = models.BigIntegerField(help_text="0: all lines")
    months = models.PositiveSmallIntegerField(help_text="How many: 1, or 12 for a calendar year")
    month = models.DateField(help_text="The first day of the first one")
    branch_id = models.BigIntegerField(help_text="0: lines without a branch")
    currency = models.CharField(max_length=3)
    debit_high = models.BigIntegerField()
    debit_low = models.BigIntegerField()
    credit_high = models.BigIntegerField()
    credit_low = models.BigIntegerField()
    currency_debit_high = models.BigIntegerField()
    currency_debit_low = models.BigIntegerField()
    currency_credit_high = models.BigIntegerField()
    currency_credit_low = models.BigIntegerField()

    def __str__(self) -> str:
        return f"Account {self.account_id} in {self.month:%Y-%m}"


class Watermark(models.Model):
    """The one row that says how far the snapshot goes: the number of the last entry that is in it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    advanced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="watermark_one_row")]

    def __str__(self) -> str:
        return f"Balances up to entry {self.number}"
