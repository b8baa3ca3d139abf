from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import AmountField, BooksDateField, IdField
from ledger_core.chart.models import Account
from ledger_core.reports.report import Report, Row
from tenancy import context


class TrialBalanceQuerySerializer(serializers.Serializer):
    date = BooksDateField(required=False, help_text="The day at whose end balances are taken; default: today")
    date_from = BooksDateField(required=False, help_text="Count only what is dated from this day on")
    zero_rows = serializers.BooleanField(required=False, default=False, help_text="Show accounts without a balance too")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "date" in attrs and "date_from" in attrs and attrs["date_from"] > attrs["date"]:
            message = "The first day is after the last."
            raise serializers.ValidationError({"date_from": [serializers.ErrorDetail(message, "after_date")]})
        return attrs


class ReportAccountSerializer(serializers.Serializer):
    id = IdField()
    code = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField()


class ColumnSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not DRF's own label


class TotalsSerializer(serializers.Serializer):
    debit = AmountField()
    credit = AmountField()


class TrialBalanceRowSerializer(TotalsSerializer):
    account = ReportAccountSerializer()


class TrialBalanceSerializer(serializers.Serializer):
    title = serializers.CharField()
    organization = serializers.CharField()
    currency = serializers.CharField()
    date_from = serializers.DateField(allow_null=True)
    date = serializers.DateField()
    columns = ColumnSerializer(many=True)
    rows = TrialBalanceRowSerializer(many=True)
    totals = TotalsSerializer()


def shown(report: Report) -> dict[str, Any]:
    """A report as the API answers with it: amounts under the keys of their columns."""
    keys = [column.key for column in report.columns]

    def row(each: Row) -> dict[str, Any]:
        account: Account = each.account
        return {"account": account, **dict(zip(keys, each.amounts, strict=True))}

    return dict(
        TrialBalanceSerializer(
            {
                "title": report.title,
                "organization": context.current().name,
                "currency": base_currency(),
                "date_from": report.date_from,
                "date": report.date,
                "columns": report.columns,
                "rows": [row(each) for each in report.rows],
                "totals": dict(zip(keys, report.totals, strict=True)),
            }
        ).data
    )
