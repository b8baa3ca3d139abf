from rest_framework.routers import SimpleRouter

from ledger_core.activity.views import ActivityViewSet

router = SimpleRouter(trailing_slash=False)
router.register("activity", ActivityViewSet, basename="activity")
urlpatterns = router.urls
