"""Payments and refunds, and what settles documents.

Addresses under `/invoices`, `/bills` and so on that settle something are here, because payments sit above documents.
"""

from __future__ import annotations

import builtins
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.money import to_text
from ledger_core.base.conditions import tagged
from ledger_core.base.lists import Exported, Total, TotalledPagination
from ledger_core.base.people import names_of
from ledger_core.base.queries import base_currency, today
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.sheets import AMOUNT, DATE, SheetColumn
from ledger_core.base.views import BooksViewSet
from ledger_core.books.rehearsal import ShowsPosting
from ledger_core.books.serializers import JournalEntrySerializer
from ledger_core.contacts.models import Contact
from ledger_core.contacts.queries import family, find_contact
from ledger_core.documents.models import Document
from ledger_core.documents.queries import check_exists, find_document
from ledger_core.documents.serializers import DocumentSerializer
from ledger_core.documents.views import answer_of as document_answer
from ledger_core.payments import applying, operations, write_offs
from ledger_core.payments.batches import pay_bills
from ledger_core.payments.filters import PaymentFilter
from ledger_core.payments.kinds import (
    BILL_PAYMENT,
    CREDIT_KINDS_BY_VALUE,
    CUSTOMER_REFUND,
    PAYMENT_KINDS,
    PAYMENT_KINDS_BY_VALUE,
    PAYMENT_RECEIVED,
    VENDOR_REFUND,
    PaymentKind,
)
from ledger_core.payments.models import Payment
from ledger_core.payments.open_items import open_items
from ledger_core.payments.queries import allocations_of, entries_of, find_payment, payments, suggest
from ledger_core.payments.refunds import pay_back
from ledger_core.payments.serializers import (
    BANK,
    PAYMENT,
    TARGET,
    AllocationSerializer,
    ApplySerializer,
    BatchAnswerSerializer,
    BatchSerializer,
    OpenItemsQuerySerializer,
    OpenItemsSerializer,
    PaymentCreateSerializer,
    PaymentEditSerializer,
    PaymentRowSerializer,
    PaymentSerializer,
    RefundSerializer,
    SuggestionSerializer,
    SuggestQuerySerializer,
    UnapplySerializer,
    VoidPaymentSerializer,
    WriteOffSerializer,
    shown_item,
    totals_of,
)
from ledger_core.payments.shares import Allocate
from ledger_core.periods.areas import PURCHASES, SALES

ID = "[0-9]{1,18}"


SHEET = (
    SheetColumn("Number", "number"),
    SheetColumn("Date", "date", DATE),
    SheetColumn("Contact", "contact.name"),
    SheetColumn("Account", "account.name"),
    SheetColumn("Method", "method"),
    SheetColumn("Reference", "reference"),
    SheetColumn("Status", "status"),
    SheetColumn("Currency", "currency"),
    SheetColumn("Amount", "amount", AMOUNT),
    SheetColumn("Unallocated", "unallocated", AMOUNT),
    SheetColumn("Bank charges", "bank_charges", AMOUNT),
    SheetColumn("Amount in base currency", "base_amount", AMOUNT),
)


class PaymentViewSet(Exported, ShowsPosting, BooksViewSet):
    """Payments of one kind. They are posted at once; there are no drafts."""

    if_match = frozenset({"partial_update", "void"})
    kind: ClassVar[PaymentKind]
    queryset = Payment.objects.none()  # for the API description; `payments()` needs an organization
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilter
    search_fields = ["number", "reference", "contact__name"]
    ordering_fields = ["date", "number", "amount", "created_at", "contact__name"]
    pagination_class = TotalledPagination
    sheet = SHEET
    lookup_value_regex = ID

    @extend_schema(responses=PaymentRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Payments without their allocations, newest first."""
        page = self.paginate_queryset(self.filter_queryset(payments(self.kind)))
        return self.get_paginated_response(PaymentRowSerializer(page or [], many=True).data)

    def totals(self, found: QuerySet[Payment]) -> builtins.list[Total]:
        """What a list comes to."""
        return totals_of(found)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One payment with its allocations."""
        return self.answer(int(pk))

    @extend_schema(request=PaymentCreateSerializer, responses={201: PaymentSerializer})
    def create(self, request: Request) -> Response:
        """Record a payment and what it settles; what it does not settle is the contact's credit."""
        serializer = PaymentCreateSerializer(data=request.data)
        valid(serializer)
        payment = operations.record_payment(kind=self.kind, actor=actor_of(request), **serializer.fields_of())
        return self.answer(payment.pk, status=201)

    @extend_schema(request=PaymentEditSerializer(partial=True), responses=PaymentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a payment. Anything about money reverses its entry and posts it again."""
        payment = find_payment(self.kind, int(pk))
        context = {PAYMENT: payment.currency, BANK: payment.bank_currency}
        serializer = PaymentEditSerializer(data=request.data, partial=True, context=context)
        valid(serializer)
        operations.edit_payment(kind=self.kind, payment_id=int(pk), actor=actor_of(request), **serializer.fields_of())
        return self.answer(int(pk))

    @extend_schema(request=VoidPaymentSerializer, responses=PaymentSerializer)
    @action(detail=True, methods=["post"])
    def void(self, request: Request, pk: str) -> Response:
        """Take it back: its entry is reversed, and what it settled is open again."""
        find_payment(self.kind, int(pk))
        about = valid(VoidPaymentSerializer(data=request.data))
        operations.void_payment(kind=self.kind, payment_id=int(pk), actor=actor_of(request), **about)
        return self.answer(int(pk))

    @extend_schema(responses=JournalEntrySerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def journal(self, request: Request, pk: str) -> Response:
        """Everything that was posted for it, in the order of posting."""
        found = list(entries_of(find_payment(self.kind, int(pk))))
        names = names_of(entry.posted_by for entry in found)
        return Response(JournalEntrySerializer(found, many=True, context={"names": names}).data)

    def answer(self, payment_id: int, *, status: int = 200) -> Response:
        """The payment as it is now."""
        payment = find_payment(self.kind, payment_id)
        context = {"names": names_of([payment.created_by]), "allocations": list(allocations_of(payment))}
        return tagged(Response(PaymentSerializer(payment, context=context).data, status=status), payment)


class SettlingPaymentViewSet(PaymentViewSet):
    """Payments of what is owed: what is left of one is a credit that can be applied and paid back."""

    if_match = frozenset({"partial_update", "void", "apply", "unapply", "refund"})

    @extend_schema(request=ApplySerializer, responses=PaymentSerializer)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Settle documents with what is left of it."""
        payment = find_payment(self.kind, int(pk))
        serializer = ApplySerializer(data=request.data, context={PAYMENT: payment.currency})
        valid(serializer)
        applying.apply_payment(kind=self.kind, payment_id=int(pk), actor=actor_of(request), **serializer.fields_of())
        return self.answer(int(pk))

    @extend_schema(request=UnapplySerializer, responses=PaymentSerializer)
    @action(detail=True, methods=["post"])
    def unapply(self, request: Request, pk: str) -> Response:
        """Take one allocation back: what it settled is open again, and the credit is there again."""
        payment = find_payment(self.kind, int(pk))
        _unapply(request, payment)
        return self.answer(int(pk))

    @extend_schema(request=RefundSerializer, responses={201: PaymentSerializer})
    @action(detail=True, methods=["post"])
    def refund(self, request: Request, pk: str) -> Response:
        """Pay its credit back, in whole or in part."""
        return _refund(request, find_payment(self.kind, int(pk)), _refunds_of(self.kind.value))

    @extend_schema(parameters=[SuggestQuerySerializer], responses=SuggestionSerializer, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None, query=(SuggestQuerySerializer,))
    def suggest(self, request: Request) -> Response:
        """What an amount would settle, the oldest first; nothing is stored."""
        about = valid(SuggestQuerySerializer(data=request.query_params))
        contact = find_contact(about["contact"])
        currency = about.get("currency") or base_currency()
        found, left = suggest(
            self.kind,
            contact_id=contact.pk,
            amount=about["amount"],
            currency=currency,
            date=about.get("date") or today(),
        )
        shown = SuggestionSerializer(_Suggestion(currency, found, left)).data
        return Response(shown)


class _Suggestion:
    def __init__(self, currency: str, allocations: Any, unallocated: int) -> None:
        self.currency = currency
        self.allocations = allocations
        self.unallocated = unallocated


def _abilities(subject: str, **more: str) -> dict[str, str]:
    verbs = {
        "list": "view",
        "retrieve": "view",
        "journal": "view",
        "create": "create",
        "partial_update": "edit",
        "void": "void",
    }
    return {**{name: f"{subject}.{verb}" for name, verb in verbs.items()}, **more}


class PaymentReceivedViewSet(SettlingPaymentViewSet):
    """Payments received of customers: of invoices, and in advance."""

    kind = PAYMENT_RECEIVED
    abilities = _abilities(
        "payments_received",
        apply="payments_received.edit",
        unapply="payments_received.edit",
        refund="customer_refunds.create",
        suggest="payments_received.view",
    )


class BillPaymentViewSet(SettlingPaymentViewSet):
    """Payments to vendors: of bills, and in advance."""

    kind = BILL_PAYMENT
    abilities = _abilities(
        "bill_payments",
        apply="bill_payments.edit",
        unapply="bill_payments.edit",
        refund="vendor_refunds.create",
        suggest="bill_payments.view",
        batch="bill_payments.create",
    )

    @extend_schema(request=BatchSerializer, responses={201: BatchAnswerSerializer}, filters=False)
    @action(detail=False, methods=["post"], pagination_class=None)
    def batch(self, request: Request) -> Response:
        """Pay many bills at once, one payment for each vendor and currency: all of them or none."""
        about = valid(BatchSerializer(data=request.data))
        bills = [Allocate(document_id=each["bill"], amount=each.get("amount")) for each in about.pop("bills")]
        made = pay_bills(account_id=about.pop("account"), bills=bills, actor=actor_of(request), **about)
        rows = payments(self.kind).filter(pk__in=[each.pk for each in made]).order_by("pk")
        shown = {"batch": made[0].batch, "payments": PaymentRowSerializer(rows, many=True).data}
        return Response(shown, status=201)


class CustomerRefundViewSet(PaymentViewSet):
    """Money paid back to customers: of credit notes and of advances."""

    kind = CUSTOMER_REFUND
    abilities = _abilities("customer_refunds")


class VendorRefundViewSet(PaymentViewSet):
    """Money that vendors paid back."""

    kind = VENDOR_REFUND
    abilities = _abilities("vendor_refunds")


_REFUND_VIEWS: dict[str, type[PaymentViewSet]] = {
    CUSTOMER_REFUND.value: CustomerRefundViewSet,
    VENDOR_REFUND.value: VendorRefundViewSet,
}


def _refunds_of(kind: str) -> PaymentKind:
    """The kind of refund that pays back credits of a kind of payment or document."""
    if kind in CREDIT_KINDS_BY_VALUE:
        return PAYMENT_KINDS_BY_VALUE[CREDIT_KINDS_BY_VALUE[kind].refund]
    return next(each for each in PAYMENT_KINDS if each.refunds == kind)


def _refund(request: Request, credit: Payment | Document, kind: PaymentKind) -> Response:
    """Pay a credit back, by default in its own currency."""
    said = request.data.get("currency") if isinstance(request.data, dict) else None
    currency = said.upper() if isinstance(said, str) else credit.currency
    known = currency if currency in CURRENCIES else None  # of any other one the operation says what is wrong
    serializer = RefundSerializer(data=request.data, context={PAYMENT: known, TARGET: credit.currency})
    valid(serializer)
    fields = {**serializer.fields_of(), "currency": currency}
    payment = pay_back(kind=kind, credit=credit, actor=actor_of(request), **fields)
    view = _REFUND_VIEWS[kind.value]()
    return view.answer(payment.pk, status=201)


def _unapply(request: Request, source: Payment | Document) -> None:
    about = valid(UnapplySerializer(data=request.data))
    applying.unapply(allocation_id=about.pop("allocation"), source=source, actor=actor_of(request), **about)


class SettlementViewSet(ShowsPosting, BooksViewSet):
    """What settled a document."""

    kind: ClassVar[str]
    queryset = Document.objects.none()  # for the API description
    serializer_class = DocumentSerializer
    pagination_class = None  # all that settled one document
    lookup_value_regex = ID

    @extend_schema(responses=AllocationSerializer(many=True), filters=False)
    def allocations(self, request: Request, pk: str) -> Response:
        """Everything that settled it or that it settled, mirrors included, in the order of writing."""
        check_exists(self.kind, int(pk))
        return Response(AllocationSerializer(allocations_of(Document(pk=int(pk))), many=True).data)

    def answer(self, pk: str) -> Response:
        """The document as it is now."""
        return document_answer(find_document(self.kind, int(pk)))


class WriteOffViewSet(SettlementViewSet):
    """Invoices that customers do not pay."""

    if_match = frozenset({"write_off", "cancel_write_off"})

    @extend_schema(request=WriteOffSerializer, responses=DocumentSerializer)
    def write_off(self, request: Request, pk: str) -> Response:
        """Book what is open of it as a bad debt; taxes come back where their rates allow it."""
        check_exists(self.kind, int(pk))
        about = valid(WriteOffSerializer(data=request.data))
        write_offs.write_off(document_id=int(pk), actor=actor_of(request), **about)
        return self.answer(pk)

    @extend_schema(request=VoidPaymentSerializer, responses=DocumentSerializer)
    def cancel_write_off(self, request: Request, pk: str) -> Response:
        """Take the write-off back; undated, as if it never had been."""
        check_exists(self.kind, int(pk))
        about = valid(VoidPaymentSerializer(data=request.data))
        write_offs.cancel_write_off(document_id=int(pk), actor=actor_of(request), **about)
        return self.answer(pk)


class CreditViewSet(SettlementViewSet):
    """Credit notes and vendor credits: what is left of one settles others, or is paid back."""

    if_match = frozenset({"apply", "unapply", "refund"})

    @extend_schema(request=ApplySerializer, responses=DocumentSerializer)
    def apply(self, request: Request, pk: str) -> Response:
        """Settle documents with what is left of it."""
        credit = find_document(self.kind, int(pk))
        serializer = ApplySerializer(data=request.data, context={PAYMENT: credit.currency})
        valid(serializer)
        kind = CREDIT_KINDS_BY_VALUE[self.kind]
        applying.apply_document(kind=kind, document_id=int(pk), actor=actor_of(request), **serializer.fields_of())
        return self.answer(pk)

    @extend_schema(request=UnapplySerializer, responses=DocumentSerializer)
    def unapply(self, request: Request, pk: str) -> Response:
        """Take one allocation back: what it settled is open again, and so is the credit."""
        _unapply(request, find_document(self.kind, int(pk)))
        return self.answer(pk)

    @extend_schema(request=RefundSerializer, responses={201: PaymentSerializer})
    def refund(self, request: Request, pk: str) -> Response:
        """Pay it back, in whole or in part."""
        return _refund(request, find_document(self.kind, int(pk)), _refunds_of(self.kind))


class OpenItemsViewSet(BooksViewSet):
    """What is open of a contact."""

    abilities = {"open_items": "contacts.view"}
    query = (OpenItemsQuerySerializer,)
    queryset = Contact.objects.none()  # for the API description
    serializer_class = OpenItemsSerializer

    @extend_schema(parameters=[OpenItemsQuerySerializer], responses=OpenItemsSerializer, filters=False)
    def open_items(self, request: Request, pk: str) -> Response:
        """Documents, credits and advances open at the end of a day, merged contacts included."""
        contact = find_contact(int(pk))
        about = valid(OpenItemsQuerySerializer(data=request.query_params))
        date = about.get("date") or today()
        ids = family(contact.pk)
        sides = [about["side"]] if "side" in about else [SALES, PURCHASES]
        found = {side: open_items(side=side, date=date, contact=ids) for side in sides}
        base = base_currency()
        totals = {
            side: to_text(sum(item.open_base for item in found.get(side, ())), base) for side in (SALES, PURCHASES)
        }
        return Response(
            {
                "date": date.isoformat(),
                "items": [shown_item(side, item) for side, items in found.items() for item in items],
                "receivable": totals[SALES],
                "payable": totals[PURCHASES],
            }
        )
