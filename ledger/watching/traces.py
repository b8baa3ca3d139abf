"""Traces for OpenTelemetry, where LEDGER_OTEL_ENDPOINT names a collector (OTLP over HTTP); else nothing is imported.

A span for every request (by route, with organization and request id; the caller's `traceparent` is taken up) and one
for every attempt at a job. They are handed over in the background, in batches: a collector that is away costs nobody
anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from ledger.watching.requests import method_of, route_of
from tenancy import trace as ids
from tenancy.caller import Caller

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_provider: TracerProvider | None = None


def provider() -> TracerProvider:
    """The one of this process, made at the first use: its thread must not be there before a fork."""
    global _provider  # noqa: PLW0603 - one per process
    if _provider is None:
        _provider = _made()
    return _provider


def _made() -> TracerProvider:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ImproperlyConfigured(
            "LEDGER_OTEL_ENDPOINT is set, and OpenTelemetry is not installed: "
            "`pip install --require-hashes -r deploy/requirements/traces.lock`."
        ) from error
    made = TracerProvider(resource=Resource.create({"service.name": "ledger"}))
    exporter = OTLPSpanExporter(endpoint=settings.OTEL_ENDPOINT.rstrip("/") + "/v1/traces", timeout=5)
    made.add_span_processor(BatchSpanProcessor(exporter))
    return made


def traced(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a span around each request."""
    if not settings.OTEL_ENDPOINT:
        raise MiddlewareNotUsed
    provider()  # refuse to start without the package
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind, Status, StatusCode

    def middleware(request: HttpRequest) -> HttpResponse:
        tracer = provider().get_tracer("ledger")
        with tracer.start_as_current_span(
            method_of(request), context=extract(carrier_of(request)), kind=SpanKind.SERVER
        ) as span:
            response = get_response(request)
            span.update_name(f"{method_of(request)} {route_of(request)}")
            span.set_attributes(_about(request, response))
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
        return response

    return middleware


def carrier_of(request: HttpRequest) -> dict[str, str]:
    """The headers as the propagators want them: their names in small letters."""
    return {name.lower(): value for name, value in request.headers.items()}


def _about(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    caller = getattr(request, "caller", None)
    organization = caller.organization_id if isinstance(caller, Caller) else None
    return {
        "http.request.method": method_of(request),
        "http.route": route_of(request),
        "http.response.status_code": response.status_code,
        "ledger.organization": organization or "",
        "ledger.request_id": ids.request_id.get(),
    }


def note_job(name: str, outcome: str, seconds: float) -> None:
    """Called by the runner after every attempt at a job."""
    from opentelemetry.trace import Status, StatusCode

    ended = time.time_ns()
    about = {"ledger.job": ids.job_id.get(), "ledger.request_id": ids.request_id.get(), "ledger.outcome": outcome}
    span = (
        provider()
        .get_tracer("ledger")
        .start_span(f"job {name}", start_time=ended - int(seconds * 1e9), attributes=about)
    )
    if outcome != "succeeded":
        span.set_status(Status(StatusCode.ERROR))
    span.end(ended)
