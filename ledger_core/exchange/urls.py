from django.urls import path

from ledger_core.exchange.views import BulkEntriesView, ExportView

urlpatterns = [
    path("journal-entries/bulk", BulkEntriesView.as_view(), name="journal-entries-bulk"),
    path("export", ExportView.as_view(), name="export"),
]
