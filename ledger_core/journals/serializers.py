from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import AMOUNT_SCHEMA, AmountField, BooksDateField, IdField, PersonField
from ledger_core.books.operations import Line
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.journals.models import ManualJournal
from ledger_core.journals.operations import MAX_LINES


class ManualJournalLineSerializer(serializers.Serializer):
    id = IdField()
    account = AccountReferenceSerializer()
    description = serializers.CharField()
    debit = AmountField()
    credit = AmountField()


class ManualJournalSerializer(serializers.Serializer):
    id = IdField()
    number = serializers.SerializerMethodField(help_text="Empty until it is published")
    date = serializers.DateField()
    memo = serializers.CharField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(ManualJournal.Status.choices)
    total = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField()
    lines = ManualJournalLineSerializer(many=True, source="lines.all")
    entry = IdField(source="entry_id", allow_null=True)
    reversal = IdField(source="reversal_id", allow_null=True)
    created_by = PersonField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)

    def get_number(self, journal: ManualJournal) -> str:
        return journal.number or ""

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_total(self, journal: ManualJournal) -> str:
        """The larger side: that of a draft may not be balanced yet."""
        lines = journal.lines.all()
        total = max(sum(line.debit for line in lines), sum(line.credit for line in lines))
        return AmountField().to_representation(total)

    def get_currency(self, journal: ManualJournal) -> str:
        return base_currency()


class ManualJournalLineWriteSerializer(serializers.Serializer):
    account = IdField()
    description = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    debit = AmountField(required=False, allow_null=True)
    credit = AmountField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        debit, credit = attrs.get("debit") or 0, attrs.get("credit") or 0
        if debit and credit:
            message = "A line is a debit or a credit, not both."
            raise serializers.ValidationError({"credit": [serializers.ErrorDetail(message, "both_sides")]})
        if not debit and not credit:
            message = "A line needs a debit or a credit."
            raise serializers.ValidationError({"debit": [serializers.ErrorDetail(message, "no_amount")]})
        return {**attrs, "debit": debit, "credit": credit}


class ManualJournalEditSerializer(serializers.Serializer):
    """What a draft can be given; `lines` take the place of all former lines."""

    date = BooksDateField()
    memo = serializers.CharField(max_length=500, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    lines = ManualJournalLineWriteSerializer(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def fields_of(self) -> dict[str, Any]:
        """The validated fields, as the operations take them."""
        fields = dict(self.validated_data)
        if "lines" in fields:
            fields["lines"] = [_line(each) for each in fields["lines"]]
        return fields


class ManualJournalCreateSerializer(ManualJournalEditSerializer):
    publish = serializers.BooleanField(required=False, default=False)


class VoidSerializer(serializers.Serializer):
    date = BooksDateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


def _line(each: dict[str, Any]) -> Line:
    return Line(
        account_id=each["account"],
        debit=each["debit"],
        credit=each["credit"],
        description=each["description"],
    )
