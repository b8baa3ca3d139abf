from rest_framework.routers import SimpleRouter

from ledger_core.purchases.views import BillViewSet, ExpenseViewSet, PurchaseOrderViewSet, VendorCreditViewSet

router = SimpleRouter(trailing_slash=False)
router.register("purchase-orders", PurchaseOrderViewSet, basename="purchase-order")
router.register("bills", BillViewSet, basename="bill")
router.register("vendor-credits", VendorCreditViewSet, basename="vendor-credit")
router.register("expenses", ExpenseViewSet, basename="expense")
urlpatterns = router.urls
