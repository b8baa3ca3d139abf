from __future__ import annotations

import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.conditions import tagged
from ledger_core.base.queries import today
from ledger_core.base.requests import valid
from ledger_core.base.views import BooksViewSet
from ledger_core.taxes import rates as operations
from ledger_core.taxes.filters import TaxRateFilter
from ledger_core.taxes.models import TaxRate
from ledger_core.taxes.queries import find_rate, rates
from ledger_core.taxes.serializers import (
    TaxPercentageSerializer,
    TaxRateEditSerializer,
    TaxRateSerializer,
    TaxRateWriteSerializer,
)
from tenancy.problems import NotFound

EDIT = "tax_rates.edit"


class TaxRateViewSet(BooksViewSet):
    """Tax rates with their percentages by date, and groups of rates that are chosen as one."""

    abilities = {
        "list": "tax_rates.view",
        "retrieve": "tax_rates.view",
        "create": "tax_rates.create",
        "partial_update": EDIT,
        "destroy": "tax_rates.delete",
        "percentages": EDIT,
        "remove_percentage": EDIT,
    }
    queryset = TaxRate.objects.none()  # for the API description
    serializer_class = TaxRateSerializer
    filterset_class = TaxRateFilter
    search_fields = ["code", "name"]
    ordering_fields = ["code", "name"]
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=TaxRateSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(rates())) or []
        return self.get_paginated_response(_shown(page))

    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(int(pk))

    @extend_schema(request=TaxRateWriteSerializer, responses={201: TaxRateSerializer})
    def create(self, request: Request) -> Response:
        """Add a rate with its first percentage, or a group with its members."""
        rate = operations.create_rate(**valid(TaxRateWriteSerializer(data=request.data)))
        return _answer(rate.pk, status=201)

    @extend_schema(request=TaxRateEditSerializer(partial=True), responses=TaxRateSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a rate; 409 `tax_rate_in_use` where what is booked at it fixes the field. Its kind never changes."""
        find_rate(int(pk))  # an unknown id is 404, whatever the body
        changes = valid(TaxRateEditSerializer(data=request.data, partial=True))
        return _answer(operations.edit_rate(rate_id=int(pk), **changes).pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a rate that nothing refers to; else 409 `tax_rate_in_use`: make it inactive."""
        operations.delete_rate(rate_id=int(pk))
        return Response(status=204)

    @extend_schema(request=TaxPercentageSerializer, responses=TaxRateSerializer)
    @action(detail=True, methods=["post"])
    def percentages(self, request: Request, pk: str) -> Response:
        """Let another percentage hold from a day on; 409 `percentage_in_use` if something is booked there already."""
        find_rate(int(pk))
        fields = valid(TaxPercentageSerializer(data=request.data))
        return _answer(operations.set_percentage(rate_id=int(pk), **fields).pk)

    @extend_schema(
        parameters=[OpenApiParameter("valid_from", OpenApiTypes.DATE, OpenApiParameter.PATH)],
        responses=TaxRateSerializer,
    )
    @action(detail=True, methods=["delete"], url_path=r"percentages/(?P<valid_from>[0-9-]{1,18})")
    def remove_percentage(self, request: Request, pk: str, valid_from: str) -> Response:
        """Take a percentage back, so that the one before it goes on."""
        return _answer(operations.remove_percentage(rate_id=int(pk), valid_from=_day(valid_from)).pk)


def _day(text: str) -> datetime.date:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  a day, not a moment
    except ValueError as error:
        raise NotFound("There is no percentage that begins on such a day.") from error


def _answer(rate_id: int, *, status: int = 200) -> Response:
    rate = rates().filter(pk=rate_id).first()
    if rate is None:
        raise NotFound("There is no such tax rate.")
    return tagged(Response(_shown([rate])[0], status=status), rate)


def _shown(page: list[TaxRate]) -> list[Any]:
    return list(TaxRateSerializer(page, many=True, context={"today": today()}).data)
