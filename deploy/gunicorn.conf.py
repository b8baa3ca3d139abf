"""gunicorn for Ledger: threads, because requests wait for databases; every number can be set in the environment."""

import gc
import os
import shutil
from typing import Any


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


wsgi_app = "ledger.wsgi:application"
bind = os.environ.get("LEDGER_WEB_BIND") or "127.0.0.1:8000"
worker_class = "gthread"
workers = _number("LEDGER_WEB_WORKERS", 2)
threads = _number("LEDGER_WEB_THREADS", 8)
# Each process loads the application itself: a connection pool or an open SQLite file must never be shared by a fork,
# and HUP then loads new code. The price is some 60 MB of memory per process.
preload_app = False
# A process is replaced now and then, at different moments, so that a slow leak never becomes an outage.
max_requests = _number("LEDGER_WEB_MAX_REQUESTS", 20000)
max_requests_jitter = max_requests // 10
timeout = _number("LEDGER_WEB_TIMEOUT", 60)  # seconds without a sign of life of the process, not of one request
graceful_timeout = _number("LEDGER_WEB_GRACEFUL_TIMEOUT", 30)  # seconds for running requests when told to stop
keepalive = 75  # longer than nginx keeps an idle connection to us (60), so that we never close one it is about to use
# The worker's sign of life is a file; on a disk that blocks, the master would kill healthy workers.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
# One socket per user in the home folder would make two servers on one machine meet, and a unit has no home folder.
control_socket_disable = True
accesslog = os.environ.get("LEDGER_ACCESS_LOG") or None  # "-" prints it; nginx writes one in production
errorlog = "-"
loglevel = (os.environ.get("LEDGER_WEB_LOG_LEVEL") or "info").lower()
# Who may say what the client's address and scheme were. Our nginx overwrites those headers.
forwarded_allow_ips = os.environ.get("LEDGER_WEB_TRUSTED_PROXIES") or "127.0.0.1,::1"

# Processes count metrics into files here, so that each can answer for all (LEDGER_METRICS_DIR: workers may count there
# too). A dead process's gauges go away, its counters stay.
_metrics = os.environ.get("LEDGER_METRICS_DIR") or ""
if not _metrics and workers > 1 and worker_tmp_dir:
    _metrics = os.path.join(worker_tmp_dir, f"ledger-metrics-{os.getpid()}")
if _metrics:
    os.makedirs(_metrics, mode=0o700, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _metrics


def child_exit(server: Any, worker: Any) -> None:
    if _metrics:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if _metrics and not os.environ.get("LEDGER_METRICS_DIR"):
        shutil.rmtree(_metrics, ignore_errors=True)


def post_worker_init(worker: Any) -> None:
    """Collect garbage seldom: requests leave few cycles behind, and looking for them took a tenth of their time."""
    gc.collect()
    gc.freeze()  # what was loaded stays: no need to look at it again
    gc.set_threshold(25_000, 20, 20)
