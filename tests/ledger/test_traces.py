"""Traces are made where a collector is named, and cost nothing where none is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from rest_framework.test import APIClient

from ledger.watching import traces
from tenancy import jobs
from tenancy.jobs import runner
from tenancy.models import Organization


@pytest.fixture
def spans(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[ReadableSpan]]]:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(traces, "_provider", provider)
    settings.OTEL_ENDPOINT = "http://127.0.0.1:1"
    yield lambda: list(kept.get_finished_spans())
    provider.shutdown()


def test_a_request_is_a_span_under_its_callers_trace(
    alice: Any, north: Organization, client_of: Callable[..., APIClient], spans: Callable[[], list[ReadableSpan]]
) -> None:
    client = client_of(alice, north)
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = client.get("/api/accounts", HTTP_TRACEPARENT=parent)
    span = spans()[-1]
    about = span.attributes or {}
    assert span.name == "GET /api/accounts"
    assert (about["http.response.status_code"], about["ledger.organization"]) == (200, north.pk)
    assert about["ledger.request_id"] == answer["X-Request-Id"]
    assert span.context is not None
    assert f"{span.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"


def test_an_attempt_at_a_job_is_a_span(
    db: None, spans: Callable[[], list[ReadableSpan]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "observers", [traces.note_job])
    job_id = jobs.enqueue("jobs.clean_up", organization_id=None, user_id=None, args={})
    runner.run_due()
    (span,) = spans()
    about = span.attributes or {}
    assert (span.name, about["ledger.job"], about["ledger.outcome"]) == ("job jobs.clean_up", job_id, "succeeded")


def test_without_a_collector_nothing_of_it_is_loaded() -> None:
    """Redis' client loads the SDK's metrics wherever it is installed; the exporter is ours alone."""
    code = (
        "import sys; from tests import settings; import django, os; "
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup(); "
        "import ledger.wsgi; print([name for name in sys.modules if name.startswith('opentelemetry.exporter')])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip().splitlines()[-1] == "[]"
