from rest_framework.routers import SimpleRouter

from ledger_core.revaluation.views import RevaluationViewSet

router = SimpleRouter(trailing_slash=False)
router.register("revaluations", RevaluationViewSet, basename="revaluation")
urlpatterns = router.urls
