from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.base.serializers import AmountField, BooksDateField, BooksSerializer, IdField
from ledger_core.contacts.balances import NOTHING, ContactBalance
from ledger_core.contacts.models import Contact
from ledger_core.contacts.queries import REFUSE, WARN
from ledger_core.contacts.tax_numbers import check_tax_number
from ledger_core.currencies.serializers import CurrencyCodeField
from tenancy.names import KEY_NAME, NAME

MOST_PARTS = 200  # persons, or addresses, of one contact
MOST_DAYS = 3650
OVER_LIMIT = [(WARN, "Warn"), (REFUSE, "Refuse")]
ADDRESS_KINDS = [("billing", "Billing"), ("shipping", "Shipping"), ("other", "Other")]
TRAITS = ["name", "email", "tax_number", "number"]


class PaymentTermsSerializer(BooksSerializer):
    id = IdField()
    name = serializers.CharField()
    days = serializers.IntegerField()
    from_end_of_month = serializers.BooleanField(help_text="The days count from the last day of the document's month")
    is_default = serializers.BooleanField(help_text="For contacts without terms of their own")
    updated_at = serializers.DateTimeField()


class PaymentTermsWriteSerializer(BooksSerializer):
    name = serializers.CharField(max_length=120, validators=KEY_NAME)
    days = serializers.IntegerField(min_value=0, max_value=MOST_DAYS)
    from_end_of_month = serializers.BooleanField(required=False)
    is_default = serializers.BooleanField(required=False)


class DueQuerySerializer(serializers.Serializer):
    date = BooksDateField()


class DueDateSerializer(BooksSerializer):
    due_date = serializers.DateField()


class ContactPersonSerializer(BooksSerializer):
    id = IdField()
    name = serializers.CharField()
    role = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    is_primary = serializers.BooleanField()


class ContactAddressSerializer(BooksSerializer):
    id = IdField()
    kind = serializers.ChoiceField(ADDRESS_KINDS)
    attention = serializers.CharField()
    street = serializers.CharField()
    postal_code = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    country = serializers.CharField()
    is_default = serializers.BooleanField()


class ContactSummarySerializer(BooksSerializer):
    """A contact in a list."""

    id = IdField()
    name = serializers.CharField()
    is_customer = serializers.BooleanField()
    is_vendor = serializers.BooleanField()
    is_company = serializers.BooleanField()
    company_name = serializers.CharField()
    number = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    tax_number = serializers.CharField()
    currency = serializers.CharField()
    is_active = serializers.BooleanField()
    merged_into = IdField(source="merged_into_id", allow_null=True, help_text="The contact that it counts as now")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ContactRowSerializer(ContactSummarySerializer):
    """A contact in a list that was asked for with `balances=true`; else both are null."""

    receivable = serializers.SerializerMethodField(help_text="What it owes, in base currency, less its credits")
    payable = serializers.SerializerMethodField(help_text="What is owed to it, in base currency, less advances")

    @extend_schema_field(AmountField(allow_null=True))
    def get_receivable(self, contact: Contact) -> str | None:
        return self._amount(contact, "receivable")

    @extend_schema_field(AmountField(allow_null=True))
    def get_payable(self, contact: Contact) -> str | None:
        return self._amount(contact, "payable")

    def _amount(self, contact: Contact, name: str) -> str | None:
        known: Mapping[int, ContactBalance] | None = self.context.get("balances")
        if known is None:
            return None
        return AmountField().to_representation(getattr(known.get(contact.pk, NOTHING), name))


class BalancesQuerySerializer(serializers.Serializer):
    balances = serializers.BooleanField(
        required=False, default=False, help_text="Also what each contact owes and is owed, and the totals of the list"
    )


class ContactSerializer(ContactSummarySerializer):
    """A contact with everything that documents take from it. Accounts, taxes and terms that are null are those of the
    books."""

    website = serializers.CharField()
    language = serializers.CharField()
    payment_terms = IdField(source="payment_terms_id", allow_null=True)
    price_list = IdField(source="price_list_id", allow_null=True)
    sales_tax = IdField(source="sales_tax_id", allow_null=True)
    purchase_tax = IdField(source="purchase_tax_id", allow_null=True)
    receivable_account = IdField(source="receivable_account_id", allow_null=True)
    payable_account = IdField(source="payable_account_id", allow_null=True)
    income_account = IdField(source="income_account_id", allow_null=True)
    expense_account = IdField(source="expense_account_id", allow_null=True)
    credit_limit = AmountField(allow_null=True, help_text="In base currency; null: none")
    over_limit = serializers.ChoiceField(OVER_LIMIT, help_text="What happens to an invoice beyond the limit")
    notes = serializers.CharField()
    persons = ContactPersonSerializer(many=True, source="persons.all")
    addresses = ContactAddressSerializer(many=True, source="addresses.all")


class SimilarContactSerializer(BooksSerializer):
    id = IdField()
    name = serializers.CharField()
    same = serializers.ListField(child=serializers.ChoiceField(TRAITS), help_text="What both have")


class CreatedContactSerializer(ContactSerializer):
    similar = serializers.SerializerMethodField(help_text="Contacts that may be the same one: a warning, nothing more")

    def get_similar(self, contact: Contact) -> list[dict[str, Any]]:
        return list(SimilarContactSerializer(self.context["similar"], many=True).data)


class ContactPersonWriteSerializer(BooksSerializer):
    id = IdField(required=False, help_text="Of a person the contact has: it stays the same one")
    name = serializers.CharField(max_length=200, validators=NAME)
    role = serializers.CharField(max_length=120, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=60, required=False, allow_blank=True)
    is_primary = serializers.BooleanField(required=False)


class ContactAddressWriteSerializer(BooksSerializer):
    id = IdField(required=False, help_text="Of an address the contact has: it stays the same one")
    kind = serializers.ChoiceField(ADDRESS_KINDS)
    attention = serializers.CharField(max_length=200, required=False, allow_blank=True)
    street = serializers.CharField(max_length=300, required=False, allow_blank=True)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    city = serializers.CharField(max_length=120, required=False, allow_blank=True)
    region = serializers.CharField(max_length=120, required=False, allow_blank=True)
    country = serializers.RegexField(
        r"^[A-Z]{2}\Z",
        required=False,
        allow_blank=True,
        help_text="ISO 3166-1",
        error_messages={"invalid": "A country is written with its two capital letters (ISO 3166-1)."},
    )
    is_default = serializers.BooleanField(required=False, help_text="Of its kind")


class ContactWriteSerializer(BooksSerializer):
    name = serializers.CharField(max_length=200, validators=NAME)
    is_customer = serializers.BooleanField(required=False)
    is_vendor = serializers.BooleanField(required=False)
    is_company = serializers.BooleanField(required=False)
    company_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    number = serializers.CharField(max_length=40, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=60, required=False, allow_blank=True)
    website = serializers.URLField(max_length=200, required=False, allow_blank=True)
    tax_number = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        validators=[check_tax_number],
        help_text="VAT numbers of EU countries (DE136695976) are checked",
    )
    language = serializers.RegexField(
        r"^[a-z]{2,3}(-[A-Za-z0-9]{2,6})?\Z",
        required=False,
        allow_blank=True,
        help_text="Of documents: de, pt-BR",
        error_messages={"invalid": "A language is written like de or pt-BR."},
    )
    currency = CurrencyCodeField(required=False, help_text="Of new documents; default: the base currency")
    payment_terms = IdField(source="payment_terms_id", required=False, allow_null=True)
    price_list = IdField(source="price_list_id", required=False, allow_null=True)
    sales_tax = IdField(source="sales_tax_id", required=False, allow_null=True)
    purchase_tax = IdField(source="purchase_tax_id", required=False, allow_null=True)
    receivable_account = IdField(source="receivable_account_id", required=False, allow_null=True)
    payable_account = IdField(source="payable_account_id", required=False, allow_null=True)
    income_account = IdField(source="income_account_id", required=False, allow_null=True)
    expense_account = IdField(source="expense_account_id", required=False, allow_null=True)
    credit_limit = AmountField(required=False, allow_null=True, help_text="In base currency")
    over_limit = serializers.ChoiceField(OVER_LIMIT, required=False)
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    persons = ContactPersonWriteSerializer(  # type: ignore[call-arg]  # of the list
        many=True, required=False, max_length=MOST_PARTS, help_text="All of them: others are removed"
    )
    addresses = ContactAddressWriteSerializer(  # type: ignore[call-arg]
        many=True, required=False, max_length=MOST_PARTS, help_text="All of them: others are removed"
    )


class MergeSerializer(BooksSerializer):
    into = IdField(help_text="The contact that stays")
