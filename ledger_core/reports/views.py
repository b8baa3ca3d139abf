from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.queries import today
from ledger_core.base.views import BooksView
from ledger_core.reports.serializers import TrialBalanceQuerySerializer, TrialBalanceSerializer, shown
from ledger_core.reports.trial_balance import trial_balance


class TrialBalanceView(BooksView):
    """Every account's balance, debit or credit; both columns have the same total."""

    abilities = {"get": "reports.view"}

    @extend_schema(parameters=[TrialBalanceQuerySerializer], responses=TrialBalanceSerializer)
    def get(self, request: Request) -> Response:
        query = TrialBalanceQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return Response(shown(trial_balance(**{"date": today(), **query.validated_data})))
