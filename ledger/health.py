"""`/healthz`: the process answers. `/readyz`: the parts it needs answer too."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> JsonResponse:
    """200 when requests can be served. A cache that is down makes it slower, not unready."""
    parts = {"system_database": _system_database(), "cache": _cache()}
    return JsonResponse(parts, status=200 if parts["system_database"] == "ok" else 503)


def _system_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return "unreachable"
    return "ok"


def _cache() -> str:
    if not settings.SHARED_CACHE:
        return "in process"
    cache.set("system:readyz", "1", 5)
    return "ok" if cache.get("system:readyz") == "1" else "unreachable"
