from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger_core.arithmetic.money import to_text
from ledger_core.base.serializers import AMOUNT_SCHEMA, BooksSerializer, IdField, QuantityField
from ledger_core.documents.models import DocumentLine
from ledger_core.documents.serializers import ReferenceSerializer
from ledger_core.documents.sources import cost_of


class PurchaseReferenceSerializer(BooksSerializer):
    """The purchase that a line is of."""

    id = IdField()
    kind = serializers.CharField()
    number = serializers.CharField()
    date = serializers.DateField()
    contact = ReferenceSerializer(allow_null=True)


class UnbilledExpenseSerializer(BooksSerializer):
    line = IdField(source="pk", help_text="What `source_line` of the line that bills it names")
    document = PurchaseReferenceSerializer()
    customer = ReferenceSerializer(source="billable_to")
    item = ReferenceSerializer(allow_null=True)
    description = serializers.CharField()
    quantity = QuantityField()
    unit = serializers.CharField()
    currency = serializers.CharField(source="document.currency")
    cost = serializers.SerializerMethodField(help_text="Without the tax that is recoverable")
    project_id = IdField(allow_null=True)

    @extend_schema_field(AMOUNT_SCHEMA)
    def get_cost(self, line: DocumentLine) -> str:
        return to_text(cost_of(line), line.document.currency)
