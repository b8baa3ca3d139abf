from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenancy.jobs.record import STATES


class JobProgressSerializer(serializers.Serializer[Any]):
    """How far it is: `done` of `total` steps (total 0: not known)."""

    done = serializers.IntegerField()
    total = serializers.IntegerField()
    percent = serializers.IntegerField(min_value=0, max_value=100)
    message = serializers.CharField()


class JobProblemSerializer(serializers.Serializer[Any]):
    """Why it failed; on a queued job, why the last attempt did."""

    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()


class JobSerializer(serializers.Serializer[Any]):
    """A job as the people who asked for it see it; its arguments may be secrets and are never shown."""

    id = serializers.CharField()
    name = serializers.CharField(help_text="Kind of job, such as organization.set_up")
    state = serializers.ChoiceField(choices=STATES)
    progress = JobProgressSerializer(source="*")
    attempts = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True, help_text="Of the latest attempt")
    finished_at = serializers.DateTimeField(allow_null=True)
    result = serializers.JSONField(allow_null=True, help_text="What it made; depends on the kind of job")
    problem = JobProblemSerializer(allow_null=True)
