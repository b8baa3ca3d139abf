"""The dashboard's endpoint."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.queries import base_currency, checked_settings, today
from ledger_core.base.views import BooksView
from ledger_core.chart.models import Account
from ledger_core.dashboard.money import CASH_TYPES, RESULT_TYPES, cash, results
from ledger_core.dashboard.owed import forecast, owed
from ledger_core.dashboard.serializers import DashboardSerializer
from ledger_core.dashboard.tasks import first_run, to_do
from ledger_core.dashboard.taxes import tax_due
from ledger_core.payments.open_items import open_items
from ledger_core.periods.areas import PURCHASES, SALES
from ledger_core.reports.trade.names import Contacts


class DashboardView(BooksView):
    """What a day begins with: money, who owes what, taxes, what there is to do."""

    abilities = {"get": "reports.view"}

    @extend_schema(operation_id="dashboard", responses=DashboardSerializer)
    def get(self, request: Request) -> Response:
        """Everything as of today, where the organization is."""
        abilities = request._request.abilities  # type: ignore[attr-defined]
        return Response(DashboardSerializer(dashboard(abilities)).data)


def dashboard(abilities: frozenset[str]) -> dict[str, Any]:
    """All that is on it."""
    checked_settings()
    date = today()
    accounts = list(Account.objects.filter(type__in=[*CASH_TYPES, *RESULT_TYPES]).order_by("code_key"))
    receivables, payables = (open_items(side=side, date=date) for side in (SALES, PURCHASES))
    contacts = Contacts(item.contact_id for item in (*receivables, *payables))
    money = cash(accounts, date)
    expected = forecast(receivables, payables, date, money.balance)
    return {
        "date": date,
        "currency": base_currency(),
        "cash": {
            "balance": money.balance,
            "accounts": money.accounts,
            "history": [{"date": of, "balance": balance} for of, balance in money.history],
            "forecast": expected.weeks,
            "later": {"money_in": expected.later_in, "money_out": expected.later_out},
        },
        "profit_and_loss": results(accounts, date),
        "receivables": owed(receivables, date, contacts),
        "payables": owed(payables, date, contacts),
        "tax": tax_due(date),
        "to_do": to_do((*receivables, *payables), abilities),
        "first_run": first_run(),
    }
