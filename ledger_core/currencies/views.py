from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.base.queries import base_currency, today
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import BooksViewSet
from ledger_core.currencies import operations, provider
from ledger_core.currencies.filters import ExchangeRateFilter
from ledger_core.currencies.models import EnabledCurrency, ExchangeRate
from ledger_core.currencies.queries import enabled_codes, find_rate, find_rates, needed_rate, rate_on
from ledger_core.currencies.rate_files import READERS, RateFile
from ledger_core.currencies.serializers import (
    CurrencySerializer,
    EnableCurrencySerializer,
    ExchangeRateChangeSerializer,
    ExchangeRateSerializer,
    ExchangeRateWriteSerializer,
    FetchSerializer,
    LatestRateSerializer,
    RateImportResultSerializer,
    RateImportSerializer,
    RateQuerySerializer,
)
from tenancy import context, jobs
from tenancy.problems import FieldError, Problem

SHOWN_RATES = 100
VIEW, CREATE = "exchange_rates.view", "exchange_rates.create"


NOTHING = operations.Stored(0, 0, [])


class RatesRefused(Problem):
    status = 422
    code = "import_refused"
    title = "No exchange rate was stored"


class CurrencyViewSet(BooksViewSet):
    """The base currency and the enabled foreign ones, each with the rate that holds today."""

    abilities = {"list": "currencies.view", "create": "currencies.manage", "destroy": "currencies.manage"}
    queryset = EnabledCurrency.objects.none()  # for the API description
    serializer_class = CurrencySerializer
    pagination_class = None
    filter_backends = []
    lookup_field = "code"
    lookup_value_regex = "[A-Za-z0-9]{1,18}"

    @extend_schema(responses=CurrencySerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(_currencies())

    @extend_schema(request=EnableCurrencySerializer, responses={201: CurrencySerializer})
    def create(self, request: Request) -> Response:
        """Let documents be in a currency."""
        code = valid(EnableCurrencySerializer(data=request.data))["code"]
        operations.enable_currency(code=code, actor=actor_of(request))
        return Response(next(each for each in _currencies() if each["code"] == code), status=201)

    @extend_schema(
        parameters=[OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH)], responses={204: None}
    )
    def destroy(self, request: Request, code: str) -> Response:
        """No new documents in this currency; what is booked in it stays."""
        operations.disable_currency(code=code.upper())
        return Response(status=204)


class ExchangeRateViewSet(BooksViewSet):
    """What a currency costs in base currency from a day on, until the next rate."""

    abilities = {
        "list": VIEW,
        "latest": VIEW,
        "create": CREATE,
        "partial_update": "exchange_rates.edit",
        "destroy": "exchange_rates.delete",
        "import_file": CREATE,
        "fetch": CREATE,
    }
    queryset = ExchangeRate.objects.none()  # for the API description
    serializer_class = ExchangeRateSerializer
    filterset_class = ExchangeRateFilter
    search_fields = ["currency"]
    ordering_fields = ["date", "currency"]
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=ExchangeRateSerializer(many=True))
    def list(self, request: Request) -> Response:
        rates = ExchangeRate.objects.order_by("-date", "currency")
        page = self.paginate_queryset(self.filter_queryset(rates)) or []
        return self.get_paginated_response(ExchangeRateSerializer(page, many=True).data)

    @extend_schema(request=ExchangeRateWriteSerializer, responses={201: ExchangeRateSerializer})
    def create(self, request: Request) -> Response:
        fields = valid(ExchangeRateWriteSerializer(data=request.data))
        rate = operations.create_rate(actor=actor_of(request), **fields)
        return Response(ExchangeRateSerializer(rate).data, status=201)

    @extend_schema(request=ExchangeRateChangeSerializer, responses=ExchangeRateSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Another rate for the same day; what is posted already keeps the rate it was posted at."""
        find_rate(int(pk))  # an unknown id is 404, whatever the body
        fields = valid(ExchangeRateChangeSerializer(data=request.data))
        rate = operations.change_rate(rate_id=int(pk), actor=actor_of(request), **fields)
        return Response(ExchangeRateSerializer(rate).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        operations.delete_rate(rate_id=int(pk))
        return Response(status=204)

    @extend_schema(parameters=[RateQuerySerializer], responses=LatestRateSerializer, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None, filter_backends=[], query=(RateQuerySerializer,))
    def latest(self, request: Request) -> Response:
        """The rate of a currency that holds on a day (default: today); 400 `no_rate` if there is none."""
        query = {"date": today(), **valid(RateQuerySerializer(data=request.query_params))}
        needed_rate(**query, pointer="/currency")
        return Response(LatestRateSerializer(rate_on(**query)).data)

    @extend_schema(request=RateImportSerializer, responses=RateImportResultSerializer)
    @action(detail=False, methods=["post"], url_path="import")
    def import_file(self, request: Request) -> Response:
        """Store the rates of a file, all or nothing: 422 `import_refused` names each wrong line."""
        about = valid(RateImportSerializer(data=request.data))
        found = READERS[about["format"]](about["content"], base=base_currency())
        if about["check_only"]:
            return Response(_import_result(found, NOTHING))
        if found.errors:
            raise _refused(found)
        source, actor = ExchangeRate.Source.IMPORT, actor_of(request)
        stored = operations.store_rates(rates=found.rates, source=source, actor=actor, overwrite=about["overwrite"])
        return Response(_import_result(found, stored))

    @extend_schema(request=None, responses={202: FetchSerializer})
    @action(detail=False, methods=["post"])
    def fetch(self, request: Request) -> Response:
        """Fetch today's rates of the enabled currencies; 409 `provider_off` where this installation has no provider."""
        provider.address()
        job = jobs.enqueue(
            "exchange_rates.fetch", organization_id=context.current().id, user_id=actor_of(request), args={}
        )
        return Response({"job": job}, status=202)


def _currencies() -> list[dict[str, Any]]:
    base, codes = base_currency(), enabled_codes()
    rates = find_rates(currencies=codes, date=today())
    rows = [
        {
            "code": code,
            "name": currency_of(code).name,
            "decimals": currency_of(code).exponent,
            "is_base": code == base,
            "latest": rates.get(code),
        }
        for code in sorted(codes, key=lambda each: (each != base, each))
    ]
    return list(CurrencySerializer(rows, many=True).data)


def _refused(found: RateFile) -> RatesRefused:
    shown = found.errors[:SHOWN_RATES]
    errors = tuple(FieldError(f"/content/{each.line}", "wrong_line", each.detail) for each in shown)
    faults = "1 fault" if len(found.errors) == 1 else f"{len(found.errors)} faults"
    return RatesRefused(f"The file has {faults}; `errors` names their lines.", errors=errors)


def _import_result(found: RateFile, stored: operations.Stored) -> dict[str, Any]:
    result = {
        "found": len(found.rates),
        "stored": stored.written,
        "unchanged": stored.unchanged,
        "kept": len(stored.kept),
        "kept_rates": stored.kept[:SHOWN_RATES],
        "errors": found.errors[:SHOWN_RATES],
        "rates": found.rates[:SHOWN_RATES],
    }
    return dict(RateImportResultSerializer(result).data)
