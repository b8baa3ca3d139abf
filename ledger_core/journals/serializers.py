from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.money import to_text
from ledger_core.base.amounts import DocumentAmountField, take_currency
from ledger_core.base.serializers import AMOUNT_SCHEMA, BooksDateField, BooksSerializer, IdField, PersonField
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.currencies.serializers import CurrencyCodeField, RateField
from ledger_core.journals.lines import MAX_LINES, WrittenLine
from ledger_core.journals.models import ManualJournal, ManualJournalLine


class ManualJournalLineSerializer(BooksSerializer):
    id = IdField()
    account = AccountReferenceSerializer()
    description = serializers.CharField()
    debit = DocumentAmountField(document="journal")
    credit = DocumentAmountField(document="journal")
    contact_id = IdField(allow_null=True)
    branch_id = IdField(allow_null=True)
    project_id = IdField(allow_null=True)

    def to_representation(self, instance: ManualJournalLine) -> dict[str, Any]:
        """By hand: there are many lines, and by way of the fields each takes five times as long."""
        account, currency = instance.account, instance.journal.currency
        return {
            "id": str(instance.pk),
            "account": {"id": str(account.pk), "code": account.code, "name": account.name},
            "description": instance.description,
            "debit": to_text(instance.debit, currency),
            "credit": to_text(instance.credit, currency),
            "contact_id": shown_id(instance.contact_id),
            "branch_id": shown_id(instance.branch_id),
            "project_id": shown_id(instance.project_id),
        }


def shown_id(value: int | None) -> str | None:
    return None if value is None else str(value)


class ManualJournalSerializer(BooksSerializer):
    id = IdField()
    number = serializers.SerializerMethodField(help_text="Empty until it is published")
    date = serializers.DateField()
    memo = serializers.CharField()
    reference = serializers.CharField()
    status = serializers.ChoiceField(ManualJournal.Status.choices)
    total = serializers.SerializerMethodField()
    currency = serializers.CharField()
    rate = RateField(help_text="Base currency for one unit of the currency")
    reverse_on = serializers.DateField(allow_null=True)
    lines = ManualJournalLineSerializer(many=True, source="lines.all")
    entry = IdField(source="entry_id", allow_null=True)
    reversal = IdField(source="reversal_id", allow_null=True)
    reversing_entry = IdField(source="reversing_entry_id", allow_null=True, help_text="What books it back")
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
        return to_text(total, journal.currency)


class ManualJournalLineWriteSerializer(BooksSerializer):
    account = IdField()
    description = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    debit = DocumentAmountField(required=False, allow_null=True)
    credit = DocumentAmountField(required=False, allow_null=True)
    contact_id = IdField(required=False, allow_null=True, default=None)
    branch_id = IdField(required=False, allow_null=True, default=None)
    project_id = IdField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        debit, credit = attrs.get("debit") or 0, attrs.get("credit") or 0
        if debit and credit:
            message = "A line is a debit or a credit, not both."
            raise serializers.ValidationError({"credit": [serializers.ErrorDetail(message, "both_sides")]})
        if not debit and not credit:
            message = "A line needs a debit or a credit."
            raise serializers.ValidationError({"debit": [serializers.ErrorDetail(message, "no_amount")]})
        return {**attrs, "debit": debit, "credit": credit}


class ManualJournalEditSerializer(BooksSerializer):
    """What a draft can be given; `lines` take the place of all former lines.

    `context["currency"]` is what its amounts are in where the body names no currency: the draft's, or none for base.
    """

    date = BooksDateField()
    memo = serializers.CharField(max_length=500, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    currency = CurrencyCodeField(required=False, allow_null=True, help_text="Default: the base currency")
    rate = RateField(required=False, allow_null=True, help_text="Default: the latest of the table on the date")
    reverse_on = BooksDateField(required=False, allow_null=True, help_text="Book it back on this day")
    lines = ManualJournalLineWriteSerializer(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def to_internal_value(self, data: Any) -> Any:
        take_currency(self, data)
        return super().to_internal_value(data)

    def fields_of(self) -> dict[str, Any]:
        """The validated fields, as the operations take them."""
        fields = dict(self.validated_data)
        if "lines" in fields:
            fields["lines"] = [written_line(each) for each in fields["lines"]]
        return fields


class ManualJournalCreateSerializer(ManualJournalEditSerializer):
    publish = serializers.BooleanField(required=False, default=False)


class VoidSerializer(BooksSerializer):
    date = BooksDateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ReverseSerializer(BooksSerializer):
    date = BooksDateField()


def written_line(each: dict[str, Any]) -> WrittenLine:
    return WrittenLine(**{"account_id" if name == "account" else name: value for name, value in each.items()})
