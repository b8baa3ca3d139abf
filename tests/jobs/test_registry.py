"""The product's job kinds, Celery's settings and the filesystem transport."""

from __future__ import annotations

import os
import stat
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from kombu import Connection, Queue

from ledger import broker, celery
from ledger.jobs import JOBS
from tenancy.jobs.kinds import JobKind, kinds
from tenancy.jobs.schedule import SCHEDULE


def test_every_kind_has_a_name_of_its_own() -> None:
    assert Counter(kind.name for kind in JOBS).most_common(1)[0][1] == 1
    assert list(kinds()) == [kind.name for kind in JOBS]


@pytest.mark.parametrize("kind", JOBS, ids=lambda kind: kind.name)
def test_every_kind_can_be_run(kind: JobKind) -> None:
    assert callable(kind.work())
    assert not kind.on_failed or callable(import_string(kind.on_failed))
    assert kind.scope in ("system", "organization")
    assert kind.queue in celery.QUEUES
    assert 0 <= kind.priority <= 9
    assert kind.attempts >= 1
    assert 3 <= kind.lease < kind.time_limit
    assert len(kind.name) <= 60


def test_every_schedule_starts_a_system_job_that_exists() -> None:
    for entry in SCHEDULE:
        assert not entry.job or kinds()[entry.job].scope == "system"


def test_celery_keeps_no_results_and_reads_json_only() -> None:
    conf = celery.app.conf
    assert (conf.result_backend, conf.result_expires, conf.task_ignore_result) == (None, None, True)
    assert conf.accept_content == ["json"]
    assert conf.beat_scheduler == "django_celery_beat.schedulers:DatabaseScheduler"
    assert [queue.name for queue in conf.task_queues] == ["default", "bulk"]


def test_the_embedded_broker_is_a_folder_nobody_else_can_read() -> None:
    options = celery.app.conf.broker_transport_options
    folder = Path(options["folder"])
    assert folder == Path(settings.VAR) / "broker"
    assert options["polling_interval"] == 0.1
    for path in (folder, *folder.iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path


def test_messages_arrive_once_complete_and_in_order(tmp_path: Path) -> None:
    """Two writers and two readers at once: a reader must never meet a half-written message."""
    options = broker.use_folder(tmp_path / "broker")
    got: list[str] = []

    def write(who: str) -> None:
        with Connection(f"{broker.SCHEME}://localhost/", transport_options=options) as connection:
            queue = connection.SimpleQueue(Queue("default", routing_key="default"))
            for number in range(100):
                queue.put({"id": f"{who}{number:03d}", "filler": "x" * 20_000})

    def read() -> None:
        with Connection(f"{broker.SCHEME}://localhost/", transport_options=options) as connection:
            queue = connection.SimpleQueue(Queue("default", routing_key="default"), no_ack=True)
            while True:
                try:
                    message = queue.get(timeout=1.5)
                except queue.Empty:
                    return
                assert len(message.payload["filler"]) == 20_000
                got.append(message.payload["id"])

    threads = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(got) == sorted(f"{who}{number:03d}" for who in "ab" for number in range(100))
    assert [path.name for path in (tmp_path / "broker").rglob("*.msg")] == []


def test_one_reader_gets_messages_in_the_order_they_were_written(tmp_path: Path) -> None:
    options = broker.use_folder(tmp_path / "broker")
    with Connection(f"{broker.SCHEME}://localhost/", transport_options=options) as connection:
        queue = connection.SimpleQueue(Queue("default", routing_key="default"), no_ack=True)
        other = connection.SimpleQueue(Queue("bulk", routing_key="bulk"), no_ack=True)
        for number in range(10):
            queue.put({"id": number})
            other.put({"id": -number})
        assert [queue.get(timeout=2).payload["id"] for _ in range(10)] == list(range(10))
        assert other.get(timeout=2).payload["id"] == 0


def test_a_message_that_is_being_written_is_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = broker.use_folder(tmp_path / "broker")
    write_text = Path.write_text
    met: list[str] = []

    with Connection(f"{broker.SCHEME}://localhost/", transport_options=options) as connection:
        queue = connection.SimpleQueue(Queue("default", routing_key="default"), no_ack=True)

        def write_slowly(self: Path, text: str) -> int:
            write_text(self, text[: len(text) // 2])
            try:
                met.append(str(queue.get(block=False)))
            except queue.Empty:
                met.append("nothing")
            return write_text(self, text)

        monkeypatch.setattr(Path, "write_text", write_slowly)
        queue.put({"id": 1})
        assert met == ["nothing"]
        assert queue.get(timeout=2).payload == {"id": 1}


def test_remains_of_killed_processes_are_removed_after_an_hour(tmp_path: Path) -> None:
    broker.use_folder(tmp_path / "broker")
    for folder in ("unfinished", "fetched", "messages"):
        for name, age in (("old", 3700), ("new", 60)):
            path = tmp_path / "broker" / folder / f"{name}.default.msg"
            path.write_text("{")
            os.utime(path, (time.time() - age, time.time() - age))
    broker.use_folder(tmp_path / "broker")
    left = sorted(f"{path.parent.name}/{path.name.split('.')[0]}" for path in (tmp_path / "broker").rglob("*.msg"))
    assert left == ["fetched/new", "messages/new", "messages/old", "unfinished/new"]
