from django.urls import re_path
from rest_framework.routers import SimpleRouter

from ledger_core.journals.attachments import ManualJournalAttachmentsView
from ledger_core.journals.views import ManualJournalViewSet

router = SimpleRouter(trailing_slash=False)
router.register("manual-journals", ManualJournalViewSet, basename="manual-journal")
urlpatterns = [
    *router.urls,
    re_path(
        r"^manual-journals/(?P<pk>[0-9]{1,18})/attachments$",
        ManualJournalAttachmentsView.as_view(),
        name="manual-journal-attachments",
    ),
]
