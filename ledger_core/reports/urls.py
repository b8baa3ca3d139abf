from django.urls import path

from ledger_core.reports.registry import REPORTS
from ledger_core.reports.views import LedgerLinesView, ReportListView, view_of

urlpatterns = [
    path("reports", ReportListView.as_view(), name="reports"),
    path("reports/general-ledger/lines", LedgerLinesView.as_view(), name="general-ledger-lines"),
    *(path(f"reports/{each.name}", view_of(each).as_view(), name=each.name) for each in REPORTS),
]
