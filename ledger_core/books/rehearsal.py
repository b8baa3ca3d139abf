"""What `dry_run=true` answers: the entries that would be posted."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from ledger_core.base.people import names_of
from ledger_core.books.queries import entries
from ledger_core.books.serializers import JournalEntrySerializer

MOST_SHOWN = 200  # entries; an import or bulk may post thousands


class RehearsedEntrySerializer(JournalEntrySerializer):
    """An entry that was posted and taken back: nothing of it has an id or a number yet."""

    id = serializers.SerializerMethodField()  # type: ignore[assignment]
    number = serializers.SerializerMethodField()  # type: ignore[assignment]

    def get_id(self, entry: Any) -> None:
        return None

    def get_number(self, entry: Any) -> None:
        return None

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = super().to_representation(instance)
        shown["source"] = {**shown["source"], "id": None, "number": None}
        return shown


class RehearsalSerializer(serializers.Serializer):
    dry_run = serializers.BooleanField()
    entry_count = serializers.IntegerField()
    entries = RehearsedEntrySerializer(many=True, help_text=f"The first {MOST_SHOWN}")


class ShowsPosting:
    """Mixin of views whose writes post entries: they can be tried with `dry_run=true`."""

    def show_rehearsal(self, response: Response, entry_ids: list[int]) -> Response:
        return Response(shown_rehearsal(entry_ids))


def shown_rehearsal(entry_ids: list[int]) -> dict[str, Any]:
    """The entries in the order they were posted."""
    found = list(entries().filter(pk__in=entry_ids[:MOST_SHOWN]).order_by("pk"))
    names = names_of(entry.posted_by for entry in found)
    shown = RehearsedEntrySerializer(found, many=True, context={"names": names}).data
    return {"dry_run": True, "entry_count": len(entry_ids), "entries": shown}
