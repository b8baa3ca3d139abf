"""Asking for jobs: in transactions, twice, later, and while servers are away."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from tenancy import jobs, trace
from tenancy.jobs import delivery, queue
from tenancy.jobs.kinds import UnknownJob
from tenancy.jobs.models import Job, JobOutbox
from tenancy.jobs.record import FAILED, QUEUED, SUCCEEDED, now
from tenancy.jobs.store import JobQuery, StoreUnavailable, store
from tenancy.jobs.sweep import sweep
from tests import services

SLOWEST_REQUEST = 3.0  # seconds; the limit for one call is 0.8, and without it kombu alone would hold 6


def note(text: str = "", **options: Any) -> str:
    return jobs.enqueue("test.note", organization_id=None, user_id=7, args={"text": text}, **options)


@pytest.fixture
def _kinds(records_in: str, test_kinds: list[Any], db: None) -> None:
    """Both stores, the test kinds."""


@pytest.mark.usefixtures("_kinds")
def test_a_job_is_recorded_and_its_id_delivered_when_the_transaction_commits(deliveries: list[str]) -> None:
    before = now()
    with transaction.atomic():
        job_id = note("hello")
        assert deliveries == []
    assert deliveries == [job_id]
    job = store().get(job_id)
    assert job is not None
    assert len(job_id) == 32
    assert (job.name, job.organization_id, job.user_id, job.args) == ("test.note", None, 7, {"text": "hello"})
    assert (job.state, job.attempts, job.max_attempts, job.queue) == (QUEUED, 0, 5, "default")
    assert before <= job.created_at == job.run_at <= now()
    assert not JobOutbox.objects.exists()
    assert jobs.is_alive(job_id)


@pytest.mark.usefixtures("_kinds")
def test_a_transaction_that_fails_leaves_no_job(deliveries: list[str]) -> None:
    asked: list[str] = []

    @transaction.atomic
    def operation() -> None:
        asked.append(note())
        raise RuntimeError("the operation failed after it had asked for the job")

    with pytest.raises(RuntimeError):
        operation()
    job_id = asked[0]
    assert deliveries == []
    assert queue.find(job_id) is None
    assert not jobs.is_alive(job_id)
    assert (Job.objects.count(), JobOutbox.objects.count()) == (0, 0)


@pytest.mark.usefixtures("_kinds")
def test_the_same_key_is_the_same_job(deliveries: list[str]) -> None:
    first = note("one", key="reminder 2026-11")
    assert note("two", key="reminder 2026-11") == first
    assert note("three", key="reminder 2026-12") != first
    other = jobs.enqueue("test.note", organization_id="south", user_id=7, args={}, key="reminder 2026-11")
    assert other != first
    job = queue.find(first)
    assert job is not None
    assert job.args == {"text": "one"}
    assert store().count(JobQuery()) == 3


@pytest.mark.usefixtures("_kinds")
def test_a_key_is_not_run_again_after_it_succeeded(test_kinds: list[Any], deliveries: list[str]) -> None:
    note("once", key="k")
    jobs.run_due()
    note("once", key="k")
    jobs.run_due()
    assert test_kinds == [{"text": "once"}]


@pytest.mark.usefixtures("_kinds")
def test_a_job_for_later_is_published_when_its_time_comes(
    deliveries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = note(run_at=now() + timedelta(hours=1))
    assert sweep() == 0
    assert jobs.run_due() == 0
    assert deliveries == []
    later = now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr("tenancy.jobs.sweep.now", lambda: later)
    assert sweep() == 1
    assert deliveries == [job_id]


@pytest.mark.usefixtures("_kinds")
def test_arguments_must_be_json_and_a_job_must_exist(deliveries: list[str]) -> None:
    with pytest.raises(TypeError, match="must be JSON"):
        jobs.enqueue("test.note", organization_id=None, user_id=None, args={"when": object()})
    with pytest.raises(TypeError, match="must be JSON"):
        jobs.enqueue("test.note", organization_id=None, user_id=None, args={"rate": float("nan")})
    with pytest.raises(UnknownJob, match=r"no job 'test\.nothing'"):
        jobs.enqueue("test.nothing", organization_id=None, user_id=None, args={})
    with pytest.raises(ValueError, match="name the organization"):
        jobs.enqueue("test.count_accounts", organization_id=None, user_id=None, args={})
    with pytest.raises(ValueError, match="1 to 200"):
        note(key="k" * 201)
    assert store().count(JobQuery()) == 0


@pytest.mark.usefixtures("_kinds")
def test_a_job_keeps_the_id_of_the_request_that_asked(deliveries: list[str]) -> None:
    token = trace.request_id.set("request-12345")
    try:
        job = queue.find(note())
    finally:
        trace.request_id.reset(token)
    assert job is not None
    assert job.trace_id == "request-12345"


@pytest.mark.usefixtures("_kinds")
def test_what_the_broker_refuses_is_published_by_the_next_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[str] = []

    def down(job: Any) -> None:
        attempts.append(job.id)
        time.sleep(0.3)
        raise ConnectionError("no route")

    monkeypatch.setattr(delivery, "_send", down)
    first, second = note(), note()
    assert attempts == [first]  # the circuit is open: the second request did not wait
    assert {job.id for job in store().due(at=now(), limit=10)} == {first, second}
    sent: list[str] = []
    monkeypatch.setattr(delivery, "_send", lambda job: sent.append(job.id))
    assert sweep() == 2
    assert set(sent) == {first, second}
    assert sweep() == 0  # they are on their way


@pytest.mark.usefixtures("_kinds")
def test_a_connection_that_went_stale_is_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes: list[Exception | None] = [ConnectionError("reset by peer"), None]

    def send(job: Any) -> None:
        outcome = outcomes.pop(0)
        if outcome is not None:
            raise outcome

    monkeypatch.setattr(delivery, "_send", send)
    note()
    assert outcomes == []
    assert not delivery.circuit.is_open()


@pytest.mark.usefixtures("_kinds")
def test_a_delivery_is_repeated_ever_more_rarely(deliveries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = note()
    at = now() + queue.GRACE
    waits: list[float] = []
    for _ in range(8):
        monkeypatch.setattr("tenancy.jobs.sweep.now", lambda: at)  # noqa: B023 (called before it changes)
        assert sweep() == 1
        job = store().get(job_id)
        assert job is not None
        assert job.publish_at is not None
        waits.append((job.publish_at - at).total_seconds())
        at = job.publish_at
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert deliveries == [job_id] * 9


def test_mongodb_down_delays_and_loses_nothing(
    settings: Settings, test_kinds: list[Any], deliveries: list[str], tmp_path: Path, db: None
) -> None:
    port = services.free_port()
    settings.MONGODB_URL, settings.MONGODB_DATABASE = f"mongodb://127.0.0.1:{port}/", "ledger_test"
    with services.mongodb(tmp_path, port=port):
        known = note("before")
        jobs.run_due()
    began = time.monotonic()
    waiting = [note("during"), note("during, with a key", key="k"), note("again", key="k")]
    assert time.monotonic() - began < SLOWEST_REQUEST
    assert waiting[1] == waiting[2]
    assert JobOutbox.objects.count() == 2
    assert deliveries == [known]
    assert jobs.is_alive(waiting[0])
    seen = queue.find(waiting[0])
    assert seen is not None
    assert (seen.state, seen.args) == (QUEUED, {"text": "during"})
    assert jobs.is_alive(known)  # it cannot be known, and is not lost
    with pytest.raises(queue.JobsUnavailable):
        queue.find(known)
    assert sweep() == 0
    assert JobOutbox.objects.count() == 2
    with services.mongodb(tmp_path, port=port):
        wait_for_the_circuit()
        assert sweep() == 2
        assert set(deliveries[1:]) == set(waiting)
        assert not JobOutbox.objects.exists()
        assert jobs.run_due() == 2
        done = [store().get(job_id) for job_id in (known, *waiting)]
        assert [job and job.state for job in done] == [SUCCEEDED] * 4
    assert test_kinds == [{"text": text} for text in ("before", "during", "during, with a key")]


def wait_for_the_circuit() -> None:
    circuit = store().circuit  # type: ignore[attr-defined]
    limit = time.monotonic() + 10
    while circuit.is_open() and time.monotonic() < limit:
        time.sleep(0.2)
    assert not circuit.is_open()


def test_a_server_that_accepts_and_never_answers_costs_a_request_no_second_either(
    settings: Settings, test_kinds: list[Any], deliveries: list[str], silent_server: int, db: None
) -> None:
    settings.MONGODB_URL, settings.MONGODB_DATABASE = f"mongodb://127.0.0.1:{silent_server}/", "ledger_test"
    began = time.monotonic()
    note()
    assert time.monotonic() - began < SLOWEST_REQUEST
    began = time.monotonic()
    note()
    with pytest.raises(StoreUnavailable):
        store().get("0" * 32)
    assert time.monotonic() - began < 0.5
    assert JobOutbox.objects.count() == 2


@pytest.mark.usefixtures("_kinds")
def test_a_failed_job_can_be_given_new_attempts(test_kinds: list[Any], deliveries: list[str]) -> None:
    job_id = jobs.enqueue("test.fails", organization_id=None, user_id=None, args={})
    run_all = retry_until_failed(job_id)
    run_all()
    failed = queue.find(job_id)
    assert failed is not None
    assert (failed.state, failed.attempts) == (FAILED, 3)
    assert jobs.retry(job_id) is True
    again = queue.find(job_id)
    assert again is not None
    assert (again.state, again.attempts, again.max_attempts, again.finished_at) == (QUEUED, 3, 6, None)
    assert deliveries[-1] == job_id
    assert jobs.retry(job_id) is False
    assert jobs.retry("0" * 32) is False
    run_all()
    once_more = queue.find(job_id)
    assert once_more is not None
    assert (once_more.state, once_more.attempts) == (FAILED, 6)


def retry_until_failed(job_id: str) -> Callable[[], None]:
    def run_all() -> None:
        for _ in range(10):
            jobs.run_due(ignore_run_at=True)

    return run_all
