from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger_core.base.serializers import BooksSerializer, IdField
from ledger_core.chart.queries import Node
from ledger_core.chart.types import ACCOUNT_TYPES, BALANCE_SHEET, CREDIT, DEBIT, PROFIT_AND_LOSS, ROOT_LABELS

TYPE_CHOICES = [(each.value, each.label) for each in ACCOUNT_TYPES]
SIDE_CHOICES = [(DEBIT, "Debit"), (CREDIT, "Credit")]
STATEMENT_CHOICES = [(BALANCE_SHEET, "Balance sheet"), (PROFIT_AND_LOSS, "Profit and loss")]
ROOT_CHOICES = list(ROOT_LABELS.items())
CODE = r"^[A-Za-z0-9][A-Za-z0-9._/-]*\Z"


class AccountTypeSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not DRF's own label
    root = serializers.ChoiceField(ROOT_CHOICES)  # type: ignore[assignment]
    normal_side = serializers.ChoiceField(SIDE_CHOICES)
    statement = serializers.ChoiceField(STATEMENT_CHOICES)
    section = serializers.CharField()


class AccountSerializer(serializers.Serializer):
    """An account in its place in the tree (a Node)."""

    id = IdField(source="account.id")
    code = serializers.CharField(source="account.code")
    name = serializers.CharField(source="account.name")
    type = serializers.ChoiceField(TYPE_CHOICES, source="account.type")
    root = serializers.ChoiceField(ROOT_CHOICES, source="account.root")  # type: ignore[assignment]
    normal_side = serializers.ChoiceField(SIDE_CHOICES, source="account.normal_side")
    parent = IdField(source="account.parent_id", allow_null=True)  # type: ignore[assignment]
    description = serializers.CharField(source="account.description")
    currency = serializers.CharField(source="account.currency", allow_null=True)
    is_active = serializers.BooleanField(source="account.is_active")
    roles = serializers.ListField(child=serializers.CharField())
    has_entries = serializers.BooleanField()
    depth = serializers.IntegerField()
    path = serializers.SerializerMethodField(help_text="Names from the top of the tree to the account")

    def get_path(self, node: Node) -> str:
        return " / ".join(node.path)


class AccountWriteSerializer(BooksSerializer):
    code = serializers.RegexField(
        CODE,
        max_length=20,
        error_messages={"invalid": "A code has letters A-Z, digits, and . _ / - after the first character."},
    )
    name = serializers.CharField(max_length=120)
    type = serializers.ChoiceField(TYPE_CHOICES)
    parent = IdField(source="parent_id", required=False, allow_null=True)  # type: ignore[assignment]
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    currency = serializers.CharField(max_length=3, required=False, allow_null=True, allow_blank=True)
    is_active = serializers.BooleanField(required=False)

    def validate_currency(self, value: str | None) -> str | None:
        return value.upper() if value else None


def shown(node: Node | None) -> dict[str, Any]:
    """An account as the API answers with it."""
    assert node is not None
    return dict(AccountSerializer(node).data)
