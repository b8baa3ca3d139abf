from rest_framework.routers import SimpleRouter

from ledger_core.books.views import JournalEntryViewSet

router = SimpleRouter(trailing_slash=False)
router.register("journal-entries", JournalEntryViewSet, basename="journal-entry")
urlpatterns = router.urls
