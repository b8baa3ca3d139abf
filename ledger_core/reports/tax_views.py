"""The reports of the tax ledger: their parameters, their answers, their endpoints."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import AmountField, IdField, PercentField
from ledger_core.reports.answers import ReportHeadSerializer, cursor, head
from ledger_core.reports.serializers import (
    PageQuerySerializer,
    ReportQuerySerializer,
    read_page,
    refuse_foreign,
    stretch_of,
)
from ledger_core.reports.taxes import (
    TAX_DETAIL,
    TAX_SUMMARY,
    TaxQuestion,
    TaxReport,
    detail_table,
    summary_table,
    tax_detail,
    tax_summary,
)
from ledger_core.reports.views import FileView, forms_of
from ledger_core.taxes.kinds import ACCRUAL, BASES, SIDES
from ledger_core.taxes.serializers import TaxEntrySerializer, TaxRateReferenceSerializer
from tenancy import context

_SHARED = ("format", "period", "date", "date_to", "date_from", "basis", "presentation", "as_known_at")


class TaxQuerySerializer(ReportQuerySerializer):
    """What every report can be asked, as far as the tax ledger can answer."""

    columns = compare = percent_of = account = branch = zero_rows = depth = None  # type: ignore[assignment]
    basis = serializers.ChoiceField(BASES, required=False, default=ACCRUAL)
    tax_rate = serializers.ListField(
        child=IdField(), required=False, default=list, max_length=100, help_text="Only these rates"
    )
    side = serializers.ChoiceField(SIDES, required=False, default="", help_text="Only sales, or only purchases")


class TaxAmountsSerializer(serializers.Serializer):
    taxable = AmountField()
    tax = AmountField()
    recoverable = AmountField()
    owed = AmountField(help_text="On accrual basis, the net credit of the ledger lines that name the rate")


class TaxSummaryRowSerializer(TaxAmountsSerializer):
    tax_rate = TaxRateReferenceSerializer()
    percent = PercentField()
    side = serializers.ChoiceField(SIDES)
    detail = serializers.CharField(help_text="The address of the entries behind it")


class TaxSideTotalSerializer(TaxAmountsSerializer):
    side = serializers.ChoiceField(SIDES)


class TaxSummarySerializer(ReportHeadSerializer):
    rows = TaxSummaryRowSerializer(many=True)
    totals = TaxSideTotalSerializer(many=True, help_text="One for each side that has rows")
    owed = AmountField(help_text="Both sides together")


class TaxDetailSerializer(ReportHeadSerializer):
    results = TaxEntrySerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="The `cursor` of the next page")


def read_question(report: TaxReport, query: Any) -> TaxQuestion:
    """The parameters in a URL, with names and defaults resolved; raises Invalid."""
    refuse_foreign(report.title, _SHARED, query)
    serializer = TaxQuerySerializer(data=query)
    serializer.is_valid(raise_exception=True)
    asked = serializer.validated_data
    return TaxQuestion(
        stretch=stretch_of(asked, context.current().fiscal_year_start),
        basis=asked["basis"],
        presentation=asked["presentation"],
        as_known_at=asked["as_known_at"],
        tax_rates=tuple(asked["tax_rate"]),
        side=asked["side"],
    )


def _head(report: TaxReport, question: TaxQuestion) -> dict[str, Any]:
    return {**head(report.name, report.title, question), "basis": question.basis}


class TaxSummaryView(FileView):
    __doc__ = TAX_SUMMARY.description
    query = (ReportQuerySerializer, TaxQuerySerializer)  # also what it has not: that it has not is another answer

    @extend_schema(
        operation_id="reports_tax_summary",
        summary=TAX_SUMMARY.title,
        description=TAX_SUMMARY.description,
        parameters=[TaxQuerySerializer],
        responses=forms_of(TaxSummarySerializer),
    )
    def get(self, request: Request) -> Response:
        question = read_question(TAX_SUMMARY, request.query_params)

        def answer() -> dict[str, Any]:
            found = tax_summary(question)
            rows = TaxSummaryRowSerializer(found.rows, many=True).data
            totals = TaxSideTotalSerializer(found.totals, many=True).data
            owed = AmountField().to_representation(found.owed)
            return {**_head(TAX_SUMMARY, question), "rows": rows, "totals": totals, "owed": owed}

        return self.respond_with(request, answer=answer, table=lambda: summary_table(question, base_currency()))


class TaxDetailView(FileView):
    __doc__ = TAX_DETAIL.description
    query = (ReportQuerySerializer, TaxQuerySerializer, PageQuerySerializer)

    @extend_schema(
        operation_id="reports_tax_detail",
        summary=TAX_DETAIL.title,
        description=TAX_DETAIL.description,
        parameters=[TaxQuerySerializer, PageQuerySerializer],
        responses=forms_of(TaxDetailSerializer),
    )
    def get(self, request: Request) -> Response:
        question = read_question(TAX_DETAIL, request.query_params)

        def answer() -> dict[str, Any]:
            size, key = read_page(request.query_params)
            found = tax_detail(question, size=size, key=key)
            results = TaxEntrySerializer(found.entries, many=True).data
            return {**_head(TAX_DETAIL, question), "results": results, "next": cursor(found.next)}

        return self.respond_with(request, answer=answer, table=lambda: detail_table(question, base_currency()))
