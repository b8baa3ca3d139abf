"""What a search is asked and what it answers."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.base.serializers import AMOUNT_SCHEMA, BooksSerializer, IdField
from tenancy.rest import LONGEST_SEARCH, MOST_TERMS, SearchTooLong

MOST = 20


@extend_schema_field(AMOUNT_SCHEMA)
class _ShownAmountField(serializers.CharField):
    """An amount that is text already."""


class SearchQuerySerializer(serializers.Serializer):
    q = serializers.CharField(allow_blank=True, help_text="Words, a number, or an amount")
    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, required=False, default=5, help_text="Of each sort of thing"
    )

    def validate_q(self, value: str) -> str:
        if len(value) > LONGEST_SEARCH:
            raise SearchTooLong(f"Search for at most {LONGEST_SEARCH} characters.")
        if len(value.split()) > MOST_TERMS:
            raise SearchTooLong(f"Search for at most {MOST_TERMS} words.")
        return value


class FoundSerializer(BooksSerializer):
    kind = serializers.CharField(
        help_text="Of a document or payment; contact, item, account, manual_journal, journal_entry"
    )
    id = IdField()
    title = serializers.CharField(help_text="Its number or name; empty of a draft without one")
    detail = serializers.CharField(help_text="The contact of a document, the code of an account, the memo of a journal")
    date = serializers.DateField(allow_null=True)
    state = serializers.CharField(help_text="Of what can be inactive: active, inactive. Of an entry: empty")
    currency = serializers.CharField(allow_null=True)
    amount = _ShownAmountField(allow_null=True, help_text="In that currency")


class SearchSerializer(BooksSerializer):
    results = FoundSerializer(many=True)
