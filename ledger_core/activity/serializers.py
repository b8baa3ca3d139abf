from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.activity.models import ActivityEntry
from ledger_core.base.serializers import IdField


class ActivityUserSerializer(serializers.Serializer):
    id = IdField()
    name = serializers.CharField()


class ActivityKeySerializer(serializers.Serializer):
    id = IdField()
    name = serializers.CharField()


class ActivitySubjectSerializer(serializers.Serializer):
    """What something was done to, by the name it had then."""

    kind = serializers.CharField(source="subject_kind")
    id = IdField(source="subject_id", allow_null=True)
    label = serializers.CharField(source="subject_label")  # type: ignore[assignment]  # a field of this name


class ActivitySerializer(serializers.Serializer):
    id = IdField()
    at = serializers.DateTimeField()
    user = serializers.SerializerMethodField(help_text="Null: an operator at the server, or a job")
    api_key = serializers.SerializerMethodField(help_text="Null: the person was logged in")
    verb = serializers.CharField()
    subject = ActivitySubjectSerializer(source="*")
    summary = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    request_id = serializers.CharField()

    @extend_schema_field(ActivityUserSerializer(allow_null=True))
    def get_user(self, entry: ActivityEntry) -> dict[str, Any] | None:
        return self._named("users", entry.user_id or None)

    @extend_schema_field(ActivityKeySerializer(allow_null=True))
    def get_api_key(self, entry: ActivityEntry) -> dict[str, Any] | None:
        return self._named("keys", entry.key_id)

    def _named(self, names: str, pk: int | None) -> dict[str, Any] | None:
        return None if pk is None else {"id": str(pk), "name": self.context[names].get(pk, "")}
