"""Every address of the books, package by package."""

from django.urls import include, path

urlpatterns = [
    path("", include("ledger_core.activity.urls")),
    path("", include("ledger_core.attachments.urls")),
    path("", include("ledger_core.chart.urls")),
    path("", include("ledger_core.periods.urls")),
    path("", include("ledger_core.currencies.urls")),
    path("", include("ledger_core.books.urls")),
    path("", include("ledger_core.taxes.urls")),
    path("", include("ledger_core.items.urls")),
    path("", include("ledger_core.contacts.urls")),
    path("", include("ledger_core.documents.urls")),
    path("", include("ledger_core.payments.urls")),
    path("", include("ledger_core.sales.urls")),
    path("", include("ledger_core.purchases.urls")),
    path("", include("ledger_core.journals.urls")),
    path("", include("ledger_core.fiscal_years.urls")),
    path("", include("ledger_core.opening.urls")),
    path("", include("ledger_core.recurring.urls")),
    path("", include("ledger_core.revaluation.urls")),
    path("", include("ledger_core.exchange.urls")),
    path("", include("ledger_core.reports.urls")),
    path("", include("ledger_core.dashboard.urls")),
    path("", include("ledger_core.search.urls")),
]
