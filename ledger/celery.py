"""Celery delivers the ids of jobs to workers, and starts recurring work; the job records are ours (tenancy.jobs).

Run from the folder of manage.py, with the same environment as the server:

    embedded (one machine, no broker)   python deploy/worker.py -c 2 --without-gossip --without-mingle -l INFO
    a production worker, any number     celery -A ledger worker -c 4 --without-gossip --without-mingle -l INFO
    production beat, exactly one        celery -A ledger beat --pidfile= -l INFO

`-Q default` or `-Q bulk` sets a worker aside for one queue; each queue needs a worker. On SIGTERM a worker finishes
what it runs; a job that is cut off runs again when its lease is over.

The embedded worker is one process that runs jobs, and beat, in threads. Production forks a process per job slot
(docs/decisions/0004-jobs.md says why they differ).
"""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledger.settings")

from celery import Celery, signals
from django.conf import settings
from kombu import Queue

from ledger import broker

QUEUES = ("default", "bulk")

app = Celery("ledger")
app.set_default()  # the threads of the web server have no application of their own


def configuration() -> dict[str, Any]:
    """Read late, when Django's settings are there."""
    return {
        **(_served_broker() if settings.CELERY_BROKER_URL else _folder_broker()),
        "task_ignore_result": True,
        "result_backend": None,  # with one, MongoDB being down would lose jobs (docs/decisions/0004-jobs.md)
        "result_expires": None,  # and beat would schedule its cleaning
        "task_acks_late": False,  # a message is a hint; the lease in the record brings a cut-off job back
        "task_publish_retry": False,
        "task_default_queue": "default",
        # Without an exchange there is no table of bindings to declare, on disk or in Redis.
        "task_queues": [Queue(name, routing_key=name) for name in QUEUES],
        "task_create_missing_queues": False,
        "task_serializer": "json",
        "accept_content": ["json"],
        "timezone": "UTC",
        "enable_utc": True,
        "beat_scheduler": settings.CELERY_BEAT_SCHEDULER,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "worker_hijack_root_logger": False,  # Django's LOGGING has the request and the organization on every line
        "worker_redirect_stdouts": False,
        "worker_send_task_events": False,
        "worker_cancel_long_running_tasks_on_connection_loss": False,  # their leases stand without the broker
        "worker_soft_shutdown_timeout": 30,  # on SIGQUIT; SIGTERM waits for what runs
    }


def _folder_broker() -> dict[str, Any]:
    """The embedded mode: messages are files, and one worker fetches them.

    Never with processes: for a transport that blocks, Celery gives them one queue with one lock, and a process that is
    killed while it waits for work takes the lock along. The others then wait for ever.
    """
    return {
        "worker_pool": "threads",
        "broker_url": f"{broker.SCHEME}://localhost/",
        "broker_transport_options": broker.use_folder(settings.VAR / "broker"),
        "worker_prefetch_multiplier": 4,
        "worker_enable_remote_control": False,  # its replies would be files that nobody removes
    }


def _served_broker() -> dict[str, Any]:
    """Redis. Time-outs are short because requests publish."""
    return {
        "broker_url": settings.CELERY_BROKER_URL,
        "broker_transport_options": {
            "visibility_timeout": 3600,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.8,
            "socket_keepalive": True,
            "max_retries": 0,  # of a publication; workers and beat come back by their own rules
        },
        "worker_prefetch_multiplier": 1,  # a job must not wait behind a long one while another worker is idle
    }


app.add_defaults(configuration)


@app.task(name="ledger.run_job")
def run_job(job_id: str) -> None:
    """Run one job. Delivered twice, or too early: nothing happens."""
    from tenancy.jobs import runner
    from tenancy.jobs.store import StoreUnavailable

    try:
        runner.run(job_id)
    except StoreUnavailable as error:
        runner.log.warning("job %s waits for the next sweep: %s", job_id, error)


@app.task(name="ledger.sweep_jobs")
def sweep_jobs(at_start: bool = False) -> None:
    """Publish what was lost on the way, is due, or whose worker died."""
    from tenancy.jobs.sweep import sweep

    sweep(at_start=at_start)


@app.task(name="ledger.start_job")
def start_job(name: str) -> None:
    """Start recurring work: the task of the schedules that staff see."""
    from tenancy.jobs.schedule import start

    start(name)


@signals.worker_process_init.connect
def trace_jobs(**_: Any) -> None:
    if settings.OTEL_ENDPOINT:
        from ledger.watching import traces
        from tenancy.jobs import runner

        runner.observers.append(traces.note_job)


@signals.worker_process_init.connect
def count_jobs(**_: Any) -> None:
    """A worker's numbers are seen at /metrics of the web processes, where both count into LEDGER_METRICS_DIR."""
    folder = os.environ.get("LEDGER_METRICS_DIR")
    if folder and settings.METRICS:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        import ledger.watching.metrics  # noqa: F401 (it begins to count)


@signals.worker_ready.connect
def sweep_at_start(**_: Any) -> None:
    """As a task: this process only distributes, and must open no connection that its children would inherit."""
    sweep_jobs.apply_async(kwargs={"at_start": True}, queue="default", priority=0)
