from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.requests import valid
from ledger_core.base.views import BooksView
from ledger_core.search.queries import search
from ledger_core.search.serializers import SearchQuerySerializer, SearchSerializer


class SearchView(BooksView):
    """Everything that has a name or a number."""

    abilities = {"get": "organization.view"}
    query = (SearchQuerySerializer,)

    @extend_schema(operation_id="search", parameters=[SearchQuerySerializer], responses=SearchSerializer)
    def get(self, request: Request) -> Response:
        """What matches a few words, a number or an amount, as far as the caller may view it."""
        asked = valid(SearchQuerySerializer(data=request.query_params))
        abilities = request._request.abilities  # type: ignore[attr-defined]
        found = search(asked["q"], abilities=abilities, most=asked["limit"])
        return Response(SearchSerializer({"results": found}).data)
