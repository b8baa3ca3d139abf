"""What is sold and bought: items, their units and categories, and price lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from ledger_core.chart.models import Account, code_key
from ledger_core.taxes.models import TaxRate


class Unit(models.Model):
    """What a quantity counts: hours, pieces, kilograms."""

    name = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=10, blank=True, help_text="UN/ECE recommendation 20, for e-invoices: HUR, C62")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ItemCategory(models.Model):
    """A group of items, with the accounts that items without their own take."""

    name = models.CharField(max_length=120, unique=True)
    description = models.CharField(max_length=500, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    income_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    expense_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    inventory_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """Something that lines of documents name. Prices are defaults; documents keep their own."""

    # No `choices`: a new kind would be a migration of every organization's database.
    kind = models.CharField(max_length=20, help_text="service or goods; stock once there is an inventory")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=60, blank=True, help_text="SKU")
    # One spelling per code: unique whatever the case, on every engine and collation; empty codes are null.
    code_key = models.CharField(max_length=60, unique=True, null=True, editable=False)
    barcode = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="items")
    category = models.ForeignKey(ItemCategory, on_delete=models.PROTECT, null=True, related_name="items")
    is_sold = models.BooleanField(default=True)
    is_purchased = models.BooleanField(default=True)
    sale_price = models.BigIntegerField(null=True, help_text="Base currency, in 10^-8 major units")
    purchase_price = models.BigIntegerField(null=True, help_text="Base currency, in 10^-8 major units")
    prices_include_tax = models.BooleanField(default=False)
    sale_description = models.CharField(max_length=2000, blank=True)
    purchase_description = models.CharField(max_length=2000, blank=True)
    income_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    expense_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    inventory_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    sales_tax = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, related_name="+")
    purchase_tax = models.ForeignKey(TaxRate, on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"], name="item_by_name")]  # the list

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code_key = code_key(self.code) or None
        super().save(*args, **kwargs)


class PriceList(models.Model):
    """Prices in one currency, for some customers or vendors."""

    name = models.CharField(max_length=120, unique=True)
    currency = models.CharField(max_length=3)
    is_for_sales = models.BooleanField(default=True, help_text="Otherwise for purchases")
    prices_include_tax = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """The price of an item in a list, from a quantity on."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="prices")
    min_quantity = models.BigIntegerField(default=0, help_text="In 10^-6")
    price = models.BigIntegerField(help_text="In 10^-8 major units of the list's currency")

    class Meta:
        ordering: ClassVar = ["item_id", "min_quantity"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["price_list", "item", "min_quantity"], name="price_once")
        ]

    def __str__(self) -> str:
        return f"Item {self.item_id} in list {self.price_list_id}"
