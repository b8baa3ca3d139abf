from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.money import NotAnAmount, rate_text, to_rate
from ledger_core.base.serializers import BooksDateField, BooksSerializer, IdField
from ledger_core.currencies.models import ExchangeRate
from ledger_core.currencies.rate_files import READERS

LONGEST_FILE = 4 * 1024 * 1024  # characters


@extend_schema_field({"type": "string", "format": "decimal", "example": "1.0825"})
class RateField(serializers.Field):
    """An exchange rate: an int of 10^-10 inside, a decimal string outside."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, int | float) and not isinstance(data, bool):
            data = Decimal(repr(data))  # floats come from Python callers only: the API's parser gives Decimal
        try:
            return to_rate(data)
        except NotAnAmount as error:
            raise serializers.ValidationError(str(error), code=error.code) from error

    def to_representation(self, value: int) -> str:
        return rate_text(value)


class CurrencyCodeField(serializers.RegexField):
    """Three letters, in either case; whether it is a currency is for the operation to say."""

    default_error_messages = {"invalid": "A currency is written with the three letters of ISO 4217."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Za-z]{3}\Z", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).upper()


class LatestRateSerializer(serializers.Serializer):
    """The rate that holds on a day: the latest one of that day or before."""

    rate = RateField()
    date = serializers.DateField(source="rate_date", help_text="Of the rate")
    source = serializers.CharField(  # type: ignore[assignment]  # a field of this name, not DRF's argument
        help_text="manual, import, provider; base: the base currency's, always 1"
    )
    age = serializers.IntegerField(help_text="Days between the rate and the day it is for")
    is_stale = serializers.BooleanField(help_text="Older than a week")


class CurrencySerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    decimals = serializers.IntegerField(help_text="JPY 0, USD 2, KWD 3")
    is_base = serializers.BooleanField()
    latest = LatestRateSerializer(allow_null=True, help_text="The rate that holds today")


class EnableCurrencySerializer(BooksSerializer):
    code = CurrencyCodeField()


class ExchangeRateSerializer(serializers.Serializer):
    id = IdField()
    currency = serializers.CharField()
    date = serializers.DateField()
    rate = RateField(help_text="Base currency for one unit of the currency")
    source = serializers.ChoiceField(ExchangeRate.Source.choices)  # type: ignore[assignment]


class ExchangeRateWriteSerializer(BooksSerializer):
    currency = CurrencyCodeField()
    date = BooksDateField()
    rate = RateField()


class ExchangeRateChangeSerializer(BooksSerializer):
    rate = RateField()


class RateQuerySerializer(serializers.Serializer):
    currency = CurrencyCodeField()
    date = BooksDateField(required=False)


class RateImportSerializer(BooksSerializer):
    format = serializers.ChoiceField(
        [(name, name) for name in READERS],
        default="csv",
        help_text="csv: columns currency, date, rate; ecb: the European Central Bank's eurofxref XML",
    )
    content = serializers.CharField(max_length=LONGEST_FILE, trim_whitespace=False)
    check_only = serializers.BooleanField(default=False, help_text="Read the file, tell its errors and store nothing")
    overwrite = serializers.BooleanField(default=False, help_text="Also replace rates that somebody entered by hand")


class LineErrorSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    detail = serializers.CharField()


class ImportedRateSerializer(serializers.Serializer):
    currency = serializers.CharField()
    date = serializers.DateField()
    rate = RateField()


class RateImportResultSerializer(serializers.Serializer):
    found = serializers.IntegerField(help_text="Rates in the file")
    stored = serializers.IntegerField(help_text="0 where the file was only checked")
    unchanged = serializers.IntegerField(help_text="Rates that were there already; they keep their source")
    kept = serializers.IntegerField(help_text="Manual rates that were left as they are; `overwrite` replaces them")
    kept_rates = ImportedRateSerializer(many=True, help_text="The first hundred of them, as they are")
    errors = LineErrorSerializer(many=True)  # type: ignore[assignment]
    rates = ImportedRateSerializer(many=True, help_text="The first hundred of the file")


class FetchSerializer(serializers.Serializer):
    job = serializers.CharField(help_text="Follow it at /api/jobs/{id}")
