from rest_framework.routers import SimpleRouter

from ledger_core.fiscal_years.views import FiscalYearViewSet

router = SimpleRouter(trailing_slash=False)
router.register("fiscal-years", FiscalYearViewSet, basename="fiscal-year")
urlpatterns = router.urls
