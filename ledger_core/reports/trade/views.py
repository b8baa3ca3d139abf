"""The endpoints of the reports of trade: their parameters and their one form of answer."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import IdField
from ledger_core.contacts.queries import contacts_by_id
from ledger_core.reports.answers import ReportHeadSerializer
from ledger_core.reports.parameters import ANY_BRANCH, CASH
from ledger_core.reports.serializers import BasisNotAvailable, ReportQuerySerializer, refuse_foreign, stretch_of
from ledger_core.reports.statement import EARNINGS_TYPES
from ledger_core.reports.table import AMOUNT, DATE, LINE, PERCENT, SECTION, TEXT, TOTAL
from ledger_core.reports.trade.listing import DOCUMENT_DATE, DUE_DATE, Make, TradeQuestion, TradeReport
from ledger_core.reports.views import FileView, forms_of
from tenancy import context
from tenancy.problems import FieldError, Invalid

_SHARED = ("format", "period", "date", "date_to", "date_from", "basis", "presentation")
_AT_A_DATE = ("format", "period", "date", "date_to", "basis", "presentation")


class TradeQuerySerializer(ReportQuerySerializer):
    """What reports of trade can be asked; a report leaves out what it has not."""

    contact = serializers.ListField(
        child=IdField(), required=False, default=list, max_length=500, help_text="Only these contacts"
    )
    detail = serializers.BooleanField(required=False, default=False, help_text="List the documents")
    days = serializers.IntegerField(required=False, default=30, min_value=1, max_value=366, help_text="Of one age")
    ages = serializers.IntegerField(
        required=False, default=4, min_value=2, max_value=12, help_text="How many, the last without end"
    )
    aged_by = serializers.ChoiceField(
        [(DUE_DATE, "Due date"), (DOCUMENT_DATE, "Document date")], required=False, default=DUE_DATE
    )
    account = serializers.ListField(
        child=IdField(), required=False, default=list, max_length=2000, help_text="Of income and expenses"
    )
    type = serializers.ListField(
        child=serializers.ChoiceField(EARNINGS_TYPES),
        required=False,
        default=list,
        help_text="Types of accounts; together with `account`",
    )


_TRADE_PARAMETERS = ("contact", "type", "detail", "days", "ages", "aged_by")


class ListColumnSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not DRF's own label
    kind = serializers.ChoiceField(
        [(TEXT, "Text"), (DATE, "Date"), (AMOUNT, "Amount in base currency"), (PERCENT, "Percentage")]
    )


class ListAboutSerializer(serializers.Serializer):
    kind = serializers.CharField(help_text="contact, item, invoice, payment_received, ...")
    id = IdField(allow_null=True)


class ListRowSerializer(serializers.Serializer):
    kind = serializers.ChoiceField([(SECTION, "Section"), (LINE, "Line"), (TOTAL, "Total")])
    level = serializers.IntegerField()
    about = ListAboutSerializer(allow_null=True, help_text="What the row is about")
    cells = serializers.DictField(child=serializers.CharField(allow_null=True), help_text="By the columns' keys")


class ListingSerializer(ReportHeadSerializer):
    columns = ListColumnSerializer(many=True)
    rows = ListRowSerializer(many=True)


class TradeReportView(FileView):
    """A report of trade."""

    report: ClassVar[TradeReport]
    make: ClassVar[Make]
    query = (ReportQuerySerializer, TradeQuerySerializer)  # also what it has not: that it has not is another answer

    def respond(self, request: Request) -> Response:
        """What `get` of every report does; that method itself is made for each, with its own API description."""
        question = read_question(self.report, request.query_params)
        listing = type(self).make(self.report, question)
        return self.respond_with(request, answer=listing.answer, table=lambda: listing.table(base_currency()))


def view_of(report: TradeReport, make: Make) -> type[TradeReportView]:
    """The view of a report, with its own parameters in the API description."""

    @extend_schema(
        operation_id=f"reports_{report.name.replace('-', '_')}",
        summary=report.title,
        description=report.description,
        parameters=[_query_serializer(report)],
        responses=forms_of(ListingSerializer),
    )
    def get(self: TradeReportView, request: Request) -> Response:
        return self.respond(request)

    name = "".join(part.title() for part in report.name.split("-"))
    fields = {"report": report, "make": staticmethod(make), "get": get, "__doc__": report.description}
    return type(f"{name}View", (TradeReportView,), fields)


def _known(report: TradeReport) -> tuple[str, ...]:
    always = _AT_A_DATE if report.at_a_date else _SHARED
    return (*(name for name in always if name != "basis" or report.basis != CASH), *report.takes)


def _query_serializer(report: TradeReport) -> type[TradeQuerySerializer]:
    dropped = set(TradeQuerySerializer().fields) - set(_known(report))
    fields: dict[str, Any] = dict.fromkeys(dropped)
    if "contact" in report.needs:
        fields["contact"] = serializers.ListField(child=IdField(), max_length=500, help_text="Of these contacts")
    name = "".join(part.title() for part in report.name.split("-"))
    return type(f"{name}QuerySerializer", (TradeQuerySerializer,), fields)


def read_question(report: TradeReport, query: Any) -> TradeQuestion:
    """The parameters in a URL, with names and defaults resolved; raises Invalid."""
    _refuse_others(report, query)
    serializer = _query_serializer(report)(data=query)
    serializer.is_valid(raise_exception=True)
    asked = serializer.validated_data
    if asked.get("basis") == CASH:
        detail = report.no_cash_basis
        raise BasisNotAvailable(detail, errors=(FieldError("/basis", "basis_not_available", detail),))
    contacts = tuple(dict.fromkeys(asked.get("contact", ())))
    _check_contacts(contacts)
    return TradeQuestion(
        stretch=stretch_of(asked, context.current().fiscal_year_start, at_a_date=report.at_a_date),
        presentation=asked["presentation"],
        contacts=contacts,
        detail=asked.get("detail", False),
        days=asked.get("days", 30),
        ages=asked.get("ages", 4),
        aged_by=asked.get("aged_by", DUE_DATE),
        basis=report.basis,
        accounts=tuple(asked.get("account", ())),
        types=tuple(asked.get("type", ())),
        branch=asked.get("branch", ANY_BRANCH),
    )


def _refuse_others(report: TradeReport, query: Any) -> None:
    """Raise Invalid for a parameter that other reports have and this one has not."""
    known = _known(report)
    refuse_foreign(report.title, known, query)
    for name in sorted(set(_TRADE_PARAMETERS) & set(query) - set(known)):
        detail = f"The report {report.title!r} has no `{name}`."
        raise Invalid(detail, errors=(FieldError(f"/{name}", "not_available", detail),))


def _check_contacts(contacts: tuple[int, ...]) -> None:
    missing = set(contacts) - set(contacts_by_id(contacts))
    if missing:
        detail = f"There is no contact {min(missing)}."
        raise Invalid(detail, errors=(FieldError("/contact", "unknown_contact", detail),))
