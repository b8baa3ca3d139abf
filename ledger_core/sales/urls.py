from rest_framework.routers import SimpleRouter

from ledger_core.sales.views import CreditNoteViewSet, EstimateViewSet, InvoiceViewSet, SalesReceiptViewSet

router = SimpleRouter(trailing_slash=False)
router.register("estimates", EstimateViewSet, basename="estimate")
router.register("invoices", InvoiceViewSet, basename="invoice")
router.register("sales-receipts", SalesReceiptViewSet, basename="sales-receipt")
router.register("credit-notes", CreditNoteViewSet, basename="credit-note")
urlpatterns = router.urls
