"""What the OpenAPI description says of every write of the books: how it can be made safe, conditional, or tried; and of
lists: their totals, and the whole of one as a file."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

WRITES = ("POST", "PUT", "PATCH", "DELETE")
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Sent again with the same request within 24 hours, the first answer is repeated and nothing is done",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of what was seen: 412 `stale` if somebody changed it since",
)
DRY_RUN = OpenApiParameter(
    "dry_run",
    OpenApiTypes.BOOL,
    OpenApiParameter.QUERY,
    description="Do nothing, and answer `{dry_run, entry_count, entries}`: the journal entries that would be posted",
)


FILE_FORMAT = OpenApiParameter(
    "format",
    OpenApiTypes.STR,
    OpenApiParameter.QUERY,
    enum=["json", "csv", "xlsx"],
    description="`csv` and `xlsx`: the whole filtered list as a file, whatever the page",
)
TOTALS = OpenApiParameter(
    "totals", OpenApiTypes.BOOL, OpenApiParameter.QUERY, description="Also the totals of the whole list, by currency"
)


class BooksSchema(AutoSchema):
    """Adds the parameters that a view takes beside its own: of writes (base/views.py), of lists (base/lists.py)."""

    def get_override_parameters(self) -> list[Any]:
        given: list[Any] = list(super().get_override_parameters())
        view: Any = self.view
        if self.method not in WRITES:
            return [*given, *(_of_lists(view) if getattr(view, "action", None) == "list" else ())]
        return [
            *given,
            IDEMPOTENCY_KEY,
            *([IF_MATCH] if view.takes_if_match(self.method) else ()),
            *([DRY_RUN] if view.takes_dry_run() else ()),
        ]


def _of_lists(view: Any) -> list[OpenApiParameter]:
    return [
        *([FILE_FORMAT] if hasattr(view, "sheet") else ()),
        *([TOTALS] if hasattr(view, "totals") else ()),
    ]
