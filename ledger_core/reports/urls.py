from django.urls import path

from ledger_core.reports.registry import REPORTS
from ledger_core.reports.tax_views import TaxDetailView, TaxSummaryView
from ledger_core.reports.taxes import TAX_DETAIL, TAX_SUMMARY
from ledger_core.reports.trade import views as trade
from ledger_core.reports.trade.registry import TRADE_REPORTS
from ledger_core.reports.views import LedgerLinesView, ReportListView, view_of

urlpatterns = [
    path("reports", ReportListView.as_view(), name="reports"),
    path("reports/general-ledger/lines", LedgerLinesView.as_view(), name="general-ledger-lines"),
    path(f"reports/{TAX_SUMMARY.name}", TaxSummaryView.as_view(), name=TAX_SUMMARY.name),
    path(f"reports/{TAX_DETAIL.name}", TaxDetailView.as_view(), name=TAX_DETAIL.name),
    *(path(f"reports/{each.name}", view_of(each).as_view(), name=each.name) for each in REPORTS),
    *(
        path(f"reports/{each.name}", trade.view_of(each, make).as_view(), name=each.name)
        for each, make in TRADE_REPORTS
    ),
]
