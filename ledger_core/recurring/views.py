from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.arithmetic.schedule import Schedule
from ledger_core.base.conditions import tagged
from ledger_core.base.people import names_of
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import BooksViewSet
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.recurring import operations
from ledger_core.recurring.filters import RecurringJournalFilter
from ledger_core.recurring.models import RecurringJournal
from ledger_core.recurring.queries import find_template, templates
from ledger_core.recurring.serializers import (
    RecurringJournalSerializer,
    RecurringJournalWriteSerializer,
    RecurringRunSerializer,
    SchedulePreviewSerializer,
    ScheduleSerializer,
    next_dates,
)

VIEW, MANAGE = "recurring_journals.view", "recurring_journals.manage"


class RecurringJournalViewSet(ShowsPosting, BooksViewSet):
    """Templates of journals that recur. The day begins where the organization is."""

    abilities = {
        "list": VIEW,
        "retrieve": VIEW,
        "runs": VIEW,
        "create": "recurring_journals.create",
        "preview": "recurring_journals.create",
        "partial_update": "recurring_journals.edit",
        "destroy": "recurring_journals.delete",
        "pause": MANAGE,
        "resume": MANAGE,
        "run": MANAGE,
        "skip": MANAGE,
    }
    if_match = frozenset({"partial_update", "destroy", "pause", "resume", "run", "skip"})
    queryset = RecurringJournal.objects.none()  # for the API description
    serializer_class = RecurringJournalSerializer
    filterset_class = RecurringJournalFilter
    search_fields = ["name", "memo", "reference"]
    ordering_fields = ["name", "next_date", "created_at"]
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=RecurringJournalSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(templates())) or []
        return self.get_paginated_response(_shown(page))

    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(int(pk))

    @extend_schema(request=RecurringJournalWriteSerializer, responses={201: RecurringJournalSerializer})
    def create(self, request: Request) -> Response:
        """Dates that have passed already count as missed: a few are made by the next sweep, more of them ask first."""
        serializer = RecurringJournalWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        template = operations.create_template(actor=actor_of(request), **serializer.fields_of())
        return _answer(template.pk, status=201)

    @extend_schema(request=RecurringJournalWriteSerializer(partial=True), responses=RecurringJournalSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """What is made from now on; dates that are done stay done."""
        context = {"currency": find_template(int(pk)).currency}
        serializer = RecurringJournalWriteSerializer(data=request.data, partial=True, context=context)
        serializer.is_valid(raise_exception=True)
        return _answer(operations.edit_template(template_id=int(pk), **serializer.fields_of()).pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """The journals made from it stay."""
        operations.delete_template(template_id=int(pk))
        return Response(status=204)

    @extend_schema(request=ScheduleSerializer, responses=SchedulePreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """The first dates of a schedule; stores nothing."""
        return Response({"dates": next_dates(Schedule(**valid(ScheduleSerializer(data=request.data))))})

    @extend_schema(responses=RecurringRunSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_class=None, search_fields=[], ordering_fields=[])
    def runs(self, request: Request, pk: str) -> Response:
        """The dates that are done, newest first."""
        page = self.paginate_queryset(find_template(int(pk)).runs.all()) or []
        return self.get_paginated_response(RecurringRunSerializer(page, many=True).data)

    @extend_schema(request=None, responses=RecurringJournalSerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        return _answer(operations.pause(template_id=int(pk), actor=actor_of(request)).pk)

    @extend_schema(request=None, responses=RecurringJournalSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return _answer(operations.resume(template_id=int(pk), actor=actor_of(request)).pk)

    @extend_schema(request=None, responses=RecurringJournalSerializer)
    @action(detail=True, methods=["post"])
    def run(self, request: Request, pk: str) -> Response:
        """Make the journals of every date that is due; 409 `nothing_due` if none is."""
        return _answer(operations.run_missed(template_id=int(pk), actor=actor_of(request)).pk)

    @extend_schema(request=None, responses=RecurringJournalSerializer)
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: str) -> Response:
        """Leave out every date that is due."""
        return _answer(operations.skip_missed(template_id=int(pk), actor=actor_of(request)).pk)


def _answer(template_id: int, *, status: int = 200) -> Response:
    template = find_template(template_id)
    return tagged(Response(_shown([template])[0], status=status), template)


def _shown(page: list[RecurringJournal]) -> list[Any]:
    names = names_of(template.created_by for template in page)
    return list(RecurringJournalSerializer(page, many=True, context={"names": names}).data)
