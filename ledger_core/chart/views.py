from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.conditions import tagged
from ledger_core.base.views import BooksView, BooksViewSet
from ledger_core.chart import operations
from ledger_core.chart.queries import chart, find_node
from ledger_core.chart.serializers import AccountSerializer, AccountTypeSerializer, AccountWriteSerializer, shown
from ledger_core.chart.types import ACCOUNT_TYPES
from tenancy.problems import NotFound


class AccountTypeView(BooksView):
    """The types an account can have, in the order of the statements."""

    abilities = {"get": "accounts.view"}

    @extend_schema(responses=AccountTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(AccountTypeSerializer(ACCOUNT_TYPES, many=True).data)


class AccountViewSet(BooksViewSet):
    """The chart of accounts: a plain list in tree order."""

    abilities = {
        "list": "accounts.view",
        "retrieve": "accounts.view",
        "create": "accounts.create",
        "partial_update": "accounts.edit",
        "destroy": "accounts.delete",
    }
    if_match = frozenset({"partial_update", "destroy"})
    serializer_class = AccountSerializer
    pagination_class = None
    filter_backends = []
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(responses=AccountSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(AccountSerializer(chart(), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One account, in its place in the tree."""
        node = find_node(int(pk))
        if node is None:
            raise NotFound("There is no such account.")
        return tagged(Response(shown(node)), node.account)

    @extend_schema(request=AccountWriteSerializer, responses={201: AccountSerializer})
    def create(self, request: Request) -> Response:
        """Add an account; its code is unique whatever the case."""
        account = operations.create_account(**_fields(request.data))
        return tagged(Response(shown(find_node(account.pk)), status=201), account)

    @extend_schema(request=AccountWriteSerializer(partial=True), responses=AccountSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change an account, as far as what is booked on it allows."""
        account = operations.edit_account(account_id=int(pk), **_fields(request.data, partial=True))
        return tagged(Response(shown(find_node(account.pk))), account)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete an account that nothing refers to; else 409 `account_in_use`."""
        operations.delete_account(account_id=int(pk))
        return Response(status=204)


def _fields(data: Any, *, partial: bool = False) -> dict[str, Any]:
    serializer = AccountWriteSerializer(data=data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
