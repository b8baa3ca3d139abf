from __future__ import annotations

import datetime

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import BooksViewSet
from ledger_core.books.models import JournalEntry
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.fiscal_years import operations
from ledger_core.fiscal_years.queries import find_year, year_states
from ledger_core.fiscal_years.serializers import CloseSerializer, FiscalYearSerializer
from tenancy.problems import NotFound

MANAGE = "fiscal_years.manage"
LAST_DAY = OpenApiParameter("last_day", OpenApiTypes.DATE, OpenApiParameter.PATH)


class FiscalYearViewSet(ShowsPosting, BooksViewSet):
    """Fiscal years, from that of the first entry to the present one. They are known by their last day."""

    abilities = {"list": "fiscal_years.view", "close": MANAGE, "close_again": MANAGE, "reopen": MANAGE}
    queryset = JournalEntry.objects.none()  # for the API description
    serializer_class = FiscalYearSerializer
    pagination_class = None
    filter_backends = []
    lookup_field = "last_day"
    lookup_value_regex = "[0-9-]{1,10}"

    @extend_schema(responses=FiscalYearSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(FiscalYearSerializer(year_states(), many=True).data)

    @extend_schema(parameters=[LAST_DAY], request=CloseSerializer, responses=FiscalYearSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, last_day: str) -> Response:
        """Post the closing entry: income and expenses go to retained earnings. No total of a statement changes."""
        day = _day(last_day)
        asked = valid(CloseSerializer(data=request.data))
        operations.close_year(last_day=day, actor=actor_of(request), **asked)
        return Response(FiscalYearSerializer(find_year(day)).data)

    @extend_schema(parameters=[LAST_DAY], request=None, responses=FiscalYearSerializer)
    @action(detail=True, methods=["post"], url_path="close-again")
    def close_again(self, request: Request, last_day: str) -> Response:
        """Reverse an outdated closing entry and post another; 409 `not_outdated` if it is as it should be."""
        day = _day(last_day)
        operations.close_year_again(last_day=day, actor=actor_of(request))
        return Response(FiscalYearSerializer(find_year(day)).data)

    @extend_schema(parameters=[LAST_DAY], request=None, responses=FiscalYearSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, last_day: str) -> Response:
        """Reverse the closing entry, and take back the lock that closing set."""
        reopened = operations.reopen_year(last_day=_day(last_day), actor=actor_of(request))
        return Response(FiscalYearSerializer(reopened).data)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise NotFound("A fiscal year is known by its last day, such as 2026-12-31.") from None
