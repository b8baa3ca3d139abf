"""What can be asked of reports, and what that comes to: real dates instead of names and defaults."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.fiscal import fiscal_year_of
from ledger_core.base.queries import today
from ledger_core.base.serializers import FIRST_DATE, MAX_ID, BooksDateField, IdField
from ledger_core.books.lines import Key, read_key
from ledger_core.chart.types import ACCOUNT_TYPES, CREDIT, DEBIT
from ledger_core.reports.parameters import ACCRUAL, ANY_BRANCH, CASH, NO_BRANCH, Branch, Parameters
from ledger_core.reports.periods import COMPARISONS, NAMED, UNITS, Stretch, named
from ledger_core.reports.selection import Selection
from ledger_core.reports.statement import Statement
from ledger_core.reports.table import THOUSANDS, WHOLE
from ledger_core.reports.table import UNITS as IN_UNITS
from tenancy import context
from tenancy.problems import FieldError, Invalid

COLUMN_CHOICES = ("total", *UNITS, "branch")
PRESENTATIONS = (IN_UNITS, WHOLE, THOUSANDS)
FORMATS = ("json", "csv", "xlsx", "pdf")
PERCENT_OF = ("row", "column", "income")
BASES = (ACCRUAL, CASH)
TYPE_VALUES = [each.value for each in ACCOUNT_TYPES]


class BasisNotAvailable(Invalid):
    code = "basis_not_available"
    title = "This report has no cash basis"


@extend_schema_field({"type": "string", "example": "3"})
class BranchField(serializers.Field):
    default_error_messages = {"invalid": "A branch is an id, `none` for lines of no branch, or `any`."}

    def to_internal_value(self, data: Any) -> Branch:
        text = str(data)
        if text in (ANY_BRANCH, NO_BRANCH):
            return text
        if not (text.isascii() and text.isdigit() and 0 < int(text[:20]) <= MAX_ID):
            self.fail("invalid")
        return int(text)

    def to_representation(self, value: Branch) -> str:
        return str(value)


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(COMPARISONS)}})
class ComparisonsField(serializers.Field):
    """Names with commas in between, or the parameter several times."""

    default_error_messages = {"invalid": f"Compare with {' or '.join(COMPARISONS)}."}

    def get_value(self, dictionary: Any) -> Any:
        found = (
            dictionary.getlist(self.field_name) if hasattr(dictionary, "getlist") else dictionary.get(self.field_name)
        )
        return found or serializers.empty

    def to_internal_value(self, data: Any) -> tuple[str, ...]:
        names = [name for part in data for name in part.split(",") if name]
        if not set(names) <= set(COMPARISONS):
            self.fail("invalid")
        return tuple(dict.fromkeys(names))

    def to_representation(self, value: Sequence[str]) -> list[str]:
        return list(value)


class ReportQuerySerializer(serializers.Serializer):
    """What every report can be asked; a report leaves out what it has not."""

    format = serializers.ChoiceField(
        FORMATS, required=False, default="json", help_text="The form of the answer; the Accept header says the same"
    )
    period = serializers.ChoiceField(
        NAMED, required=False, help_text="Instead of dates; in the organization's time zone and fiscal year"
    )
    date = BooksDateField(required=False, help_text="The last day; the same as `date_to`")
    date_to = BooksDateField(required=False, help_text="The last day; default: today")
    date_from = BooksDateField(required=False, help_text="The first day")
    columns = serializers.ChoiceField(
        COLUMN_CHOICES, required=False, default="total", help_text="One column, or one for each of these"
    )
    compare = ComparisonsField(
        required=False,
        default=(),
        help_text="Beside each amount another stretch of time, the change and its percentage",
    )
    percent_of = serializers.ChoiceField(
        PERCENT_OF, required=False, default="", help_text="Beside each amount its percentage of a total"
    )
    account = serializers.ListField(
        child=IdField(), required=False, default=list, max_length=500, help_text="Only these accounts"
    )
    branch = BranchField(
        required=False, default=ANY_BRANCH, help_text="Only lines of this branch (an id), or `none`: of no branch"
    )
    basis = serializers.ChoiceField(
        BASES,
        required=False,
        default=ACCRUAL,
        help_text="`cash` counts income and expenses when they are paid; refused by reports without a cash basis",
    )
    zero_rows = serializers.BooleanField(required=False, default=False, help_text="Show accounts without amounts too")
    depth = serializers.IntegerField(
        required=False,
        default=None,
        min_value=0,
        max_value=8,
        help_text="Levels of the account tree to show; what is deeper is added to the level shown",
    )
    presentation = serializers.ChoiceField(
        PRESENTATIONS, required=False, default=IN_UNITS, help_text="How files show amounts; in JSON they stay exact"
    )
    as_known_at = serializers.DateTimeField(
        required=False,
        default=None,
        help_text="Only what had been posted by this instant",
        default_timezone=datetime.UTC,
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        last = attrs.get("date", attrs.get("date_to"))
        if "date" in attrs and attrs.get("date_to", last) != last:
            raise _error("date_to", "Say the last day once.", "two_dates")
        if "period" in attrs and (last or "date_from" in attrs):
            raise _error("period", "Give a period or dates, not both.", "two_dates")
        if last and attrs.get("date_from", last) > last:
            raise _error("date_from", "The first day is after the last.", "after_date")
        return attrs


def _error(field: str, message: str, code: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [serializers.ErrorDetail(message, code)]})


ALWAYS = ("format", "period", "date", "date_to", "date_from", "branch", "basis", "presentation", "as_known_at")


def query_serializer_of(statement: Statement) -> type[ReportQuerySerializer]:
    """The shared serializer without what the report has not."""
    dropped = set(ReportQuerySerializer().fields) - {*ALWAYS, *statement.takes}
    name = "".join(part.title() for part in statement.name.split("-"))
    return type(f"{name}QuerySerializer", (ReportQuerySerializer,), dict.fromkeys(dropped))


def read_parameters(statement: Statement, query: Any) -> Parameters:
    """The parameters in a URL, with names and defaults resolved; raises Invalid."""
    refuse_foreign(statement.title, (*ALWAYS, *statement.takes), query)
    serializer = query_serializer_of(statement)(data=query)
    serializer.is_valid(raise_exception=True)
    asked = serializer.validated_data
    if asked["basis"] == CASH:
        _check_cash_basis(statement, asked)
    start_month = context.current().fiscal_year_start
    parameters = Parameters(
        stretch=stretch_of(asked, start_month, at_a_date=statement.at_a_date),
        start_month=start_month,
        columns=asked.get("columns", "total"),
        compare=asked.get("compare", ()),
        percent_of=asked.get("percent_of", ""),
        branch=asked["branch"],
        basis=asked["basis"],
        zero_rows=asked.get("zero_rows", False),
        depth=asked.get("depth"),
        presentation=asked["presentation"],
        as_known_at=asked["as_known_at"],
        accounts=tuple(asked.get("account", ())),
    )
    _refuse_percentages(statement, parameters)
    return parameters


def _check_cash_basis(statement: Statement, asked: dict[str, Any]) -> None:
    if statement.no_cash_basis:
        raise BasisNotAvailable(
            statement.no_cash_basis, errors=_errors("basis", "basis_not_available", statement.no_cash_basis)
        )
    if asked["as_known_at"] is not None:
        detail = (
            "What was known at a time is known of entries only, not of what settled documents: ask for it on accrual "
            "basis, or leave `as_known_at` out."
        )
        raise Invalid(detail, errors=_errors("as_known_at", "not_available", detail))


def refuse_foreign(title: str, takes: Sequence[str], query: Any) -> None:
    """Raise Invalid for a parameter that other reports have and this one has not."""
    known = set(ReportQuerySerializer().fields) - set(takes)
    for name in sorted(known & set(query)):
        detail = f"The report {title!r} has no `{name}`."
        raise Invalid(detail, errors=_errors(name, "not_available", detail))


def _refuse_percentages(statement: Statement, parameters: Parameters) -> None:
    wanted = parameters.percent_of
    many = parameters.columns == "branch" or statement.add_up
    there = {"": True, "row": many, "column": bool(statement.base), "income": statement.base == "income"}
    if not there[wanted]:
        detail = f"The report {statement.title!r} has no {wanted} that these amounts are parts of."
        raise Invalid(detail, errors=_errors("percent_of", "not_available", detail))


def _errors(field: str, code: str, detail: str) -> tuple[FieldError, ...]:
    return (FieldError(f"/{field}", code, detail),)


def stretch_of(asked: dict[str, Any], start_month: int, *, at_a_date: bool = False) -> Stretch:
    """Defaults: up to today; a report of a period from the first day of that fiscal year on."""
    if "period" in asked:
        found = named(asked["period"], today(), start_month)
        first, last = found.first, found.last
        whole = first is None
    else:
        last = asked.get("date", asked.get("date_to")) or today()
        first, whole = asked.get("date_from"), False
    if first is not None:
        return Stretch(first, last)
    if at_a_date and asked.get("columns", "total") in ("total", "branch"):
        return Stretch(None, last)
    return Stretch(FIRST_DATE if whole else fiscal_year_of(last, start_month).first_day, last)


class PageQuerySerializer(serializers.Serializer):
    cursor = serializers.CharField(
        required=False, max_length=100, help_text="Where the page begins; `last` for the last page of lines"
    )
    page_size = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


def read_page(query: Any) -> tuple[int, Key | None]:
    """The size of a page and where it begins."""
    serializer = PageQuerySerializer(data=query)
    serializer.is_valid(raise_exception=True)
    asked = serializer.validated_data
    return asked["page_size"], read_key(asked["cursor"]) if "cursor" in asked else None


class LinesQuerySerializer(PageQuerySerializer):
    """Which lines: those on the accounts and of the types, together."""

    account = serializers.ListField(child=IdField(), required=False, default=list, max_length=2000)
    type = serializers.ListField(
        child=serializers.ChoiceField(TYPE_VALUES), required=False, default=list, help_text="Types of accounts"
    )
    date_from = BooksDateField(required=False, default=None, help_text="The first day; default: the very beginning")
    date_to = BooksDateField(required=False, help_text="The last day; default: today")
    branch = BranchField(required=False, default=ANY_BRANCH, help_text="An id, or `none`: lines of no branch")
    closing = serializers.BooleanField(
        required=False, default=True, help_text="Do entries that close a fiscal year count?"
    )
    earnings_before = BooksDateField(
        required=False,
        default=None,
        help_text="Also lines of income and expense accounts: all before this day, and from it on those of closing "
        "entries. It is what retained earnings stand for",
    )
    side = serializers.ChoiceField([DEBIT, CREDIT], required=False, default="", help_text="Only lines of this side")
    revaluation_of = serializers.ListField(
        child=serializers.ChoiceField(TYPE_VALUES),
        required=False,
        default=list,
        help_text="Also what revaluations booked on accounts of these types; not together with `earnings_before`",
    )
    as_known_at = serializers.DateTimeField(required=False, default=None, default_timezone=datetime.UTC)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["account"] and not attrs["type"] and not attrs["revaluation_of"]:
            raise _error("account", "Name accounts or types of accounts.", "required")
        if attrs["revaluation_of"] and attrs["earnings_before"]:
            raise _error("revaluation_of", "Leave one of `revaluation_of` and `earnings_before` out.", "not_available")
        return attrs


def read_lines(query: Any) -> tuple[Selection, Parameters]:
    """The lines that a URL asks for; raises Invalid."""
    serializer = LinesQuerySerializer(data=query)
    serializer.is_valid(raise_exception=True)
    asked = serializer.validated_data
    selection = Selection(
        last=asked.get("date_to") or today(),
        first=asked["date_from"],
        accounts=tuple(asked["account"]),
        types=tuple(asked["type"]),
        closing=asked["closing"],
        earnings_before=asked["earnings_before"],
        side=asked["side"],
        revaluation_of=tuple(asked["revaluation_of"]),
    )
    stretch = Stretch(selection.first, selection.last)
    start_month = context.current().fiscal_year_start
    return selection, Parameters(stretch, start_month, branch=asked["branch"], as_known_at=asked["as_known_at"])
