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
from ledger_core.taxes.models import TaxRate


class Payment(models.Model):
    """A payment received, a payment of bills, or a refund either way (payments/kinds.py).

    `amount` is what the other side paid (or got), in the payment's currency, bank charges included. What is not
    allocated is the contact's credit. `bank_amount` is what the account took, in the account's currency.
    """

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40, null=True)
    status = models.CharField(max_length=20, help_text="posted or void")
    contact = models.ForeignKey(Contact, on_delete=models.DO_NOTHING, related_name="payments", db_index=False)
    date = models.DateField()
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    rate = models.BigIntegerField(default=ONE, help_text="Base units for one unit of the currency, in 10^-10")
    amount = models.BigIntegerField(help_text="Minor units of the currency")
    base_amount = models.BigIntegerField()
    bank_charges = models.BigIntegerField(default=0, help_text="Kept by the bank, of `amount`")
    bank_currency = models.CharField(max_length=3)
    bank_amount = models.BigIntegerField(help_text="What reached or left the account, in its currency")
    allocated = models.BigIntegerField(default=0, help_text="Of `amount`, under the row's lock")
    allocated_base = models.BigIntegerField(default=0, help_text="Of `base_amount`")
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
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "date", "id"], name="payment_by_date"),  # the list of a kind
            models.Index(fields=["contact", "date"], name="payment_by_contact"),  # credits, statements
        ]

    def __str__(self) -> str:
        return self.number or f"Payment {self.pk}"

    @property
    def unallocated(self) -> int:
        return self.amount - self.allocated


class Allocation(models.Model):
    """So much of a source settles so much of a target, on a day. A mirror has negative amounts and `reverses`.

    Source: a payment, a credit document, or neither (a write-off). Target: a document, or a payment whose
    unallocated part is refunded.
    """

    kind = models.CharField(max_length=20, help_text="payment, credit, refund or write_off")
    date = models.DateField()
    payment = models.ForeignKey(Payment, on_delete=models.DO_NOTHING, null=True, related_name="allocations")
    credit = models.ForeignKey(Document, on_delete=models.DO_NOTHING, null=True, related_name="given")
    document = models.ForeignKey(Document, on_delete=models.DO_NOTHING, null=True, related_name="allocations")
    target_payment = models.ForeignKey(Payment, on_delete=models.DO_NOTHING, null=True, related_name="refunds")
    amount = models.BigIntegerField(help_text="Of the target, in its currency; withheld tax included")
    base = models.BigIntegerField(help_text="What the target was booked at")
    source_amount = models.BigIntegerField(default=0, help_text="Of the source, in its currency")
    source_base = models.BigIntegerField(default=0, help_text="What the source was booked at")
    withheld = models.BigIntegerField(default=0, help_text="Of `amount`: withheld tax, in the target's currency")
    withheld_base = models.BigIntegerField(default=0)
    tax_rate = models.ForeignKey(
        TaxRate, on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
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
        indexes: ClassVar = [
            models.Index(fields=["document", "date"], name="allocation_by_document"),  # open as of a date
        ]

    def __str__(self) -> str:
        return f"{self.amount} of document {self.document_id}"
