from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey
from ledger_core.activity.filters import ActivityFilter
from ledger_core.activity.models import ActivityEntry
from ledger_core.activity.serializers import ActivitySerializer
from ledger_core.base.people import names_of
from ledger_core.base.views import BooksViewSet


class ActivityViewSet(BooksViewSet):
    """Who did what, and when: newest first, for the whole organization or one object."""

    abilities = {"list": "activity.view"}
    queryset = ActivityEntry.objects.none()  # for the API description
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilter
    search_fields = ["subject_label", "summary"]
    ordering_fields = ["at"]

    @extend_schema(responses=ActivitySerializer(many=True))
    def list(self, request: Request) -> Response:
        trail = self.filter_queryset(ActivityEntry.objects.order_by("-id"))
        page: list[ActivityEntry] = self.paginate_queryset(trail) or []
        return self.get_paginated_response(ActivitySerializer(page, many=True, context=_names(page)).data)


def _names(page: list[ActivityEntry]) -> dict[str, dict[int, str]]:
    """Names of the users and API keys of a page; a query each."""
    keys = ApiKey.objects.filter(pk__in={entry.key_id for entry in page if entry.key_id is not None})
    return {"users": names_of(entry.user_id for entry in page), "keys": dict(keys.values_list("pk", "name"))}
