from django.urls import path

from ledger_core.reports.views import TrialBalanceView

urlpatterns = [path("reports/trial-balance", TrialBalanceView.as_view(), name="trial-balance")]
