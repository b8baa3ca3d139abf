from django.urls import path

from ledger_core.dashboard.views import DashboardView

urlpatterns = [path("dashboard", DashboardView.as_view(), name="dashboard")]
