"""What a new organization begins with, and the demo."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from ledger_core import demo_books
from ledger_core.base.models import BooksSettings, Series
from ledger_core.books.models import JournalEntry, JournalLine, Watermark
from ledger_core.chart import template
from ledger_core.chart.models import Account, SystemRole
from ledger_core.chart.types import ROLES, TYPES
from ledger_core.contacts.models import PaymentTerms
from ledger_core.documents.kinds import KINDS
from ledger_core.items.models import Unit
from ledger_core.journals.models import ManualJournal
from ledger_core.payments.kinds import PAYMENT_KINDS
from ledger_core.periods.models import LockDate
from ledger_core.seed import seed_books
from ledger_core.taxes.models import TaxRate
from tenancy import aliases, context
from tenancy.db import atomic, connection
from tenancy.models import DatabaseServer, Organization
from tenancy.organizations.choices import INDUSTRIES
from tenancy.provisioning.servers import engine_of


def test_a_new_organizations_books_are_seeded(in_north: Any, north: Organization) -> None:
    row = BooksSettings.objects.get()
    assert (row.pk, row.organization_id, row.base_currency, row.chart) == (1, north.id, "USD", "general")
    series = {row[0]: row[1:] for row in Series.objects.values_list("kind", "prefix", "next_number", "padding")}
    assert (series.pop("journal_entry"), series.pop("manual_journal")) == (("", 1, 0), ("MJ-", 1, 5))
    assert series == {each.value: (each.prefix, 1, 5) for each in (*KINDS, *PAYMENT_KINDS)}
    assert (Unit.objects.count(), PaymentTerms.objects.get(is_default=True).name) == (12, "Net 30")
    assert (Account.objects.count(), SystemRole.objects.count()) == (83, 19)


def test_seeding_takes_nine_inserts(in_north: Any, north: Organization) -> None:
    with atomic():
        for model in (SystemRole, TaxRate, Account, Series, BooksSettings, LockDate, Watermark, Unit, PaymentTerms):
            if model is Account:
                Account.objects.update(parent=None)
            model._default_manager.all().delete()
        with CaptureQueriesContext(connection()) as captured:
            seed_books(north)
    assert [query["sql"][:11] for query in captured] == ["INSERT INTO"] * 9
    assert Account.objects.count() == 83


@pytest.mark.parametrize("name", template.names())
def test_every_chart_is_sound(name: str) -> None:
    chart = template.read(name)
    by_code = {row["code"]: row for row in chart["accounts"]}
    assert len(by_code) == len(chart["accounts"])
    assert sorted(role for row in chart["accounts"] for role in row.get("roles", ())) == sorted(
        role.value for role in ROLES
    )
    allowed = {role.value: role.types for role in ROLES}
    seen: set[str] = set()
    for row in chart["accounts"]:
        assert set(row) <= {"code", "name", "type", "parent", "description", "roles"}
        assert all(row["type"] in allowed[role] for role in row.get("roles", ()))
        if "parent" in row:
            assert row["parent"] in seen
            assert TYPES[by_code[row["parent"]]["type"]].root == TYPES[row["type"]].root
        seen.add(row["code"])


def test_there_is_a_chart_for_every_industry() -> None:
    assert {value for value, _ in INDUSTRIES} <= set(template.names())


@pytest.fixture
def demo(server: DatabaseServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command; the databases it made are dropped afterwards."""
    monkeypatch.delenv("LEDGER_DEMO_PASSWORD", raising=False)
    login_file = Path(settings.VAR) / "demo-login.txt"

    def run(*options: str) -> str:
        out = StringIO()
        call_command("create_demo", *options, stdout=out)
        return out.getvalue()

    yield run
    login_file.unlink(missing_ok=True)
    for organization in Organization.objects.filter(name=demo_books.NAME):
        aliases.forget(organization.id)
        engine_of(server).drop(organization.database.name, organization.database.user)


def facts() -> dict[str, Any]:
    organization = Organization.objects.get(name=demo_books.NAME)
    with context.enter(organization.tenant()):
        return {
            "users": get_user_model()._default_manager.count(),
            "journals": dict(_statuses()),
            "entries": JournalEntry.objects.count(),
            "lines": JournalLine.objects.count(),
            "newest": JournalEntry.objects.order_by("-number").values_list("number", flat=True).first(),
        }


def _statuses() -> list[tuple[str, int]]:
    statuses = ManualJournal.objects.values_list("status", flat=True)
    return [(status, list(statuses).count(status)) for status in ManualJournal.Status.values]


def test_the_demo_is_made_once(demo: Callable[..., str], client_of: Any) -> None:
    said = demo()
    login = [line for line in said.splitlines() if line.startswith("Log in as")]
    assert login[0].startswith("Log in as demo@ledger.example with password ")
    password = login[0].rsplit(" ", 1)[-1]
    first = facts()
    assert first["journals"] == {"draft": 2, "published": 243, "void": 1}
    assert (first["users"], first["entries"], first["newest"]) == (1, 245, 245)
    assert demo() == said
    assert facts() == first
    path = Path(settings.VAR) / "demo-login.txt"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert path.read_text() == f"demo@ledger.example {password}\n"
    answer = APIClient().post("/api/auth/login", {"email": "demo@ledger.example", "password": password})
    assert answer.json()["user"]["is_staff"] is False


def test_the_demo_answers_in_json_and_takes_a_password(
    demo: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    demo()
    monkeypatch.setenv("LEDGER_DEMO_PASSWORD", "a password of my own")
    answer = json.loads(demo("--json", "--staff"))
    assert answer["login"] == {"email": "demo@ledger.example", "password": "a password of my own"}
    assert answer["organization"]["name"] == "Harbour Lane Coffee Supply"
    assert (answer["journals"], answer["entries"]) == (246, 245)
    users = get_user_model()._default_manager
    assert users.get(email="demo@ledger.example").check_password("a password of my own")
    assert (users.get(email="staff@ledger.example").is_staff, users.count()) == (True, 2)


def test_the_demo_figures_are_the_same_every_time(demo: Callable[..., str]) -> None:
    demo()
    owner = get_user_model()._default_manager.get()
    login = {"email": owner.email, "password": (Path(settings.VAR) / "demo-login.txt").read_text().split()[1]}
    client = APIClient()
    organization = Organization.objects.get(name=demo_books.NAME)
    access = client.post("/api/auth/login", {**login, "organization": organization.id}).json()["access"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    body = client.get("/api/reports/trial-balance?date=2026-10-31").json()
    figures = {row["account"]["code"]: (row["debit"], row["credit"]) for row in body["rows"]}
    assert figures["1010"] == ("31363.60", "0.00")
    assert figures["4010"] == ("0.00", "301270.00")
    assert body["totals"] == {"debit": "427074.58", "credit": "427074.58"}


def test_the_demo_is_a_year_of_balanced_journals() -> None:
    journals = list(demo_books.journals())
    assert {(each.date.year, each.date.month) for each in journals} == {
        *((2025, month) for month in (11, 12)),
        *((2026, month) for month in range(1, 11)),
    }
    for each in journals:
        assert sum(cents for _, cents in each.debits) == sum(cents for _, cents in each.credits), each.memo
        assert all(cents > 0 for _, cents in each.debits + each.credits), each.memo
