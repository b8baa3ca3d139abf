from __future__ import annotations

import datetime
from typing import Any

from rest_framework import serializers

from ledger_core.base.serializers import BooksDateField, BooksSerializer, IdField, PersonField
from ledger_core.periods.areas import AREAS
from ledger_core.periods.models import LockChange, LockDate


class LockDateSerializer(serializers.Serializer):
    """An area, up to which day it is locked, and who last changed that."""

    area = serializers.ChoiceField(AREAS)
    date = serializers.DateField(allow_null=True, help_text="The last locked day; null: nothing is locked")
    reason = serializers.CharField(help_text="Of the last change; empty if there was none")
    changed_by = PersonField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)


class UnlockSerializer(serializers.Serializer):
    id = IdField()
    area = serializers.ChoiceField(AREAS)
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    reason = serializers.CharField()
    expires_at = serializers.DateTimeField()
    created_by = PersonField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class PeriodLocksSerializer(serializers.Serializer):
    locks = LockDateSerializer(many=True, help_text="One for each area")
    unlocks = UnlockSerializer(many=True, help_text="Those in force now")


class LockChangeSerializer(serializers.Serializer):
    id = IdField()
    area = serializers.ChoiceField(AREAS)
    date_before = serializers.DateField(allow_null=True)
    date_after = serializers.DateField(allow_null=True)
    reason = serializers.CharField()
    changed_by = PersonField()
    changed_at = serializers.DateTimeField()


class LockWriteSerializer(BooksSerializer):
    area = serializers.ChoiceField(AREAS)
    date = BooksDateField(allow_null=True)
    reason = serializers.CharField(max_length=500)


class UnlockWriteSerializer(BooksSerializer):
    area = serializers.ChoiceField(AREAS)
    first_day = BooksDateField()
    last_day = BooksDateField()
    expires_at = serializers.DateTimeField(default_timezone=datetime.UTC)
    reason = serializers.CharField(max_length=500)


def lock_row(lock: LockDate, change: LockChange | None) -> dict[str, Any]:
    """What LockDateSerializer takes."""
    return {
        "area": lock.area,
        "date": lock.date,
        "reason": change.reason if change else "",
        "changed_by": change.changed_by if change else None,
        "changed_at": change.changed_at if change else None,
    }
