"""The OpenAPI description and its browser: public, like the documentation they are."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from tenancy.rest import PUBLIC


class SchemaView(SpectacularAPIView):
    scope: ClassVar[str] = PUBLIC


class DocsView(SpectacularSwaggerSplitView):
    """Split: its script has an address of its own, so that the page needs no inline script."""

    scope: ClassVar[str] = PUBLIC
