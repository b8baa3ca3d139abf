from rest_framework.routers import SimpleRouter

from ledger_core.taxes.views import TaxRateViewSet, TaxReturnViewSet

router = SimpleRouter(trailing_slash=False)
router.register("tax-rates", TaxRateViewSet, basename="tax-rate")
router.register("tax-returns", TaxReturnViewSet, basename="tax-return")
urlpatterns = router.urls
