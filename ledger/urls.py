"""Every address of the server."""

from django.contrib import admin
from django.urls import include, path, re_path

from ledger import health, spa
from ledger.schema import DocsView, SchemaView
from ledger.watching import views as watching

handler400 = "ledger.problems.bad_request"
handler404 = "ledger.problems.page_not_found"
handler500 = "ledger.problems.server_error"

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", watching.metrics),
    path("admin/", admin.site.urls),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", DocsView.as_view(url_name="schema"), name="docs"),
    path("api/", include("accounts.urls")),
    path("api/", include("tenancy.urls")),
    path("api/", include("ledger_core.urls")),
    re_path(r"^(?!api/|admin/|static/|assets/).*$", spa.page),
]
