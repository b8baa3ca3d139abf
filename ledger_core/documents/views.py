"""The one view set of documents. A kind's own is a subclass that names it: `sales/views.py`, `purchases/views.py`."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.conditions import tagged
from ledger_core.base.lists import Exported, Total, TotalledPagination
from ledger_core.base.people import names_of
from ledger_core.base.requests import actor_of, take_nothing, valid
from ledger_core.base.sheets import AMOUNT, DATE, SheetColumn
from ledger_core.base.views import BooksViewSet
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.books.serializers import JournalEntrySerializer
from ledger_core.documents import operations
from ledger_core.documents.bulk import delete_many, issue_many
from ledger_core.documents.content import CLEARED
from ledger_core.documents.conversion import convert_document
from ledger_core.documents.filters import DocumentFilter
from ledger_core.documents.heading import check_salesperson
from ledger_core.documents.kinds import KINDS_BY_VALUE, DocumentKind, Move
from ledger_core.documents.models import Document
from ledger_core.documents.queries import check_exists, documents, entries_of, find_document
from ledger_core.documents.serializers import (
    BulkOutcomeSerializer,
    BulkSerializer,
    ConvertSerializer,
    DocumentCreateSerializer,
    DocumentEditSerializer,
    DocumentRowSerializer,
    DocumentSerializer,
    VoidDocumentSerializer,
)
from ledger_core.documents.shown import shown_document, shown_outcomes, shown_rows, totals_of
from tenancy.problems import Forbidden

SHEET = (
    SheetColumn("Number", "number"),
    SheetColumn("Date", "date", DATE),
    SheetColumn("Due date", "due_date", DATE),
    SheetColumn("Contact", "contact.name"),
    SheetColumn("Reference", "reference"),
    SheetColumn("State", "state"),
    SheetColumn("Currency", "currency"),
    SheetColumn("Total", "total", AMOUNT),
    SheetColumn("Open", "open_amount", AMOUNT),
    SheetColumn("Total in base currency", "base_total", AMOUNT),
)


class DocumentViewSet(Exported, ShowsPosting, BooksViewSet):
    """Documents of one kind: drafts are written and changed freely, issued ones are in the books."""

    kind: ClassVar[str]
    queryset = Document.objects.none()  # for the API description; `documents()` needs an organization
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    search_fields = ["number", "reference", "contact__name"]
    ordering_fields = ["date", "number", "due_date", "total", "created_at", "contact__name"]
    pagination_class = TotalledPagination
    sheet = SHEET
    lookup_value_regex = "[0-9]{1,18}"

    def __init_subclass__(cls, **about: Any) -> None:
        """Give the subclass the verbs and abilities of its kind."""
        super().__init_subclass__(**about)
        if not hasattr(cls, "kind"):
            return  # what several kinds share
        kind = KINDS_BY_VALUE[cls.kind]
        verbs = {"issue": _issue(kind), **{move.verb: _move(kind, move) for move in kind.moves}}
        if kind.posts:
            verbs["void"] = _void(kind)
        if kind.converts_to:
            verbs["convert"] = _convert(kind)
        for name, verb in verbs.items():
            setattr(cls, name, verb)
        cls.abilities = _abilities(kind)
        cls.if_match = frozenset({"update", "partial_update", "destroy", *verbs})

    @property
    def policy(self) -> DocumentKind:
        return KINDS_BY_VALUE[self.kind]

    @extend_schema(responses=DocumentRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Documents without their lines, newest first."""
        page = self.paginate_queryset(self.filter_queryset(documents(self.kind)))
        return self.get_paginated_response(shown_rows(page or []))

    def totals(self, found: QuerySet[Document]) -> builtins.list[Total]:
        """What a list comes to."""
        return totals_of(self.policy, found)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One document with its lines and taxes."""
        return self.answer(int(pk))

    @extend_schema(request=DocumentCreateSerializer, responses={201: DocumentSerializer})
    def create(self, request: Request) -> Response:
        """Write a draft; with `issue`, issue it at once (both or nothing)."""
        return self.write(request, self.written(DocumentCreateSerializer(data=request.data)))

    def write(self, request: Request, fields: dict[str, Any]) -> Response:
        if fields["issue"]:
            self.need(request, "publish")
        document = operations.create_document(kind=self.kind, actor=actor_of(request), **fields)
        return answer_of(document, status=201, is_new=True)

    @extend_schema(request=DocumentEditSerializer, responses=DocumentSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Replace a document: what is left out gets its default. An issued one is reversed and posted again."""
        return self.change(request, int(pk), {**CLEARED, **self._given(request, int(pk), partial=False)})

    @extend_schema(request=DocumentEditSerializer(partial=True), responses=DocumentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a document; `lines`, where given, replace all former ones. An issued one is posted again."""
        return self.change(request, int(pk), self._given(request, int(pk), partial=True))

    def _given(self, request: Request, pk: int, *, partial: bool) -> dict[str, Any]:
        document = find_document(self.kind, pk)  # an unknown id is 404, whatever the body
        context = {"currency": document.currency, "contact_id": document.contact_id} if partial else {}
        return self.written(DocumentEditSerializer(data=request.data, partial=partial, context=context))

    def change(self, request: Request, pk: int, fields: dict[str, Any]) -> Response:
        may_post = f"{self.policy.subject}.publish" in request._request.abilities  # type: ignore[attr-defined]
        document = operations.edit_document(
            kind=self.kind, document_id=pk, actor=actor_of(request), may_post=may_post, **fields
        )
        return answer_of(document)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a draft."""
        operations.delete_document(kind=self.kind, document_id=int(pk))
        return Response(status=204)

    @extend_schema(request=None, responses={201: DocumentSerializer})
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """A new draft with the same content, of today."""
        take_nothing(request)
        document = operations.duplicate_document(kind=self.kind, document_id=int(pk), actor=actor_of(request))
        return answer_of(document, status=201)

    @extend_schema(request=BulkSerializer, responses=BulkOutcomeSerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], url_path="bulk-issue", pagination_class=None)
    def bulk_issue(self, request: Request) -> Response:
        """Issue up to 100 drafts, each by itself: one that is refused does not hold up the others."""
        about = valid(BulkSerializer(data=request.data))
        return Response(shown_outcomes(issue_many(kind=self.kind, document_ids=about["ids"], actor=actor_of(request))))

    @extend_schema(request=BulkSerializer, responses=BulkOutcomeSerializer(many=True), filters=False)
    @action(detail=False, methods=["post"], url_path="bulk-delete", pagination_class=None)
    def bulk_delete(self, request: Request) -> Response:
        """Delete up to 100 drafts, each by itself."""
        about = valid(BulkSerializer(data=request.data))
        return Response(shown_outcomes(delete_many(kind=self.kind, document_ids=about["ids"])))

    @extend_schema(responses=JournalEntrySerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def journal(self, request: Request, pk: str) -> Response:
        """Everything that was posted for it, reversals included, in the order of posting."""
        check_exists(self.kind, int(pk))
        found = list(entries_of(self.kind, int(pk)))
        names = names_of(entry.posted_by for entry in found)
        return Response(JournalEntrySerializer(found, many=True, context={"names": names}).data)

    def written(self, serializer: DocumentEditSerializer) -> dict[str, Any]:
        valid(serializer)
        fields = serializer.fields_of()
        check_salesperson(fields.get("salesperson_id"))
        return fields

    def need(self, request: Request, verb: str, subject: str = "") -> None:
        """Refuse who may do what the endpoint is for, but not this with it."""
        ability = f"{subject or self.policy.subject}.{verb}"
        if ability not in request._request.abilities:  # type: ignore[attr-defined]
            raise Forbidden(f"Your role in this organization does not include {ability}.")

    def answer(self, document_id: int, *, status: int = 200) -> Response:
        """The document as it is now."""
        return answer_of(find_document(self.kind, document_id), status=status)


def answer_of(document: Document, *, status: int = 200, is_new: bool = False) -> Response:
    """A document whose lines and taxes are in hand."""
    return tagged(Response(shown_document(document, is_new=is_new), status=status), document)


def _abilities(kind: DocumentKind) -> dict[str, str]:
    verbs = {
        "list": "view",
        "retrieve": "view",
        "journal": "view",
        "create": "create",
        "duplicate": "create",
        "update": "edit",
        "partial_update": "edit",
        "destroy": "delete",
        "issue": "publish",
        "bulk_issue": "publish",
        "bulk_delete": "delete",
        "convert": "edit",
        **{move.verb: "publish" for move in kind.moves},
    }
    if kind.posts:
        verbs["void"] = "void"
    if not kind.converts_to:
        del verbs["convert"]
    return {name: f"{kind.subject}.{verb}" for name, verb in verbs.items()}


_View = Callable[..., Response]


def _verb(
    name: str, path: str, about: str, run: _View, request: Any = None, responses: Any = DocumentSerializer
) -> _View:
    """An action of a view set, under a kind's own word for it."""
    run.__name__, run.__doc__ = name, about
    verb = action(detail=True, methods=["post"], url_path=path)(run)
    described: _View = extend_schema(request=request, responses=responses)(verb)
    return described


def _issue(kind: DocumentKind) -> _View:
    def run(self: DocumentViewSet, request: Request, pk: str) -> Response:
        check_exists(self.kind, int(pk))
        take_nothing(request)
        document = operations.issue_document(kind=self.kind, document_id=int(pk), actor=actor_of(request))
        return answer_of(document, is_new=True)

    about = "Number the draft and post it." if kind.posts else "Number the draft and take it for sent."
    return _verb("issue", kind.issue, about, run)


def _void(kind: DocumentKind) -> _View:
    def run(self: DocumentViewSet, request: Request, pk: str) -> Response:
        check_exists(self.kind, int(pk))
        about = valid(VoidDocumentSerializer(data=request.data))
        document = operations.void_document(kind=self.kind, document_id=int(pk), actor=actor_of(request), **about)
        return answer_of(document)

    about = "Post the mirror entry, on the document's own date unless another is given."
    return _verb("void", "void", about, run, VoidDocumentSerializer)


def _convert(kind: DocumentKind) -> _View:
    def run(self: DocumentViewSet, request: Request, pk: str) -> Response:
        context = {"currency": find_document(self.kind, int(pk)).currency}
        serializer = ConvertSerializer(data=request.data, context=context)
        about = valid(serializer)
        target = about["to"]
        if target in KINDS_BY_VALUE:
            self.need(request, "create", KINDS_BY_VALUE[target].subject)
        if about.get("issue") and target in KINDS_BY_VALUE:
            self.need(request, "publish", KINDS_BY_VALUE[target].subject)
        about["lines"] = serializer.chosen()
        document = convert_document(kind=self.kind, document_id=int(pk), actor=actor_of(request), **about)
        return answer_of(document, status=201)

    about = f"Make a document of another kind of it ({', '.join(kind.converts_to)}), in whole or in part."
    return _verb("convert", "convert", about, run, ConvertSerializer, {201: DocumentSerializer})


def _move(kind: DocumentKind, move: Move) -> _View:
    def run(self: DocumentViewSet, request: Request, pk: str) -> Response:
        check_exists(self.kind, int(pk))
        take_nothing(request)
        document = operations.move_document(kind=self.kind, document_id=int(pk), move=move, actor=actor_of(request))
        return answer_of(document)

    about = f"From {' or '.join(move.sources)} to {move.status}."
    return _verb(move.verb, move.verb, about, run)
