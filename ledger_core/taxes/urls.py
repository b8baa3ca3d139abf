from rest_framework.routers import SimpleRouter

from ledger_core.taxes.views import TaxRateViewSet

router = SimpleRouter(trailing_slash=False)
router.register("tax-rates", TaxRateViewSet, basename="tax-rate")
urlpatterns = router.urls
