from __future__ import annotations

import datetime

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.base.serializers import FIRST_DATE, BooksDateField, IdField, PercentField
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.chart.serializers import CODE
from ledger_core.taxes.kinds import KINDS
from ledger_core.taxes.models import TaxRate

MOST_MEMBERS = 20


class TaxRateReferenceSerializer(serializers.Serializer):
    """A tax rate where something else names it."""

    id = IdField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)


class TaxPercentageSerializer(serializers.Serializer):
    """A percentage and the day it begins; it holds until the next one's day."""

    valid_from = BooksDateField()
    percent = PercentField()


class TaxRateSerializer(TaxRateReferenceSerializer):
    description = serializers.CharField()
    percent = serializers.SerializerMethodField(help_text="Today; null where there is none")
    percentages = TaxPercentageSerializer(many=True)
    members = TaxRateReferenceSerializer(
        many=True, source="member_rates", help_text="Of a group, in the order of calculation"
    )
    is_compound = serializers.BooleanField(help_text="Charged on the price and the taxes before it")
    recoverable = PercentField(help_text="The share of tax on purchases that is claimed back, in percent")
    bad_debt_relief = serializers.BooleanField(help_text="Taken back when an invoice is written off")
    is_for_sales = serializers.BooleanField()
    is_for_purchases = serializers.BooleanField()
    payable_account = AccountReferenceSerializer(allow_null=True, help_text="null: that of the system role tax")
    recoverable_account = AccountReferenceSerializer(allow_null=True, help_text="null: that of the system role tax")
    in_returns = serializers.BooleanField(help_text="Part of tax returns; else it is reported elsewhere")
    is_active = serializers.BooleanField()
    is_used = serializers.BooleanField(help_text="Something is booked at it: kind, accounts, compounding are fixed")

    @extend_schema_field(PercentField(allow_null=True))
    def get_percent(self, rate: TaxRate) -> str | None:
        today: datetime.date = self.context["today"]
        percents = [row.percent for row in rate.percentages.all() if row.valid_from <= today]
        return PercentField().to_representation(percents[-1]) if percents else None


class TaxRateEditSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    code = serializers.RegexField(
        CODE,
        max_length=20,
        error_messages={"invalid": "A code has letters A-Z, digits, and . _ / - after the first character."},
    )
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    members = serializers.ListField(
        child=IdField(), max_length=MOST_MEMBERS, required=False, help_text="Rates of a group, in the order they count"
    )
    is_compound = serializers.BooleanField(required=False)
    recoverable = PercentField(required=False)
    bad_debt_relief = serializers.BooleanField(required=False)
    is_for_sales = serializers.BooleanField(required=False)
    is_for_purchases = serializers.BooleanField(required=False)
    payable_account = IdField(source="payable_account_id", required=False, allow_null=True)
    recoverable_account = IdField(source="recoverable_account_id", required=False, allow_null=True)
    in_returns = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class TaxRateWriteSerializer(TaxRateEditSerializer):
    kind = serializers.ChoiceField(KINDS)
    percent = PercentField(required=False, help_text="Not for groups, and where nothing is charged")
    valid_from = BooksDateField(default=FIRST_DATE, help_text="The first day of `percent`")
