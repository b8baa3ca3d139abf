"""What lists can do besides pages: the whole of one as a file, and its totals by currency."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import FileResponse
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.queries import today
from ledger_core.base.refusals import invalid
from ledger_core.base.serializers import AMOUNT_SCHEMA
from ledger_core.base.sheets import Row, SheetColumn, csv_pieces, write_xlsx
from tenancy.problems import Problem
from tenancy.rest import PageNumberPagination
from tenancy.streaming import stream

FORMAT, JSON, CSV, XLSX = "format", "json", "csv", "xlsx"
MOST_ROWS = {CSV: 1_000_000, XLSX: 100_000}
AT_ONCE = 500  # rows that are read together
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Total = dict[str, Any]
Handler = Callable[..., Response]


class TooManyRows(Problem):
    status = 422
    code = "too_many_rows"
    title = "The list is too long for one file"


class Exported:
    """Mixin of view sets: `format=csv` or `xlsx` answers with the whole filtered list, one row for each line."""

    sheet: ClassVar[Sequence[SheetColumn]]

    def _read(self, handler: Handler, request: Request, *args: Any, **kwargs: Any) -> Any:
        said = request.query_params.get(FORMAT, JSON)
        if self.action != "list" or said == JSON:  # type: ignore[attr-defined]
            return super()._read(handler, request, *args, **kwargs)  # type: ignore[misc]
        if said not in MOST_ROWS:
            raise invalid("/format", "invalid_choice", "`format` of a list is json, csv or xlsx.")
        whole = _Whole(MOST_ROWS[said])
        self._paginator = whole  # where DRF keeps it
        pages = self._pages(whole, handler, request)
        pages = chain([next(pages)], pages)  # what is wrong with the question is said before anything is sent
        name = request.path.rpartition("/")[2]
        if said == CSV:
            pieces = csv_pieces(self.sheet, pages)
            return stream(pieces, content_type="text/csv; charset=utf-8", file_name=f"{name} {today()}.csv")
        file = tempfile.TemporaryFile()  # noqa: SIM115  the answer closes it
        write_xlsx(file, name, self.sheet, pages)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"{name} {today()}.xlsx", content_type=XLSX_TYPE)

    def _pages(self, whole: _Whole, handler: Handler, request: Request) -> Iterator[list[Row]]:
        """What the list itself answers, page by page."""
        while True:
            yield super()._read(handler, request).data  # type: ignore[misc]
            if whole.is_done:
                return


class _Whole:
    """Stands in for the paginator: the list is fixed with the first page, and every page has many rows."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._ids: list[Any] | None = None
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._ids is not None and self._at >= len(self._ids)

    def paginate_queryset(self, queryset: QuerySet[Model], request: Request, view: Any = None) -> list[Model]:
        if self._ids is None:
            self._ids = list(queryset.values_list("pk", flat=True)[: self._most + 1])
            if len(self._ids) > self._most:
                raise TooManyRows(f"A file has at most {self._most:,} rows. Narrow the list down, by date for example.")
        some = self._ids[self._at : self._at + AT_ONCE]
        self._at += AT_ONCE
        found = {row.pk: row for row in queryset.filter(pk__in=some)} if some else {}
        return [found[pk] for pk in some if pk in found]

    def get_paginated_response(self, data: Any) -> Response:
        return Response(data)


class TotalledPagination(PageNumberPagination):
    """Pages that come, with `totals=true`, with the totals of the whole list: what the view's `totals` finds."""

    also = ("totals",)  # what it takes besides the page
    _totals: list[Total] | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        said = request.query_params.get("totals", "false")
        if said not in ("true", "false"):
            raise invalid("/totals", "invalid", "`totals` is true or false.")
        if said == "true" and view is not None:
            self._totals = view.totals(queryset)
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        if self._totals is not None:
            answer.data["totals"] = self._totals
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described: dict[str, Any] = super().get_paginated_response_schema(schema)
        described["properties"]["totals"] = {
            "type": "array",
            "description": "With `totals=true`: what the whole list comes to, by currency, without what is void",
            "items": {
                "type": "object",
                "properties": {
                    "currency": {"type": "string"},
                    "count": {"type": "integer"},
                    "total": AMOUNT_SCHEMA,
                    "open": {**AMOUNT_SCHEMA, "description": "What is left of it to settle or to use"},
                },
                "required": ["currency", "count", "total", "open"],
            },
        }
        return described
