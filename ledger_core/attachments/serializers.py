from __future__ import annotations

from rest_framework import serializers

from ledger_core.base.serializers import BooksSerializer, IdField, PersonField


class AttachmentSubjectSerializer(serializers.Serializer):
    kind = serializers.CharField(source="subject_kind")
    id = IdField(source="subject_id")


class AttachmentSerializer(serializers.Serializer):
    id = IdField()
    subject = AttachmentSubjectSerializer(source="*")
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes")
    sha256 = serializers.CharField()
    added_by = PersonField()
    added_at = serializers.DateTimeField()


class AttachmentWriteSerializer(BooksSerializer):
    file = serializers.FileField()
