from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.people import names_of
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import BooksView, BooksViewSet
from ledger_core.periods import operations
from ledger_core.periods.models import LockChange, PeriodUnlock
from ledger_core.periods.queries import locks, standing_unlocks
from ledger_core.periods.serializers import (
    LockChangeSerializer,
    LockWriteSerializer,
    PeriodLocksSerializer,
    UnlockSerializer,
    UnlockWriteSerializer,
    lock_row,
)

VIEW, MANAGE = "period_locks.view", "period_locks.manage"


class PeriodLocksView(BooksView):
    """Up to which day each area is locked, and what is open for a while nevertheless."""

    abilities = {"get": VIEW, "put": MANAGE}

    @extend_schema(responses=PeriodLocksSerializer)
    def get(self, request: Request) -> Response:
        return Response(_shown())

    @extend_schema(request=LockWriteSerializer, responses=PeriodLocksSerializer)
    def put(self, request: Request) -> Response:
        """Lock one area up to and including a date; `null` unlocks it."""
        operations.set_lock(actor=actor_of(request), **valid(LockWriteSerializer(data=request.data)))
        return Response(_shown())


class LockHistoryView(BooksView, GenericAPIView):
    """Every change of a lock date, newest first."""

    abilities = {"get": VIEW}
    queryset = LockChange.objects.none()
    serializer_class = LockChangeSerializer
    filter_backends = []

    @extend_schema(responses=LockChangeSerializer(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(LockChange.objects.all()) or []
        context = {"names": names_of(change.changed_by for change in page)}
        return self.get_paginated_response(LockChangeSerializer(page, many=True, context=context).data)


class UnlockViewSet(BooksViewSet):
    """Days of a locked period that are open for a while."""

    abilities = {"create": MANAGE, "destroy": MANAGE}
    queryset = PeriodUnlock.objects.none()  # for the API description
    serializer_class = UnlockSerializer
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(request=UnlockWriteSerializer, responses={201: UnlockSerializer})
    def create(self, request: Request) -> Response:
        """Open some days of a locked period until `expires_at`."""
        unlock = operations.unlock(actor=actor_of(request), **valid(UnlockWriteSerializer(data=request.data)))
        context = {"names": names_of([unlock.created_by])}
        return Response(UnlockSerializer(unlock, context=context).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """End an unlock before it expires; what was posted under it stays."""
        operations.end_unlock(unlock_id=int(pk), actor=actor_of(request))
        return Response(status=204)


def _shown() -> dict[str, Any]:
    rows, unlocks = locks(), list(standing_unlocks())
    people = [change.changed_by for _, change in rows if change] + [unlock.created_by for unlock in unlocks]
    shown = {"locks": [lock_row(lock, change) for lock, change in rows], "unlocks": unlocks}
    return dict(PeriodLocksSerializer(shown, context={"names": names_of(people)}).data)
