"""The job record as a value, the same whichever store holds it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

QUEUED, RUNNING, SUCCEEDED, FAILED = "queued", "running", "succeeded", "failed"
STATES = [(QUEUED, "Queued"), (RUNNING, "Running"), (SUCCEEDED, "Succeeded"), (FAILED, "Failed")]
ALIVE = (QUEUED, RUNNING)
LONGEST_LOG = 100  # lines kept


def now() -> datetime:
    """The present in milliseconds, the precision that every store keeps."""
    present = timezone.now()
    return present.replace(microsecond=present.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """One job. `attempts` only grows and tells holders apart: whoever claimed the latest attempt holds the job."""

    id: str
    name: str
    organization_id: str | None
    user_id: int | None
    key: str  # idempotency key, empty if there is none; the id follows from it
    args: dict[str, Any]
    queue: str
    priority: int
    state: str = QUEUED
    run_at: datetime
    publish_at: datetime | None  # when the sweep should publish it (again); None when it has ended
    publications: int = 0  # how often the sweep had to
    lease_until: datetime | None = None
    worker: str = ""
    attempts: int = 0
    max_attempts: int
    done: int = 0
    total: int = 0
    message: str = ""
    log: list[str] = field(default_factory=list)
    result: Any = None
    problem: dict[str, str] | None = None  # code, title, detail
    trace_id: str = ""
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def percent(self) -> int:
        """0 to 100; a job that succeeded is complete whatever it reported last."""
        if self.state == SUCCEEDED:
            return 100
        return min(100, max(0, 100 * self.done // self.total)) if self.total > 0 else 0


FIELDS = tuple(f.name for f in fields(JobRecord))
_TIMES = tuple(f.name for f in fields(JobRecord) if "datetime" in str(f.type))


def to_json(record: JobRecord) -> dict[str, Any]:
    """For the outbox: times as RFC 3339."""
    plain = {name: getattr(record, name) for name in FIELDS}
    return {**plain, **{name: plain[name] and plain[name].isoformat() for name in _TIMES}}


def from_json(plain: dict[str, Any]) -> JobRecord:
    times = {name: plain[name] and datetime.fromisoformat(plain[name]).astimezone(UTC) for name in _TIMES}
    return JobRecord(**{**plain, **times})


def json_able(value: Any, what: str) -> Any:
    """`value` as it comes back out of JSON; raises TypeError when it does not fit in."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise TypeError(f"{what} must be JSON (strings for amounts and dates): {error}") from error
