"""Opening balances of contacts: documents of one line, on the account that holds what the books began with."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.taxes import PRICE_SCALE
from ledger_core.base.amounts import DocumentAmountField
from ledger_core.base.refusals import invalid
from ledger_core.base.requests import valid
from ledger_core.base.serializers import BooksDateField, BooksSerializer, IdField, PriceField
from ledger_core.currencies.serializers import CurrencyCodeField, RateField
from ledger_core.documents.currency import readable, settle_currency
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.queries import find_document
from ledger_core.documents.serializers import DocumentSerializer
from ledger_core.documents.views import DocumentViewSet


def opening_line(amount: int, currency: str, description: str = "") -> WrittenLine:
    """The one line of an opening balance; the kind says which account it is on."""
    price = amount * PRICE_SCALE // currency_of(currency).minor_units
    if price > PriceField.most * PRICE_SCALE:
        raise invalid("/amount", "too_large", f"An opening balance is at most {PriceField.most:,}.")
    return WrittenLine(unit_price=price, description=description, tax_ids=())


class OpeningBalanceEditSerializer(BooksSerializer):
    contact = IdField(source="contact_id")
    amount = DocumentAmountField(help_text="What is owed, in the currency")
    date = BooksDateField()
    due_date = BooksDateField(required=False, allow_null=True, help_text="Default: by the payment terms")
    currency = CurrencyCodeField(required=False, allow_null=True, help_text="Default: the contact's")
    rate = RateField(required=False, allow_null=True, help_text="Default: the latest of the table on the date")
    number = serializers.CharField(max_length=40, required=False, allow_blank=True, allow_null=True)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    branch_id = IdField(required=False, allow_null=True)
    project_id = IdField(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        currency = settle_currency(self, data)
        found = super().to_internal_value(data)
        return found if currency is None else {**found, "currency": currency}

    def fields_of(self) -> dict[str, Any]:
        """The fields as the operations take them: the amount as the one line that it is."""
        fields = dict(self.validated_data)
        amount, description = fields.pop("amount", None), fields.pop("description", "")
        if amount is not None:
            fields["lines"] = [opening_line(amount, readable(self.context.get("currency")), description)]
        return fields


class OpeningBalanceCreateSerializer(OpeningBalanceEditSerializer):
    issue = serializers.BooleanField(required=False, default=False)


class OpeningBalanceViewSet(DocumentViewSet):
    """Opening balances of contacts."""

    @extend_schema(request=OpeningBalanceCreateSerializer, responses={201: DocumentSerializer})
    def create(self, request: Request) -> Response:
        """Write a draft; with `issue`, book it at once against Opening balance equity."""
        serializer = OpeningBalanceCreateSerializer(data=request.data)
        valid(serializer)
        return self.write(request, serializer.fields_of())

    @extend_schema(request=OpeningBalanceEditSerializer, responses=DocumentSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Replace it; an issued one is reversed and posted again."""
        return self.partial_update(request, pk)

    @extend_schema(request=OpeningBalanceEditSerializer(partial=True), responses=DocumentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change it; an issued one is reversed and posted again."""
        document = find_document(self.kind, int(pk))
        context = {"currency": document.currency, "contact_id": document.contact_id}
        serializer = OpeningBalanceEditSerializer(data=request.data, partial=request.method == "PATCH", context=context)
        valid(serializer)
        return self.change(request, int(pk), serializer.fields_of())
