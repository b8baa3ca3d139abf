"""Payments and allocations in the API. Amounts are decimal strings, each in the currency that its field names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.money import to_text
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import (
    AMOUNT_SCHEMA,
    MAX_ID,
    AmountField,
    BooksDateField,
    BooksSerializer,
    IdField,
    PersonField,
)
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.books.sums import ExactSum
from ledger_core.chart.models import Account
from ledger_core.currencies.serializers import CurrencyCodeField, RateField
from ledger_core.documents.models import Document
from ledger_core.documents.serializers import ReferenceSerializer
from ledger_core.payments.allocating import MAX_ALLOCATIONS
from ledger_core.payments.batches import MOST_BILLS
from ledger_core.payments.kinds import CREDIT_KINDS_BY_VALUE, PAYMENT_KINDS_BY_VALUE
from ledger_core.payments.models import Allocation, Payment
from ledger_core.payments.open_items import ADVANCE, CREDIT, DOCUMENT, JOURNAL, OpenItem
from ledger_core.payments.shares import Allocate
from ledger_core.periods.areas import PURCHASES, SALES

STATUSES = ((Payment.POSTED, "Posted"), (Payment.VOID, "Void"))
PAYMENT, BANK, TARGET = "payment_currency", "bank_currency", "target_currency"  # where an amount's currency is kept


@extend_schema_field(AMOUNT_SCHEMA)
class AmountIn(AmountField):
    """An amount on its way in, in a currency that the request's context holds under this name; else in base."""

    def __init__(self, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        return self.checked(data, self.context.get(self.currency) or base_currency())


@extend_schema_field(AMOUNT_SCHEMA)
class AmountOf(serializers.Field):
    """An amount on its way out, in the currency that another attribute of its row holds."""

    def __init__(self, currency: str = "currency", *, attribute: str = "", **kwargs: Any) -> None:
        self.currency = currency
        self.attribute = attribute
        super().__init__(read_only=True, source="*", **kwargs)

    def to_representation(self, value: Any) -> str:
        return to_text(getattr(value, self.attribute or self.field_name or ""), getattr(value, self.currency))


class TargetSerializer(BooksSerializer):
    """A document or payment where an allocation names it."""

    id = IdField(source="pk")
    kind = serializers.CharField()
    number = serializers.CharField()


class AllocationSerializer(BooksSerializer):
    """So much of a source settles so much of a target. `stands` is false of mirrors and of what they took back."""

    id = IdField()
    kind = serializers.ChoiceField([(each, each) for each in ("payment", "credit", "refund", "write_off")])
    date = serializers.DateField()
    source = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field of this name
    target = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField(help_text="Of the target")
    amount = serializers.SerializerMethodField(help_text="Of the target, in its currency; withheld tax included")
    base = AmountField(allow_negative=True, help_text="What that was booked at")
    source_currency = serializers.SerializerMethodField()
    source_amount = serializers.SerializerMethodField(help_text="Of the source, in its currency")
    source_base = AmountField(allow_negative=True, help_text="What that was booked at")
    withheld = serializers.SerializerMethodField(help_text="Of `amount`: tax that was kept back")
    realized_difference = serializers.SerializerMethodField(help_text="A gain, in base currency; losses are negative")
    entry = IdField(source="entry_id", allow_null=True, help_text="Empty where there was nothing to post")
    reverses = IdField(source="reverses_id", allow_null=True)
    stands = serializers.SerializerMethodField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()

    @extend_schema_field(TargetSerializer(allow_null=True))
    def get_source(self, row: Allocation) -> Any:
        source = row.payment or row.credit
        return None if source is None else TargetSerializer(source).data

    @extend_schema_field(TargetSerializer)
    def get_target(self, row: Allocation) -> Any:
        return TargetSerializer(_target(row)).data

    def get_currency(self, row: Allocation) -> str:
        return _target(row).currency

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_amount(self, row: Allocation) -> str:
        return to_text(row.amount, _target(row).currency)

    def get_source_currency(self, row: Allocation) -> str:
        return (row.payment or row.credit or _target(row)).currency

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_source_amount(self, row: Allocation) -> str:
        return to_text(row.source_amount, self.get_source_currency(row))

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_withheld(self, row: Allocation) -> str:
        return to_text(row.withheld, _target(row).currency)

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_realized_difference(self, row: Allocation) -> str:
        return to_text(_flow(row) * (row.worth - row.base), base_currency())

    def get_stands(self, row: Allocation) -> bool:
        return row.reverses_id is None and not row.is_taken_back  # type: ignore[attr-defined]  # annotated


def _target(row: Allocation) -> Document | Payment:
    target = row.document or row.target_payment
    assert target is not None, "an allocation has a target"
    return target


def _flow(row: Allocation) -> int:
    if row.payment is not None:
        return PAYMENT_KINDS_BY_VALUE[row.payment.kind].flow
    return 0 if row.credit is None else CREDIT_KINDS_BY_VALUE[row.credit.kind].flow


class PaymentRowSerializer(BooksSerializer):
    """A payment as lists show it."""

    id = IdField()
    kind = serializers.CharField()
    number = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    contact = ReferenceSerializer()
    date = serializers.DateField()
    account = AccountReferenceSerializer()
    currency = serializers.CharField()
    rate = RateField(help_text="Base currency for one unit of the currency")
    amount = AmountOf(help_text="What the other side paid or got")
    base_amount = AmountField()
    bank_charges = AmountOf(help_text="Off what is received, on top of what is paid")
    bank_currency = serializers.CharField()
    bank_amount = AmountOf("bank_currency", help_text="What reached or left the account")
    allocated = AmountOf()
    unallocated = AmountOf(attribute="open_amount", help_text="The contact's credit")
    method = serializers.CharField()
    reference = serializers.CharField()
    batch = serializers.CharField()
    updated_at = serializers.DateTimeField()


class PaymentSerializer(PaymentRowSerializer):
    notes = serializers.CharField()
    branch_id = IdField(allow_null=True)
    allocations = serializers.SerializerMethodField(help_text="In the order of writing, mirrors included")
    entry = IdField(source="entry_id", allow_null=True)
    reversal = IdField(source="reversal_id", allow_null=True)
    created_by = PersonField()
    created_at = serializers.DateTimeField()
    voided_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(AllocationSerializer(many=True))
    def get_allocations(self, payment: Payment) -> Any:
        return AllocationSerializer(self.context["allocations"], many=True).data


class AllocationWriteSerializer(BooksSerializer):
    """A document to settle, or (of a refund) a payment whose credit is paid back.

    `amount` is in that one's currency (default: what is open of it), `source_amount` in that of the payment or credit
    that settles it (default: the same, or by the rates of the day).
    """

    document = IdField(required=False)
    payment = IdField(required=False)
    amount = AmountIn(TARGET, required=False, allow_null=True)
    withheld = AmountIn(TARGET, required=False, allow_null=True, help_text="Default: what the document expects")
    withheld_tax = IdField(required=False, allow_null=True)
    source_amount = AmountIn(PAYMENT, required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        context: Any = self.context
        context[TARGET] = context.get("targets", {}).get(_named(data))
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("document" in attrs) == ("payment" in attrs):
            message = "Name a document, or a payment that is paid back."
            raise serializers.ValidationError({"document": [serializers.ErrorDetail(message, "required")]})
        return attrs


def _named(data: Any) -> tuple[str, int] | None:
    """What a written allocation names, if that can be read yet."""
    for name in ("document", "payment", "bill"):
        text = str(data.get(name, "")) if isinstance(data, Mapping) else ""
        if text.isascii() and text.isdigit() and int(text) <= MAX_ID:
            return name, int(text)
    return None


def take_targets(serializer: serializers.BaseSerializer[Any], rows: Any) -> None:
    """Look up the currencies of everything that written allocations name, before their amounts are read."""
    named = [found for found in map(_named, rows if isinstance(rows, list) else ()) if found is not None]
    context: Any = serializer.context
    documents = _currencies(Document, [pk for name, pk in named if name != "payment"])
    paid_back = _currencies(Payment, [pk for name, pk in named if name == "payment"])
    context["targets"] = {
        **{(name, pk): currency for pk, currency in documents.items() for name in ("document", "bill")},
        **{("payment", pk): currency for pk, currency in paid_back.items()},
    }


def _currencies(model: type[Document] | type[Payment], ids: Iterable[int]) -> dict[int, str]:
    wanted = set(ids)
    return dict(model._default_manager.filter(pk__in=wanted).values_list("pk", "currency")) if wanted else {}


def allocates(rows: Iterable[Mapping[str, Any]]) -> list[Allocate]:
    """Written allocations as the operations take them."""
    return [
        Allocate(
            document_id=each.get("document"),
            payment_id=each.get("payment"),
            amount=each.get("amount"),
            withheld=each.get("withheld"),
            withheld_tax_id=each.get("withheld_tax"),
            source_amount=each.get("source_amount"),
        )
        for each in rows
    ]


class _WithAllocations(BooksSerializer):
    def to_internal_value(self, data: Any) -> Any:
        take_targets(self, data.get("allocations") if isinstance(data, Mapping) else None)
        return super().to_internal_value(data)

    def fields_of(self) -> dict[str, Any]:
        """The validated fields, as the operations take them."""
        fields = dict(self.validated_data)
        for name in ("contact", "account"):
            if name in fields:
                fields[f"{name}_id"] = fields.pop(name)
        if "allocations" in fields:
            fields["allocations"] = allocates(fields["allocations"])
        return fields


class PaymentEditSerializer(_WithAllocations):
    """What can be changed of a payment; anything about money posts it again."""

    date = BooksDateField()
    account = IdField(help_text="Cash, bank, credit card or clearing account")
    amount = AmountIn(PAYMENT, help_text="What the other side paid or got")
    currency = CurrencyCodeField(required=False, help_text="Default: the base currency")
    rate = RateField(required=False, allow_null=True, help_text="Default: the latest of the table on the date")
    bank_amount = AmountIn(
        BANK, required=False, allow_null=True, help_text="What the account took, where it is in another currency"
    )
    bank_charges = AmountIn(PAYMENT, required=False, help_text="Off what is received, on top of what is paid")
    allocations = AllocationWriteSerializer(many=True, required=False, max_length=MAX_ALLOCATIONS)  # type: ignore[call-arg]
    method = serializers.CharField(max_length=40, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True)
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True)

    def to_internal_value(self, data: Any) -> Any:
        self._take_currencies(data if isinstance(data, Mapping) else {})
        return super().to_internal_value(data)

    def _take_currencies(self, data: Mapping[str, Any]) -> None:
        context: Any = self.context
        said = data.get("currency")
        if isinstance(said, str):
            context[PAYMENT] = said.upper() if said.upper() in CURRENCIES else None
        account = str(data.get("account", ""))
        if account.isascii() and account.isdigit() and int(account) <= MAX_ID:
            found = Account.objects.filter(pk=int(account)).values_list("currency", flat=True).first()
            context[BANK] = found or context.get(PAYMENT)


class PaymentCreateSerializer(PaymentEditSerializer):
    contact = IdField()
    branch_id = IdField(required=False, allow_null=True)


class RefundSerializer(PaymentEditSerializer):
    """A refund of one credit; `amount` and `currency` are those of the money, by default all of the credit's."""

    amount = AmountIn(PAYMENT, required=False)
    allocations = None  # type: ignore[assignment]  # it is of this credit
    credited = AmountIn(TARGET, required=False, help_text="Of the credit, in its currency; default: as `amount`")
    branch_id = IdField(required=False, allow_null=True)


class ApplySerializer(_WithAllocations):
    date = BooksDateField(required=False, allow_null=True, help_text="Default: as soon as both are there")
    allocations = AllocationWriteSerializer(many=True, max_length=MAX_ALLOCATIONS)  # type: ignore[call-arg]


class UnapplySerializer(BooksSerializer):
    allocation = IdField()
    date = BooksDateField(required=False, allow_null=True, help_text="Default: the allocation's own")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class VoidPaymentSerializer(BooksSerializer):
    date = BooksDateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class WriteOffSerializer(BooksSerializer):
    date = BooksDateField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class BatchBillSerializer(BooksSerializer):
    bill = IdField()
    amount = AmountIn(TARGET, required=False, allow_null=True, help_text="Default: what is open")

    def to_internal_value(self, data: Any) -> Any:
        context: Any = self.context
        context[TARGET] = context.get("targets", {}).get(_named(data))
        return super().to_internal_value(data)


class BatchSerializer(BooksSerializer):
    date = BooksDateField()
    account = IdField()
    bills = BatchBillSerializer(many=True, max_length=MOST_BILLS)  # type: ignore[call-arg]  # of the list
    method = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    reference = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    branch_id = IdField(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        take_targets(self, data.get("bills") if isinstance(data, Mapping) else None)
        return super().to_internal_value(data)


class BatchAnswerSerializer(BooksSerializer):
    batch = serializers.CharField()
    payments = PaymentRowSerializer(many=True)


class SuggestQuerySerializer(serializers.Serializer):
    contact = IdField()
    currency = CurrencyCodeField(required=False, help_text="Default: the base currency")
    amount = AmountIn(PAYMENT)
    date = BooksDateField(required=False, help_text="Default: today")

    def to_internal_value(self, data: Any) -> Any:
        said = str(data.get("currency", "")).upper()
        context: Any = self.context
        context[PAYMENT] = said if said in CURRENCIES else None
        return super().to_internal_value(data)

    def validate_currency(self, value: str) -> str:
        if value not in CURRENCIES:
            raise serializers.ValidationError(f"There is no currency {value}.", code="unknown_currency")
        return value


class SuggestedSerializer(BooksSerializer):
    document = TargetSerializer()
    date = serializers.DateField(source="document.date")
    due_date = serializers.DateField(source="document.due_date", allow_null=True)
    open = serializers.SerializerMethodField()
    amount = serializers.SerializerMethodField()
    withheld = serializers.SerializerMethodField()

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_open(self, row: Any) -> str:
        return to_text(row.document.open_amount, row.document.currency)

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_amount(self, row: Any) -> str:
        return to_text(row.amount, row.document.currency)

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_withheld(self, row: Any) -> str:
        return to_text(row.withheld, row.document.currency)


class SuggestionSerializer(BooksSerializer):
    currency = serializers.CharField()
    allocations = SuggestedSerializer(many=True)
    unallocated = AmountOf()


class OpenItemsQuerySerializer(serializers.Serializer):
    date = BooksDateField(required=False, help_text="Default: today")
    side = serializers.ChoiceField([(each, each) for each in (SALES, PURCHASES)], required=False)


class OpenItemSerializer(BooksSerializer):
    """Something open: positive amounts raise what is owed on that side, credits and advances are negative."""

    side = serializers.ChoiceField([(each, each) for each in (SALES, PURCHASES)])
    what = serializers.ChoiceField([(each, each) for each in (DOCUMENT, CREDIT, ADVANCE, JOURNAL)])
    kind = serializers.CharField()
    id = IdField(allow_null=True, help_text="Empty of what comes from no document")
    number = serializers.CharField()
    reference = serializers.CharField()
    date = serializers.DateField()
    due_date = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    total = serializers.CharField()
    open = serializers.CharField()
    open_base = serializers.CharField()


class OpenItemsSerializer(BooksSerializer):
    date = serializers.DateField()
    items = OpenItemSerializer(many=True)
    receivable = serializers.CharField(help_text="In base: what the contact owes, less its credits")
    payable = serializers.CharField(help_text="In base: what is owed to the contact, less advances")


def totals_of(found: QuerySet[Payment]) -> list[dict[str, Any]]:
    """What a list comes to by currency, without what is void; one query."""
    by = found.order_by().exclude(status=Payment.VOID).values("currency")
    sums = by.annotate(payments=Count("pk"), amount_sum=ExactSum("amount"), allocated_sum=ExactSum("allocated"))
    return [
        {
            "currency": row["currency"],
            "count": row["payments"],
            "total": to_text(row["amount_sum"], row["currency"]),
            "open": to_text(row["amount_sum"] - row["allocated_sum"], row["currency"]),
        }
        for row in sums.order_by("currency")
    ]


def shown_item(side: str, item: OpenItem) -> dict[str, Any]:
    return {
        "side": side,
        "what": item.what,
        "kind": item.kind,
        "id": None if item.id is None else str(item.id),
        "number": item.number,
        "reference": item.reference,
        "date": item.date.isoformat(),
        "due_date": None if item.due_date is None else item.due_date.isoformat(),
        "currency": item.currency,
        "total": to_text(item.total, item.currency),
        "open": to_text(item.open, item.currency),
        "open_base": to_text(item.open_base, base_currency()),
    }
