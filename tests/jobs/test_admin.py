"""Staff's pages of jobs and schedules, with either store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django_celery_beat.models import PeriodicTask
from pytest_django.fixtures import Settings

from tenancy import jobs
from tenancy.jobs.record import FAILED, JobRecord, now
from tenancy.jobs.store import JobStore
from tenancy.models import Organization
from tests import services

pytestmark = pytest.mark.usefixtures("test_kinds", "deliveries")
LIST = "/admin/tenancy/job/"


@pytest.fixture
def staff(new_user: Callable[..., Any]) -> Client:
    client = Client()
    client.force_login(new_user("sam", is_staff=True, is_superuser=True))
    return client


def text_of(client: Client, path: str, **query: Any) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def ask(name: str = "test.note", organization_id: str | None = None, user_id: int | None = 7, **args: Any) -> str:
    return jobs.enqueue(name, organization_id=organization_id, user_id=user_id, args=args)


def fail(jobs_store: JobStore, job_id: str) -> None:
    job = jobs_store.claim(job_id, worker="host:1:a", at=now(), lease_until=now() + timedelta(minutes=1))
    assert job is not None
    problem = {"code": "server_away", "title": "The other server is away", "detail": "It does not answer <b>."}
    jobs_store.change(job, state=FAILED, problem=problem, log=["tried <once>"], finished_at=now(), publish_at=None)


def test_the_list_shows_every_job_without_its_secrets(jobs_store: JobStore, staff: Client, north: Organization) -> None:
    ask(text="very-secret", organization_id=north.id)
    jobs.run_due()
    ask(text="very-secret", user_id=None)
    fail(jobs_store, ask(text="very-secret"))
    page = text_of(staff, LIST)
    assert "3 jobs, page 1 of 1" in page
    assert page.count("test.note</a>") == 3
    assert page.count('<input type="checkbox" name="job"') == 1  # only the failed one can be tried again
    for shown in ("Succeeded", "Queued", "Failed", north.id, "100 %", "1 of 5", "server_away"):
        assert shown in page
    assert "very-secret" not in page


def test_the_list_is_filtered_and_paged(jobs_store: JobStore, staff: Client, north: Organization) -> None:
    first = ask(organization_id=north.id)
    fail(jobs_store, first)
    for _ in range(50):
        ask("test.steps")
    page = text_of(staff, LIST)
    assert "51 jobs, page 1 of 2" in page
    assert 'rel="next"' in page
    assert "page 2 of 2" in text_of(staff, LIST, page=2)
    for query in ({"state": "failed"}, {"organization": north.id}, {"name": "test.note"}, {"job": f" {first} "}):
        narrowed = text_of(staff, LIST, **query)
        assert "1 job, page 1 of 1" in narrowed
        assert first in narrowed
    assert "0 jobs" in text_of(staff, LIST, user=8)
    assert "51 jobs" in text_of(staff, LIST, user="not a number")


def test_one_job_shows_its_log_and_problem(jobs_store: JobStore, staff: Client) -> None:
    job_id = ask(text="very-secret")
    fail(jobs_store, job_id)
    page = text_of(staff, f"{LIST}{job_id}/change/")
    for shown in (
        job_id,
        "host:1:a",
        "tried &lt;once&gt;",
        "The other server is away",
        "It does not answer &lt;b&gt;.",
    ):
        assert shown in page
    assert "very-secret" not in page
    assert "Try it again" in page
    assert staff.get(f"{LIST}{'0' * 32}/change/").status_code == 404


def test_failed_jobs_are_tried_again(jobs_store: JobStore, staff: Client, deliveries: list[str]) -> None:
    one, two, queued = ask(), ask(), ask()
    for job_id in (one, two):
        fail(jobs_store, job_id)
    deliveries.clear()
    answer = staff.post(LIST, {"job": [one, queued]}, follow=True)
    assert f"{one} is tried again." in answer.content.decode()
    assert f"{queued} has not failed: nothing was done." in answer.content.decode()
    staff.post(f"{LIST}{two}/change/")
    assert deliveries == [one, two]
    for job_id in (one, two):
        job = jobs_store.get(job_id)
        assert isinstance(job, JobRecord)
        assert (job.state, job.max_attempts) == ("queued", 6)
    assert jobs.run_due() == 3


def test_staff_without_the_permission_see_or_change_nothing(
    jobs_store: JobStore, new_user: Callable[..., Any], deliveries: list[str]
) -> None:
    job_id = ask()
    fail(jobs_store, job_id)
    deliveries.clear()
    viewer = new_user("vera", is_staff=True)
    client = Client()
    client.force_login(viewer)
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}{job_id}/change/").status_code == 403
    viewer.user_permissions.add(Permission.objects.get(codename="view_job"))
    assert "1 job, page 1" in text_of(client, LIST)
    assert "Try it again" not in text_of(client, f"{LIST}{job_id}/change/")
    assert client.post(LIST, {"job": job_id}).status_code == 403
    assert client.post(f"{LIST}{job_id}/change/").status_code == 403
    assert deliveries == []
    outsider = Client()
    outsider.force_login(new_user("olga"))
    assert outsider.get(LIST).status_code == 302


def test_nobody_adds_or_deletes_jobs_by_hand(jobs_store: JobStore, staff: Client) -> None:
    job_id = ask()
    assert staff.get(f"{LIST}add/").status_code == 403
    assert staff.post(f"{LIST}{job_id}/delete/", {"post": "yes"}).status_code in (302, 403, 404)
    assert jobs_store.get(job_id) is not None


def test_a_store_that_is_away_is_said_on_the_page(settings: Settings, staff: Client) -> None:
    settings.MONGODB_URL = f"mongodb://127.0.0.1:{services.free_port()}/"
    assert "their store cannot be reached" in text_of(staff, LIST)
    answer = staff.get(f"{LIST}{'0' * 32}/change/", follow=True)
    assert "their store cannot be reached" in answer.content.decode()
    answer = staff.post(LIST, {"job": "0" * 32}, follow=True)
    assert "their store cannot be reached" in answer.content.decode()


def test_staff_edit_schedules(db: None, staff: Client) -> None:
    jobs.install_schedule()
    page = text_of(staff, "/admin/django_celery_beat/periodictask/")
    for name in ("Sweep jobs", "Make spare databases", "Measure databases", "Forget old jobs"):
        assert name in page
    row = PeriodicTask.objects.get(name="Forget old jobs")
    path = f"/admin/django_celery_beat/periodictask/{row.pk}/change/"
    form = text_of(staff, path)
    assert "ledger.start_job" in form
    assert "jobs.clean_up" in form
    answer = staff.post(
        path,
        {
            "name": row.name,
            "regtask": "",
            "task": row.task,
            "interval": row.interval_id,
            "args": row.args,
            "kwargs": row.kwargs,
            "headers": row.headers,
            "queue": "default",
            "priority": "",
            "expire_seconds": row.expire_seconds,
            "description": "Off for the audit",
        },
    )
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    row.refresh_from_db()
    assert (row.enabled, row.description, row.task) == (False, "Off for the audit", "ledger.start_job")
    for model in ("intervalschedule", "crontabschedule", "clockedschedule", "solarschedule"):
        assert "Add" in text_of(staff, f"/admin/django_celery_beat/{model}/")
        text_of(staff, f"/admin/django_celery_beat/{model}/add/")
