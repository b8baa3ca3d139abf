"""Checks of accounts that something else names: items, contacts, taxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ledger_core.chart.models import Account
from ledger_core.chart.types import TYPES
from tenancy.problems import FieldError

INCOME_TYPES = ("income", "other_income")
# What is bought may be kept: equipment, prepayments.
EXPENSE_TYPES = (
    "expense",
    "cost_of_goods_sold",
    "other_expense",
    "other_current_asset",
    "fixed_asset",
    "non_current_asset",
)
INVENTORY_TYPES = ("inventory",)
RECEIVABLE_TYPES = ("accounts_receivable",)
PAYABLE_TYPES = ("accounts_payable",)


def account_errors(
    chosen: Mapping[str, int | None], allowed: Mapping[str, Sequence[str]], *, at: str = ""
) -> Iterator[FieldError]:
    """What is wrong with accounts chosen by field name, each of which takes some types of account; one query."""
    ids = {name: account_id for name, account_id in chosen.items() if account_id is not None}
    accounts = Account.objects.in_bulk(set(ids.values())) if ids else {}
    for name, account_id in ids.items():
        account, pointer = accounts.get(account_id), f"{at}/{name}"
        if account is None:
            yield FieldError(pointer, "unknown_account", "There is no such account.")
        elif not account.is_active:
            yield FieldError(pointer, "inactive_account", f"Account {account} is inactive.")
        elif account.type not in allowed[name]:
            types = " or ".join(TYPES[each].label.lower() for each in allowed[name])
            yield FieldError(pointer, "wrong_type", f"Account {account} is of another type; this takes {types}.")
