"""Amounts of documents in the API: in the currency that the document is in."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.money import to_text
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import AmountField


@extend_schema_field({"type": "string", "format": "decimal", "example": "1234.50"})
class DocumentAmountField(AmountField):
    """An amount in the currency of the document: on the way in that of `take_currency`, on the way out the stored one.

    `document` names the attribute of a line that is its document; without it the line itself has a currency.
    """

    def __init__(self, *, document: str = "", **kwargs: Any) -> None:
        self.document = document
        super().__init__(**kwargs)

    def get_attribute(self, instance: Any) -> Any:
        owner = getattr(instance, self.document) if self.document else instance
        return super().get_attribute(instance), owner.currency

    def to_internal_value(self, data: Any) -> int:
        currency = self.context.get("currency")
        return self.checked(data, currency if currency in CURRENCIES else base_currency())

    def to_representation(self, value: tuple[int, str]) -> str:  # type: ignore[override]  # with its currency
        return to_text(*value)


def take_currency(serializer: serializers.BaseSerializer[Any], data: Any) -> None:
    """Let the amounts in `data` be read in the currency that it names, if it does, before its lines are."""
    if isinstance(data, dict) and "currency" in data:
        said = data["currency"]
        set_currency(serializer, said.upper() if isinstance(said, str) else None)


def set_currency(serializer: serializers.BaseSerializer[Any], currency: str | None) -> None:
    """What the amounts that are read next are in; None is base. All fields of a request share one context."""
    context: Any = serializer.context
    context["currency"] = currency
