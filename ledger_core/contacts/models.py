"""Customers and vendors: one row for a person or company, whichever of the two it is to us."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ledger_core.chart.models import Account
from ledger_core.items.models import PriceList
from ledger_core.taxes.models import TaxRate


class PaymentTerms(models.Model):
    """When a document is due: so many days after its date, or after the end of its month."""

    name = models.CharField(max_length=120, unique=True)
    days = models.PositiveSmallIntegerField(default=0)
    from_end_of_month = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False, help_text="For contacts without their own")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["days", "name"]
        verbose_name = "payment term"
        verbose_name_plural = "payment terms"

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A customer, a vendor, or both. Inactive instead of deleted once it is used."""

    name = models.CharField(max_length=200, help_text="As shown in lists and on documents")
    is_customer = models.BooleanField(default=False)
    is_vendor = models.BooleanField(default=False)
    is_company = models.BooleanField(default=True)
    company_name = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=40, blank=True, help_text="Customer or vendor number")
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    website = models.CharField(max_length=200, blank=True)
    tax_number = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)
    currency = models.CharField(max_length=3, help_text="Of new documents")
    payment_terms = models.ForeignKey(PaymentTerms, on_delete=models.PROTECT, null=True, related_name="contacts")
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, null=True, related_name="contacts")
    sales_tax = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, related_name="+")
    purchase_tax = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, related_name="+")
    receivable_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    payable_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    income_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    expense_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    credit_limit = models.BigIntegerField(null=True, help_text="Base minor units; empty: none")
    over_limit = models.CharField(max_length=10, default="warn", help_text="warn or refuse")
    notes = models.CharField(max_length=2000, blank=True)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"], name="contact_by_name")]  # the list

    def __str__(self) -> str:
        return self.name


class ContactPerson(models.Model):
    """Somebody to write to or to call."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="persons")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-is_primary", "name", "id"]

    def __str__(self) -> str:
        return self.name


class ContactAddress(models.Model):
    """Where to send invoices or goods."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=20, help_text="billing, shipping or other")
    attention = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=300, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1")
    is_default = models.BooleanField(default=False, help_text="Of its kind")

    class Meta:
        ordering: ClassVar = ["kind", "-is_default", "id"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.street}, {self.city}"
