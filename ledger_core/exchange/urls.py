from django.urls import path

from ledger_core.exchange.views import BulkEntriesView, ExportView, ImportsView

urlpatterns = [
    path("journal-entries/bulk", BulkEntriesView.as_view(), name="journal-entries-bulk"),
    path("imports", ImportsView.as_view(), name="imports"),
    path("export", ExportView.as_view(), name="export"),
]
