from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from ledger_core.base.serializers import BooksDateField, BooksSerializer, IdField, PriceField, QuantityField
from ledger_core.currencies.serializers import CurrencyCodeField
from ledger_core.items.models import Item
from ledger_core.items.operations import KINDS
from ledger_core.items.price_lists import MOST_PRICES, WrittenPrice
from ledger_core.items.queries import PURCHASES, SALES
from tenancy.names import KEY_NAME

SIDES = [(SALES, "Sales"), (PURCHASES, "Purchases")]
SOURCES = [("price_list", "Price list"), ("item", "Item"), ("converted", "Converted from the item's")]
CODE = RegexValidator(
    r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?\Z", "A code is made of ASCII letters, digits and signs.", "invalid"
)


class UnitSerializer(BooksSerializer):
    id = IdField()
    name = serializers.CharField()
    code = serializers.CharField(help_text="UN/ECE recommendation 20: HUR, C62")
    updated_at = serializers.DateTimeField()


class UnitWriteSerializer(BooksSerializer):
    name = serializers.CharField(max_length=60, validators=KEY_NAME)
    code = serializers.RegexField(
        r"^[A-Z0-9]{1,3}\Z",
        max_length=10,
        required=False,
        allow_blank=True,
        error_messages={
            "invalid": "A unit code has up to three capital letters and digits (UN/ECE recommendation 20)."
        },
    )


class ItemCategorySerializer(BooksSerializer):
    id = IdField()
    name = serializers.CharField()
    description = serializers.CharField()
    parent = IdField(source="parent_id", allow_null=True)  # type: ignore[assignment]  # a field of this name
    income_account = IdField(source="income_account_id", allow_null=True)
    expense_account = IdField(source="expense_account_id", allow_null=True)
    inventory_account = IdField(source="inventory_account_id", allow_null=True)
    updated_at = serializers.DateTimeField()


class ItemCategoryWriteSerializer(BooksSerializer):
    name = serializers.CharField(max_length=120, validators=KEY_NAME)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    parent = IdField(source="parent_id", required=False, allow_null=True)  # type: ignore[assignment]
    income_account = IdField(source="income_account_id", required=False, allow_null=True)
    expense_account = IdField(source="expense_account_id", required=False, allow_null=True)
    inventory_account = IdField(source="inventory_account_id", required=False, allow_null=True)


class ItemSerializer(BooksSerializer):
    """An item; its prices are in base currency. Accounts and taxes that are null come from its category, the contact
    or the document."""

    id = IdField()
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField()
    code = serializers.CharField(help_text="SKU")
    barcode = serializers.CharField()
    unit = IdField(source="unit_id", allow_null=True)
    unit_name = serializers.SerializerMethodField()
    category = IdField(source="category_id", allow_null=True)
    category_name = serializers.SerializerMethodField()
    is_sold = serializers.BooleanField()
    is_purchased = serializers.BooleanField()
    sale_price = PriceField(allow_null=True)
    purchase_price = PriceField(allow_null=True)
    prices_include_tax = serializers.BooleanField()
    sale_description = serializers.CharField()
    purchase_description = serializers.CharField()
    income_account = IdField(source="income_account_id", allow_null=True)
    expense_account = IdField(source="expense_account_id", allow_null=True)
    inventory_account = IdField(source="inventory_account_id", allow_null=True)
    sales_tax = IdField(source="sales_tax_id", allow_null=True)
    purchase_tax = IdField(source="purchase_tax_id", allow_null=True)
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_unit_name(self, item: Item) -> str:
        return item.unit.name if item.unit else ""

    def get_category_name(self, item: Item) -> str:
        return item.category.name if item.category else ""


class ItemWriteSerializer(BooksSerializer):
    kind = serializers.ChoiceField(KINDS)
    name = serializers.CharField(max_length=200, validators=KEY_NAME)
    code = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        validators=[CODE],
        help_text="SKU; unique whatever the case",
    )
    barcode = serializers.CharField(max_length=60, required=False, allow_blank=True)
    unit = IdField(source="unit_id", required=False, allow_null=True)
    category = IdField(source="category_id", required=False, allow_null=True)
    is_sold = serializers.BooleanField(required=False)
    is_purchased = serializers.BooleanField(required=False)
    sale_price = PriceField(required=False, allow_null=True, help_text="In base currency")
    purchase_price = PriceField(required=False, allow_null=True, help_text="In base currency")
    prices_include_tax = serializers.BooleanField(required=False)
    sale_description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    purchase_description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    income_account = IdField(source="income_account_id", required=False, allow_null=True)
    expense_account = IdField(source="expense_account_id", required=False, allow_null=True)
    inventory_account = IdField(source="inventory_account_id", required=False, allow_null=True)
    sales_tax = IdField(source="sales_tax_id", required=False, allow_null=True)
    purchase_tax = IdField(source="purchase_tax_id", required=False, allow_null=True)


class PriceQuerySerializer(serializers.Serializer):
    side = serializers.ChoiceField(SIDES, required=False, default=SALES)
    currency = CurrencyCodeField(required=False, help_text="Default: the base currency")
    quantity = QuantityField(required=False, default=10**6)
    price_list = IdField(required=False)
    convert = serializers.BooleanField(
        required=False, default=False, help_text="Convert the item's own price at the rate of `date`"
    )
    date = BooksDateField(required=False, help_text="Default: today")


class FoundPriceSerializer(BooksSerializer):
    price = PriceField(allow_null=True, help_text="null: there is none in this currency")
    currency = serializers.CharField()
    includes_tax = serializers.BooleanField()
    source = serializers.ChoiceField(SOURCES, allow_null=True)  # type: ignore[assignment]  # a field of this name


class PriceListSerializer(BooksSerializer):
    id = IdField()
    name = serializers.CharField()
    currency = serializers.CharField()
    is_for_sales = serializers.BooleanField(help_text="Otherwise for purchases")
    prices_include_tax = serializers.BooleanField()
    is_active = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class PriceListWriteSerializer(BooksSerializer):
    name = serializers.CharField(max_length=120, validators=KEY_NAME)
    currency = CurrencyCodeField()
    is_for_sales = serializers.BooleanField(required=False)
    prices_include_tax = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class PriceItemSerializer(BooksSerializer):
    id = IdField()
    code = serializers.CharField()
    name = serializers.CharField()


class PriceSerializer(BooksSerializer):
    id = IdField()
    item = PriceItemSerializer()
    min_quantity = QuantityField(help_text="The price holds from this quantity on")
    price = PriceField()


class PriceChangeSerializer(BooksSerializer):
    min_quantity = QuantityField(required=False)
    price = PriceField()


class PriceWriteSerializer(PriceChangeSerializer):
    item = IdField()

    @staticmethod
    def written(fields: dict[str, Any]) -> WrittenPrice:
        return WrittenPrice(fields["item"], fields["price"], fields.get("min_quantity", 0))


class PricesWriteSerializer(BooksSerializer):
    prices = PriceWriteSerializer(many=True, max_length=MOST_PRICES)  # type: ignore[call-arg]  # of the list


class PricesWrittenSerializer(BooksSerializer):
    prices = serializers.IntegerField(help_text="How many the list has now")
