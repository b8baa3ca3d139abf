"""What may stand behind the `?` of an address. A name that is not known is an error: a misspelt `dry_run` would post.

The names come from what a view declares anyway: its pages, filters, search and ordering, and `query`, the serializers
that read what else its GET takes.
"""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from tenancy.problems import FieldError, Invalid

FORMAT, DRY_RUN = "format", "dry_run"
LONGEST_NAME = 80  # characters of an unknown name that an answer repeats


def refuse_unknown(request: Request, view: Any) -> None:
    """Raise Invalid with `unknown_parameter` for each name that the view does not take."""
    if not request.query_params:
        return
    known = {FORMAT, *(_read(view) if request.method == "GET" else (DRY_RUN,))}
    unknown = [name for name in request.query_params if name.split("[")[0] not in known]
    if unknown:
        names = ", ".join(sorted(known))
        told = [f"`{name[:LONGEST_NAME]}` is no parameter of this address. It takes: {names}." for name in unknown]
        errors = (FieldError(f"/{name}", "unknown_parameter", each) for name, each in zip(unknown, told, strict=True))
        raise UnknownParameter(told[0], errors=tuple(errors))


class UnknownParameter(Invalid):
    code = "unknown_parameter"
    title = "The address asks for something unknown"


def _read(view: Any) -> set[str]:
    names = {name for each in view.query for name in each().fields}
    if getattr(view, "action", None) == "retrieve":
        return names
    pages = getattr(view, "paginator", None)
    if pages is not None:
        names |= {pages.page_query_param, pages.page_size_query_param}
    if getattr(view, "filter_backends", None):
        names |= {"search"} if getattr(view, "search_fields", None) else set()
        names |= {"ordering"} if getattr(view, "ordering_fields", None) else set()
        filters = getattr(view, "filterset_class", None)
        names |= set(filters.base_filters) if filters else set()
    return names
