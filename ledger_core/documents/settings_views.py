"""Number series and what new documents begin with."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.models import Series
from ledger_core.base.requests import valid
from ledger_core.base.serializers import BooksSerializer, IdField
from ledger_core.base.views import BooksView, BooksViewSet
from ledger_core.documents.numbering import MOST_NUMBER, all_series, edit_series, find_series, now_of
from ledger_core.documents.preferences import document_settings, edit_document_settings
from ledger_core.documents.serializers import TAX_ROUNDINGS


class NumberSeriesSerializer(BooksSerializer):
    id = IdField(source="series.pk")
    kind = serializers.CharField(source="series.kind", help_text="Of the documents: invoice, manual_journal, ...")
    prefix = serializers.CharField(source="series.prefix", help_text="{year} stands for that of the document's date")
    padding = serializers.IntegerField(source="series.padding", help_text="Digits, filled up with zeros")
    yearly_reset = serializers.BooleanField(source="series.yearly_reset", help_text="Count each calendar year from 1")
    next_number = serializers.IntegerField(help_text="Of this year, where years are counted")
    next_text = serializers.CharField(help_text="The next number as printed, on a document of today")


class NumberSeriesEditSerializer(BooksSerializer):
    prefix = serializers.CharField(max_length=20, required=False, allow_blank=True, trim_whitespace=False)
    padding = serializers.IntegerField(min_value=0, max_value=12, required=False)
    yearly_reset = serializers.BooleanField(required=False)
    next_number = serializers.IntegerField(min_value=1, max_value=MOST_NUMBER, required=False)


class NumberSeriesViewSet(BooksViewSet):
    """How documents are numbered."""

    abilities = {"list": "number_series.view", "partial_update": "number_series.edit"}
    queryset = Series.objects.none()  # for the API description
    serializer_class = NumberSeriesSerializer
    lookup_value_regex = "[0-9]{1,18}"
    pagination_class = None
    filter_backends: list[Any] = []

    @extend_schema(responses=NumberSeriesSerializer(many=True))
    def list(self, request: Request) -> Response:
        """All series."""
        return Response(NumberSeriesSerializer([now_of(each) for each in all_series()], many=True).data)

    @extend_schema(request=NumberSeriesEditSerializer(partial=True), responses=NumberSeriesSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a series; the next number can only be raised."""
        find_series(int(pk))
        fields = valid(NumberSeriesEditSerializer(data=request.data, partial=True))
        return Response(NumberSeriesSerializer(now_of(edit_series(series_id=int(pk), **fields))).data)


class DocumentSettingsSerializer(BooksSerializer):
    tax_rounding = serializers.ChoiceField(TAX_ROUNDINGS)


class DocumentSettingsView(BooksView):
    """What new documents begin with."""

    abilities = {"get": "document_settings.view", "patch": "document_settings.edit"}

    @extend_schema(responses=DocumentSettingsSerializer)
    def get(self, request: Request) -> Response:
        return Response(DocumentSettingsSerializer(document_settings()).data)

    @extend_schema(request=DocumentSettingsSerializer, responses=DocumentSettingsSerializer)
    def patch(self, request: Request) -> Response:
        """Change them; documents keep what they were written with."""
        fields = valid(DocumentSettingsSerializer(data=request.data))
        return Response(DocumentSettingsSerializer(edit_document_settings(**fields)).data)
