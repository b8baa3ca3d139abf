"""Documents of trade: one table for every kind (documents/kinds.py says how they differ).

Amounts are minor units of the document's currency, unless they are called base.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ledger_core.arithmetic.money import ONE
from ledger_core.books.models import JournalEntry
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.items.models import Item
from ledger_core.taxes.models import TaxRate


class Document(models.Model):
    """An invoice, a bill, an estimate, ... Issuing numbers and posts it; voiding posts the mirror.

    `status` is what somebody decided. Whether it is paid, partly paid or overdue follows from `settled` and `due_date`
    (documents/states.py). `settled` changes only under the row's lock, with an Allocation in the same transaction;
    `verify_books` adds the allocations up again.
    """

    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40, null=True, help_text="From its series when issued, or given")
    serial = models.PositiveBigIntegerField(null=True, help_text="The bare number taken from the series; null: given")
    serial_year = models.PositiveSmallIntegerField(default=0, help_text="Of a series that begins anew every year")
    status = models.CharField(max_length=20, default="draft")
    contact = models.ForeignKey(
        Contact, on_delete=models.DO_NOTHING, null=True, related_name="documents", db_index=False
    )
    date = models.DateField()
    due_date = models.DateField(null=True, help_text="Of estimates: valid until; of purchase orders: expected on")
    currency = models.CharField(max_length=3)
    rate = models.BigIntegerField(default=ONE, help_text="Base units for one unit of the currency, in 10^-10")
    account = models.ForeignKey(
        Account,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        help_text="Where the total is booked: receivable, payable, or what a receipt or expense was paid with",
    )
    prices_include_tax = models.BooleanField(default=False)
    tax_rounding = models.CharField(max_length=10, default="document", help_text="document or line")
    discount_percent = models.PositiveIntegerField(null=True, help_text="In 10^-4 percent; or an amount")
    discount_amount = models.BigIntegerField(default=0, help_text="As written, where it is no percentage")
    shipping = models.BigIntegerField(default=0, help_text="As written")
    shipping_tax_ids = models.JSONField(default=list)
    adjustment = models.BigIntegerField(default=0, help_text="Either sign, untaxed")
    round_total_to = models.PositiveIntegerField(default=0, help_text="Minor units; 5 rounds to 0.05; 0: no rounding")
    reference = models.CharField(max_length=120, blank=True, help_text="Theirs: order number, the vendor's number")
    subject = models.CharField(max_length=200, blank=True)
    notes = models.CharField(max_length=4000, blank=True)
    terms = models.CharField(max_length=4000, blank=True)
    salesperson_id = models.PositiveBigIntegerField(null=True, help_text="User id (system database)")
    branch_id = models.PositiveBigIntegerField(null=True)
    project_id = models.PositiveBigIntegerField(null=True)
    # Computed (arithmetic/totals.py) whenever the document is written.
    subtotal = models.BigIntegerField(default=0, help_text="Lines net of tax and line discounts")
    discount = models.BigIntegerField(default=0, help_text="The document's discount, net of tax")
    shipping_net = models.BigIntegerField(default=0)
    shipping_unrecoverable = models.BigIntegerField(default=0, help_text="Tax that joins the cost of shipping")
    tax = models.BigIntegerField(default=0, help_text="What is added: neither self-assessed nor withheld tax")
    withheld = models.BigIntegerField(default=0, help_text="What will be withheld on payment")
    rounding = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    base_total = models.BigIntegerField(default=0, help_text="What was booked for the total, in base minor units")
    settled = models.BigIntegerField(default=0, help_text="Of the total: paid, credited, refunded, written off")
    settled_base = models.BigIntegerField(default=0, help_text="Of base_total, at the document's own rate")
    # Roles can be pointed elsewhere later; what was booked stays where it was booked.
    role_accounts = models.JSONField(default=dict, help_text="Accounts of the roles it was booked on, by role")
    origin = models.ForeignKey("self", on_delete=models.DO_NOTHING, null=True, related_name="made", db_constraint=False)
    entry = models.ForeignKey(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    reversal = models.ForeignKey(
        JournalEntry, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    issued_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="document_number_once"),
            models.CheckConstraint(
                condition=Q(settled__gte=0) & (Q(total__lt=0) | Q(settled__lte=models.F("total"))),
                name="document_not_over_settled",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "date", "id"], name="document_by_date"),  # the list of a kind
            models.Index(fields=["contact", "kind", "date"], name="document_by_contact"),  # open items, statements
            models.Index(fields=["kind", "status", "due_date"], name="document_by_due"),  # open and overdue ones
        ]

    def __str__(self) -> str:
        return self.number or f"Draft {self.pk}"

    @property
    def open_amount(self) -> int:
        """What is not settled yet."""
        return self.total - self.settled

    @property
    def open_base(self) -> int:
        return self.base_total - self.settled_base


class DocumentLine(models.Model):
    """A line as written, and what was computed of it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey(Item, on_delete=models.DO_NOTHING, null=True, related_name="document_lines")
    description = models.CharField(max_length=2000, blank=True)
    quantity = models.BigIntegerField(default=10**6, help_text="In 10^-6")
    unit = models.CharField(max_length=60, blank=True)
    unit_price = models.BigIntegerField(default=0, help_text="In 10^-8 major units of the document's currency")
    discount_percent = models.PositiveIntegerField(null=True, help_text="In 10^-4 percent; or an amount")
    discount_amount = models.BigIntegerField(default=0)
    account = models.ForeignKey(Account, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    tax_ids = models.JSONField(default=list, help_text="Tax rates in the order of calculation; groups are resolved")
    branch_id = models.PositiveBigIntegerField(null=True)
    project_id = models.PositiveBigIntegerField(null=True)
    billable_to = models.ForeignKey(
        Contact, on_delete=models.DO_NOTHING, null=True, related_name="billable_lines", db_constraint=False
    )
    # The line this one was made from: of an estimate or order that was converted, or of an expense that is billed on.
    source_line = models.ForeignKey(
        "self", on_delete=models.DO_NOTHING, null=True, related_name="made", db_constraint=False
    )
    net = models.BigIntegerField(default=0, help_text="Net of tax and the line's discount")
    document_discount = models.BigIntegerField(default=0, help_text="Its share of the document's, net of tax")
    tax = models.BigIntegerField(default=0, help_text="What is added")
    unrecoverable = models.BigIntegerField(default=0, help_text="Tax that joins the line's cost")
    total = models.BigIntegerField(default=0, help_text="Net + tax, before the document's discount")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "position"], name="document_line_position_once")
        ]

    def __str__(self) -> str:
        return f"Line {self.position} of document {self.document_id}"


class DocumentTax(models.Model):
    """A tax of a document: one row for each rate, at the percentage of its date."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="taxes", db_index=False)
    position = models.PositiveSmallIntegerField()
    tax_rate = models.ForeignKey(TaxRate, on_delete=models.DO_NOTHING, related_name="document_taxes")
    kind = models.CharField(max_length=20)
    percent = models.PositiveIntegerField(help_text="In 10^-4 percent")
    taxable = models.BigIntegerField()
    amount = models.BigIntegerField()
    recoverable = models.BigIntegerField(default=0)
    # The accounts of the rate when this was written: they may change, what was booked does not.
    account_id = models.PositiveBigIntegerField(null=True, help_text="Of the tax that is added or claimed back")
    owed_account_id = models.PositiveBigIntegerField(null=True, help_text="Of a purchase's self-assessed tax")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "tax_rate"], name="document_tax_once")]

    def __str__(self) -> str:
        return f"Tax {self.tax_rate_id} of document {self.document_id}"
