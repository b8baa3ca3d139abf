from django.urls import path
from rest_framework.routers import SimpleRouter

from ledger_core.documents.settings_views import DocumentSettingsView, NumberSeriesViewSet

router = SimpleRouter(trailing_slash=False)
router.register("number-series", NumberSeriesViewSet, basename="number-series")
urlpatterns = [
    *router.urls,
    path("document-settings", DocumentSettingsView.as_view(), name="document-settings"),
]
