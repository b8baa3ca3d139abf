from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from ledger_core.base.conditions import tagged
from ledger_core.base.lists import Exported
from ledger_core.base.people import names_of
from ledger_core.base.sheets import AMOUNT, DATE, SheetColumn
from ledger_core.base.views import BooksViewSet
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.journals import operations
from ledger_core.journals.filters import ManualJournalFilter
from ledger_core.journals.models import ManualJournal
from ledger_core.journals.queries import find_journal, journals
from ledger_core.journals.serializers import (
    ManualJournalCreateSerializer,
    ManualJournalEditSerializer,
    ManualJournalSerializer,
    ReverseSerializer,
    VoidSerializer,
)
from tenancy.problems import Forbidden

PUBLISH = "manual_journals.publish"


SHEET = (
    SheetColumn("Number", "number"),
    SheetColumn("Date", "date", DATE),
    SheetColumn("Memo", "memo"),
    SheetColumn("Reference", "reference"),
    SheetColumn("Status", "status"),
    SheetColumn("Currency", "currency"),
    SheetColumn("Total", "total", AMOUNT),
    SheetColumn("Reversed on", "reverse_on", DATE),
    SheetColumn("By", "created_by"),
)


class ManualJournalViewSet(Exported, ShowsPosting, BooksViewSet):
    """Manual journals: drafts are written and changed freely, published ones only voided."""

    abilities = {
        "list": "manual_journals.view",
        "retrieve": "manual_journals.view",
        "create": "manual_journals.create",
        "update": "manual_journals.edit",
        "partial_update": "manual_journals.edit",
        "destroy": "manual_journals.delete",
        "publish": PUBLISH,
        "void": "manual_journals.void",
        "reverse": "manual_journals.void",
    }
    if_match = frozenset({"update", "partial_update", "destroy", "publish", "void", "reverse"})
    queryset = ManualJournal.objects.none()  # for the API description; `journals()` needs an organization
    serializer_class = ManualJournalSerializer
    filterset_class = ManualJournalFilter
    search_fields = ["number", "memo", "reference"]
    ordering_fields = ["date", "number", "created_at"]
    sheet = SHEET
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=ManualJournalSerializer(many=True))
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(journals()))
        return self.get_paginated_response(_shown(page or []))

    def retrieve(self, request: Request, pk: str) -> Response:
        """One journal."""
        return _answer(int(pk))

    @extend_schema(request=ManualJournalCreateSerializer, responses={201: ManualJournalSerializer})
    def create(self, request: Request) -> Response:
        """Write a draft; with `publish`, post it at once (both or nothing)."""
        fields = _valid(ManualJournalCreateSerializer(data=request.data)).fields_of()
        if fields["publish"] and PUBLISH not in request._request.abilities:  # type: ignore[attr-defined]
            raise Forbidden(f"Your role in this organization does not include {PUBLISH}; save it as a draft.")
        journal = operations.create_journal(actor=_actor(request), **fields)
        return _answer_of(journal, status=201)

    @extend_schema(request=ManualJournalEditSerializer, responses=ManualJournalSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Replace a draft."""
        find_journal(int(pk))  # an unknown id is 404, whatever the body
        given = _valid(ManualJournalEditSerializer(data=request.data)).fields_of()
        fields = {"memo": "", "reference": "", "currency": None, "rate": None, "reverse_on": None, **given}
        return _answer(operations.edit_journal(journal_id=int(pk), **fields).pk)

    @extend_schema(request=ManualJournalEditSerializer(partial=True), responses=ManualJournalSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a draft; `lines`, where given, replace all former ones."""
        context = {"currency": find_journal(int(pk)).currency}
        serializer = ManualJournalEditSerializer(data=request.data, partial=True, context=context)
        fields = _valid(serializer).fields_of()
        return _answer(operations.edit_journal(journal_id=int(pk), **fields).pk)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a draft."""
        operations.delete_journal(journal_id=int(pk))
        return Response(status=204)

    @extend_schema(request=None, responses=ManualJournalSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Post the draft; 422 `unbalanced` names the difference."""
        return _answer(operations.publish_journal(journal_id=int(pk), actor=_actor(request)).pk)

    @extend_schema(request=VoidSerializer, responses=ManualJournalSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, pk: str) -> Response:
        """Post the mirror entry, on the journal's own date unless another is given."""
        about = _valid(VoidSerializer(data=request.data)).validated_data
        return _answer(operations.void_journal(journal_id=int(pk), actor=_actor(request), **about).pk)

    @extend_schema(request=ReverseSerializer, responses=ManualJournalSerializer)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Book a published journal back on a later day; 409 `already_reversing` if it is."""
        find_journal(int(pk))
        about = _valid(ReverseSerializer(data=request.data)).validated_data
        return _answer(operations.reverse_journal(journal_id=int(pk), actor=_actor(request), **about).pk)


def _actor(request: Request) -> int:
    """Id of the user who acts; behind an API key that is the one who made it."""
    user_id = request.user.pk
    assert user_id is not None
    return user_id


def _valid(serializer: Any) -> Any:
    serializer.is_valid(raise_exception=True)
    return serializer


def _answer(journal_id: int) -> Response:
    """The journal as it is now."""
    return _answer_of(find_journal(journal_id))


def _answer_of(journal: ManualJournal, *, status: int = 200) -> Response:
    return tagged(Response(_shown([journal])[0], status=status), journal)


def _shown(page: list[ManualJournal]) -> list[Any]:
    names = names_of(journal.created_by for journal in page)
    serializer: Serializer = ManualJournalSerializer(page, many=True, context={"names": names})
    return list(serializer.data)
