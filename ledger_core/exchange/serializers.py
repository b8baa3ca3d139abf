from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.exchange import effective_rate
from ledger_core.arithmetic.money import MOST_RATE, ONE, NotAnAmount, convert, rate_text, to_minor, to_rate, to_text
from ledger_core.base.queries import base_currency
from ledger_core.base.serializers import AmountField, BooksDateField, BooksSerializer, FieldErrorSerializer, IdField
from ledger_core.books.operations import Line
from ledger_core.books.rehearsal import RehearsalSerializer
from ledger_core.books.serializers import AccountReferenceSerializer
from ledger_core.exchange.accounts import CREATED, MATCHED, UNKNOWN
from ledger_core.exchange.formats import FORMATS
from ledger_core.exchange.numerals import COMMA, POINT

MOST_ENTRIES, MOST_LINES = 5_000, 1_000
ALL, EACH = "all", "each"
MODES = [(ALL, "All or nothing"), (EACH, "Each entry by itself")]
POSTED, EXISTING, REFUSED = "posted", "existing", "refused"
STATUSES = [(POSTED, "Posted"), (EXISTING, "Posted earlier under this external_id"), (REFUSED, "Refused")]
ACTIONS = [(MATCHED, "An account of the chart"), (CREATED, "A new account"), (UNKNOWN, "No account")]
XLSX = "xlsx"
IMPORT_FORMATS = [
    ("hledger", "hledger journal"),
    ("beancount", "Beancount"),
    ("csv", "CSV table"),
    (XLSX, "XLSX workbook"),
]
MARKS = [(POINT, "1,234.50"), (COMMA, "1.234,50")]
MOST_CHARACTERS = 20 * 1024 * 1024
DIMENSIONS = ("contact_id", "item_id", "tax_rate_id", "branch_id", "project_id")


@extend_schema_field({"type": "string", "format": "decimal", "example": "1000.00"})
class NumberField(serializers.Field):
    """A decimal number that is made exact later, when its currency is known."""

    def to_internal_value(self, data: Any) -> Decimal | int | str:
        if isinstance(data, bool) or not isinstance(data, Decimal | int | str):
            raise serializers.ValidationError("This is a decimal number such as 1234.50.", code="not_an_amount")
        return data

    def to_representation(self, value: Any) -> str:
        return str(value)


class BulkLineSerializer(BooksSerializer):
    """A debit or a credit in base currency; for a line in another currency also what it is in that one."""

    account = IdField()
    description = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    debit = AmountField(required=False, allow_null=True)
    credit = AmountField(required=False, allow_null=True)
    currency = serializers.CharField(max_length=3, required=False, allow_null=True, help_text="Default: the base one")
    currency_amount = NumberField(required=False, allow_null=True, help_text="The debit or credit in `currency`")
    rate = NumberField(
        required=False,
        allow_null=True,
        help_text="Base units for one unit of `currency`, as the amounts say to a minor unit; default: what they say",
    )
    contact = IdField(required=False, allow_null=True, source="contact_id")
    item = IdField(required=False, allow_null=True, source="item_id")
    tax_rate = IdField(required=False, allow_null=True, source="tax_rate_id")
    branch = IdField(required=False, allow_null=True, source="branch_id")
    project = IdField(required=False, allow_null=True, source="project_id")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        debit, credit = attrs.get("debit") or 0, attrs.get("credit") or 0
        if debit and credit:
            raise _wrong("credit", "both_sides", "A line is a debit or a credit, not both.")
        if not debit and not credit:
            raise _wrong("debit", "no_amount", "A line needs a debit or a credit.")
        return {**attrs, "debit": debit, "credit": credit, **_in_currency(attrs, debit or credit, bool(debit))}


def _wrong(field: str, code: str, message: str) -> serializers.ValidationError:
    return serializers.ValidationError({field: [serializers.ErrorDetail(message, code)]})


def _in_currency(attrs: dict[str, Any], base_amount: int, is_debit: bool) -> dict[str, Any]:
    """The line's own currency, amount and rate, as the ledger takes them."""
    currency, amount, rate = attrs.get("currency"), attrs.get("currency_amount"), attrs.get("rate")
    if currency is None or currency == base_currency():
        if amount is not None or rate is not None:
            raise _wrong("currency", "required", "Name the currency of `currency_amount` and `rate`.")
        return {"currency": None}
    if currency not in CURRENCIES:
        raise _wrong("currency", "unknown_currency", f"{currency} is no active ISO 4217 currency.")
    if amount is None:
        raise _wrong("currency_amount", "required", f"Say how much the line is in {currency}.")
    minor = _exact("currency_amount", lambda: to_minor(amount, currency))
    if minor <= 0:
        raise _wrong(
            "currency_amount", "no_amount", "This is greater than zero; the side is that of the debit or credit."
        )
    implied = effective_rate(minor, base_amount, currency=currency, base=base_currency())
    if implied > MOST_RATE:
        raise _wrong("currency_amount", "too_small", "This is far too little for the debit or credit.")
    scaled = (
        implied if rate is None else _exact("rate", lambda: to_rate(rate if isinstance(rate, Decimal) else str(rate)))
    )
    if scaled != implied:
        _check_rate(minor, base_amount, rate=scaled, currency=currency)
    sides = (
        {"currency_debit": minor, "currency_credit": 0} if is_debit else {"currency_debit": 0, "currency_credit": minor}
    )
    return {"currency": currency, "rate": scaled, **sides}


def _check_rate(amount: int, base_amount: int, *, rate: int, currency: str) -> None:
    """One minor unit off is right: the lines of a document share its total, and each share is rounded."""
    base = base_currency()
    converted = convert(amount, rate=rate, source=currency, target=base)
    if abs(converted - base_amount) > 1:
        detail = (
            f"{to_text(amount, currency)} {currency} at {rate_text(rate)} is {to_text(converted, base)} {base}, and not"
            f" {to_text(base_amount, base)} {base}. Leave the rate out, and it is what the amounts say."
        )
        raise _wrong("rate", "rate_mismatch", detail)


def _exact(field: str, read: Any) -> int:
    try:
        return int(read())
    except NotAnAmount as error:
        raise _wrong(field, error.code, str(error)) from error


class BulkEntrySerializer(BooksSerializer):
    external_id = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default="", help_text="Your name for it: it is posted once"
    )
    date = BooksDateField()
    memo = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    reference = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    lines = BulkLineSerializer(many=True, max_length=MOST_LINES)  # type: ignore[call-arg]  # of the list


class BulkEntriesSerializer(BooksSerializer):
    mode = serializers.ChoiceField(MODES, required=False, default=ALL)
    entries = BulkEntrySerializer(many=True, max_length=MOST_ENTRIES)  # type: ignore[call-arg]  # of the list


class BulkShapeSerializer(BooksSerializer):
    """The body without a look into the entries: in mode `each` every one of them is judged by itself."""

    mode = serializers.ChoiceField(MODES, required=False, default=ALL)
    entries = serializers.ListField(
        child=serializers.JSONField(allow_null=True), max_length=MOST_ENTRIES, allow_empty=False
    )


class ImportSerializer(BooksSerializer):
    """Exactly one of `content` (text formats) and `content_base64` (XLSX)."""

    format = serializers.ChoiceField(IMPORT_FORMATS)
    content = serializers.CharField(required=False, trim_whitespace=False, max_length=MOST_CHARACTERS)
    content_base64 = serializers.CharField(required=False, max_length=MOST_CHARACTERS)
    accounts = serializers.DictField(
        child=serializers.CharField(max_length=20),
        required=False,
        default=dict,
        help_text="Name in the file -> code of the account that is meant",
    )
    create_accounts = serializers.BooleanField(required=False, default=True)
    allow_duplicates = serializers.BooleanField(
        required=False, default=False, help_text="Post entries that were imported before once more"
    )
    decimal_mark = serializers.ChoiceField(
        MARKS, required=False, default="", help_text="Of the amounts; without it `1,234` is refused: it may be two"
    )
    columns = serializers.DictField(
        child=serializers.CharField(max_length=200),
        required=False,
        default=dict,
        help_text="For tables: our name of a column -> its heading in the file",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wanted = "content_base64" if attrs["format"] == XLSX else "content"
        if wanted not in attrs:
            raise _wrong(wanted, "required", f"A file in this format comes as `{wanted}`.")
        if attrs["format"] == XLSX:
            try:
                attrs["bytes"] = base64.b64decode(attrs["content_base64"], validate=True)
            except ValueError as error:
                raise _wrong("content_base64", "not_base64", "This is no base64.") from error
        return attrs


class ImportAccountSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="As the file has it")
    outcome = serializers.ChoiceField(ACTIONS, source="action")
    account = AccountReferenceSerializer(allow_null=True)


class ImportErrorSerializer(serializers.Serializer):
    line = serializers.IntegerField(help_text="Of the file, from 1; 0 is the file as a whole")
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportReportSerializer(serializers.Serializer):
    """What was done; of a dry run, what would be."""

    entries_in_file = serializers.IntegerField(source="entries")
    duplicates = serializers.IntegerField(help_text="Entries of the file that were imported before")
    accounts = ImportAccountSerializer(many=True)
    errors = ImportErrorSerializer(many=True)  # type: ignore[assignment]  # a field of this name, not DRF's errors
    first_number = serializers.CharField(allow_null=True)
    last_number = serializers.CharField(allow_null=True)


class ExportQuerySerializer(serializers.Serializer):
    format = serializers.ChoiceField([(each.value, each.label) for each in FORMATS])


class PostedEntrySerializer(serializers.Serializer):
    id = IdField()
    number = serializers.CharField()


class BulkResultSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    external_id = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    differs = serializers.BooleanField(help_text="Whether what was sent is not what the existing entry says")
    entry = PostedEntrySerializer(allow_null=True)
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]  # a field of this name, not DRF's errors


class BulkAnswerSerializer(serializers.Serializer):
    posted = serializers.IntegerField()
    existing = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkResultSerializer(many=True)


class BulkRehearsalSerializer(RehearsalSerializer):
    posted = serializers.IntegerField()
    existing = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkResultSerializer(many=True)


def line_of(each: dict[str, Any]) -> Line:
    """A validated line as the ledger takes it."""
    return Line(
        account_id=each["account"],
        debit=each["debit"],
        credit=each["credit"],
        description=each["description"],
        currency=each["currency"],
        currency_debit=each.get("currency_debit", 0),
        currency_credit=each.get("currency_credit", 0),
        rate=each.get("rate") or ONE,
        **{name: each.get(name) for name in DIMENSIONS},
    )
