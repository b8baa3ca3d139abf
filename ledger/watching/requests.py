"""Every request is measured: its time by route, and a line in the log (LEDGER_REQUEST_LOG, or when it was slow)."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tenancy.caller import Caller

log = logging.getLogger("ledger.requests")

SLOW = 2.0  # seconds
UNMATCHED = "(none)"
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


def measured(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Inside `request_id`, outside of everything else."""
    metrics = None
    if settings.METRICS:
        from ledger.watching import metrics as counted

        metrics = counted

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        if metrics:
            metrics.IN_PROGRESS.inc()
        try:
            response = get_response(request)
        finally:
            if metrics:
                metrics.IN_PROGRESS.dec()
        seconds = time.perf_counter() - started
        if metrics:
            method, route = method_of(request), route_of(request)
            metrics.REQUESTS.labels(method, route, str(response.status_code)).inc()
            metrics.REQUEST_SECONDS.labels(method, route).observe(seconds)
        if settings.REQUEST_LOG or seconds >= SLOW:
            _tell(request, response, seconds)
        return response

    return middleware


def method_of(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "(other)"


def route_of(request: HttpRequest) -> str:
    """The pattern that matched: a bounded number of values, whatever is asked for."""
    return _readable(request.resolver_match.route) if request.resolver_match else UNMATCHED


@lru_cache(maxsize=2048)
def _readable(pattern: str) -> str:
    """A pattern as in docs/api.md: `/api/accounts/{id}`."""
    named = re.sub(
        r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>", lambda found: f"{{{found[1] or found[2]}}}", pattern
    )
    return "/" + re.sub(r"[\^$\\]|/\?", "", named).lstrip("/")


def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    caller = getattr(request, "caller", None)
    about = {
        "method": method_of(request),
        "route": route_of(request),
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "user": caller.user.pk if isinstance(caller, Caller) else None,
        "organization": caller.organization_id if isinstance(caller, Caller) else None,
    }
    log.info(
        "%s %s %s %.1f ms",
        about["method"],
        request.path,
        about["status"],
        about["milliseconds"],
        extra={"about": about},
    )
