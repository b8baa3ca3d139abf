"""Tables of the system database: the job records of the embedded mode, and the outbox of the MongoDB mode."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tenancy.jobs.record import QUEUED, STATES


class Job(models.Model):
    """A job record (tenancy.jobs.record); unused where MongoDB holds them. `args` may hold secrets: never show it."""

    id = models.CharField(primary_key=True, max_length=32, editable=False)
    name = models.CharField(max_length=60)
    organization_id = models.CharField(max_length=16, null=True)
    user_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=200, blank=True)
    args = models.JSONField(default=dict)
    queue = models.CharField(max_length=20)
    priority = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(max_length=10, choices=STATES, default=QUEUED)
    run_at = models.DateTimeField()
    publish_at = models.DateTimeField(null=True)
    publications = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=200, blank=True)
    log = models.JSONField(default=list)
    result = models.JSONField(null=True)
    problem = models.JSONField(null=True)
    trace_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["publish_at"], name="job_sweep"),
            models.Index(fields=["organization_id", "created_at"], name="job_of_organization"),
            models.Index(fields=["user_id", "created_at"], name="job_of_user"),
            models.Index(fields=["created_at"], name="job_newest"),
            models.Index(fields=["finished_at"], name="job_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}: {self.state}"


class JobOutbox(models.Model):
    """A job that was asked for and is not in MongoDB yet. Written in the transaction of whoever asked."""

    id = models.CharField(primary_key=True, max_length=32, editable=False)
    record = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.id
