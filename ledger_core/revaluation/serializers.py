from __future__ import annotations

from collections import Counter

from rest_framework import serializers

from ledger_core.arithmetic.money import to_text
from ledger_core.base.serializers import AmountField, BooksDateField, BooksSerializer, IdField, PersonField
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.currencies.serializers import RateField
from ledger_core.revaluation.queries import RevaluedLine


class RevaluationSerializer(serializers.Serializer):
    id = IdField()
    date = serializers.DateField()
    rates = serializers.DictField(child=serializers.CharField(), help_text="By currency")
    gain = AmountField(help_text="In base currency")
    loss = AmountField()
    entry = IdField(source="entry_id")
    reversing_entry = IdField(source="reversing_entry_id", help_text="The same with the sides exchanged, the day after")
    created_by = PersonField()
    created_at = serializers.DateTimeField()
    undone_by = PersonField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)


class RevalueSerializer(BooksSerializer):
    date = BooksDateField()
    rates = serializers.DictField(
        child=RateField(), required=False, default=dict, help_text="By currency; they come before those of the table"
    )

    def validate_rates(self, value: dict[str, int]) -> dict[str, int]:
        rates = {code.upper(): rate for code, rate in value.items()}
        if len(rates) < len(value):
            times = Counter(code.upper() for code in value)
            twice = [code for code, count in times.items() if count > 1]
            raise serializers.ValidationError(
                {code: [serializers.ErrorDetail(f"There are two rates of {code}.", "twice")] for code in twice}
            )
        return rates


class RevaluedLineSerializer(serializers.Serializer):
    """A foreign balance (debit positive), what is booked for it, and what it is worth at the rate."""

    account = AccountReferenceSerializer()
    contact_id = IdField(allow_null=True)
    currency = serializers.CharField()
    amount = serializers.SerializerMethodField(help_text="In the currency")
    rate = RateField()
    booked = AmountField(help_text="In base currency")
    worth = AmountField()
    difference = AmountField()

    def get_amount(self, line: RevaluedLine) -> str:
        return to_text(line.amount, line.currency)


class RevaluationPreviewSerializer(serializers.Serializer):
    date = serializers.DateField()
    gain = AmountField()
    loss = AmountField()
    lines = RevaluedLineSerializer(many=True)
