"""What views of the books ask of a request."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from ledger_core.base.serializers import BooksSerializer


def actor_of(request: Request) -> int:
    """Id of the user who acts; behind an API key that is the one who made it."""
    user_id = request.user.pk
    assert user_id is not None
    return int(user_id)


def valid(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    """The validated fields; raises the problem that names every wrong one."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class _Nothing(BooksSerializer):
    """A body in which nothing is said."""


def take_nothing(request: Request) -> None:
    """Refuse whatever is said to a verb that takes nothing: it would not be done."""
    valid(_Nothing(data=request.data))
