from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.people import names_of
from ledger_core.base.views import BooksViewSet
from ledger_core.books.filters import JournalEntryFilter
from ledger_core.books.models import JournalEntry
from ledger_core.books.queries import entries
from ledger_core.books.serializers import JournalEntrySerializer
from tenancy.problems import NotFound


class JournalEntryViewSet(BooksViewSet):
    """Journal entries: read only, because posting documents is what makes them."""

    abilities = {"list": "journal_entries.view", "retrieve": "journal_entries.view"}
    queryset = JournalEntry.objects.none()  # for the API description; `entries()` needs an organization
    serializer_class = JournalEntrySerializer
    filterset_class = JournalEntryFilter
    search_fields = ["memo", "source_number"]
    ordering_fields = ["date", "number"]
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=JournalEntrySerializer(many=True))
    def list(self, request: Request) -> Response:
        """Entries with their lines, newest first; reversed pairs only with `include_reversed=true`."""
        page = self.paginate_queryset(self.filter_queryset(entries()))
        return self.get_paginated_response(_shown(page or []))

    @extend_schema(responses=JournalEntrySerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One entry, reversed or not."""
        entry = entries().filter(pk=pk).first()
        if entry is None:
            raise NotFound("There is no such entry.")
        return Response(_shown([entry])[0])


def _shown(page: list[JournalEntry]) -> list[Any]:
    names = names_of(entry.posted_by for entry in page)
    return list(JournalEntrySerializer(page, many=True, context={"names": names}).data)
