"""The addresses of a kind of documents: the collection, its verbs, and the files of each document."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path
from rest_framework.routers import SimpleRouter

from ledger_core.documents.attachments import DocumentAttachmentsView
from ledger_core.documents.kinds import KINDS_BY_VALUE
from ledger_core.documents.views import DocumentViewSet


def urls_of(*views: type[DocumentViewSet]) -> list[URLPattern | URLResolver]:
    """The addresses of these view sets."""
    router = SimpleRouter(trailing_slash=False)
    patterns: list[URLPattern | URLResolver] = []
    for view in views:
        kind = KINDS_BY_VALUE[view.kind]
        name = kind.value.replace("_", "-")
        router.register(kind.path, view, basename=name)
        files: type[DocumentAttachmentsView] = type(
            f"{view.__name__}Attachments", (DocumentAttachmentsView,), {"kind": kind.value}
        )
        address = rf"^{kind.path}/(?P<pk>[0-9]{{1,18}})/attachments$"
        patterns.append(re_path(address, files.as_view(), name=f"{name}-attachments"))
    return [*router.urls, *patterns]
