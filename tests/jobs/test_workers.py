"""Real workers, killed for real, on both set-ups; servers that go away and come back."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from tests.jobs.installation import ENQUEUE, Installation, children_of, wait_until

pytestmark = pytest.mark.processes

DELIVER_AGAIN = """
from tenancy.jobs import delivery
from tenancy.jobs.queue import find
answer = delivery.publish(find({!r}))
"""

NOT_DELIVERED = """
from tenancy.jobs import delivery
delivery.circuit.failed()
"""


@pytest.fixture(params=["embedded", "served"])
def installation(request: pytest.FixtureRequest) -> Installation:
    """Both set-ups, ready for a worker."""
    chosen: Installation = request.getfixturevalue(request.param)
    if request.param == "served":
        chosen.start_redis()
    return chosen


def has_ended(installation: Installation, job_id: str) -> bool:
    return any(line.startswith(job_id) for line in installation.lines("ended"))


def slow_job(installation: Installation, seconds: float) -> str:
    return installation.enqueue("test.slow", folder=str(installation.var), seconds=seconds)


def assert_ran_twice_with_one_effect(installation: Installation, job_id: str) -> dict[str, Any]:
    wait_until(lambda: has_ended(installation, job_id), 45, "the second attempt")
    wait_until(lambda: installation.job(job_id)["state"] == "succeeded", 10, "the outcome")
    job = installation.job(job_id)
    begun = [line for line in installation.lines("begun") if line.startswith(job_id)]
    assert [line.split()[2] for line in begun] == ["1", "2"]
    assert [line for line in installation.lines("ended") if line.startswith(job_id)] == [f"{job_id} attempt 2"]
    assert [path.name for path in (installation.var / "effects").iterdir()] == [job_id]
    assert (job["attempts"], job["result"], job["args"], job["problem"]) == (2, {"effect": job_id}, {}, None)
    return job


def test_a_job_of_a_killed_worker_runs_again_and_its_effect_is_there_once(installation: Installation) -> None:
    worker = installation.start_worker()
    job_id = slow_job(installation, seconds=5)
    wait_until(lambda: installation.lines("begun"), 40, "the first attempt")
    installation.kill(worker)
    assert not has_ended(installation, job_id)
    assert installation.job(job_id)["state"] == "running"
    installation.start_worker()
    assert_ran_twice_with_one_effect(installation, job_id)


def test_a_killed_process_of_the_pool_costs_one_attempt(served: Installation) -> None:
    """The worker survives and beat's sweep, with no restart to help, brings the job back."""
    served.start_redis()
    worker = served.start_worker()
    job_id = slow_job(served, seconds=4)
    wait_until(lambda: served.lines("begun"), 40, "the first attempt")
    process = int(served.lines("begun")[0].split()[-1])
    assert process in children_of(worker.pid)
    os.kill(process, signal.SIGKILL)
    assert_ran_twice_with_one_effect(served, job_id)
    assert worker.poll() is None


def test_killing_what_waits_for_work_does_not_stop_the_jobs(installation: Installation) -> None:
    """A process that is killed while it is idle must not take along a lock that the others wait for."""
    worker = installation.start_worker(beat=False)
    wait_until(lambda: " ready." in installation.log(), 40, "the worker's start")
    ended = 0
    for turn in range(5):
        processes = children_of(worker.pid)
        for process in processes:
            os.kill(process, signal.SIGKILL)
        ended += len(processes)
        wait_until(lambda gone=set(processes): not gone & children_of(worker.pid), 10, "their end")
        job_id = installation.enqueue("test.note", text="after", file=str(installation.var / "noted"))
        wait_until(lambda turn=turn: len(installation.lines("noted")) == turn + 1, 10, f"job {turn + 1}")
        assert installation.lines("noted")[turn] == f"{job_id} attempt 1"
    assert worker.poll() is None
    assert ended == (0 if installation.redis is None else 10)


def test_nothing_that_can_be_killed_alone_stops_the_sweep(embedded: Installation) -> None:
    """Beat has no process of its own: a job that was never delivered is found, whatever was killed."""
    worker = embedded.start_worker()
    wait_until(lambda: " ready." in embedded.log(), 40, "the worker's start")
    for process in children_of(worker.pid):
        os.kill(process, signal.SIGKILL)
    job_id = embedded.run(NOT_DELIVERED + ENQUEUE.format("test.note", {"file": str(embedded.var / "noted")}))
    wait_until(lambda: embedded.lines("noted"), 45, "the sweep")
    assert embedded.lines("noted") == [f"{job_id} attempt 1"]


def test_a_beat_that_ends_ends_the_worker(embedded: Installation) -> None:
    """So that the supervisor starts both again: a worker without beat would never sweep."""
    embedded.environment["DJANGO_SETTINGS_MODULE"] = "tests.jobs.broken_beat_settings"
    worker = embedded.start_worker()
    worker.wait(40)
    assert "beat ended by an error" in embedded.log()
    assert "RuntimeError: no schedule today" in embedded.log()
    assert "beat ended: the worker stops, to be started again" in embedded.log()


def test_a_long_job_outlives_its_lease_by_its_heartbeat(installation: Installation) -> None:
    """Nine seconds on a lease of three, while the sweep and a second delivery try to start it again."""
    installation.start_worker()
    job_id = slow_job(installation, seconds=9)
    wait_until(lambda: installation.lines("begun"), 40, "the first attempt")
    assert installation.run(DELIVER_AGAIN.format(job_id)) is True
    wait_until(lambda: has_ended(installation, job_id), 30, "the end")
    wait_until(lambda: installation.job(job_id)["state"] == "succeeded", 10, "the outcome")
    assert installation.job(job_id)["attempts"] == 1
    assert len(installation.lines("begun")) == len(installation.lines("ended")) == 1
    wait_until(lambda: "needs no running now" in installation.log(), 20, "the second delivery")


def test_redis_may_be_down_when_a_job_is_asked_for(served: Installation) -> None:
    job_id = served.enqueue("test.note", text="later", file=str(served.var / "noted"))
    job = served.job(job_id)
    assert (job["state"], job["attempts"]) == ("queued", 0)
    served.start_redis()  # empty: it has never heard of the job
    served.start_worker()
    wait_until(lambda: served.lines("noted"), 50, "the job")
    wait_until(lambda: served.job(job_id)["state"] == "succeeded", 10, "the outcome")
    assert served.lines("noted") == [f"{job_id} attempt 1"]


def test_a_worker_stopped_with_sigterm_finishes_what_it_runs(installation: Installation) -> None:
    worker = installation.start_worker(beat=False)
    job_id = slow_job(installation, seconds=3)
    wait_until(lambda: installation.lines("begun"), 40, "the first attempt")
    worker.terminate()
    worker.wait(20)
    assert has_ended(installation, job_id)
    job = installation.job(job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 1)
