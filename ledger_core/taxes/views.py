from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.conditions import tagged
from ledger_core.base.people import names_of
from ledger_core.base.queries import today
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import BooksViewSet
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.taxes import filing
from ledger_core.taxes import rates as operations
from ledger_core.taxes.figures import total_of
from ledger_core.taxes.filters import TaxRateFilter, TaxReturnFilter
from ledger_core.taxes.models import TaxEntry, TaxRate, TaxReturn
from ledger_core.taxes.queries import find_rate, rates
from ledger_core.taxes.returns import (
    accounts_in,
    adjusted,
    entries_of,
    find_return,
    next_return,
    shown_figures,
)
from ledger_core.taxes.serializers import (
    AdjustmentsSerializer,
    NextReturnQuerySerializer,
    NextReturnSerializer,
    PaymentVoidSerializer,
    ReturnFileSerializer,
    ReturnPaySerializer,
    ReturnPrepareSerializer,
    ReturnUnfileSerializer,
    TaxEntryQuerySerializer,
    TaxEntrySerializer,
    TaxPercentageSerializer,
    TaxRateEditSerializer,
    TaxRateSerializer,
    TaxRateWriteSerializer,
    TaxReturnSerializer,
    TaxReturnSummarySerializer,
)
from tenancy.problems import NotFound

EDIT = "tax_rates.edit"
VIEW_RETURNS, EDIT_RETURNS, PAY_RETURNS = "tax_returns.view", "tax_returns.edit", "tax_returns.manage"


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
    if_match = frozenset({"partial_update", "destroy", "percentages", "remove_percentage"})
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


class TaxReturnViewSet(ShowsPosting, BooksViewSet):
    """Tax returns: drafts follow the books, filed ones are fixed."""

    abilities = {
        "list": VIEW_RETURNS,
        "retrieve": VIEW_RETURNS,
        "next": VIEW_RETURNS,
        "lines": VIEW_RETURNS,
        "create": "tax_returns.create",
        "partial_update": EDIT_RETURNS,
        "adjustments": EDIT_RETURNS,
        "destroy": "tax_returns.delete",
        "file": "tax_returns.publish",
        "unfile": "tax_returns.void",
        "pay": PAY_RETURNS,
        "void_payment": PAY_RETURNS,
    }
    if_match = frozenset({"partial_update", "adjustments", "destroy", "file", "unfile", "pay", "void_payment"})
    queryset = TaxReturn.objects.none()  # for the API description
    serializer_class = TaxReturnSerializer
    filterset_class = TaxReturnFilter
    search_fields = ["reference"]
    ordering_fields = ["date_to", "created_at"]
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=TaxReturnSummarySerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(TaxReturn.objects.all())) or []
        context = {"names": names_of(_people(page))}
        return self.get_paginated_response(TaxReturnSummarySerializer(page, many=True, context=context).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """A return with its figures, adjustments and payments."""
        return _answer_return(int(pk))

    @extend_schema(parameters=[NextReturnQuerySerializer], responses=NextReturnSerializer, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None, query=(NextReturnQuerySerializer,))
    def next(self, request: Request) -> Response:
        """What the next return is probably about: it begins after the last filed one, and is as long."""
        asked = valid(NextReturnQuerySerializer(data=request.query_params))
        return Response(NextReturnSerializer(next_return(**asked)).data)

    @extend_schema(request=ReturnPrepareSerializer, responses={201: TaxReturnSerializer})
    def create(self, request: Request) -> Response:
        """Prepare a draft. There is one at a time, and it begins on the day after the last filed return."""
        given = valid(ReturnPrepareSerializer(data=request.data))
        given.setdefault("basis", next_return().basis)
        return _answer_return(filing.prepare_return(actor=actor_of(request), **given).pk, status=201)

    @extend_schema(request=ReturnPrepareSerializer(partial=True), responses=TaxReturnSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a draft."""
        find_return(int(pk))
        changes = valid(ReturnPrepareSerializer(data=request.data, partial=True))
        return _answer_return(filing.edit_return(return_id=int(pk), actor=actor_of(request), **changes).pk)

    @extend_schema(request=AdjustmentsSerializer, responses=TaxReturnSerializer)
    @action(detail=True, methods=["put"])
    def adjustments(self, request: Request, pk: str) -> Response:
        """Replace the adjustments of a draft; they are posted when it is filed."""
        find_return(int(pk))
        given = valid(AdjustmentsSerializer(data=request.data))["adjustments"]
        changed = filing.edit_return(
            return_id=int(pk), adjustments=[dict(each) for each in given], actor=actor_of(request)
        )
        return _answer_return(changed.pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a draft."""
        filing.delete_return(return_id=int(pk))
        return Response(status=204)

    @extend_schema(request=ReturnFileSerializer, responses=TaxReturnSerializer)
    @action(detail=True, methods=["post"])
    def file(self, request: Request, pk: str) -> Response:
        """Fix the figures. What is booked later with a date in these days falls into the next return."""
        find_return(int(pk))
        given = valid(ReturnFileSerializer(data=request.data))
        return _answer_return(filing.file_return(return_id=int(pk), actor=actor_of(request), **given).pk)

    @extend_schema(request=ReturnUnfileSerializer, responses={201: TaxReturnSerializer})
    @action(detail=True, methods=["post"])
    def unfile(self, request: Request, pk: str) -> Response:
        """Take the last filed return back: it stays on record as `unfiled`; the answer is a draft in its place."""
        find_return(int(pk))
        given = valid(ReturnUnfileSerializer(data=request.data))
        draft = filing.unfile_return(return_id=int(pk), actor=actor_of(request), **given)
        return _answer_return(draft.pk, status=201)

    @extend_schema(request=ReturnPaySerializer, responses=TaxReturnSerializer)
    @action(detail=True, methods=["post"])
    def pay(self, request: Request, pk: str) -> Response:
        """Pay what is open, or a part of it; of a return below zero, receive the refund."""
        find_return(int(pk))
        given = valid(ReturnPaySerializer(data=request.data))
        filing.pay_return(return_id=int(pk), actor=actor_of(request), **given)
        return _answer_return(int(pk))

    @extend_schema(
        request=PaymentVoidSerializer,
        parameters=[OpenApiParameter("payment_id", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses=TaxReturnSerializer,
    )
    @action(detail=True, methods=["post"], url_path=r"payments/(?P<payment_id>[0-9]{1,18})/void")
    def void_payment(self, request: Request, pk: str, payment_id: str) -> Response:
        """Book a payment back."""
        find_return(int(pk))
        given = valid(PaymentVoidSerializer(data=request.data))
        filing.void_payment(return_id=int(pk), payment_id=int(payment_id), actor=actor_of(request), **given)
        return _answer_return(int(pk))

    @extend_schema(parameters=[TaxEntryQuerySerializer], responses=TaxEntrySerializer(many=True), filters=False)
    @action(
        detail=True,
        methods=["get"],
        filterset_class=None,
        search_fields=None,
        ordering_fields=None,
        query=(TaxEntryQuerySerializer,),
    )
    def lines(self, request: Request, pk: str) -> Response:
        """The entries behind the return's figures, or behind one of them; a filed return's never change."""
        found = find_return(int(pk))
        asked = valid(TaxEntryQuerySerializer(data=request.query_params))
        late = asked.pop("late")
        entries = entries_of(found).filter(**asked)
        if late is not None:
            days = "date__lt" if late else "date__gte"
            entries = entries.filter(**{days: found.date_from})
        page: list[TaxEntry] = self.paginate_queryset(entries) or []
        return self.get_paginated_response(TaxEntrySerializer(page, many=True).data)


def _answer_return(return_id: int, *, status: int = 200) -> Response:
    found = find_return(return_id)
    figures = shown_figures(found)
    if found.status == TaxReturn.DRAFT:
        found.owed = figures.owed + adjusted(found)
    known = accounts_in(found.adjustments)
    about = _Shown(
        found,
        rows=figures.rows,
        late=figures.late,
        total=total_of((*figures.rows, *figures.late)),
        adjustments=[{**each, "account": known[each["account"]]} for each in found.adjustments],
        payments=list(found.payments.all()),
    )
    people = _people([found]) | {payment.created_by for payment in found.payments.all()}
    shown = TaxReturnSerializer(about, context={"names": names_of(people)}).data
    return tagged(Response(dict(shown), status=status), found)


class _Shown:
    """A return with what is computed about it."""

    def __init__(self, found: TaxReturn, **computed: Any) -> None:
        self._found, self._computed = found, computed

    def __getattr__(self, name: str) -> Any:
        return self._computed[name] if name in self._computed else getattr(self._found, name)


def _people(page: Iterable[TaxReturn]) -> set[int]:
    return {person for each in page for person in (each.created_by, each.filed_by) if person is not None}


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
