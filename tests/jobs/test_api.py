"""GET /api/jobs and /api/jobs/{id}: who sees which jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from tenancy import access, jobs
from tenancy.jobs.record import FAILED, RUNNING, SUCCEEDED, now
from tenancy.jobs.store import JobStore, store
from tenancy.models import Membership, Organization, OrganizationDatabase
from tests import services

ClientOf = Callable[..., APIClient]
pytestmark = pytest.mark.usefixtures("test_kinds", "deliveries")


def ask(user: Any, organization: Organization | None = None, **args: Any) -> str:
    organization_id = organization.id if organization else None
    time.sleep(0.002)  # the order is by created_at, which has milliseconds
    return jobs.enqueue(
        "test.note", organization_id=organization_id, user_id=user.pk if user else None, args={"text": "hi", **args}
    )


def seen(client: APIClient, **query: str) -> list[str]:
    answer = client.get("/api/jobs", query)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["count"] == len(body["results"])
    for job in body["results"]:
        assert client.get(f"/api/jobs/{job['id']}").json() == job
    return [job["id"] for job in body["results"]]


def assert_hidden(client: APIClient, job_id: str) -> None:
    answer = client.get(f"/api/jobs/{job_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == client.get(f"/api/jobs/{'0' * 32}").json()["detail"]
    assert job_id not in seen(client)


def key_of(client: APIClient, role: str = "bookkeeper") -> APIClient:
    answer = client.post("/api/api-keys", {"name": "Shop", "role": role})
    assert answer.status_code == 201, answer.content
    with_key = APIClient()
    with_key.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['key']}")
    return with_key


def test_a_job_looks_as_the_contract_says(jobs_store: JobStore, alice: Any, client_of: ClientOf) -> None:
    job_id = ask(alice, token="secret")
    client = client_of(alice)
    queued = client.get(f"/api/jobs/{job_id}").json()
    assert queued.pop("created_at").endswith("Z")
    assert queued == {
        "id": job_id,
        "name": "test.note",
        "state": "queued",
        "progress": {"done": 0, "total": 0, "percent": 0, "message": ""},
        "attempts": 0,
        "started_at": None,
        "finished_at": None,
        "result": None,
        "problem": None,
    }
    record = jobs_store.claim(job_id, worker="w", at=now(), lease_until=now() + timedelta(minutes=1))
    assert record is not None
    jobs_store.change(record, done=1, total=3, message="Reading")
    running = client.get(f"/api/jobs/{job_id}").json()
    assert running["state"] == "running"
    assert running["progress"] == {"done": 1, "total": 3, "percent": 33, "message": "Reading"}
    problem = {"code": "x", "title": "It broke", "detail": "Mend it."}
    jobs_store.change(record, state=FAILED, problem=problem, finished_at=now(), publish_at=None)
    failed = client.get(f"/api/jobs/{job_id}").json()
    assert (failed["state"], failed["problem"], failed["attempts"]) == ("failed", problem, 1)
    assert failed["finished_at"] >= failed["started_at"]


def test_arguments_and_logs_are_never_shown(jobs_store: JobStore, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice)
    job_id = ask(alice, token="very-secret")
    record = jobs_store.get(job_id)
    assert record is not None
    jobs_store.change(record, log=["very-secret log"], worker="very-secret machine")
    for path in (f"/api/jobs/{job_id}", "/api/jobs"):
        assert b"very-secret" not in client.get(path).content


def test_people_see_what_they_asked_for_and_nobody_elses(
    jobs_store: JobStore, alice: Any, charlie: Any, client_of: ClientOf
) -> None:
    of_alice, of_nobody = ask(alice), ask(None)
    assert seen(client_of(alice)) == [of_alice]
    for job_id in (of_alice, of_nobody):
        assert_hidden(client_of(charlie), job_id)
    assert seen(client_of(charlie)) == []


def test_somebody_bound_to_an_organization_sees_its_jobs_too(
    jobs_store: JobStore,
    north: Organization,
    south: Organization,
    alice: Any,
    bob: Any,
    charlie: Any,
    client_of: ClientOf,
) -> None:
    of_alice, of_bob, of_south = ask(alice, north), ask(bob, north), ask(charlie, south)
    assert seen(client_of(bob, north)) == [of_bob, of_alice]
    assert seen(client_of(bob)) == [of_bob]  # bound to no organization
    assert seen(client_of(charlie, south)) == [of_south]
    assert_hidden(client_of(bob), of_alice)
    for job_id in (of_alice, of_bob):
        assert_hidden(client_of(charlie, south), job_id)


def test_the_creator_follows_a_set_up_with_a_token_bound_to_nothing(
    jobs_store: JobStore, north: Organization, alice: Any, charlie: Any, client_of: ClientOf
) -> None:
    OrganizationDatabase.objects.filter(pk=north.pk).update(state="building")
    access.organization_changed(north.id)
    job_id = ask(alice, north)
    assert seen(client_of(alice)) == [job_id]
    assert_hidden(client_of(charlie), job_id)


def test_who_left_an_organization_sees_none_of_its_jobs(
    jobs_store: JobStore, north: Organization, bob: Any, client_of: ClientOf
) -> None:
    job_id, own = ask(bob, north), ask(bob)
    bound, unbound = client_of(bob, north), client_of(bob)
    assert seen(unbound) == [own, job_id]
    Membership.objects.filter(user=bob).delete()
    access.membership_changed(north.id, bob.pk)
    assert_hidden(unbound, job_id)
    assert seen(unbound) == [own]
    answer = bound.get(f"/api/jobs/{job_id}")
    assert answer.status_code in (401, 404)
    assert job_id not in answer.content.decode()


def test_the_jobs_of_a_suspended_organization_are_seen_by_who_asked_only(
    jobs_store: JobStore, north: Organization, alice: Any, bob: Any, client_of: ClientOf
) -> None:
    client = client_of(bob, north)
    of_alice, of_bob = ask(alice, north), ask(bob, north)
    OrganizationDatabase.objects.filter(pk=north.pk).update(state="suspended")
    access.organization_changed(north.id)
    assert seen(client) == [of_bob]
    assert_hidden(client, of_alice)


def test_a_key_sees_the_jobs_of_its_organization_only(
    jobs_store: JobStore,
    north: Organization,
    south: Organization,
    alice: Any,
    bob: Any,
    charlie: Any,
    client_of: ClientOf,
) -> None:
    with_key = key_of(client_of(alice, north))
    of_bob, of_south, without = ask(bob, north), ask(charlie, south), ask(alice)
    assert seen(with_key) == [of_bob]
    for job_id in (of_south, without):
        assert_hidden(with_key, job_id)
    OrganizationDatabase.objects.filter(pk=north.pk).update(state="suspended")
    access.organization_changed(north.id)
    for path in ("/api/jobs", f"/api/jobs/{of_bob}"):
        answer = with_key.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "organization_suspended")


def test_the_organization_header_may_only_repeat_the_token(
    jobs_store: JobStore, north: Organization, south: Organization, alice: Any, charlie: Any, client_of: ClientOf
) -> None:
    of_alice, of_charlie = ask(alice, north), ask(charlie, south)
    client = client_of(charlie, south)
    for path in ("/api/jobs", f"/api/jobs/{of_alice}", f"/api/jobs/{of_charlie}"):
        answer = client.get(path, headers={"Organization-Id": north.id})
        assert (answer.status_code, answer.json()["code"]) == (404, "organization_not_found")
    assert client.get(f"/api/jobs/{of_charlie}", headers={"Organization-Id": south.id}).status_code == 200


def test_nobody_sees_jobs_without_logging_in(jobs_store: JobStore, alice: Any) -> None:
    job_id = ask(alice)
    for path in ("/api/jobs", f"/api/jobs/{job_id}"):
        answer = APIClient().get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_jobs_are_read_only(jobs_store: JobStore, alice: Any, client_of: ClientOf) -> None:
    job_id = ask(alice)
    client = client_of(alice)
    for method in (client.post, client.put, client.patch, client.delete):
        for path in ("/api/jobs", f"/api/jobs/{job_id}"):
            answer = method(path, {"state": "succeeded"})
            assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert client.get(f"/api/jobs/{job_id}").json()["state"] == "queued"


def test_the_list_is_paged_filtered_and_newest_first(jobs_store: JobStore, alice: Any, client_of: ClientOf) -> None:
    client = client_of(alice)
    made = [ask(alice) for _ in range(5)]
    jobs.run_due()
    made.append(ask(alice))
    first = client.get("/api/jobs", {"page_size": 4}).json()
    assert (first["count"], [job["id"] for job in first["results"]]) == (6, made[:1:-1])
    second = client.get(first["next"]).json()
    assert ([job["id"] for job in second["results"]], second["next"]) == (made[1::-1], None)
    assert seen(client, state="succeeded") == made[4::-1]
    assert seen(client, state="queued", name="test.note") == made[5:]
    assert seen(client, name="test.other") == []
    wrong = client.get("/api/jobs", {"state": "sleeping"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/state")
    assert wrong.json()["errors"][0]["detail"] == "A job is queued, running, succeeded, failed."
    beyond = client.get("/api/jobs", {"page": 99})
    assert (beyond.status_code, beyond.json()["code"]) == (404, "no_such_page")


@pytest.mark.parametrize("records_in", ["system"], indirect=True)
def test_the_list_takes_the_same_number_of_queries_however_long_it_is(
    jobs_store: JobStore, north: Organization, alice: Any, client_of: ClientOf
) -> None:
    client = client_of(alice, north)
    client.get("/api/jobs")  # a shared cache now knows the membership
    counts = []
    for _ in range(2):
        for _ in range(10):
            ask(alice, north)
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/jobs")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_mongodb_down_is_a_problem_that_says_try_again(
    settings: Settings, alice: Any, client_of: ClientOf, db: None
) -> None:
    settings.MONGODB_URL = f"mongodb://127.0.0.1:{services.free_port()}/"
    client = client_of(alice)
    waiting = ask(alice)
    assert client.get(f"/api/jobs/{waiting}").json()["state"] == "queued"  # from the outbox
    for path in ("/api/jobs", f"/api/jobs/{'0' * 32}"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "jobs_unavailable", "5")
        assert "Nothing is lost" in answer.json()["detail"]


def test_a_person_sees_the_end_of_a_job_that_ran(jobs_store: JobStore, alice: Any, client_of: ClientOf) -> None:
    job_id = ask(alice)
    jobs.run_due()
    job = client_of(alice).get(f"/api/jobs/{job_id}").json()
    assert (job["state"], job["result"], job["progress"]["percent"]) == (SUCCEEDED, {"noted": "hi"}, 100)
    assert store().get(job_id) is not None
    assert job["state"] != RUNNING
