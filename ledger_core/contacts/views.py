from __future__ import annotations

import builtins
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.arithmetic.money import to_text
from ledger_core.base.conditions import tagged
from ledger_core.base.lists import Exported, Total, TotalledPagination
from ledger_core.base.queries import base_currency
from ledger_core.base.requests import valid
from ledger_core.base.sheets import SheetColumn
from ledger_core.base.views import BooksViewSet
from ledger_core.contacts import operations
from ledger_core.contacts.balances import ContactBalance, balances
from ledger_core.contacts.filters import ContactFilter
from ledger_core.contacts.models import Contact, PaymentTerms
from ledger_core.contacts.queries import contacts, due_by, due_date, find_contact, find_terms, similar_to
from ledger_core.contacts.serializers import (
    BalancesQuerySerializer,
    ContactRowSerializer,
    ContactSerializer,
    ContactSummarySerializer,
    ContactWriteSerializer,
    CreatedContactSerializer,
    DueDateSerializer,
    DueQuerySerializer,
    MergeSerializer,
    PaymentTermsSerializer,
    PaymentTermsWriteSerializer,
)

VIEW, EDIT = "contacts.view", "contacts.edit"
ID = "[0-9]{1,18}"


SHEET = (
    SheetColumn("Name", "name"),
    SheetColumn("Company", "company_name"),
    SheetColumn("Number", "number"),
    SheetColumn("Email", "email"),
    SheetColumn("Phone", "phone"),
    SheetColumn("Tax number", "tax_number"),
    SheetColumn("Currency", "currency"),
    SheetColumn("Customer", "is_customer"),
    SheetColumn("Vendor", "is_vendor"),
    SheetColumn("Active", "is_active"),
)


class ContactViewSet(Exported, BooksViewSet):
    """Customers and vendors; one contact may be both."""

    abilities = {
        "list": VIEW,
        "retrieve": VIEW,
        "create": "contacts.create",
        "partial_update": EDIT,
        "destroy": "contacts.delete",
        "activate": EDIT,
        "deactivate": EDIT,
        "merge": "contacts.manage",
        "due_date": VIEW,
    }
    if_match = frozenset({"partial_update", "destroy", "activate", "deactivate", "merge"})
    queryset = Contact.objects.none()  # for the API description
    serializer_class = ContactSummarySerializer
    filterset_class = ContactFilter
    search_fields = ["name", "company_name", "email", "number", "tax_number"]
    ordering_fields = ["name", "number", "created_at"]
    sheet = SHEET
    pagination_class = TotalledPagination
    query = (BalancesQuerySerializer,)
    owed: ClassVar[str] = "receivable"  # which balance a list's total is of
    lookup_value_regex = ID
    role: ClassVar[dict[str, bool]] = {}  # what all contacts of this collection are, and new ones become

    @extend_schema(parameters=[BalancesQuerySerializer], responses=ContactRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Contacts by name; with `balances`, what each owes and is owed today."""
        page = self.paginate_queryset(self.filter_queryset(contacts().filter(**self.role))) or []
        asked = valid(BalancesQuerySerializer(data=request.query_params))["balances"]
        context = {"balances": self._balances} if asked else {}
        return self.get_paginated_response(ContactRowSerializer(page, many=True, context=context).data)

    @cached_property
    def _balances(self) -> Mapping[int, ContactBalance]:
        return balances()

    def totals(self, found: QuerySet[Contact]) -> builtins.list[Total]:
        """What customers owe together, or what is owed to vendors."""
        ids = list(found.order_by().values_list("pk", flat=True))
        owed = sum(getattr(self._balances[pk], self.owed) for pk in ids if pk in self._balances)
        base = base_currency()
        return [{"currency": base, "count": len(ids), "total": to_text(owed, base), "open": to_text(owed, base)}]

    @extend_schema(responses=ContactSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return _answer(self._find(pk))

    @extend_schema(request=ContactWriteSerializer, responses={201: CreatedContactSerializer})
    def create(self, request: Request) -> Response:
        """Add a contact with its persons and addresses. `similar` names contacts that may be the same one."""
        fields = {**valid(ContactWriteSerializer(data=request.data)), **self.role}
        contact = find_contact(operations.create_contact(**fields).pk)
        similar = [{"id": other.pk, "name": other.name, "same": same} for other, same in similar_to(contact)]
        answer = CreatedContactSerializer(contact, context={"similar": similar})
        return tagged(Response(answer.data, status=201), contact)

    @extend_schema(request=ContactWriteSerializer(partial=True), responses=ContactSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a contact; `persons` and `addresses`, where given, are all there are from now on."""
        self._find(pk)  # an unknown id is 404, whatever the body
        changes = valid(ContactWriteSerializer(data=request.data, partial=True))
        return _answer(find_contact(operations.edit_contact(contact_id=int(pk), **changes).pk))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a contact that is on no document and no entry; else 409 `contact_in_use`."""
        self._find(pk)
        operations.delete_contact(contact_id=int(pk))
        return Response(status=204)

    @extend_schema(request=None, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        """Offer it for new documents again."""
        self._find(pk)
        return _answer(find_contact(operations.set_contact_active(contact_id=int(pk), is_active=True).pk))

    @extend_schema(request=None, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        """No new documents for it; what there is stays."""
        self._find(pk)
        return _answer(find_contact(operations.set_contact_active(contact_id=int(pk), is_active=False).pk))

    @extend_schema(request=MergeSerializer, responses=ContactSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Let this duplicate count as another contact from now on; answers with that one. It cannot be undone."""
        self._find(pk)
        into = valid(MergeSerializer(data=request.data))["into"]
        return _answer(find_contact(operations.merge_contacts(contact_id=int(pk), into=into).pk))

    @extend_schema(parameters=[DueQuerySerializer], responses=DueDateSerializer, filters=False)
    @action(detail=True, methods=["get"], url_path="due-date", pagination_class=None, query=(DueQuerySerializer,))
    def due_date(self, request: Request, pk: str) -> Response:
        """When a document of this date is due, by the contact's payment terms or the default ones."""
        contact = self._find(pk)
        date = valid(DueQuerySerializer(data=request.query_params))["date"]
        return Response(DueDateSerializer({"due_date": due_date(contact=contact, date=date)}).data)

    def _find(self, pk: str) -> Contact:
        return find_contact(int(pk), **self.role)


class CustomerViewSet(ContactViewSet):
    """The contacts that are customers; one that is added here is a customer."""

    role = {"is_customer": True}


class VendorViewSet(ContactViewSet):
    """The contacts that are vendors; one that is added here is a vendor."""

    role = {"is_vendor": True}
    owed = "payable"


class PaymentTermsViewSet(BooksViewSet):
    """When documents are due: a plain list, by days."""

    abilities = {
        "list": "payment_terms.view",
        "retrieve": "payment_terms.view",
        "create": "payment_terms.create",
        "partial_update": "payment_terms.edit",
        "destroy": "payment_terms.delete",
        "due_date": "payment_terms.view",
    }
    if_match = frozenset({"partial_update", "destroy"})
    queryset = PaymentTerms.objects.none()
    serializer_class = PaymentTermsSerializer
    pagination_class = None
    filter_backends = []
    lookup_value_regex = ID

    @extend_schema(responses=PaymentTermsSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(PaymentTermsSerializer(PaymentTerms.objects.all(), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return _terms(find_terms(int(pk)))

    @extend_schema(request=PaymentTermsWriteSerializer, responses={201: PaymentTermsSerializer})
    def create(self, request: Request) -> Response:
        """Add payment terms; with `is_default` they take the place of the default ones."""
        fields = valid(PaymentTermsWriteSerializer(data=request.data))
        return _terms(operations.create_terms(**fields), status=201)

    @extend_schema(request=PaymentTermsWriteSerializer(partial=True), responses=PaymentTermsSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change payment terms; documents keep the day they are due."""
        find_terms(int(pk))
        changes = valid(PaymentTermsWriteSerializer(data=request.data, partial=True))
        return _terms(operations.edit_terms(terms_id=int(pk), **changes))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete payment terms that no contact has; else 409 `payment_terms_in_use`."""
        operations.delete_terms(terms_id=int(pk))
        return Response(status=204)

    @extend_schema(parameters=[DueQuerySerializer], responses=DueDateSerializer, filters=False)
    @action(detail=True, methods=["get"], url_path="due-date", pagination_class=None, query=(DueQuerySerializer,))
    def due_date(self, request: Request, pk: str) -> Response:
        """When a document of this date is due by these terms."""
        terms = find_terms(int(pk))
        date = valid(DueQuerySerializer(data=request.query_params))["date"]
        return Response(DueDateSerializer({"due_date": due_by(terms, date)}).data)


def _answer(contact: Contact, *, status: int = 200) -> Response:
    return tagged(Response(ContactSerializer(contact).data, status=status), contact)


def _terms(terms: PaymentTerms, *, status: int = 200) -> Response:
    return tagged(Response(PaymentTermsSerializer(terms).data, status=status), terms)
