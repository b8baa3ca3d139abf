"""Recurring work: rows that staff edit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from ledger import celery
from tenancy import jobs
from tenancy.jobs import schedule
from tenancy.jobs.store import JobQuery, JobStore
from tests.settings import ENGINE


def test_installing_adds_what_is_missing_and_nothing_twice(db: None) -> None:
    jobs.install_schedule()
    jobs.install_schedule()
    rows = {row.name: row for row in PeriodicTask.objects.select_related("interval")}
    assert list(rows) == [
        "Sweep jobs",
        "Make spare databases",
        "Finish migrations",
        "Measure databases",
        "Forget Idempotency-Keys",
        "Advance and seal books",
        "Fetch exchange rates",
        "Delete files nobody can reach",
        "Make recurring journals",
        "Back up organizations",
        "Try a backup",
        "Tidy up organizations",
        "Forget old jobs",
    ]
    sweep, warm = rows["Sweep jobs"], rows["Make spare databases"]
    assert (sweep.task, sweep.args, sweep.interval.every, sweep.enabled) == ("ledger.sweep_jobs", "[]", 15, True)
    assert (warm.task, json.loads(warm.args)) == ("ledger.start_job", ["organizations.keep_warm"])
    assert {row.name for row in rows.values() if not row.enabled} == ({warm.name} if ENGINE == "sqlite" else set())
    assert IntervalSchedule.objects.count() == 5
    assert {row.task for row in rows.values()} <= set(celery.app.tasks)


def test_what_staff_changed_stays(db: None) -> None:
    jobs.install_schedule()
    hourly = IntervalSchedule.objects.get(period="hours")
    PeriodicTask.objects.filter(name="Forget old jobs").update(interval=hourly, enabled=False, description="Ours")
    jobs.install_schedule()
    row = PeriodicTask.objects.get(name="Forget old jobs")
    assert (row.interval.period, row.enabled, row.description) == ("hours", False, "Ours")


def test_beat_understands_every_row(db: None) -> None:
    jobs.install_schedule()
    entries = [ModelEntry(row, app=celery.app) for row in PeriodicTask.objects.all()]
    assert [(entry.name, entry.task, entry.args, entry.options["expires"]) for entry in entries][:2] == [
        ("Sweep jobs", "ledger.sweep_jobs", [], 15),
        ("Make spare databases", "ledger.start_job", ["organizations.keep_warm"], 60),
    ]


@pytest.mark.usefixtures("deliveries")
def test_recurring_work_is_not_started_while_the_former_is_under_way(
    jobs_store: JobStore, test_kinds: list[Any]
) -> None:
    first = schedule.start("test.note")
    assert first is not None
    assert schedule.start("test.note") is None
    jobs.run_due()
    assert schedule.start("test.note") not in (None, first)
    assert jobs_store.count(JobQuery(name="test.note")) == 2


def test_a_schedule_that_names_no_job_says_so(db: None, caplog: pytest.LogCaptureFixture) -> None:
    assert schedule.start("no.such_job") is None
    assert "names the job 'no.such_job', which does not exist" in caplog.text


@pytest.mark.usefixtures("deliveries")
def test_old_jobs_are_forgotten(jobs_store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from tenancy.jobs import retention
    from tenancy.jobs.record import now

    old = jobs.enqueue("jobs.clean_up", organization_id=None, user_id=None, args={})
    jobs.run_due()
    later = now() + timedelta(days=31)
    monkeypatch.setattr(retention, "now", lambda: later)
    new = jobs.enqueue("jobs.clean_up", organization_id=None, user_id=None, args={})
    jobs.run_due()
    assert jobs_store.get(old) is None
    ended = jobs_store.get(new)
    assert ended is not None
    assert ended.result == {"succeeded": 1, "failed": 0}
