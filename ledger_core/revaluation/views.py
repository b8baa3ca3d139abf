from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.people import names_of
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import BooksViewSet
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.revaluation import operations
from ledger_core.revaluation.models import RevaluationRun
from ledger_core.revaluation.queries import find_run, foreign_lines
from ledger_core.revaluation.serializers import (
    RevaluationPreviewSerializer,
    RevaluationSerializer,
    RevalueSerializer,
)


class RevaluationViewSet(ShowsPosting, BooksViewSet):
    """Runs that bring foreign balances to a day's rates; booked back by themselves on the day after."""

    abilities = {
        "list": "revaluations.view",
        "retrieve": "revaluations.view",
        "preview": "revaluations.create",
        "create": "revaluations.create",
        "undo": "revaluations.void",
    }
    queryset = RevaluationRun.objects.none()  # for the API description
    serializer_class = RevaluationSerializer
    filter_backends = []
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=RevaluationSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(RevaluationRun.objects.all()) or []
        return self.get_paginated_response(_shown(page))

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(_shown([find_run(int(pk))])[0])

    @extend_schema(request=RevalueSerializer, responses={201: RevaluationSerializer})
    def create(self, request: Request) -> Response:
        run = operations.revalue(actor=actor_of(request), **_asked(request))
        return Response(_shown([run])[0], status=201)

    @extend_schema(request=RevalueSerializer, responses=RevaluationPreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """The foreign balances and their differences; stores nothing."""
        asked = _asked(request)
        lines = foreign_lines(**asked)
        shown = {
            "date": asked["date"],
            "gain": sum(max(line.difference, 0) for line in lines),
            "loss": sum(max(-line.difference, 0) for line in lines),
            "lines": lines,
        }
        return Response(RevaluationPreviewSerializer(shown).data)

    @extend_schema(request=None, responses=RevaluationSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Reverse both entries of the run, each on its own day."""
        run = operations.undo(run_id=int(pk), actor=actor_of(request))
        return Response(_shown([run])[0])


def _asked(request: Request) -> dict[str, Any]:
    return valid(RevalueSerializer(data=request.data))


def _shown(runs: list[RevaluationRun]) -> list[Any]:
    people = {person for run in runs for person in (run.created_by, run.undone_by) if person is not None}
    return list(RevaluationSerializer(runs, many=True, context={"names": names_of(people)}).data)
