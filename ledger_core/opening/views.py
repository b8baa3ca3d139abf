from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.conditions import tagged
from ledger_core.base.requests import actor_of
from ledger_core.base.views import BooksView
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.opening import operations
from ledger_core.opening.queries import find_opening
from ledger_core.opening.serializers import OpeningBalancesSerializer, OpeningWriteSerializer, shown


class OpeningBalancesView(BooksView):
    """What the books begin with. Written here, and posted by `/post`: as often as needed."""

    abilities = {"get": "opening_balances.view", "put": "opening_balances.edit"}
    if_match = frozenset({"put"})

    @extend_schema(responses=OpeningBalancesSerializer)
    def get(self, request: Request) -> Response:
        return _answer()

    @extend_schema(request=OpeningWriteSerializer, responses=OpeningBalancesSerializer)
    def put(self, request: Request) -> Response:
        """Replace the draft; nothing is posted yet."""
        serializer = OpeningWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operations.write_balances(actor=actor_of(request), **serializer.fields_of())
        return _answer()


class OpeningBalancesPostView(ShowsPosting, BooksView):
    abilities = {"post": "opening_balances.publish"}
    if_match = frozenset({"post"})

    @extend_schema(request=None, responses=OpeningBalancesSerializer)
    def post(self, request: Request) -> Response:
        """Post the draft, in place of what was posted before (which is reversed on its own day)."""
        operations.post_balances(actor=actor_of(request))
        return _answer()


def _answer() -> Response:
    opening = find_opening()
    response = Response(shown(opening))
    return response if opening is None else tagged(response, opening)
