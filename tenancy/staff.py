"""What staff's pages have in common: the address bar and the search box ask only what the page itself offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split
from unfold.admin import ModelAdmin

LONGEST_SEARCH = 200  # characters
MOST_WORDS = 10  # each is a condition per searched field, and databases bound the depth of conditions
# How Django's own filters ask for a field of `list_filter`; "" is the field by itself.
FILTER_LOOKUPS = ("", "__exact", "__isnull", "__gte", "__lt", "__id__exact")


class StaffAdmin(ModelAdmin):  # type: ignore[misc]
    """Every model's page for staff.

    Django's admin takes any lookup of the model's own fields from the address, so that `?password__startswith=` would
    tell a hash letter by letter. Here only what `list_filter` names can be asked for.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in set(_parameters(self.get_list_filter(request)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = list(smart_split(search_term[:LONGEST_SEARCH]))
        if len(words) > MOST_WORDS or len(search_term) > LONGEST_SEARCH:
            messages.warning(request, f"Only the first {len(words[:MOST_WORDS])} words were searched for.")
        return super().get_search_results(request, queryset, " ".join(words[:MOST_WORDS]))  # type: ignore[no-any-return]


def _parameters(filters: Any) -> Iterator[str]:
    """The names that these filters have in an address."""
    for one in filters:
        if hasattr(one, "parameter_name"):  # a filter of its own kind, which reads the value itself
            yield one.parameter_name
        else:
            field = one if isinstance(one, str) else one[0]
            yield from (f"{field}{end}" for end in FILTER_LOOKUPS)
