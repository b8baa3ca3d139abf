"""Tax rates and groups, and the tax ledger: what was taxed, by entry, never changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from ledger_core.arithmetic.taxes import HUNDRED
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account, code_key


class TaxRate(models.Model):
    """A tax that lines of documents can bear, or a group of them that is chosen as one."""

    name = models.CharField(max_length=120)
    code = models.CharField(max_length=20)
    code_key = models.CharField(max_length=20, unique=True, editable=False)
    description = models.CharField(max_length=500, blank=True)
    # No `choices`: a new kind would be a migration of every organization's database. See arithmetic/taxes.py; "group".
    kind = models.CharField(max_length=20, help_text="standard, zero_rated, exempt, out_of_scope, reverse_charge, ...")
    is_compound = models.BooleanField(default=False, help_text="Charged on the price and the taxes before it")
    recoverable = models.PositiveIntegerField(default=HUNDRED, help_text="Share of it that is input tax, in 10^-4 %")
    bad_debt_relief = models.BooleanField(default=True, help_text="Taken back when an invoice is written off")
    is_for_sales = models.BooleanField(default=True)
    is_for_purchases = models.BooleanField(default=True)
    payable_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: that of the role"
    )
    recoverable_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: that of the role"
    )
    in_returns = models.BooleanField(default=True, help_text="Part of tax returns; else it is reported elsewhere")
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["code_key"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code_key = code_key(self.code)
        super().save(*args, **kwargs)

    @property
    def member_rates(self) -> list[TaxRate]:
        """The rates of a group, in the order of calculation."""
        return [row.tax_rate for row in self.members.all()]


class TaxPercentage(models.Model):
    """What a rate is from a day on, until the next row's day."""

    tax_rate = models.ForeignKey(TaxRate, on_delete=models.CASCADE, related_name="percentages", db_index=False)
    valid_from = models.DateField()
    percent = models.PositiveIntegerField(help_text="In 10^-4 percent: 19 % is 190000")

    class Meta:
        ordering: ClassVar = ["valid_from"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["tax_rate", "valid_from"], name="tax_percentage_once")]

    def __str__(self) -> str:
        return f"{self.percent} from {self.valid_from}"


class TaxGroupMember(models.Model):
    """A rate in a group, in the order of calculation."""

    group = models.ForeignKey(TaxRate, on_delete=models.CASCADE, related_name="members", db_index=False)
    tax_rate = models.ForeignKey(TaxRate, on_delete=models.PROTECT, related_name="groups")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "tax_rate"], name="tax_group_member_once")]

    def __str__(self) -> str:
        return f"{self.tax_rate_id} in group {self.group_id}"


class TaxEntry(models.Model):
    """What one journal entry says about one tax: what was taxed and how much tax, in base currency.

    Written with the entry and never changed; a reversal of the entry writes the mirror. Amounts are positive on what
    raises the return's figure: sales (tax owed) and purchases (tax paid) alike; credits and mirrors are negative.
    There are rows for exempt, zero-rated and self-assessed sales and purchases, too.
    """

    SALES, PURCHASES = "sales", "purchases"
    ACCRUAL, CASH = "accrual", "cash"

    entry = models.ForeignKey(JournalEntry, on_delete=models.DO_NOTHING, related_name="tax_entries")
    tax_rate = models.ForeignKey(TaxRate, on_delete=models.DO_NOTHING, related_name="entries", db_constraint=False)
    side = models.CharField(max_length=10, help_text="sales or purchases")
    basis = models.CharField(max_length=10, help_text="accrual: when issued; cash: when paid")
    date = models.DateField(help_text="The entry's")
    percent = models.PositiveIntegerField(help_text="In 10^-4 percent")
    taxable = models.BigIntegerField(help_text="Base minor units")
    tax = models.BigIntegerField(help_text="Base minor units; the whole tax")
    recoverable = models.BigIntegerField(default=0, help_text="Of purchases: the part that is input tax")
    contact_id = models.PositiveBigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["date", "basis"], name="tax_entry_by_date")]  # returns, summaries

    def __str__(self) -> str:
        return f"Tax {self.tax_rate_id} of entry {self.entry_id}"


class TaxReturn(models.Model):
    """A return over a stretch of days. Filing fixes its figures, and what was booked by then is in it.

    What is dated in it but was booked after filing falls into the next return: a filed return holds what is dated up to
    its last day, in this or an earlier return's days, whose entries have numbers up to `through_entry` and are in no
    earlier return. A return that is taken back stays as it was filed, as "unfiled"; a new draft takes its place.
    """

    DRAFT, FILED, PAID, UNFILED = "draft", "filed", "paid", "unfiled"
    STANDING = (FILED, PAID)

    date_from = models.DateField()
    date_to = models.DateField()
    basis = models.CharField(max_length=10)
    status = models.CharField(max_length=10, help_text="draft, filed, paid, unfiled")
    through_entry = models.PositiveBigIntegerField(null=True, help_text="The last entry that was booked when filed")
    figures = models.JSONField(default=dict, help_text="As filed: by tax rate, minor units of base")
    adjustments = models.JSONField(default=list, help_text="Account, amount, reason")
    owed = models.BigIntegerField(default=0, help_text="As filed, with adjustments; negative: to be refunded")
    paid = models.BigIntegerField(default=0, help_text="Of `owed`, under the row's lock")
    account = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, null=True, related_name="+", help_text="Where what is owed stands"
    )
    entry = models.OneToOneField(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    entry_date = models.DateField(null=True, help_text="Of the entry that filing posted")
    reference = models.CharField(max_length=120, blank=True)
    filed_by = models.PositiveBigIntegerField(null=True, help_text="User id (system database)")
    filed_at = models.DateTimeField(null=True)
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-date_to", "-id"]

    def __str__(self) -> str:
        return f"Tax return {self.date_from} to {self.date_to}"

    @property
    def open_amount(self) -> int:
        """What is still to be paid (negative: refunded)."""
        return self.owed - self.paid


class TaxPayment(models.Model):
    """Money to the tax office for a filed return, or back from it."""

    tax_return = models.ForeignKey(TaxReturn, on_delete=models.DO_NOTHING, related_name="payments")
    date = models.DateField()
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+", help_text="Bank or cash")
    amount = models.BigIntegerField(help_text="Base minor units; negative: a refund")
    reference = models.CharField(max_length=120, blank=True)
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"Payment of {self.date} for return {self.tax_return_id}"
