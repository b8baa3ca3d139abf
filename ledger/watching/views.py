"""`/metrics`, for whoever watches this installation and for nobody else: it names organizations."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse


def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS or not _may_see(request):
        raise Http404
    from ledger.watching import fleet
    from ledger.watching import metrics as counted

    text = counted.exposition() + fleet.exposition()
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_see(request: HttpRequest) -> bool:
    """From this machine, or with LEDGER_METRICS_TOKEN."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(given, settings.METRICS_TOKEN.encode()):
        return True
    address = request.headers.get("X-Real-Ip") if settings.BEHIND_PROXY else None
    try:
        return ipaddress.ip_address(address or request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
