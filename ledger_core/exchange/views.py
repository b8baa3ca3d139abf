from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import StreamingHttpResponse
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.rehearsal import is_rehearsal
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import MEGABYTE, BooksView
from ledger_core.books.bulk import Unposted
from ledger_core.books.operations import Source
from ledger_core.books.rehearsal import shown_rehearsal
from ledger_core.exchange.accounts import CREATED
from ledger_core.exchange.books import open_books
from ledger_core.exchange.formats import BY_VALUE, read_file
from ledger_core.exchange.importing import ImportReport, import_books
from ledger_core.exchange.operations import External, Outcome, post_external
from ledger_core.exchange.serializers import (
    EACH,
    EXISTING,
    POSTED,
    REFUSED,
    BulkAnswerSerializer,
    BulkEntriesSerializer,
    BulkEntrySerializer,
    BulkShapeSerializer,
    ExportQuerySerializer,
    ImportReportSerializer,
    ImportSerializer,
    line_of,
)
from tenancy import context
from tenancy.problems import FieldError, Problem, field_errors
from tenancy.streaming import stream

CLOSE_YEARS = "fiscal_years.manage"
API = "api"  # the source of these entries, and where their external ids are unique


class BulkEntriesView(BooksView):
    """Post up to 5,000 entries: all or none, or each by itself."""

    abilities = {"post": "journal_entries.create"}
    most_bytes: ClassVar[int] = 20 * MEGABYTE

    @extend_schema(request=BulkEntriesSerializer, responses=BulkAnswerSerializer)
    def post(self, request: Request) -> Response:
        """An entry whose `external_id` is known is not posted again: its result is the entry that has it, and whether
        that differs from what was sent."""
        shape = BulkShapeSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        entries, refused = _read(shape.validated_data["entries"])
        each = shape.validated_data["mode"] == EACH
        return Response(
            _shown(post_external(entries=entries, refused=refused, each=each, source=API, actor=actor_of(request)))
        )

    def show_rehearsal(self, response: Response, entry_ids: list[int]) -> Response:
        results = [_without_number(each) for each in response.data["results"]]
        return Response({**shown_rehearsal(entry_ids), **response.data, "results": results})


class ImportRefused(Problem):
    status = 422
    code = "import_refused"
    title = "Nothing was imported"


class ImportsView(BooksView):
    """Post the entries of a file, all or none. Send it with `dry_run=true` first: the report tells everything."""

    abilities = {"post": "imports.create"}
    most_bytes: ClassVar[int] = 20 * MEGABYTE

    @extend_schema(request=ImportSerializer, responses=ImportReportSerializer)
    def post(self, request: Request) -> Response:
        """422 `import_refused` names each wrong line as `/content/<line>`; a dry run reports them instead."""
        asked = valid(ImportSerializer(data=request.data))
        content = asked["bytes"] if "bytes" in asked else asked["content"]
        reading = read_file(asked["format"], content, asked["columns"], asked["decimal_mark"])
        report = import_books(
            reading=reading,
            told=asked["accounts"],
            create=asked["create_accounts"],
            actor=actor_of(request),
            may_close=CLOSE_YEARS in request._request.abilities,  # type: ignore[attr-defined]
            allow_duplicates=asked["allow_duplicates"],
        )
        if report.errors and not is_rehearsal():
            raise _refused(report)
        return Response(ImportReportSerializer(report).data)

    def show_rehearsal(self, response: Response, entry_ids: list[int]) -> Response:
        taken_back = {"first_number": None, "last_number": None}
        accounts = [_without_id(each) for each in response.data["accounts"]]
        return Response({**shown_rehearsal(entry_ids), **response.data, **taken_back, "accounts": accounts})


def _refused(report: ImportReport) -> ImportRefused:
    errors = tuple(FieldError(f"/content/{each.line}", each.code, each.detail) for each in report.errors)
    lines = "1 line is wrong" if len(errors) == 1 else f"{len(errors)} lines are wrong"
    return ImportRefused(f"{lines}; each is named in `errors` by its number.", errors=errors)


def _without_id(match: dict[str, Any]) -> dict[str, Any]:
    """A created account was taken back: its code and name are those it would get."""
    if match["outcome"] != CREATED:
        return match
    return {**match, "account": {**match["account"], "id": None}}


class ExportView(BooksView):
    """The complete books, as a file for other programs."""

    is_report = True
    abilities = {"get": "exports.create"}
    query = (ExportQuerySerializer,)

    @extend_schema(
        parameters=[ExportQuerySerializer],
        responses={(200, "text/plain"): OpenApiTypes.STR, (200, "application/jsonl"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Sent piece by piece. Entries posted meanwhile are not in it."""
        query = ExportQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        chosen = BY_VALUE[query.validated_data["format"]]
        name = f"{slugify(context.current().name) or 'organization'}-books.{chosen.ending}"
        return stream(chosen.write(open_books()), content_type=chosen.content_type, file_name=name)


def _read(raw: list[Any]) -> tuple[dict[int, External], dict[int, Sequence[FieldError]]]:
    """The entries that have the right shape, and what is wrong with the others, by position."""
    reader = BulkEntrySerializer()
    entries: dict[int, External] = {}
    refused: dict[int, Sequence[FieldError]] = {}
    for index, each in enumerate(raw):
        try:
            entries[index] = _external(reader.run_validation(each))
        except serializers.ValidationError as error:
            refused[index] = list(field_errors(error.get_full_details()))
    return entries, refused


def _external(fields: dict[str, Any]) -> External:
    entry = Unposted(
        date=fields["date"],
        lines=[line_of(each) for each in fields["lines"]],
        source=Source(API, number=fields["reference"]),
        memo=fields["memo"],
    )
    return External(entry, fields["external_id"])


def _shown(outcomes: list[Outcome]) -> dict[str, Any]:
    results = [_result(outcome) for outcome in outcomes]
    counts = {status: sum(each["status"] == status for each in results) for status in (POSTED, EXISTING, REFUSED)}
    return {**counts, "results": results}


def _result(outcome: Outcome) -> dict[str, Any]:
    status = (POSTED if outcome.is_new else EXISTING) if outcome.entry else REFUSED
    entry = outcome.entry and {"id": str(outcome.entry.pk), "number": str(outcome.entry.number)}
    errors = [
        {"pointer": f"/entries/{outcome.index}{each.pointer}", "code": each.code, "detail": each.detail}
        for each in outcome.errors
    ]
    return {
        "index": outcome.index,
        "external_id": outcome.external_id,
        "status": status,
        "differs": outcome.differs,
        "entry": entry,
        "errors": errors,
    }


def _without_number(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "entry": None} if result["status"] == POSTED else result
