"""What every store promises: the same tests for the system database and for MongoDB."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from tenancy.jobs.record import FAILED, QUEUED, RUNNING, SUCCEEDED, JobRecord, from_json, now, to_json
from tenancy.jobs.store import JobQuery, JobStore, Visibility, store

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def new_job(**values: Any) -> JobRecord:
    present = now()
    about: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "name": "test.note",
        "organization_id": "north",
        "user_id": 7,
        "key": "",
        "args": {"amount": "12.30", "$odd.key": 10**20},
        "queue": "default",
        "priority": 5,
        "run_at": present - SECOND,
        "publish_at": present,
        "max_attempts": 3,
        "created_at": present,
    }
    return JobRecord(**{**about, **values})


def claim(store: JobStore, job: JobRecord, worker: str = "w1", at: datetime | None = None) -> JobRecord | None:
    present = at or now()
    return store.claim(job.id, worker=worker, at=present, lease_until=present + MINUTE)


def test_a_record_comes_back_as_it_went_in(jobs_store: JobStore) -> None:
    job = new_job(log=["one", "two"], result={"a": [1, None]}, problem={"code": "x"}, trace_id="t", done=3, total=9)
    jobs_store.insert([job])
    assert jobs_store.get(job.id) == job
    assert from_json(to_json(job)) == job
    assert jobs_store.get("0" * 32) is None


def test_inserting_twice_changes_nothing(jobs_store: JobStore) -> None:
    first, other = new_job(), new_job()
    jobs_store.insert([first])
    jobs_store.insert([replace(first, name="test.other"), other])
    assert jobs_store.get(first.id) == first
    assert jobs_store.get(other.id) == other


def test_only_one_of_two_claims_gets_the_job(jobs_store: JobStore) -> None:
    job = new_job()
    jobs_store.insert([job])
    at = now()
    held = claim(jobs_store, job, "w1", at)
    assert held is not None
    assert (held.state, held.attempts, held.worker, held.started_at) == (RUNNING, 1, "w1", at)
    assert held.lease_until == held.publish_at == at + MINUTE
    assert claim(jobs_store, job, "w2", at + SECOND) is None
    assert jobs_store.get(job.id) == held


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_exactly_one_gets_the_job(records_in: str) -> None:
    jobs_store = store()
    job = new_job()
    jobs_store.insert([job])
    start = threading.Barrier(8)
    held: list[JobRecord | None] = []

    def work(worker: str) -> None:
        start.wait(10)
        held.append(claim(jobs_store, job, worker))
        connections.close_all()

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    winners = [record for record in held if record is not None]
    assert (len(held), len(winners), winners[0].attempts) == (8, 1, 1)
    assert jobs_store.get(job.id) == winners[0]


def test_a_job_that_is_not_due_cannot_be_claimed(jobs_store: JobStore) -> None:
    job = new_job(run_at=now() + MINUTE)
    jobs_store.insert([job])
    assert claim(jobs_store, job) is None
    assert claim(jobs_store, job, at=now() + MINUTE + SECOND) is not None


def test_a_job_whose_lease_is_over_can_be_claimed_again(jobs_store: JobStore) -> None:
    job = new_job()
    jobs_store.insert([job])
    claim(jobs_store, job, "w1")
    later = now() + MINUTE + SECOND
    again = claim(jobs_store, job, "w2", later)
    assert again is not None
    assert (again.attempts, again.worker, again.lease_until) == (2, "w2", later + MINUTE)


def test_a_late_finish_is_refused_once_another_worker_holds_the_job(jobs_store: JobStore) -> None:
    job = new_job()
    jobs_store.insert([job])
    first = claim(jobs_store, job, "w1")
    second = claim(jobs_store, job, "w2", now() + MINUTE + SECOND)
    assert first is not None
    assert second is not None
    assert jobs_store.change(first, state=SUCCEEDED, result="late") is False
    assert jobs_store.change(first, lease_until=now() + 5 * MINUTE) is False
    assert jobs_store.get(job.id) == second
    assert jobs_store.change(second, state=SUCCEEDED, result="in time", publish_at=None) is True
    ended = jobs_store.get(job.id)
    assert ended is not None
    assert (ended.state, ended.result, ended.attempts) == (SUCCEEDED, "in time", 2)
    assert claim(jobs_store, job, "w3", now() + 5 * MINUTE) is None


def test_an_expired_lease_nobody_took_over_still_allows_to_finish(jobs_store: JobStore) -> None:
    job = new_job()
    jobs_store.insert([job])
    held = claim(jobs_store, job, at=now() - 2 * MINUTE) or claim(jobs_store, job)
    assert held is not None
    assert jobs_store.change(held, state=FAILED, problem={"code": "x"}) is True


def test_due_are_the_unpublished_the_postponed_and_the_abandoned_most_urgent_first(jobs_store: JobStore) -> None:
    at = now()
    plain = new_job(publish_at=at - SECOND)
    urgent = new_job(publish_at=at, priority=0)
    on_its_way = new_job(publish_at=at + MINUTE)
    later = new_job(run_at=at + MINUTE, publish_at=at + MINUTE)
    abandoned = new_job(state=RUNNING, attempts=1, lease_until=at - SECOND, publish_at=at - 2 * SECOND)
    working = new_job(state=RUNNING, attempts=1, lease_until=at + MINUTE, publish_at=at + MINUTE)
    ended = new_job(state=SUCCEEDED, publish_at=None, finished_at=at)
    jobs_store.insert([plain, urgent, on_its_way, later, abandoned, working, ended])
    assert [job.id for job in jobs_store.due(at=at, limit=10)] == [urgent.id, abandoned.id, plain.id]
    assert [job.id for job in jobs_store.due(at=at, limit=1)] == [urgent.id]
    everything = [job.id for job in jobs_store.due(at=at, limit=10, published_too=True)]
    assert everything == [urgent.id, abandoned.id, plain.id, on_its_way.id]


def test_pages_are_newest_first_and_filtered(jobs_store: JobStore) -> None:
    start = now()
    made = [new_job(created_at=start + n * SECOND, name=f"test.{n % 2}") for n in range(5)]
    made[3] = replace(made[3], state=FAILED, user_id=9, organization_id=None)
    jobs_store.insert(made)

    def ids(offset: int = 0, limit: int = 10, **query: Any) -> list[str]:
        found = jobs_store.page(JobQuery(**query), offset=offset, limit=limit)
        assert offset or jobs_store.count(JobQuery(**query)) == len(found) or limit < 10
        return [job.id for job in found]

    newest_first = [job.id for job in reversed(made)]
    assert ids() == newest_first
    assert ids(offset=1, limit=2) == newest_first[1:3]
    assert ids(states=(FAILED,)) == [made[3].id]
    assert ids(name="test.0") == [made[4].id, made[2].id, made[0].id]
    assert ids(user_id=9) == [made[3].id]
    assert ids(organization_id="north", states=(QUEUED,)) == [made[n].id for n in (4, 2, 1, 0)]
    assert ids(ids=(made[1].id, "x" * 32)) == [made[1].id]
    assert jobs_store.names() == ["test.0", "test.1"]


@pytest.mark.parametrize(
    ("visible", "seen"),
    [
        (Visibility(), set()),
        (Visibility(user_id=7), {"mine of nobody"}),
        (Visibility(user_id=7, organizations=("north",)), {"mine of nobody", "mine of north"}),
        (Visibility(user_id=8, organizations=("north", "south")), {"another's of north"}),
        (Visibility(whole="north"), {"mine of north", "another's of north"}),
        (Visibility(user_id=7, whole="south"), {"mine of nobody", "mine of south"}),
        (Visibility(organizations=("north", "south")), set()),
    ],
)
def test_visibility_selects_what_includes_says(jobs_store: JobStore, visible: Visibility, seen: set[str]) -> None:
    made = [
        new_job(message="mine of nobody", organization_id=None),
        new_job(message="mine of north"),
        new_job(message="mine of south", organization_id="south"),
        new_job(message="another's of north", user_id=8),
        new_job(message="nobody's", user_id=None, organization_id=None),
    ]
    jobs_store.insert(made)
    query = JobQuery(visible=visible)
    assert {job.message for job in jobs_store.page(query, offset=0, limit=10)} == seen
    assert jobs_store.count(query) == len(seen)
    assert {job.message for job in made if visible.includes(job)} == seen


def test_clean_up_removes_what_ended_long_ago_in_steps(jobs_store: JobStore) -> None:
    at = now()
    old = [new_job(state=SUCCEEDED, finished_at=at - MINUTE, publish_at=None) for _ in range(3)]
    kept = [
        new_job(state=SUCCEEDED, finished_at=at, publish_at=None),
        new_job(state=FAILED, finished_at=at - MINUTE, publish_at=None),
        new_job(created_at=at - MINUTE),
    ]
    jobs_store.insert([*old, *kept])
    assert [jobs_store.remove_ended(state=SUCCEEDED, before=at - SECOND, limit=2) for _ in range(3)] == [2, 1, 0]
    left = {job.id for job in jobs_store.page(JobQuery(), offset=0, limit=10)}
    assert left == {job.id for job in kept}
