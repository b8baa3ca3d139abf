"""One endpoint for each report of the registry, and the lines behind their amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from urllib.parse import quote

from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from ledger_core.base.people import names_of
from ledger_core.base.queries import base_currency
from ledger_core.base.views import BooksView
from ledger_core.books.lines import extent, page
from ledger_core.books.serializers import JournalEntrySerializer
from ledger_core.chart.queries import chart
from ledger_core.reports.answers import (
    JournalSerializer,
    LedgerLinesSerializer,
    ReportListSerializer,
    ReportSerializer,
    TrialBalanceSerializer,
    cursor,
    head,
    shown,
    shown_lines,
    shown_trial_balance,
)
from ledger_core.reports.drill import line_query
from ledger_core.reports.engine import build
from ledger_core.reports.figures import Accounts
from ledger_core.reports.parameters import Parameters
from ledger_core.reports.registry import REPORTS
from ledger_core.reports.rendering.renderers import FILE_RENDERERS
from ledger_core.reports.report import Report
from ledger_core.reports.serializers import (
    LinesQuerySerializer,
    PageQuerySerializer,
    ReportQuerySerializer,
    query_serializer_of,
    read_lines,
    read_page,
    read_parameters,
)
from ledger_core.reports.statement import Statement
from ledger_core.reports.statements.general_ledger import GENERAL_LEDGER, general_ledger, ledger_table
from ledger_core.reports.statements.journal import JOURNAL, journal_page, journal_table
from ledger_core.reports.statements.trial_balance import TRIAL_BALANCE, trial_balance
from ledger_core.reports.table import Table
from ledger_core.reports.taxes import TAX_REPORTS
from ledger_core.reports.trade.registry import TRADE_REPORTS
from tenancy.problems import FieldError, Invalid


class ReportListView(BooksView):
    """The reports there are."""

    abilities = {"get": "reports.view"}

    @extend_schema(responses=ReportListSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(
            ReportListSerializer([*REPORTS, *TAX_REPORTS, *(report for report, _ in TRADE_REPORTS)], many=True).data
        )


class FileView(BooksView):
    """What can be had as JSON or as a file (`format=csv`, `xlsx` or `pdf`, or the Accept header)."""

    is_report = True  # counts against the organization's budget for reports
    reads_only = True  # a replica will do
    abilities = {"get": "reports.view"}
    renderer_classes = [JSONRenderer, *FILE_RENDERERS]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """`format` in the URL, which a link can carry, before the Accept header."""
        wanted = request.query_params.get("format")
        if wanted is None or force:
            return super().perform_content_negotiation(request, force)
        for renderer in self.get_renderers():
            if renderer.format == wanted:
                return renderer, renderer.media_type
        detail = "`format` is json, csv, xlsx or pdf."
        raise Invalid(detail, errors=(FieldError("/format", "invalid_choice", detail),))

    def respond_with(
        self, request: Request, *, answer: Callable[[], dict[str, Any]], table: Callable[[], Table]
    ) -> Response:
        """The answer, or the table as a file."""
        if request.accepted_renderer.format == "json":
            return Response(answer())
        made = table()
        renderer = request.accepted_renderer
        name = f"{made.organization} {made.file_name}.{renderer.format}"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        return Response(made, headers=headers)


class ReportView(FileView):
    """A report of the registry."""

    statement: ClassVar[Statement]

    def respond(self, request: Request) -> Response:
        """What `get` of every report does; that method itself is made for each, with its own API description."""
        parameters = read_parameters(self.statement, request.query_params)
        return self.respond_with(
            request,
            answer=lambda: self.answer(parameters, request),
            table=lambda: self.table(parameters),
        )

    def make(self, parameters: Parameters) -> Report:
        return build(self.statement, parameters)

    def answer(self, parameters: Parameters, request: Request) -> dict[str, Any]:
        return shown(self.make(parameters))

    def table(self, parameters: Parameters) -> Table:
        return self.make(parameters).table(base_currency())


class TrialBalanceView(ReportView):
    def make(self, parameters: Parameters) -> Report:
        return trial_balance(parameters)

    def answer(self, parameters: Parameters, request: Request) -> dict[str, Any]:
        return shown_trial_balance(self.make(parameters))


class GeneralLedgerView(ReportView):
    def make(self, parameters: Parameters) -> Report:
        return general_ledger(parameters)

    def table(self, parameters: Parameters) -> Table:
        return ledger_table(self.make(parameters), base_currency())


class JournalView(ReportView):
    def answer(self, parameters: Parameters, request: Request) -> dict[str, Any]:
        size, key = read_page(request.query_params)
        found = journal_page(parameters, size=size, key=key)
        names = names_of(entry.posted_by for entry in found.entries)
        return {
            **head(JOURNAL.name, JOURNAL.title, parameters),
            "results": JournalEntrySerializer(found.entries, many=True, context={"names": names}).data,
            "next": cursor(found.next),
        }

    def table(self, parameters: Parameters) -> Table:
        return journal_table(parameters, base_currency())


class LedgerLinesView(BooksView):
    """The lines behind an amount of a report: what the `lines` of its cell lead to."""

    abilities = {"get": "reports.view"}
    query = (LinesQuerySerializer,)

    @extend_schema(
        operation_id="reports_general_ledger_lines", parameters=[LinesQuerySerializer], responses=LedgerLinesSerializer
    )
    def get(self, request: Request) -> Response:
        """A page of lines in the order of dates, with the balance after each."""
        selection, parameters = read_lines(request.query_params)
        size, key = read_page(request.query_params)
        accounts = Accounts(chart())
        _refuse_missing(selection.accounts, accounts)
        revalued = accounts.of_types(selection.revaluation_of)
        query = line_query(selection, parameters, accounts.of(selection), accounts.earnings, revalued)
        found = extent(query)
        return Response(shown_lines(found, page(query, opening=found.opening, size=size, key=key)))


def _refuse_missing(pks: Iterable[int], accounts: Accounts) -> None:
    missing = sorted(set(pks) - {node.account.pk for node in accounts.nodes})
    if missing:
        detail = f"There is no account {missing[0]}."
        raise Invalid(detail, errors=(FieldError("/account", "unknown_account", detail),))


OWN_VIEWS: dict[str, tuple[type[ReportView], type[Serializer], tuple[type[Serializer], ...]]] = {
    TRIAL_BALANCE.name: (TrialBalanceView, TrialBalanceSerializer, ()),
    GENERAL_LEDGER.name: (GeneralLedgerView, ReportSerializer, ()),
    JOURNAL.name: (JournalView, JournalSerializer, (PageQuerySerializer,)),
}


def forms_of(answer: type[Serializer]) -> dict[tuple[int, str], Any]:
    """The forms of an answer for the API description: JSON and every kind of file."""
    files: dict[tuple[int, str], Any] = {(200, each.media_type): each.schema for each in FILE_RENDERERS}
    return {(200, "application/json"): answer, **files}


def view_of(statement: Statement) -> type[ReportView]:
    """The view of a report, with its own parameters and answer in the API description."""
    base, answer, also = OWN_VIEWS.get(statement.name, (ReportView, ReportSerializer, ()))

    @extend_schema(
        operation_id=f"reports_{statement.name.replace('-', '_')}",
        summary=statement.title,
        description=statement.description,
        parameters=[query_serializer_of(statement), *also],
        responses=forms_of(answer),
    )
    def get(self: ReportView, request: Request) -> Response:
        return self.respond(request)

    name = "".join(part.title() for part in statement.name.split("-"))
    query = (ReportQuerySerializer, *also)  # also what this report has not: that it has not is another answer
    about = {"statement": statement, "get": get, "query": query, "__doc__": statement.description}
    return type(f"{name}View", (base,), about)
