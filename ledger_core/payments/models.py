"""Money received and paid, and what it settles.

A document's total is settled by allocations: of a payment, of a credit note or vendor credit, or of a write-off.
Allocations are never changed or deleted. What is taken back gets its mirror, so that every date has its truth.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ledger_core.arithmetic.money import ONE
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.documents.models import Document


class Payment(models.Model):
    """A payment received, a payment of bills, or a refund either way (payments/kinds.py).

    `amount` is what the other side paid (or got), in the payment's currency: the bank's charges come off what is
    received and on top of what is paid. What is not allocated is the contact's credit. `bank_amount` is what reached
    or left the account, in the account's currency.
    """

    POSTED, VOID = "posted", "void"

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40, null=True)
    serial = models.PositiveBigIntegerField(null=True, help_text="The bare number taken from the series; null: given")
    serial_year = models.PositiveSmallIntegerField(default=0, help_text="Of a series that begins anew every year")
    status = models.CharField(max_length=20, help_text="posted or void")
    contact = models.ForeignKey(Contact, on_delete=models.DO_NOTHING, related_name="payments", db_index=False)
    date = models.DateField()
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    rate = models.BigIntegerField(default=ONE, help_text="Base units for one unit of the currency, in 10^-10")
    amount = models.BigIntegerField(help_text="Minor units of the currency")
    base_amount = models.BigIntegerField()
    bank_charges = models.BigIntegerField(default=0, help_text="In the payment's currency")
    bank_currency = models.CharField(max_length=3)
    bank_amount = models.BigIntegerField(help_text="What reached or left the account, in its currency")
    bank_base = models.BigIntegerField(help_text="The same in base; the charges are the difference to base_amount")
    allocated = models.BigIntegerField(default=0, help_text="Of `amount`, under the row's lock")
    allocated_base = models.BigIntegerField(default=0, help_text="Of `base_amount`")
    # Roles can be pointed elsewhere later; what was booked stays where it was booked.
    role_accounts = models.JSONField(default=dict, help_text="Accounts of the roles it was booked on, by role")
    method = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    notes = models.CharField(max_length=2000, blank=True)
    branch_id = models.PositiveBigIntegerField(null=True)
    batch = models.CharField(max_length=40, blank=True, help_text="Payments that left the bank as one")
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    reversal = models.ForeignKey(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="payment_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, allocated__gte=0) & Q(allocated__lte=F("amount")),
                name="payment_not_over_allocated",
            ),
            models.CheckConstraint(
                condition=Q(base_amount__gte=0, allocated_base__gte=0) & Q(allocated_base__lte=F("base_amount")),
                name="payment_base_not_over_allocated",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "date", "id"], name="payment_by_date"),  # the list of a kind
            models.Index(fields=["contact", "date"], name="payment_by_contact"),  # credits, statements
        ]

    def __str__(self) -> str:
        return self.number or f"Payment {self.pk}"

    @property
    def open_amount(self) -> int:
        """What is not allocated: the contact's credit."""
        return self.amount - self.allocated

    @property
    def open_base(self) -> int:
        return self.base_amount - self.allocated_base


class Allocation(models.Model):
    """So much of a source settles so much of a target, on a day. A mirror has negative amounts and `reverses`.

    Source: a payment, a credit document, or neither (a write-off). Target: a document, or a payment whose
    unallocated part is refunded. `entry` is what posted it: the payment's, one of its own, or none, where a credit
    note settles an invoice at the same rate on the same account.
    """

    PAYMENT, CREDIT, REFUND, WRITE_OFF = "payment", "credit", "refund", "write_off"

    kind = models.CharField(max_length=20, help_text="payment, credit, refund or write_off")
    date = models.DateField()
    payment = models.ForeignKey(Payment, on_delete=models.DO_NOTHING, null=True, related_name="allocations")
    credit = models.ForeignKey(Document, on_delete=models.DO_NOTHING, null=True, related_name="given")
    document = models.ForeignKey(
        Document, on_delete=models.DO_NOTHING, null=True, related_name="allocations", db_index=False
    )
    target_payment = models.ForeignKey(Payment, on_delete=models.DO_NOTHING, null=True, related_name="refunds")
    amount = models.BigIntegerField(help_text="Of the target, in its currency; withheld tax included")
    base = models.BigIntegerField(help_text="What the target was booked at")
    source_amount = models.BigIntegerField(default=0, help_text="Of the source, in its currency")
    source_base = models.BigIntegerField(default=0, help_text="What the source was booked at")
    withheld = models.BigIntegerField(default=0, help_text="Of `amount`: withheld tax, in the target's currency")
    withheld_base = models.BigIntegerField(default=0)
    # What it says about taxes (payments/taxes.py), so that a mirror takes back exactly that.
    tax_lines = models.JSONField(default=list, help_text="Taxes withheld, or taken back by a write-off")
    taxes = models.JSONField(default=list, help_text="Cash basis, of the target: rate, percent, taxable, tax, ...")
    source_taxes = models.JSONField(default=list, help_text="The same of a credit document that is the source")
    role_accounts = models.JSONField(default=dict, help_text="As of a payment, where the entry is its own")
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.DO_NOTHING, null=True, related_name="reversed_by", db_constraint=False
    )
    reason = models.CharField(max_length=500, blank=True)
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0, base__gte=0, source_amount__gte=0)
                | Q(reverses__isnull=False, amount__lt=0, base__lte=0, source_amount__lte=0),
                name="allocation_or_mirror",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True, target_payment__isnull=False)
                | Q(document__isnull=False, target_payment__isnull=True),
                name="allocation_has_one_target",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["document", "date"], name="allocation_by_document"),  # what settled it
            models.Index(fields=["date"], name="allocation_by_date"),  # what was open on a day
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.document_id or self.target_payment_id}"

    @property
    def worth(self) -> int:
        """What settles it, in base."""
        return self.source_base + self.withheld_base
