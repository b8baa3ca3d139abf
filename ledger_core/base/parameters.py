"""What may stand behind the `?` of an address. A name that is not known is an error: a misspelt `dry_run` would post.

The names come from what a view declares anyway: its pages, filters, search and ordering, and `query`, the serializers
that read what else its GET takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import django_filters
from rest_framework.request import Request

from ledger_core.base.refusals import refuse
from tenancy.problems import FieldError, Invalid

FORMAT, DRY_RUN, ORDERING = "format", "dry_run", "ordering"
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
    if request.method == "GET" and getattr(view, "action", None) != "retrieve":
        refuse(_malformed(request, view))


class UnknownParameter(Invalid):
    code = "unknown_parameter"
    title = "The address asks for something unknown"


def _malformed(request: Request, view: Any) -> Iterator[FieldError]:
    """What DRF and django-filter would quietly take for nothing: a filter that filters nothing, another page."""
    pages = getattr(view, "paginator", None)
    if pages is not None:
        for name in (pages.page_query_param, pages.page_size_query_param):
            said = request.query_params.get(name, "")
            if name and said and not (said.isascii() and said.isdigit() and said.strip("0")):
                yield FieldError(f"/{name}", "invalid", f"`{name}` is a whole number from 1 on.")
    if not getattr(view, "filter_backends", None):
        return
    fields = getattr(view, "ordering_fields", None)
    if fields and ORDERING in request.query_params:
        yield from _unknown_order(request.query_params[ORDERING], fields)
    filters = getattr(view, "filterset_class", None)
    for name, each in (filters.base_filters if filters else {}).items():
        said = request.query_params.get(name, "").lower()
        if isinstance(each, django_filters.BooleanFilter) and said not in ("", "true", "false"):
            yield FieldError(f"/{name}", "invalid", f"`{name}` is true or false.")


def _unknown_order(said: str, fields: Sequence[str]) -> Iterator[FieldError]:
    unknown = [term for term in said.split(",") if term.strip().removeprefix("-") not in (*fields, "")]
    if unknown:
        named = f"`{unknown[0].strip()[:LONGEST_NAME]}` is nothing to order by."
        detail = f"{named} There is: {', '.join(fields)}; with - before it, the other way round."
        yield FieldError(f"/{ORDERING}", "invalid", detail)


def _read(view: Any) -> set[str]:
    names = {name for each in view.query for name in each().fields}
    if getattr(view, "action", None) == "retrieve":
        return names
    pages = getattr(view, "paginator", None)
    if pages is not None:
        names |= {pages.page_query_param, pages.page_size_query_param, *getattr(pages, "also", ())}
    if getattr(view, "filter_backends", None):
        names |= {"search"} if getattr(view, "search_fields", None) else set()
        names |= {ORDERING} if getattr(view, "ordering_fields", None) else set()
        filters = getattr(view, "filterset_class", None)
        names |= set(filters.base_filters) if filters else set()
    return names
