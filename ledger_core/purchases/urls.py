from django.urls import path

from ledger_core.documents.routes import urls_of
from ledger_core.purchases.views import (
    BillViewSet,
    ExpenseViewSet,
    PurchaseOrderViewSet,
    UnbilledExpensesView,
    VendorCreditViewSet,
    VendorOpeningBalanceViewSet,
)

urlpatterns = [
    *urls_of(PurchaseOrderViewSet, BillViewSet, VendorCreditViewSet, ExpenseViewSet, VendorOpeningBalanceViewSet),
    path("unbilled-expenses", UnbilledExpensesView.as_view({"get": "list"}), name="unbilled-expenses"),
]
