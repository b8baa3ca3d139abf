"""What contacts owe, and what is owed to them, from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger_core.base.queries import today
from ledger_core.books.queries import movements
from ledger_core.chart.models import Account, SystemRole
from ledger_core.contacts.queries import survivors

# The accounts of each side: their type, and the role of the one where contacts' credits wait.
_RECEIVABLE = ("accounts_receivable", "customer_credits")
_PAYABLE = ("accounts_payable", "vendor_credits")


@dataclass(slots=True)
class ContactBalance:
    """In base currency, credits and advances taken off."""

    receivable: int = 0
    payable: int = 0


NOTHING = ContactBalance()


def balances() -> Mapping[int, ContactBalance]:
    """Of every contact that anything was booked on, at the end of today; merged ones count as who is left. Six
    queries, however many contacts there are."""
    receivable, payable = _accounts(*_RECEIVABLE), _accounts(*_PAYABLE)
    booked = movements(periods=[(None, today())], by=("account", "contact"), accounts=receivable | payable)
    into = survivors()
    found: dict[int, ContactBalance] = {}
    for (account, contact), (balance,) in booked.items():
        if contact is None:
            continue
        one: int = into.get(contact) or contact
        own = found.setdefault(one, ContactBalance())
        if account in receivable:
            own.receivable += balance.net
        else:
            own.payable -= balance.net
    return found


def _accounts(type_: str, role: str) -> set[int]:
    of_role = set(SystemRole.objects.filter(role=role).values_list("account_id", flat=True))
    return of_role | set(Account.objects.filter(type=type_).values_list("pk", flat=True))
