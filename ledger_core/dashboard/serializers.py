"""The form of the dashboard. Amounts are in base currency unless they say otherwise."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.money import to_text
from ledger_core.base.serializers import AMOUNT_SCHEMA, AmountField, BooksSerializer, IdField
from ledger_core.books.serializers import AccountReferenceSerializer


@extend_schema_field(AMOUNT_SCHEMA)
class _OwnAmountField(serializers.Field):
    """An amount of an object, in the currency that the object names."""

    def __init__(self, amount: str, **kwargs: Any) -> None:
        self.amount = amount
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return to_text(getattr(value, self.amount), value.currency)


class DaysSerializer(BooksSerializer):
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class CashAccountSerializer(BooksSerializer):
    account = AccountReferenceSerializer()
    balance = AmountField()
    currency = serializers.CharField(help_text="The account's own, or base")
    currency_balance = _OwnAmountField("currency_balance", help_text="In that currency")


class BalanceOnSerializer(BooksSerializer):
    date = serializers.DateField()
    balance = AmountField()


class WeekSerializer(DaysSerializer):
    money_in = AmountField(help_text="Open sales documents by due date, less credits; what is overdue at once")
    money_out = AmountField()
    balance = AmountField(help_text="Of cash after the week")


class LaterSerializer(BooksSerializer):
    money_in = AmountField()
    money_out = AmountField()


class CashSerializer(BooksSerializer):
    balance = AmountField()
    accounts = CashAccountSerializer(many=True)
    history = BalanceOnSerializer(many=True, help_text="At the ends of the months before, and today")
    forecast = WeekSerializer(many=True, help_text="This week from today, and whole weeks; they begin on Monday")
    later = LaterSerializer(help_text="What is due after those weeks")


class ResultSerializer(DaysSerializer):
    income = AmountField()
    expenses = AmountField()
    net = AmountField()


class ResultsSerializer(BooksSerializer):
    months = ResultSerializer(many=True, help_text="Twelve months, the last one up to today")
    fiscal_year = ResultSerializer(help_text="Until today")
    fiscal_year_before = ResultSerializer(help_text="The same days a year earlier")


class AgeSerializer(BooksSerializer):
    days_from = serializers.IntegerField(allow_null=True, help_text="Days after the due date; null: not due")
    days_to = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()
    amount = AmountField()


class SomeSerializer(BooksSerializer):
    count = serializers.IntegerField()
    total = AmountField()


class DashboardContactSerializer(BooksSerializer):
    id = IdField()
    name = serializers.CharField()


class OverdueDocumentSerializer(BooksSerializer):
    kind = serializers.CharField(source="item.kind")
    id = IdField(source="item.id")
    number = serializers.CharField(source="item.number")
    contact = serializers.SerializerMethodField()
    due_date = serializers.DateField(source="item.due_date", allow_null=True)
    days = serializers.IntegerField(help_text="Overdue")
    currency = serializers.CharField(source="item.currency")
    open = serializers.SerializerMethodField(help_text="In the document's currency")
    open_base = AmountField(source="item.open_base")

    @extend_schema_field(DashboardContactSerializer(allow_null=True))
    def get_contact(self, row: Any) -> dict[str, str] | None:
        return None if row.contact_id is None else {"id": str(row.contact_id), "name": row.contact}

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_open(self, row: Any) -> str:
        return to_text(row.item.open, row.item.currency)


class OverdueSerializer(SomeSerializer):
    documents = OverdueDocumentSerializer(many=True, help_text="Those that are overdue longest")


class OwedSerializer(BooksSerializer):
    total = AmountField()
    credits = AmountField(help_text="Credits and advances, zero or negative: with the ages they make the total")
    ages = AgeSerializer(many=True)
    overdue = OverdueSerializer()
    due_soon = SomeSerializer(help_text="Due within seven days, and not overdue")


class ReturnDueSerializer(DaysSerializer):
    id = IdField()
    owed = AmountField()


class TaxDueSerializer(BooksSerializer):
    owed = AmountField(help_text="Booked up to `date_to` and in no filed return; negative: to be refunded")
    date_from = serializers.DateField()
    date_to = serializers.DateField()
    basis = serializers.CharField()
    due = ReturnDueSerializer(allow_null=True, help_text="The oldest return that is prepared and not filed")
    unpaid = ReturnDueSerializer(many=True, help_text="Filed returns and what is left to pay of them")


class TaskSerializer(BooksSerializer):
    what = serializers.ChoiceField(
        [
            ("draft", "Drafts of a kind"),
            ("recurring", "Templates of a kind that need attention"),
            ("estimate_accepted", "Accepted estimates without an invoice"),
            ("unbilled_expenses", "Purchases for customers that are not billed on"),
            ("open_credits", "Credits and advances of a kind that are not applied"),
            ("tax_return", "Prepared returns that are not filed"),
            ("unclosed_year", "Fiscal years that ended and are not closed"),
        ]
    )
    count = serializers.IntegerField()
    kind = serializers.CharField(allow_null=True, help_text="Of documents, journals, payments or templates")


class FirstRunSerializer(BooksSerializer):
    """What there is any of."""

    opening_balances = serializers.BooleanField()
    imported = serializers.BooleanField()
    contacts = serializers.BooleanField()
    items = serializers.BooleanField()
    documents = serializers.BooleanField(help_text="Issued ones")
    journals = serializers.BooleanField(help_text="Published ones")
    colleagues = serializers.BooleanField(help_text="Another member, or an invitation that is open")


class DashboardSerializer(BooksSerializer):
    date = serializers.DateField(help_text="Today, where the organization is")
    currency = serializers.CharField(help_text="Base currency, of all amounts that name none")
    cash = CashSerializer()
    profit_and_loss = ResultsSerializer()
    receivables = OwedSerializer()
    payables = OwedSerializer()
    tax = TaxDueSerializer()
    to_do = TaskSerializer(many=True)
    first_run = FirstRunSerializer()
