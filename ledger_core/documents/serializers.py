"""Documents in the API. What is answered is rendered in shown.py; the serializers here describe it, and a test
compares the two."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.totals import PER_DOCUMENT, PER_LINE
from ledger_core.base.amounts import DocumentAmountField
from ledger_core.base.refusals import refuse
from ledger_core.base.serializers import (
    AMOUNT_SCHEMA,
    AmountField,
    BooksDateField,
    BooksSerializer,
    FieldErrorSerializer,
    IdField,
    PercentField,
    PriceField,
    QuantityField,
)
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.currencies.serializers import CurrencyCodeField, RateField
from ledger_core.documents.currency import settle_currency
from ledger_core.documents.lines import MAX_LINES, WrittenLine
from tenancy.problems import FieldError

TAX_ROUNDINGS = ((PER_DOCUMENT, "Per tax on the document"), (PER_LINE, "Per line"))
MOST_AT_ONCE = 100


@extend_schema_field(AMOUNT_SCHEMA)
class ShownAmountField(serializers.CharField):
    """An amount in the document's currency, in descriptions of answers."""


class OwnNumberField(serializers.RegexField):
    """A number that somebody chooses: what can be typed, printed and told on the telephone."""

    default_error_messages = {
        "invalid": "A number begins with a letter or digit, and has letters, digits, spaces and / . _ # & ( ) + : -",
    }

    def __init__(self, **kwargs: Any) -> None:
        pattern = r"\A[A-Za-z0-9][A-Za-z0-9 /._#&()+:-]*\Z"
        about = {"max_length": 40, "required": False, "allow_blank": True, "allow_null": True}
        super().__init__(pattern, **{**about, **kwargs})


class ReferenceSerializer(BooksSerializer):
    """A contact or item where something else names it."""

    id = IdField()
    name = serializers.CharField()


class TaxReferenceSerializer(BooksSerializer):
    id = IdField()
    code = serializers.CharField()
    name = serializers.CharField()


class DocumentTaxSerializer(BooksSerializer):
    tax_rate = TaxReferenceSerializer()
    kind = serializers.CharField()
    percent = PercentField()
    taxable = ShownAmountField()
    amount = ShownAmountField()
    recoverable = ShownAmountField(help_text="Of purchases: what is claimed back")


class DocumentLineSerializer(BooksSerializer):
    id = IdField()
    item = ReferenceSerializer(allow_null=True)
    description = serializers.CharField()
    quantity = QuantityField()
    unit = serializers.CharField()
    unit_price = PriceField()
    discount_percent = PercentField(allow_null=True)
    discount_amount = ShownAmountField()
    account = AccountReferenceSerializer()
    tax_ids = serializers.ListField(child=IdField())
    branch_id = IdField(allow_null=True)
    project_id = IdField(allow_null=True)
    billable_to = ReferenceSerializer(allow_null=True, help_text="The customer that this purchase is billed on to")
    source_line = IdField(allow_null=True, help_text="The line this one was made from")
    made = QuantityField(help_text="How much of it was made into lines of other documents")
    net = ShownAmountField(help_text="Without tax, after the line's discount")
    document_discount = ShownAmountField(help_text="Its share of the document's discount, without tax")
    tax = ShownAmountField()
    unrecoverable = ShownAmountField(help_text="Tax that joins the cost")
    total = ShownAmountField()


class DocumentRowSerializer(BooksSerializer):
    """A document as lists show it."""

    id = IdField()
    kind = serializers.CharField()
    number = serializers.CharField(help_text="Empty until it is issued, unless one was given")
    status = serializers.CharField(help_text="What was decided: draft, issued, void, ...")
    state = serializers.CharField(help_text="What it is called today: draft, issued, partly_paid, overdue, paid, ...")
    contact = ReferenceSerializer(allow_null=True)
    date = serializers.DateField()
    due_date = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    total = ShownAmountField()
    open_amount = ShownAmountField(
        help_text="Of the total: not settled yet; 0 of drafts, voids and what is paid at once"
    )
    base_total = AmountField(help_text="What was booked for the total, in base currency")
    reference = serializers.CharField()
    updated_at = serializers.DateTimeField()


class WarningSerializer(BooksSerializer):
    code = serializers.CharField()
    detail = serializers.CharField()


class DocumentSerializer(DocumentRowSerializer):
    rate = RateField(help_text="Base currency for one unit of the currency")
    account = AccountReferenceSerializer(allow_null=True, help_text="Where the total is booked")
    prices_include_tax = serializers.BooleanField()
    tax_rounding = serializers.ChoiceField(TAX_ROUNDINGS)
    discount_percent = PercentField(allow_null=True)
    discount_amount = ShownAmountField(help_text="As written")
    shipping = ShownAmountField(help_text="As written")
    shipping_tax_ids = serializers.ListField(child=IdField())
    adjustment = ShownAmountField()
    round_total_to = ShownAmountField(help_text="The total ends on a multiple of this; 0: no rounding")
    subject = serializers.CharField()
    notes = serializers.CharField()
    terms = serializers.CharField()
    salesperson_id = IdField(allow_null=True)
    salesperson = serializers.CharField()
    branch_id = IdField(allow_null=True)
    project_id = IdField(allow_null=True)
    subtotal = ShownAmountField(help_text="Lines without tax, after their discounts")
    discount = ShownAmountField(help_text="The document's discount, without tax")
    shipping_net = ShownAmountField()
    tax = ShownAmountField()
    withheld = ShownAmountField(help_text="Tax that will be withheld on payment")
    rounding = ShownAmountField()
    settled = ShownAmountField()
    origin = IdField(allow_null=True, help_text="The document it was made from")
    lines = DocumentLineSerializer(many=True)
    taxes = DocumentTaxSerializer(many=True)
    entry = IdField(allow_null=True)
    reversal = IdField(allow_null=True)
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField(allow_null=True)
    voided_at = serializers.DateTimeField(allow_null=True)
    warnings = WarningSerializer(many=True, help_text="What to know about the change just made")


class DocumentLineWriteSerializer(BooksSerializer):
    """What is left out or null comes from the item, then from the contact."""

    id = IdField(required=False, allow_null=True, help_text="When editing: the line that this is")
    item = IdField(source="item_id", required=False, allow_null=True)
    description = serializers.CharField(max_length=2000, required=False, allow_null=True, allow_blank=True)
    quantity = QuantityField(required=False, allow_negative=True, help_text="Default: 1")
    unit = serializers.CharField(max_length=60, required=False, allow_null=True, allow_blank=True)
    unit_price = PriceField(required=False, allow_null=True, allow_negative=True)
    discount_percent = PercentField(required=False, allow_null=True)
    discount_amount = DocumentAmountField(required=False, allow_negative=True)
    account = IdField(source="account_id", required=False, allow_null=True)
    tax_ids = serializers.ListField(
        child=IdField(), required=False, allow_null=True, max_length=10, help_text="Rates or groups; []: no tax"
    )
    branch_id = IdField(required=False, allow_null=True)
    project_id = IdField(required=False, allow_null=True)
    billable_to = IdField(source="billable_to_id", required=False, allow_null=True)
    source_line = IdField(
        source="source_line_id",
        required=False,
        allow_null=True,
        help_text="A billable line of a purchase; a line that has an `id` keeps its own",
    )


class DocumentEditSerializer(BooksSerializer):
    """`lines` take the place of all former lines; one with the `id` of a former line stays that line.

    Of a change in part, `context` has the document's `currency` and `contact_id`.
    """

    contact = IdField(source="contact_id", required=False, allow_null=True)
    number = OwnNumberField(help_text="Default: the next of its series")
    date = BooksDateField()
    due_date = BooksDateField(required=False, allow_null=True, help_text="Default: by the payment terms")
    currency = CurrencyCodeField(required=False, allow_null=True, help_text="Default: the contact's")
    rate = RateField(required=False, allow_null=True, help_text="Default: the latest of the table on the date")
    account = IdField(source="account_id", required=False, allow_null=True, help_text="Where the total is booked")
    prices_include_tax = serializers.BooleanField(required=False, allow_null=True)
    tax_rounding = serializers.ChoiceField(TAX_ROUNDINGS, required=False, allow_null=True)
    discount_percent = PercentField(required=False, allow_null=True)
    discount_amount = DocumentAmountField(required=False)
    shipping = DocumentAmountField(required=False)
    shipping_tax_ids = serializers.ListField(child=IdField(), required=False, max_length=10)
    adjustment = DocumentAmountField(required=False, allow_negative=True)
    round_total_to = DocumentAmountField(required=False)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    subject = serializers.CharField(max_length=200, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    terms = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    salesperson_id = IdField(required=False, allow_null=True)
    branch_id = IdField(required=False, allow_null=True)
    project_id = IdField(required=False, allow_null=True)
    lines = DocumentLineWriteSerializer(many=True, max_length=MAX_LINES)  # type: ignore[call-arg]  # of the list

    def to_internal_value(self, data: Any) -> Any:
        currency = settle_currency(self, data)
        found = super().to_internal_value(data)
        return found if currency is None else {**found, "currency": currency}

    def fields_of(self) -> dict[str, Any]:
        """The validated fields, as the operations take them."""
        fields = dict(self.validated_data)
        if "lines" in fields:
            fields["lines"] = [WrittenLine(**each) for each in fields["lines"]]
        return fields


class DocumentCreateSerializer(DocumentEditSerializer):
    issue = serializers.BooleanField(required=False, default=False, help_text="Issue it at once (both or nothing)")


class BulkSerializer(BooksSerializer):
    ids = serializers.ListField(child=IdField(), min_length=1, max_length=MOST_AT_ONCE)


class RefusalSerializer(BooksSerializer):
    """A problem as answers of their own have it, of one document among many."""

    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]  # a field of this name, not DRF's property


class BulkOutcomeSerializer(BooksSerializer):
    id = IdField()
    ok = serializers.BooleanField()
    number = serializers.CharField(allow_null=True, help_text="Of what was issued")
    problem = RefusalSerializer(allow_null=True)


class ConvertedLineSerializer(BooksSerializer):
    line = IdField()
    quantity = QuantityField(allow_negative=True)


class ConvertSerializer(BooksSerializer):
    """What is not given is taken over."""

    to = serializers.CharField(max_length=40, help_text="invoice, sales_receipt, bill, credit_note or vendor_credit")
    lines = ConvertedLineSerializer(  # type: ignore[call-arg]  # of the list
        many=True, required=False, allow_null=True, max_length=MAX_LINES, help_text="Default: all that is left"
    )
    date = BooksDateField(required=False, allow_null=True, help_text="Default: today")
    due_date = BooksDateField(required=False, allow_null=True)
    number = OwnNumberField()
    rate = RateField(required=False, allow_null=True)
    account = IdField(source="account_id", required=False, allow_null=True)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    issue = serializers.BooleanField(required=False, default=False)

    def chosen(self) -> dict[int, int] | None:
        """The quantity of each line that is named, by its id; None where all that is left is converted."""
        lines = self.validated_data.get("lines")
        if lines is None:
            return None
        refuse(
            FieldError(f"/lines/{index}/line", "line_twice", "This line is named twice. Add the quantities up.")
            for index, each in enumerate(lines)
            if each["line"] in {other["line"] for other in lines[:index]}
        )
        return {each["line"]: each["quantity"] for each in lines}


class VoidDocumentSerializer(BooksSerializer):
    date = BooksDateField(required=False, allow_null=True, help_text="Default: the document's")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
