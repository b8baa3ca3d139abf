"""Shortcuts for tests of the books, all inside North's context."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from ledger_core.books.models import JournalEntry
from ledger_core.books.operations import Line, Source, post
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact

JANUARY_9 = datetime.date(2026, 1, 9)


@pytest.fixture
def account(in_north: Any) -> Callable[[str], Account]:
    """`account("1010")`: the account with this code."""

    def find(code: str) -> Account:
        return Account.objects.get(code_key=code)

    return find


@pytest.fixture
def contact(in_north: Any) -> Callable[[int], Contact]:
    """`contact(7)`: the contact with this id, who is customer and vendor."""

    def find(pk: int) -> Contact:
        about = {"name": f"Contact {pk}", "is_customer": True, "is_vendor": True, "currency": "USD"}
        return Contact.objects.get_or_create(pk=pk, defaults=about)[0]

    return find


@pytest.fixture
def pay(account: Callable[[str], Account]) -> Callable[..., JournalEntry]:
    """`pay(1200)`: post rent of 12.00 from the bank on 9 January 2026."""

    def make(cents: int = 1200, *, date: datetime.date = JANUARY_9, debit: str = "6100", credit: str = "1010") -> Any:
        lines = [Line(account(debit).pk, debit=cents), Line(account(credit).pk, credit=cents)]
        return post(date=date, lines=lines, source=Source("test"), memo="Rent", actor=1)

    return make
