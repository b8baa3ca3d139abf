from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.money import to_text
from ledger_core.base.serializers import AMOUNT_SCHEMA, AmountField, BooksSerializer, IdField, PersonField
from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.currencies.serializers import RateField


class AccountReferenceSerializer(BooksSerializer):
    """An account where something else names it."""

    id = IdField()
    code = serializers.CharField()
    name = serializers.CharField()


class SourceSerializer(BooksSerializer):
    """The document that posted an entry."""

    kind = serializers.CharField(source="source_kind")
    id = IdField(source="source_id", allow_null=True)
    number = serializers.CharField(source="source_number")


class JournalLineSerializer(BooksSerializer):
    account = AccountReferenceSerializer()
    description = serializers.CharField()
    debit = AmountField()
    credit = AmountField()
    currency = serializers.CharField()
    rate = RateField(help_text="Base currency for one unit of the currency")
    currency_debit = serializers.SerializerMethodField(help_text="In the line's currency")
    currency_credit = serializers.SerializerMethodField()
    contact_id = IdField(allow_null=True)
    item_id = IdField(allow_null=True)
    tax_rate_id = IdField(allow_null=True)
    branch_id = IdField(allow_null=True)
    project_id = IdField(allow_null=True)

    def get_currency_debit(self, line: JournalLine) -> str:
        return to_text(line.currency_debit, line.currency)

    def get_currency_credit(self, line: JournalLine) -> str:
        return to_text(line.currency_credit, line.currency)


class JournalEntrySerializer(BooksSerializer):
    id = IdField()
    number = serializers.CharField()
    date = serializers.DateField()
    memo = serializers.CharField()
    source = SourceSerializer(source="*")  # type: ignore[assignment]  # a field of this name, not DRF's argument
    purpose = serializers.CharField()
    reverses = IdField(source="reverses_id", allow_null=True)
    reversed_by = serializers.SerializerMethodField()
    posted_at = serializers.DateTimeField()
    posted_by = PersonField()
    total = serializers.SerializerMethodField()
    lines = JournalLineSerializer(many=True, source="lines.all")

    def get_reversed_by(self, entry: JournalEntry) -> str | None:
        reversal = getattr(entry, "reversed_by", None)
        return None if reversal is None else str(reversal.pk)

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_total(self, entry: JournalEntry) -> str:
        return AmountField().to_representation(sum(line.debit for line in entry.lines.all()))
