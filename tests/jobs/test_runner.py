"""Running a job: its place, its lease, its outcome."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from tenancy import context, jobs, trace
from tenancy.context import CrossOrganization
from tenancy.jobs import queue, runner
from tenancy.jobs.record import FAILED, QUEUED, RUNNING, SUCCEEDED, JobRecord, now
from tenancy.jobs.runner import JobRun, LeaseLost
from tenancy.jobs.store import JobStore, store
from tenancy.models import Organization, OrganizationDatabase
from tenancy.provisioning import operations

State = OrganizationDatabase.State
pytestmark = pytest.mark.usefixtures("test_kinds", "deliveries")


def ask(name: str, organization: str | None = None, **args: Any) -> str:
    return jobs.enqueue(name, organization_id=organization, user_id=7, args=args)


def found(job_id: str) -> JobRecord:
    job = queue.find(job_id)
    assert job is not None
    return job


def test_a_job_that_succeeds_keeps_its_result_and_forgets_its_arguments(
    jobs_store: JobStore, test_kinds: list[Any]
) -> None:
    job_id = ask("test.note", text="hello", link="https://example.com/?token=secret")
    assert runner.run(job_id) == SUCCEEDED
    job = found(job_id)
    assert (job.state, job.attempts, job.percent, job.result) == (SUCCEEDED, 1, 100, {"noted": "hello"})
    assert (job.args, job.problem, job.lease_until, job.publish_at) == ({}, None, None, None)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at
    assert test_kinds[0]["link"].endswith("secret")


def test_a_second_delivery_is_a_no_op(jobs_store: JobStore, test_kinds: list[Any]) -> None:
    job_id = ask("test.note")
    assert [runner.run(job_id), runner.run(job_id), runner.run("0" * 32)] == [SUCCEEDED, None, None]
    assert len(test_kinds) == 1
    assert found(job_id).attempts == 1


def test_an_exception_is_retried_later_and_then_told_without_its_message(
    jobs_store: JobStore, test_kinds: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    job_id = ask("test.fails", to="ann@example.com")
    assert runner.run(job_id) == QUEUED
    job = found(job_id)
    assert job.lease_until is None
    pause = (job.run_at - now()).total_seconds()
    assert 1 < pause < 3
    assert job.publish_at == job.run_at
    assert runner.run(job_id) is None  # not before its time
    assert jobs.run_due(ignore_run_at=True) == 1
    assert 7 < (found(job_id).run_at - now()).total_seconds() < 13
    assert test_kinds == []
    jobs.run_due(ignore_run_at=True)
    job = found(job_id)
    assert (job.state, job.attempts, job.result) == (FAILED, 3, None)
    assert job.problem == {
        "code": "job_failed",
        "title": "The job failed unexpectedly",
        "detail": f"It has been logged; quote the job's id: {job_id}.",
    }
    assert "hunter2" not in f"{job.problem} {job.log} {job.message}"
    assert "RuntimeError" in job.log[-1]
    assert "hunter2" in caplog.text  # staff find it in the log
    assert job.args == {"to": "ann@example.com"}  # kept: staff may retry it
    assert test_kinds == [("failed", {"to": "ann@example.com"}, "RuntimeError: password=hunter2 in the message")]
    assert jobs.run_due(ignore_run_at=True) == 0


def test_a_problem_that_would_be_the_same_next_time_fails_at_once(jobs_store: JobStore, test_kinds: list[Any]) -> None:
    job_id = ask("test.refused")
    assert runner.run(job_id) == FAILED
    job = found(job_id)
    assert job.attempts == 1
    assert job.problem == {
        "code": "already_sent",
        "title": "It was sent already",
        "detail": "The invoice went out on 2026-11-20.",
    }
    assert test_kinds == [("failed", {}, "Refused: The invoice went out on 2026-11-20.")]


def test_a_problem_that_passes_is_retried(jobs_store: JobStore) -> None:
    job_id = ask("test.unavailable")
    assert runner.run(job_id) == QUEUED
    job = found(job_id)
    assert job.problem is not None
    assert job.problem["code"] == "server_away"
    jobs.run_due(ignore_run_at=True)
    job = found(job_id)
    assert (job.state, job.attempts, job.problem and job.problem["detail"]) == (
        FAILED,
        2,
        "The mail server does not answer.",
    )


def test_a_result_that_is_not_json_fails_the_job(jobs_store: JobStore) -> None:
    job_id = ask("test.not_json")
    assert runner.run(job_id) == FAILED
    assert found(job_id).result is None


def test_progress_is_written_now_and_then_and_its_end_always(
    jobs_store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[dict[str, Any]] = []
    change = type(jobs_store).change

    def counting(self: JobStore, job: JobRecord, **values: Any) -> bool:
        written.append(values)
        return change(self, job, **values)

    monkeypatch.setattr(type(jobs_store), "change", counting)
    job_id = ask("test.steps")
    runner.run(job_id)
    assert len(written) <= 3  # the first report and the outcome; a slow machine may fit one more in
    assert (written[0]["done"], written[0]["total"], written[0]["message"]) == (1, 100, "Step 1")
    assert written[0]["lease_until"] == written[0]["publish_at"] > now() + timedelta(seconds=50)
    job = found(job_id)
    assert (job.done, job.total, job.message, job.percent) == (100, 100, "Step 100", 100)
    assert job.log[0].endswith("counted to a hundred")


def claimed(jobs_store: JobStore, job_id: str, lease: timedelta = timedelta(minutes=1)) -> JobRun:
    record = jobs_store.claim(job_id, worker="w1", at=now(), lease_until=now() + lease)
    assert record is not None
    return JobRun(record, lease)


def test_an_attempt_that_lost_its_lease_learns_it_and_writes_nothing(jobs_store: JobStore) -> None:
    job_id = ask("test.note")
    late = claimed(jobs_store, job_id, timedelta(seconds=-1))
    assert runner.run(job_id) == SUCCEEDED
    with pytest.raises(LeaseLost, match="attempt 1 does not hold the job"):
        late.progress(1, 2, "still at it")
    assert runner._settle(late, runner._succeeded("late")) is False
    job = found(job_id)
    assert (job.state, job.attempts, job.result, job.message) == (SUCCEEDED, 2, {"noted": ""}, "")


@pytest.mark.parametrize("records_in", ["mongodb"], indirect=True)
def test_the_heartbeat_renews_the_lease_while_the_handler_computes(jobs_store: JobStore) -> None:
    job = claimed(jobs_store, ask("test.note"), timedelta(seconds=0.9))
    with runner._heartbeat(job):
        time.sleep(1.5)
        assert jobs_store.claim(job.id, worker="w2", at=now(), lease_until=now()) is None
    time.sleep(1.0)
    assert jobs_store.claim(job.id, worker="w2", at=now(), lease_until=now()) is not None


@pytest.mark.parametrize("records_in", ["mongodb"], indirect=True)
def test_the_heartbeat_stops_when_the_lease_is_lost(jobs_store: JobStore, caplog: pytest.LogCaptureFixture) -> None:
    job = claimed(jobs_store, ask("test.note"), timedelta(seconds=0.6))
    other = jobs_store.claim(job.id, worker="w2", at=now() + timedelta(minutes=1), lease_until=now())
    with runner._heartbeat(job):
        time.sleep(0.5)
    assert "does not hold the job any more" in caplog.text
    assert found(job.id) == other


def test_a_job_whose_workers_keep_dying_ends(jobs_store: JobStore, test_kinds: list[Any]) -> None:
    job_id = ask("test.fails")
    for _ in range(3):
        claimed(jobs_store, job_id, timedelta(seconds=-1))
    assert runner.run(job_id) == FAILED
    job = found(job_id)
    assert job.problem is not None
    assert job.problem["code"] == "job_interrupted"
    assert "started 3 times and its worker died each time" in job.problem["detail"]
    assert test_kinds == [("failed", {}, "It was started 3 times and its worker died each time.")]


def test_a_job_of_a_newer_version_waits_for_a_worker_that_knows_it(jobs_store: JobStore, settings: Any) -> None:
    job_id = ask("test.note")
    settings.JOB_KINDS = "ledger.jobs.JOBS"
    assert runner.run(job_id) == QUEUED
    settings.JOB_KINDS = "tests.jobs.kinds.JOBS"
    jobs.run_due(ignore_run_at=True)
    assert found(job_id).state == SUCCEEDED


def test_log_lines_of_a_job_carry_the_request_that_asked(jobs_store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    token = trace.request_id.set("request-12345")
    job_id = ask("test.note")
    trace.request_id.reset(token)
    seen: list[str] = []
    monkeypatch.setattr("tests.jobs.handlers.noted", Recorder(seen))
    runner.run(job_id)
    assert seen == ["request-12345"]
    assert trace.request_id.get() == "-"


class Recorder(list[Any]):
    def __init__(self, seen: list[str]) -> None:
        self.seen = seen

    def append(self, _: Any) -> None:
        self.seen.append(trace.request_id.get())


# --- Organizations ---


def test_a_job_of_an_organization_works_in_its_books(jobs_store: JobStore, north: Organization) -> None:
    job_id = ask("test.count_accounts", north.id)
    assert runner.run(job_id) == SUCCEEDED
    result = found(job_id).result
    assert result["organization"] == north.id
    assert result["accounts"] > 10
    assert context.current_or_none() is None


def test_a_job_without_an_organization_cannot_touch_books(
    jobs_store: JobStore, north: Organization, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = ask("test.books_without_organization")
    assert runner.run(job_id) == FAILED
    assert "NoOrganization" in found(job_id).log[-1]
    assert "No organization is in context" in caplog.text
    named = ask("test.books_without_organization", north.id)  # naming one does not help: the kind is a system job
    assert runner.run(named) == FAILED
    assert "NoOrganization" in found(named).log[-1]


def test_a_worker_never_carries_an_organization_into_the_next_job(
    jobs_store: JobStore, north: Organization, south: Organization
) -> None:
    """Not even after a handler that failed, having set the organization for good."""
    left = ask("test.stays_inside", north.id)
    assert runner.run(left) == FAILED
    assert context.current_or_none() is None
    where, books = ask("test.where"), ask("test.books_without_organization")
    assert runner.run(where) == SUCCEEDED
    assert found(where).result == {"organization": None}
    assert runner.run(books) == FAILED
    theirs = ask("test.count_accounts", south.id)
    assert runner.run(theirs) == SUCCEEDED
    assert found(theirs).result["organization"] == south.id


def test_a_job_cannot_enter_another_organization(
    jobs_store: JobStore, north: Organization, south: Organization
) -> None:
    job_id = ask("test.visits", north.id, other=south.id)
    assert runner.run(job_id) == FAILED
    assert "CrossOrganization" in found(job_id).log[-1]


def test_a_job_is_not_run_from_inside_an_organization(jobs_store: JobStore, north: Organization) -> None:
    job_id = ask("test.where")
    with context.enter(north.tenant()), pytest.raises(CrossOrganization, match="from outside"):
        runner.run(job_id)
    assert (found(job_id).state, found(job_id).attempts) == (QUEUED, 0)


@pytest.mark.parametrize(
    ("state", "code", "shortest", "longest"),
    [
        (State.PENDING, "organization_building", 0, 2),
        (State.BUILDING, "organization_building", 0, 2),
        (State.SUSPENDED, "organization_suspended", 290, 301),
    ],
)
def test_a_job_of_an_organization_that_is_not_ready_waits_and_costs_no_attempt(
    jobs_store: JobStore, north: Organization, state: str, code: str, shortest: float, longest: float
) -> None:
    OrganizationDatabase.objects.filter(pk=north.pk).update(state=state)
    operations.access.organization_changed(north.id)
    job_id = ask("test.count_accounts", north.id)
    assert runner.run(job_id) == QUEUED
    job = found(job_id)
    assert job.problem is not None
    assert job.problem["code"] == code
    assert job.max_attempts - job.attempts == 5
    assert shortest < (job.run_at - now()).total_seconds() < longest
    with transaction.atomic():
        OrganizationDatabase.objects.filter(pk=north.pk).update(state=State.READY)
        operations.access.organization_changed(north.id)
    jobs.run_due(ignore_run_at=True)
    job = found(job_id)
    assert (job.state, job.problem, job.result["organization"]) == (SUCCEEDED, None, north.id)


def test_a_job_of_an_organization_that_is_gone_fails(jobs_store: JobStore) -> None:
    job_id = ask("test.count_accounts", "nosuchnosuchnosu")
    assert runner.run(job_id) == FAILED
    job = found(job_id)
    assert job.problem is not None
    assert (job.problem["code"], job.attempts) == ("organization_not_found", 1)


# --- The store goes away ---


@pytest.mark.parametrize("records_in", ["mongodb"], indirect=True)
def test_an_outcome_is_written_when_the_store_is_back(
    jobs_store: JobStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runner, "SETTLE_PAUSES", (0.0, 0.0, 0.0))
    answers = [True, True, False]
    change = type(jobs_store).change

    def flaky(self: JobStore, job: JobRecord, **values: Any) -> bool:
        if answers.pop(0):
            raise runner.StoreUnavailable("away")
        return change(self, job, **values)

    monkeypatch.setattr(type(jobs_store), "change", flaky)
    job_id = ask("test.note")
    assert runner.run(job_id) == SUCCEEDED
    assert found(job_id).state == SUCCEEDED
    assert caplog.text.count("cannot be written yet") == 2


@pytest.mark.parametrize("records_in", ["mongodb"], indirect=True)
def test_an_outcome_that_cannot_be_written_means_another_run(
    jobs_store: JobStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runner, "SETTLE_PAUSES", (0.0, 0.0))

    def away(self: JobStore, job: JobRecord, **values: Any) -> bool:
        raise runner.StoreUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(type(jobs_store), "change", away)
        job_id = ask("test.note")
        assert runner.run(job_id) is None
    assert "it runs again" in caplog.text
    assert found(job_id).state == RUNNING
    again = jobs_store.claim(job_id, worker="w2", at=now() + timedelta(minutes=2), lease_until=now())
    assert again is not None
    assert again.attempts == 2


@pytest.fixture(autouse=True)
def _log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "tenancy.jobs.runner")


def test_the_store_in_use_is_the_one_under_test(jobs_store: JobStore, records_in: str) -> None:
    assert type(store()).__name__ == {"system": "SystemStore", "mongodb": "MongoStore"}[records_in]
