from rest_framework.routers import SimpleRouter

from ledger_core.journals.views import ManualJournalViewSet

router = SimpleRouter(trailing_slash=False)
router.register("manual-journals", ManualJournalViewSet, basename="manual-journal")
urlpatterns = router.urls
