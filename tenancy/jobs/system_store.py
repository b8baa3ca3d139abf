"""Job records in the system database (the embedded mode)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from tenancy.jobs.models import Job
from tenancy.jobs.record import ALIVE, FIELDS, QUEUED, RUNNING, JobRecord
from tenancy.jobs.store import JobQuery, Visibility


class SystemStore:
    """Every change is one conditional UPDATE: SQLite and MySQL both make that atomic."""

    def insert(self, records: Iterable[JobRecord]) -> None:
        rows = [Job(**{name: getattr(record, name) for name in FIELDS}) for record in records]
        Job.objects.bulk_create(rows, ignore_conflicts=True)

    def get(self, job_id: str) -> JobRecord | None:
        row = Job.objects.filter(pk=job_id).first()
        return None if row is None else _record(row)

    def claim(self, job_id: str, *, worker: str, at: datetime, lease_until: datetime) -> JobRecord | None:
        claimable = Q(state=QUEUED, run_at__lte=at) | Q(state=RUNNING, lease_until__lt=at)
        claimed = Job.objects.filter(claimable, pk=job_id).update(
            state=RUNNING,
            attempts=F("attempts") + 1,
            worker=worker,
            started_at=at,
            lease_until=lease_until,
            publish_at=lease_until,
        )
        job = self.get(job_id) if claimed else None
        return job if job is not None and job.worker == worker else None

    def change(self, job: JobRecord, **values: Any) -> bool:
        return Job.objects.filter(pk=job.id, state=job.state, attempts=job.attempts).update(**values) == 1

    def due(self, *, at: datetime, limit: int, published_too: bool = False) -> list[JobRecord]:
        waiting = Q(state=QUEUED, run_at__lte=at) | Q(state=RUNNING, lease_until__lt=at)
        ready = waiting if published_too else Q(publish_at__lte=at, state__in=ALIVE)
        return [_record(row) for row in Job.objects.filter(ready).order_by("priority", "publish_at", "pk")[:limit]]

    def page(self, query: JobQuery, *, offset: int, limit: int) -> list[JobRecord]:
        rows = _selected(query).order_by("-created_at", "-pk")[offset : offset + limit]
        return [_record(row) for row in rows]

    def count(self, query: JobQuery) -> int:
        return _selected(query).count()

    def names(self) -> Sequence[str]:
        return sorted(Job.objects.order_by().values_list("name", flat=True).distinct())

    def remove_ended(self, *, state: str, before: datetime, limit: int) -> int:
        ended = Job.objects.filter(state=state, finished_at__lt=before).order_by("finished_at")
        ids = list(ended.values_list("pk", flat=True)[:limit])
        return Job.objects.filter(pk__in=ids, state=state).delete()[0]


def _record(row: Job) -> JobRecord:
    return JobRecord(**{name: getattr(row, name) for name in FIELDS})


def _selected(query: JobQuery) -> QuerySet[Job]:
    wanted = {
        "pk__in": query.ids,
        "state__in": query.states,
        "name": query.name,
        "organization_id": query.organization_id,
        "user_id": query.user_id,
    }
    rows = Job.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    return rows if query.visible is None else rows.filter(_visible(query.visible))


def _visible(to: Visibility) -> Q:
    seen = Q(pk__in=())  # nothing, until something below allows it
    if to.user_id is not None:
        of_theirs = Q(organization_id=None) | Q(organization_id__in=to.organizations)
        seen |= Q(user_id=to.user_id) & of_theirs
    if to.whole is not None:
        seen |= Q(organization_id=to.whole)
    return seen
