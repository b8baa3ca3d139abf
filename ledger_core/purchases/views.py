"""What is bought: purchase orders, bills, vendor credits, expenses."""

from __future__ import annotations

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base.views import BooksViewSet
from ledger_core.documents.billing import unbilled_lines
from ledger_core.documents.models import DocumentLine
from ledger_core.documents.openings import OpeningBalanceViewSet
from ledger_core.documents.views import DocumentViewSet
from ledger_core.purchases.filters import UnbilledExpenseFilter
from ledger_core.purchases.serializers import UnbilledExpenseSerializer


class PurchaseOrderViewSet(DocumentViewSet):
    """Purchase orders: what was ordered. They post nothing."""

    kind = "purchase_order"


class BillViewSet(DocumentViewSet):
    """Bills: what is owed to vendors."""

    kind = "bill"


class VendorCreditViewSet(DocumentViewSet):
    """Vendor credits: what need not be paid, or comes back."""

    kind = "vendor_credit"


class ExpenseViewSet(DocumentViewSet):
    """Expenses: bought and paid at once."""

    kind = "expense"


class VendorOpeningBalanceViewSet(OpeningBalanceViewSet):
    """What was owed to vendors when the books were begun, bill by bill or as one amount."""

    kind = "vendor_opening"


class UnbilledExpensesView(BooksViewSet):
    """What was bought for customers and is not billed on to them yet: lines of expenses and bills."""

    abilities = {"list": "expenses.view"}
    queryset = DocumentLine.objects.none()  # for the API description; `unbilled_lines()` needs an organization
    serializer_class = UnbilledExpenseSerializer
    filterset_class = UnbilledExpenseFilter
    filter_backends = [DjangoFilterBackend]

    @extend_schema(responses=UnbilledExpenseSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The oldest first. Bill one by naming it as `source_line` of a line of an invoice or sales receipt."""
        page = self.paginate_queryset(self.filter_queryset(unbilled_lines()))
        return self.get_paginated_response(UnbilledExpenseSerializer(page, many=True).data)
