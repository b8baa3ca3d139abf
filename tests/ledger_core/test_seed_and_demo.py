"""What a new organization begins with, and the demo."""

from __future__ import annotations

import datetime
import json
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
from ledger_core.documents.models import Document
from ledger_core.documents.queries import documents, use_of
from ledger_core.documents.states import state_of
from ledger_core.exchange.names import hledger_names
from ledger_core.items.models import Unit
from ledger_core.journals.models import ManualJournal
from ledger_core.payments.kinds import PAYMENT_KINDS
from ledger_core.payments.models import Payment
from ledger_core.payments.open_items import open_items
from ledger_core.periods.models import LockDate
from ledger_core.recurring.models import RecurringTemplate
from ledger_core.seed import seed_books
from ledger_core.taxes.models import TaxRate, TaxReturn
from ledger_core.taxes.returns import shown_figures
from ledger_core.verification.verify import verify
from tenancy import aliases, context
from tenancy.db import atomic, connection
from tenancy.models import DatabaseServer, Organization
from tenancy.organizations.choices import INDUSTRIES
from tenancy.provisioning.servers import engine_of
from tests.ledger_core.test_export import by_hledger, chart, in_our_books, written


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
    assert first["journals"] == {"draft": 2, "published": 79, "void": 1}
    assert (first["users"], first["entries"], first["newest"]) == (1, 365, 365)
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
    assert (answer["journals"], answer["entries"]) == (82, 365)
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
    # By hand: twelve rents, salaries before and after the raise, four drawings, the card of the last month, the
    # invoice that was written off (25 kg at 16.50 untaxed, a filter set at 118.00), the balance on what was overpaid.
    assert figures["6100"] == ("22200.00", "0.00")
    assert figures["6000"] == (f"{5 * 3950 + 7 * 4120}.00", "0.00")
    assert figures["3100"] == ("12000.00", "0.00")
    assert figures["2100"] == ("0.00", "486.50")
    assert figures["6610"] == ("530.50", "0.00")
    assert figures["2310"] == ("0.00", "84.80")
    # What euros were worth when they were invoiced or billed, and when the bank changed them.
    sold = 698603 - 704211 + (595028 + 1303 - 597566) + 718525 - 716762
    bought = 1038978 - (1031327 - 1568) + 528626 - 530978
    assert figures["8100"] == shown(-(sold + bought))
    assert figures["1010"] == ("56094.11", "0.00")
    assert figures["4010"] == ("0.00", "223567.83")


def shown(net: int) -> tuple[str, str]:
    """Pence that are positive for debits, as the trial balance shows them."""
    return (f"{net / 100:.2f}", "0.00") if net >= 0 else ("0.00", f"{-net / 100:.2f}")


@pytest.fixture
def demo_organization(demo: Callable[..., str]) -> Iterator[Organization]:
    """In the demo's context."""
    demo()
    organization = Organization.objects.get(name=demo_books.NAME)
    with context.enter(organization.tenant()):
        yield organization


def test_the_demo_can_be_proven(demo_organization: Organization, tmp_path: Path) -> None:
    assert verify() == []
    journal = written("hledger", tmp_path)
    date = datetime.date(2026, 10, 31)
    by_commodity, in_base = in_our_books(hledger_names(chart()), date, base="GBP")
    assert by_hledger(journal, date) == by_commodity
    assert by_hledger(journal, date, "-B") == in_base


def test_the_demo_shows_every_state_of_trade(demo_organization: Organization) -> None:
    listed = [document for kind in KINDS for document in documents(kind.value)]
    states: dict[str, set[str]] = {}
    for document in listed:
        states.setdefault(document.kind, set()).add(state_of(document, datetime.date(2026, 11, 5), use_of(document)))
    assert states == {
        "estimate": {"converted", "declined", "expired"},
        "invoice": {"draft", "issued", "partly_paid", "paid", "overdue", "void", "written_off"},
        "sales_receipt": {"issued"},
        "credit_note": {"applied"},
        "purchase_order": {"billed", "partly_billed"},
        "bill": {"draft", "open", "paid", "overdue"},
        "vendor_credit": {"applied"},
        "expense": {"published"},
    }
    owing = open_items(side="sales", date=datetime.date(2026, 10, 31))
    assert sum(item.open_base for item in owing) == sum(document.open_base for document in unpaid(listed)) - 8480
    kinds = Counter(Payment.objects.values_list("kind", flat=True))
    assert kinds["customer_refund"] == 1
    assert kinds["payment_received"] > 50
    assert kinds["bill_payment"] > 40
    assert list(TaxReturn.objects.order_by("date_from").values_list("status", flat=True)) == ["paid"] * 3 + ["draft"]
    templates = RecurringTemplate.objects.order_by("kind").values_list("kind", "state", "next_date")
    assert list(templates) == [(kind, "active", datetime.date(2026, 11, 1)) for kind in ("bill", "invoice")]


def unpaid(documents: Sequence[Document]) -> list[Document]:
    return [each for each in documents if each.kind == "invoice" and each.status == "issued"]


def test_the_first_return_of_the_demo(demo_organization: Organization) -> None:
    """The machines from Italy, 11,820.00 EUR at 0.8790, are taxed by us, and that tax is claimed back."""
    first = TaxReturn.objects.order_by("date_from").first()
    assert first is not None
    assert (str(first.date_from), str(first.date_to)) == ("2025-11-01", "2026-01-31")
    reverse = next(row.figures for row in shown_figures(first).rows if row.rate.code == "RC20")
    assert (reverse.purchases_taxable, reverse.self_assessed, reverse.recoverable) == (1038978, 207796, 207796)
    assert reverse.owed == 0


def test_the_demo_is_a_year_of_balanced_journals() -> None:
    events = demo_books.events()
    assert {(each.date.year, each.date.month) for each in events} == {
        *((2025, month) for month in (11, 12)),
        *((2026, month) for month in range(1, 11)),
    }
    for each in events:
        if isinstance(each, demo_books.Journal) and each.publish:
            assert sum(pence for _, pence in each.debits) == sum(pence for _, pence in each.credits), each.memo
            assert all(pence > 0 for _, pence in each.debits + each.credits), each.memo
