from __future__ import annotations

import datetime

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.base.serializers import (
    FIRST_DATE,
    MAX_ID,
    AmountField,
    BooksDateField,
    BooksSerializer,
    IdField,
    PercentField,
    PersonField,
)
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.chart.serializers import CODE
from ledger_core.taxes.kinds import BASES, KINDS, SIDES, STATUSES
from ledger_core.taxes.models import TaxPayment, TaxRate
from ledger_core.taxes.returns import MONTHS

MOST_MEMBERS = 20


class TaxRateReferenceSerializer(BooksSerializer):
    """A tax rate where something else names it."""

    id = IdField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)


class TaxPercentageSerializer(BooksSerializer):
    """A percentage and the day it begins; it holds until the next one's day."""

    valid_from = BooksDateField()
    percent = PercentField()


class TaxRateSerializer(TaxRateReferenceSerializer):
    description = serializers.CharField()
    percent = serializers.SerializerMethodField(help_text="Today; null where there is none")
    percentages = TaxPercentageSerializer(many=True)
    members = TaxRateReferenceSerializer(
        many=True, source="member_rates", help_text="Of a group, in the order of calculation"
    )
    is_compound = serializers.BooleanField(help_text="Charged on the price and the taxes before it")
    recoverable = PercentField(help_text="The share of tax on purchases that is claimed back, in percent")
    bad_debt_relief = serializers.BooleanField(help_text="Taken back when an invoice is written off")
    is_for_sales = serializers.BooleanField()
    is_for_purchases = serializers.BooleanField()
    payable_account = AccountReferenceSerializer(allow_null=True, help_text="null: that of the system role tax")
    recoverable_account = AccountReferenceSerializer(allow_null=True, help_text="null: that of the system role tax")
    in_returns = serializers.BooleanField(help_text="Part of tax returns; else it is reported elsewhere")
    is_active = serializers.BooleanField()
    is_used = serializers.BooleanField(help_text="Something is booked at it: kind, accounts, compounding are fixed")

    @extend_schema_field(PercentField(allow_null=True))
    def get_percent(self, rate: TaxRate) -> str | None:
        today: datetime.date = self.context["today"]
        percents = [row.percent for row in rate.percentages.all() if row.valid_from <= today]
        return PercentField().to_representation(percents[-1]) if percents else None


class TaxRateEditSerializer(BooksSerializer):
    name = serializers.CharField(max_length=120)
    code = serializers.RegexField(
        CODE,
        max_length=20,
        error_messages={"invalid": "A code has letters A-Z, digits, and . _ / - after the first character."},
    )
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    members = serializers.ListField(
        child=IdField(), max_length=MOST_MEMBERS, required=False, help_text="Rates of a group, in the order they count"
    )
    is_compound = serializers.BooleanField(required=False)
    recoverable = PercentField(required=False)
    bad_debt_relief = serializers.BooleanField(required=False)
    is_for_sales = serializers.BooleanField(required=False)
    is_for_purchases = serializers.BooleanField(required=False)
    payable_account = IdField(source="payable_account_id", required=False, allow_null=True)
    recoverable_account = IdField(source="recoverable_account_id", required=False, allow_null=True)
    in_returns = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)


class TaxRateWriteSerializer(TaxRateEditSerializer):
    kind = serializers.ChoiceField(KINDS)
    percent = PercentField(required=False, help_text="Not for groups, and where nothing is charged")
    valid_from = BooksDateField(default=FIRST_DATE, help_text="The first day of `percent`")


class TaxFiguresSerializer(BooksSerializer):
    """Amounts of taxes, in base currency. Credit notes and what is taken back count as negative."""

    sales_taxable = AmountField(help_text="What was taxed; totals leave out that of compound and withholding taxes")
    sales_tax = AmountField()
    purchases_taxable = AmountField(help_text="As sales_taxable")
    purchases_tax = AmountField(help_text="What vendors charged, recoverable or not")
    recoverable = AmountField(help_text="Input tax: of what vendors charged and of what is self-assessed")
    self_assessed = AmountField(help_text="Reverse charge on purchases")
    withheld_by_customers = AmountField(help_text="Paid by them for us")
    withheld_from_vendors = AmountField(help_text="Owed for them")
    owed = AmountField(
        help_text="sales_tax + self_assessed + withheld_from_vendors - recoverable - withheld_by_customers"
    )


class TaxRateFiguresSerializer(BooksSerializer):
    tax_rate = TaxRateReferenceSerializer(source="rate")
    percent = PercentField()
    figures = TaxFiguresSerializer()


class AdjustmentSerializer(BooksSerializer):
    account = AccountReferenceSerializer()
    amount = AmountField(help_text="Added to what is owed, and debited to the account; negative: the other way round")
    reason = serializers.CharField()


class AdjustmentWriteSerializer(BooksSerializer):
    account = IdField()
    amount = AmountField(allow_negative=True)
    reason = serializers.CharField(max_length=200)


class AdjustmentsSerializer(BooksSerializer):
    adjustments = AdjustmentWriteSerializer(many=True, max_length=50)  # type: ignore[call-arg]  # of the list


class TaxPaymentSerializer(BooksSerializer):
    id = IdField()
    date = serializers.DateField()
    account = AccountReferenceSerializer()
    amount = AmountField(help_text="Negative: a refund")
    reference = serializers.CharField()
    entry = IdField(source="entry_id")
    is_void = serializers.SerializerMethodField()
    created_by = PersonField()
    created_at = serializers.DateTimeField()

    def get_is_void(self, payment: TaxPayment) -> bool:
        return payment.voided_at is not None


class TaxReturnSummarySerializer(BooksSerializer):
    """A return in the list."""

    id = IdField()
    date_from = serializers.DateField()
    date_to = serializers.DateField()
    basis = serializers.ChoiceField(BASES)
    status = serializers.ChoiceField(STATUSES)
    reference = serializers.CharField()
    owed = AmountField(help_text="As filed, with adjustments; negative: to be refunded; 0 of a draft")
    paid = AmountField()
    open = AmountField(source="open_amount")
    created_by = PersonField()
    created_at = serializers.DateTimeField()
    filed_by = PersonField(allow_null=True)
    filed_at = serializers.DateTimeField(allow_null=True)


class TaxReturnSerializer(TaxReturnSummarySerializer):
    """A return with its figures: as filed, or of a draft as the books are now."""

    owed = AmountField(help_text="With adjustments; negative: to be refunded")
    rows = TaxRateFiguresSerializer(many=True)
    late = TaxRateFiguresSerializer(
        many=True, help_text="Dated in the days of an earlier return, but booked after that was filed"
    )
    total = TaxFiguresSerializer(help_text="Of rows and late together")
    adjustments = AdjustmentSerializer(many=True)
    account = AccountReferenceSerializer(allow_null=True, help_text="Where what is owed stands, once filed")
    entry = IdField(source="entry_id", allow_null=True, help_text="What filing posted, if anything")
    through_entry = serializers.IntegerField(allow_null=True, help_text="Number of the last entry booked when filed")
    payments = TaxPaymentSerializer(many=True)


class NextReturnQuerySerializer(serializers.Serializer):
    frequency = serializers.ChoiceField(list(MONTHS), required=False)


class NextReturnSerializer(BooksSerializer):
    date_from = serializers.DateField()
    date_to = serializers.DateField()
    basis = serializers.ChoiceField(BASES)


class ReturnPrepareSerializer(BooksSerializer):
    """`/api/tax-returns/next` suggests the days."""

    date_from = BooksDateField()
    date_to = BooksDateField()
    basis = serializers.ChoiceField(BASES, required=False, help_text="That of the last return if it is left out")
    change_basis = serializers.BooleanField(
        required=False, help_text="Yes, on another basis than the last filed return"
    )
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ReturnFileSerializer(BooksSerializer):
    date = BooksDateField(required=False, help_text="Of the entry; the last day of the return if it is left out")
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ReturnUnfileSerializer(BooksSerializer):
    reason = serializers.CharField(max_length=500)
    date = BooksDateField(required=False, help_text="Of the reversal; the entry's own if it is left out")


class ReturnPaySerializer(BooksSerializer):
    date = BooksDateField()
    account = IdField(source="account_id", help_text="Cash, bank or credit card")
    amount = AmountField(
        required=False, help_text="Everything that is open if it is left out; a refund is positive, too"
    )
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)


class PaymentVoidSerializer(BooksSerializer):
    date = BooksDateField(required=False, help_text="The payment's own if it is left out")


class EntryReferenceSerializer(BooksSerializer):
    """An entry where something else names it."""

    id = IdField()
    number = serializers.IntegerField()
    source_kind = serializers.CharField()
    source_id = IdField(allow_null=True)
    source_number = serializers.CharField()


class TaxEntrySerializer(BooksSerializer):
    """What one entry says about one tax."""

    id = IdField()
    date = serializers.DateField()
    entry = EntryReferenceSerializer()
    tax_rate = TaxRateReferenceSerializer()
    percent = PercentField()
    side = serializers.ChoiceField(SIDES)
    basis = serializers.ChoiceField(BASES)
    taxable = AmountField()
    tax = AmountField()
    recoverable = AmountField()
    contact = IdField(source="contact_id", allow_null=True)


class TaxEntryQuerySerializer(serializers.Serializer):
    """Which of a return's entries: those behind one figure."""

    tax_rate = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    percent = PercentField(required=False)
    side = serializers.ChoiceField(SIDES, required=False)
    late = serializers.BooleanField(required=False, allow_null=True, default=None)
