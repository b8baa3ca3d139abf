from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger_core.base.amounts import DocumentAmountField, set_currency, take_currency
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import AmountField, BooksDateField, IdField
from ledger_core.books.operations import Line
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.currencies.serializers import CurrencyCodeField, RateField
from ledger_core.journals.lines import ledger_lines
from ledger_core.journals.serializers import ManualJournalLineWriteSerializer, written_line
from ledger_core.opening.models import OpeningBalanceLine, OpeningBalances
from ledger_core.opening.operations import MAX_LINES, Balance


class OpeningLineSerializer(serializers.Serializer):
    account = AccountReferenceSerializer()
    description = serializers.CharField()
    currency = serializers.CharField()
    rate = RateField()
    debit = DocumentAmountField(help_text="In the line's currency")
    credit = DocumentAmountField()
    base_debit = serializers.SerializerMethodField()
    base_credit = serializers.SerializerMethodField()
    contact_id = IdField(allow_null=True)
    branch_id = IdField(allow_null=True)
    project_id = IdField(allow_null=True)

    def get_base_debit(self, line: OpeningBalanceLine) -> str:
        return AmountField().to_representation(in_base(line).debit)

    def get_base_credit(self, line: OpeningBalanceLine) -> str:
        return AmountField().to_representation(in_base(line).credit)


class OpeningBalancesSerializer(serializers.Serializer):
    date = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(
        OpeningBalances.Status.choices, help_text="changed: written again since it was posted, and not posted again"
    )
    currency = serializers.CharField(help_text="The base currency")
    entry = IdField(allow_null=True, help_text="What stands in the books")
    total_debit = AmountField(help_text="In base currency")
    total_credit = AmountField()
    difference = AmountField(help_text="Debits less credits: what Opening balance equity takes")
    lines = OpeningLineSerializer(many=True)


class OpeningLineWriteSerializer(ManualJournalLineWriteSerializer):
    currency = CurrencyCodeField(required=False, allow_null=True, help_text="Default: the base currency")
    rate = RateField(required=False, allow_null=True, help_text="Default: the latest of the table on the date")

    def to_internal_value(self, data: Any) -> Any:
        set_currency(self, None)
        take_currency(self, data)
        return super().to_internal_value(data)


class OpeningWriteSerializer(serializers.Serializer):
    date = BooksDateField()
    lines = OpeningLineWriteSerializer(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def fields_of(self) -> dict[str, Any]:
        """The validated fields, as the operation takes them."""
        return {
            "date": self.validated_data["date"],
            "balances": [_balance(each) for each in self.validated_data["lines"]],
        }


def _balance(each: dict[str, Any]) -> Balance:
    about = dict(each)
    currency, rate = about.pop("currency", None), about.pop("rate", None)
    return Balance(written_line(about), currency, rate)


def in_base(line: OpeningBalanceLine) -> Line:
    """The line as it is or would be posted."""
    [found] = ledger_lines([line], currency=line.currency, rate=line.rate)
    return found


def shown(opening: OpeningBalances | None) -> dict[str, Any]:
    """Opening balances as the API answers with them, also before there are any."""
    rows = list(opening.lines.all()) if opening else []
    lines = [in_base(row) for row in rows]
    debit, credit = sum(line.debit for line in lines), sum(line.credit for line in lines)
    about = {
        "date": opening.date if opening else None,
        "status": opening.status if opening else OpeningBalances.Status.DRAFT,
        "currency": base_currency(),
        "entry": opening.entry_id if opening else None,
        "total_debit": debit,
        "total_credit": credit,
        "difference": debit - credit,
        "lines": rows,
    }
    return dict(OpeningBalancesSerializer(about).data)
