"""The one view set of templates; each kind of them has its own address."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.arithmetic.schedule import Schedule
from ledger_core.base.conditions import tagged
from ledger_core.base.people import names_of
from ledger_core.base.requests import actor_of, take_nothing, valid
from ledger_core.base.views import BooksViewSet
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.recurring import operations
from ledger_core.recurring.content import Content, plain
from ledger_core.recurring.filters import RecurringTemplateFilter
from ledger_core.recurring.kinds import RECURRING_KINDS, RecurringKind
from ledger_core.recurring.models import RecurringTemplate
from ledger_core.recurring.queries import find_template, templates
from ledger_core.recurring.serializers import (
    RecurringRunSerializer,
    RecurringTemplateSerializer,
    SchedulePreviewSerializer,
    ScheduleSerializer,
    next_dates,
    shown_serializer,
    write_serializer,
)


class RecurringViewSet(ShowsPosting, BooksViewSet):
    """Templates of what recurs. The day begins where the organization is."""

    kind: ClassVar[RecurringKind]
    write: ClassVar[type[Any]]
    if_match = frozenset({"partial_update", "destroy", "pause", "resume", "run", "skip"})
    queryset = RecurringTemplate.objects.none()  # for the API description
    filterset_class = RecurringTemplateFilter
    search_fields = ["name"]
    ordering_fields = ["name", "next_date", "created_at"]
    lookup_value_regex = "[0-9]{1,18}"

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(templates(self.kind))) or []
        return self.get_paginated_response(_shown(page))

    def retrieve(self, request: Request, pk: str) -> Response:
        return self.answer(int(pk))

    def create(self, request: Request) -> Response:
        """Dates that have passed already count as missed: a few are made by the next sweep, more of them ask first."""
        fields, content = self._kept(self.write(data=request.data))
        template = operations.create_template(kind=self.kind, content=content, actor=actor_of(request), **fields)
        return self.answer(template.pk, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """What is made from now on; dates that are done stay done."""
        template = find_template(self.kind, int(pk))
        context = {"currency": template.content.get("currency"), "contact_id": template.contact_id}
        fields, content = self._kept(self.write(data=request.data, partial=True, context=context))
        operations.edit_template(kind=self.kind, template_id=int(pk), content=content, **fields)
        return self.answer(int(pk))

    def destroy(self, request: Request, pk: str) -> Response:
        """What was made from it stays."""
        operations.delete_template(kind=self.kind, template_id=int(pk))
        return Response(status=204)

    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """The first dates of a schedule; stores nothing."""
        return Response({"dates": next_dates(Schedule(**valid(ScheduleSerializer(data=request.data))))})

    @action(detail=True, methods=["get"], filterset_class=None, search_fields=[], ordering_fields=[])
    def runs(self, request: Request, pk: str) -> Response:
        """The dates that are done, newest first."""
        page = self.paginate_queryset(find_template(self.kind, int(pk)).runs.all()) or []
        return self.get_paginated_response(RecurringRunSerializer(page, many=True).data)

    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        return self._do(operations.pause, request, pk)

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return self._do(operations.resume, request, pk)

    @action(detail=True, methods=["post"])
    def run(self, request: Request, pk: str) -> Response:
        """Make what is due on every date that has come; 409 `nothing_due` if none has."""
        return self._do(operations.run_missed, request, pk)

    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: str) -> Response:
        """Leave out every date that is due."""
        return self._do(operations.skip_missed, request, pk)

    def _do(self, verb: Any, request: Request, pk: str) -> Response:
        find_template(self.kind, int(pk))  # an unknown id is 404, whatever the body
        take_nothing(request)
        verb(kind=self.kind, template_id=int(pk), actor=actor_of(request))
        return self.answer(int(pk))

    def _kept(self, serializer: Any) -> tuple[dict[str, Any], Content]:
        """The template's own fields, and its content to keep."""
        serializer.is_valid(raise_exception=True)
        currency = serializer.context.get("currency")
        content = self.kind.content(context={"currency": currency})
        return serializer.template_fields(), plain(content, serializer.validated_data, currency)

    def answer(self, template_id: int, *, status: int = 200) -> Response:
        template = find_template(self.kind, template_id)
        return tagged(Response(_shown([template])[0], status=status), template)


def _shown(page: list[RecurringTemplate]) -> list[Any]:
    names = names_of(template.created_by for template in page)
    return list(RecurringTemplateSerializer(page, many=True, context={"names": names}).data)


def view_set(kind: RecurringKind) -> type[RecurringViewSet]:
    """The view set of one kind, with its bodies and abilities."""
    shown, write = shown_serializer(kind), write_serializer(kind)
    answers = extend_schema(request=None, responses=shown)
    described = extend_schema_view(
        list=extend_schema(responses=shown(many=True)),
        retrieve=extend_schema(responses=shown),
        create=extend_schema(request=write, responses={201: shown}),
        partial_update=extend_schema(request=write(partial=True), responses=shown),
        destroy=extend_schema(responses={204: None}),
        preview=extend_schema(request=ScheduleSerializer, responses=SchedulePreviewSerializer),
        runs=extend_schema(responses=RecurringRunSerializer(many=True), filters=False),
        pause=answers,
        resume=answers,
        run=answers,
        skip=answers,
    )
    about = {
        "kind": kind,
        "write": write,
        "serializer_class": shown,
        "abilities": {
            "list": f"{kind.subject}.view",
            "retrieve": f"{kind.subject}.view",
            "runs": f"{kind.subject}.view",
            "create": f"{kind.subject}.create",
            "preview": f"{kind.subject}.create",
            "partial_update": f"{kind.subject}.edit",
            "destroy": f"{kind.subject}.delete",
            **dict.fromkeys(("pause", "resume", "run", "skip"), f"{kind.subject}.manage"),
        },
        "__doc__": RecurringViewSet.__doc__,
    }
    name = f"Recurring{kind.value.title().replace('_', '')}ViewSet"
    made: type[RecurringViewSet] = described(type(name, (RecurringViewSet,), about))
    return made


VIEW_SETS = {kind.path: view_set(kind) for kind in RECURRING_KINDS}
