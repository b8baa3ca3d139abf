from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tenancy.trail.models import OrganizationActivity


class OrganizationActivityUserSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class OrganizationActivitySubjectSerializer(serializers.Serializer[Any]):
    """What something was done to, by the name it had then."""

    kind = serializers.CharField(source="subject_kind")
    id = serializers.CharField(source="subject_id", allow_null=True)
    label = serializers.CharField(source="subject_label")  # type: ignore[assignment]  # a field of this name


class OrganizationActivitySerializer(serializers.Serializer[OrganizationActivity]):
    id = serializers.CharField()
    at = serializers.DateTimeField()
    user = serializers.SerializerMethodField(help_text="Null: an operator at the server, or a job")
    verb = serializers.CharField()
    subject = OrganizationActivitySubjectSerializer(source="*")
    summary = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    request_id = serializers.CharField()

    @extend_schema_field(OrganizationActivityUserSerializer(allow_null=True))
    def get_user(self, row: OrganizationActivity) -> dict[str, Any] | None:
        if not row.user_id:
            return None
        return {"id": str(row.user_id), "name": self.context["names"].get(row.user_id, "")}
