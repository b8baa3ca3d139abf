"""The content of a template: kept as the API takes it, read again on each date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from ledger_core.base.amounts import DocumentAmountField
from ledger_core.base.queries import base_currency
from ledger_core.recurring.kinds import RecurringKind
from tenancy.problems import FieldError, Invalid

Content = dict[str, Any]


def fields_of(kind: RecurringKind, content: Content) -> dict[str, Any]:
    """The content as the kind's operation takes it. Raises Invalid if it cannot be read any more."""
    serializer: Any = kind.content(data=content)
    if not serializer.is_valid():
        where, why = _first(serializer.errors)
        raise Invalid(f"The template cannot be read: {why}", errors=(FieldError(where, "invalid", str(why)),))
    fields: dict[str, Any] = serializer.fields_of()
    return fields


def plain(serializer: serializers.Serializer, validated: Mapping[str, Any], currency: str | None) -> Content:
    """Validated fields as JSON that the same serializer reads to the same again. Amounts are in `currency`."""
    said: Content = {}
    for name, field in serializer.fields.items():
        source = field.source or name
        if source in validated:
            said[name] = _plain_value(field, validated[source], currency)
    return said


def _plain_value(field: Any, value: Any, currency: str | None) -> Any:
    if value is None:
        return None
    if isinstance(field, serializers.ListSerializer):
        row: Any = field.child
        return [plain(row, each, currency) for each in value]
    if isinstance(field, DocumentAmountField):
        return field.to_representation((value, currency or base_currency()))
    return field.to_representation(value)


def _first(errors: Any, where: str = "") -> tuple[str, Any]:
    """The first error of a serializer, with the pointer to it."""
    if isinstance(errors, Mapping):
        name = next(name for name in errors if errors[name])
        return _first(errors[name], f"{where}/{name}")
    for index, each in enumerate(errors):
        if not isinstance(each, Mapping):
            return where, each
        if each:
            return _first(each, f"{where}/{index}")
    return where, "It is not valid."
