from ledger_core.documents.routes import urls_of
from ledger_core.sales.views import (
    CreditNoteViewSet,
    CustomerOpeningBalanceViewSet,
    EstimateViewSet,
    InvoiceViewSet,
    SalesReceiptViewSet,
)

urlpatterns = urls_of(
    EstimateViewSet, InvoiceViewSet, SalesReceiptViewSet, CreditNoteViewSet, CustomerOpeningBalanceViewSet
)
