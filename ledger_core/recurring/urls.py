from rest_framework.routers import SimpleRouter

from ledger_core.recurring.views import VIEW_SETS

router = SimpleRouter(trailing_slash=False)
for path, view_set in VIEW_SETS.items():
    router.register(path, view_set, basename=path)
urlpatterns = router.urls
