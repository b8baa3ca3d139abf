"""The OpenAPI description and its browser: public, like the documentation they are."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from tenancy.rest import PUBLIC


class SchemaView(SpectacularAPIView):
    scope: ClassVar[str] = PUBLIC


class DocsView(SpectacularSwaggerView):
    scope: ClassVar[str] = PUBLIC
