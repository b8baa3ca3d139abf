"""Serializer fields that every package uses: amounts as decimal strings, dates that books can have."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, ClassVar

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.money import NotAnAmount, scaled_text, to_minor, to_scaled, to_text
from ledger_core.base.queries import base_currency

FIRST_DATE = datetime.date(1900, 1, 1)
LAST_DATE = datetime.date(2200, 12, 31)
MAX_ID = 2**63 - 1
LONGEST_NAME = 80  # characters of an unknown field that an answer repeats


# No docstring: the API description would show it for every serializer that has none of its own.
#
# What bodies are read with. A field that it does not take is an error: a misspelt one must not go unnoticed. It also
# costs less to make and to run than DRF's, which makes every field anew from its arguments for every serializer, and
# looks for the fields to show for each row; so it serves what is answered in numbers, such as lines.
class BooksSerializer(serializers.Serializer):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and not self._taken.issuperset(data):
            unknown = [str(name) for name in data if name not in self._taken]
            raise serializers.ValidationError({name: [self._unknown(name)] for name in unknown})
        return super().to_internal_value(data)

    def _unknown(self, name: str) -> serializers.ErrorDetail:
        near = get_close_matches(name, self._taken, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else f"What is taken here: {', '.join(sorted(self._taken))}."
        return serializers.ErrorDetail(f"There is no `{name[:LONGEST_NAME]}` here. {hint}", "unknown_field")

    @cached_property
    def _taken(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if not field.read_only)

    def get_fields(self) -> dict[str, Any]:
        return {name: _copy(field) for name, field in self._declared_fields.items()}

    @cached_property
    def _readable_fields(self) -> list[Any]:
        return list(super()._readable_fields)

    @cached_property
    def _writable_fields(self) -> list[Any]:
        return list(super()._writable_fields)


def _copy(field: Any) -> Any:
    """A field as it was declared. One that holds no others has nothing that its copy may not share."""
    parts = isinstance(field, serializers.BaseSerializer) or hasattr(field, "child") or hasattr(field, "child_relation")
    return copy.deepcopy(field) if parts else copy.copy(field)


class AmountField(serializers.Field):
    """An amount in base currency: minor units inside, a decimal string outside.

    Numbers are accepted if they are exact; what has too many decimals or is too large is refused, never rounded.
    """

    def __init__(self, *, allow_negative: bool = False, **kwargs: Any) -> None:
        self.allow_negative = allow_negative
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        return self.checked(data, base_currency())

    def checked(self, data: Any, currency: str) -> int:
        """Minor units of an amount in `currency`."""
        if isinstance(data, float):  # only Python callers: the API's parser gives Decimal
            data = Decimal(repr(data))
        try:
            amount = to_minor(data, currency)
        except NotAnAmount as error:
            raise serializers.ValidationError(str(error), code=error.code) from error
        if amount < 0 and not self.allow_negative:
            raise serializers.ValidationError("An amount here is zero or more.", code="negative")
        return amount

    def to_representation(self, value: int) -> str:
        return to_text(value, base_currency())


class ScaledField(serializers.Field):
    """A number that is an int of 10^-`decimals` inside and a decimal string outside; exact or refused, as amounts."""

    decimals: ClassVar[int]
    most: ClassVar[int]  # whole units, so that a BIGINT holds it

    def __init__(self, *, allow_negative: bool = False, **kwargs: Any) -> None:
        self.allow_negative = allow_negative
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float):  # only Python callers: the API's parser gives Decimal
            data = Decimal(repr(data))
        try:
            value = to_scaled(data, decimals=self.decimals, most=self.most)
        except NotAnAmount as error:
            raise serializers.ValidationError(str(error), code=error.code) from error
        if value < 0 and not self.allow_negative:
            raise serializers.ValidationError("This is zero or more.", code="negative")
        return value

    def to_representation(self, value: int) -> str:
        return scaled_text(value, self.decimals)


class PriceField(ScaledField):
    """A price for one unit, in major units of whatever currency the context says: an int of 10^-8 inside."""

    decimals = 8
    most = 9 * 10**10


class QuantityField(ScaledField):
    """A quantity: an int of 10^-6 inside."""

    decimals = 6
    most = 10**12


class PercentField(ScaledField):
    """A percentage or a share: an int of 10^-4 percent inside, so that 19 % is 190000."""

    decimals = 4
    most = 100


class BooksDateField(serializers.DateField):
    """A date that entries may have."""

    default_error_messages = {
        "out_of_range": f"A date is between {FIRST_DATE} and {LAST_DATE}.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_internal_value(self, value: Any) -> datetime.date:
        found = super().to_internal_value(value)
        if isinstance(value, str) and value != found.isoformat():  # 2026-1-5 is read too, and so are other digits
            self.fail("invalid", format="YYYY-MM-DD")
        if not FIRST_DATE <= found <= LAST_DATE:
            self.fail("out_of_range")
        return found


class IdField(serializers.IntegerField):
    """The id of an object of the books: a number inside, text outside (opaque to clients).

    Whether it exists is checked by the operation that uses it, with one query for all instead of one for each.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": MAX_ID, **kwargs})

    def to_representation(self, value: int) -> str:  # type: ignore[override]  # text on purpose
        return str(value)


class PersonField(serializers.Field):
    """The name of the user with this id; the view puts the names of the whole page into the serializer context."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: int) -> str:
        names: dict[int, str] = self.context["names"]
        return names.get(value, "")


AMOUNT_SCHEMA = {"type": "string", "format": "decimal", "example": "1234.50"}
extend_schema_field(AMOUNT_SCHEMA)(AmountField)
extend_schema_field({"type": "string", "format": "decimal", "example": "49.9"})(PriceField)
extend_schema_field({"type": "string", "format": "decimal", "example": "2.5"})(QuantityField)
extend_schema_field({"type": "string", "format": "decimal", "example": "19"})(PercentField)
extend_schema_field({"type": "string", "example": "17"})(IdField)
extend_schema_field({"type": "string", "example": "Alice Archer"})(PersonField)


class FieldErrorSerializer(BooksSerializer):
    """What is wrong with one field, where an answer holds refusals."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()
