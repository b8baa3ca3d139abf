from rest_framework.routers import SimpleRouter

from ledger_core.currencies.views import CurrencyViewSet, ExchangeRateViewSet

router = SimpleRouter(trailing_slash=False)
router.register("currencies", CurrencyViewSet, basename="currency")
router.register("exchange-rates", ExchangeRateViewSet, basename="exchange-rate")
urlpatterns = router.urls
