from rest_framework.routers import SimpleRouter

from ledger_core.recurring.views import RecurringJournalViewSet

router = SimpleRouter(trailing_slash=False)
router.register("recurring-journals", RecurringJournalViewSet, basename="recurring-journal")
urlpatterns = router.urls
