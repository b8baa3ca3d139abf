"""Trade by several at the same moment: nobody is refused wrongly, nothing is there twice, no number is missing."""

from __future__ import annotations

import datetime
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from ledger_core.base.models import Series
from ledger_core.base.queries import today
from ledger_core.books.models import JournalEntry
from ledger_core.documents.models import Document
from ledger_core.documents.operations import edit_document, issue_document, void_document
from ledger_core.payments.models import Allocation, Payment
from ledger_core.recurring import operations as recurring
from ledger_core.recurring.kinds import KINDS_BY_VALUE
from ledger_core.recurring.models import RecurringRun, RecurringTemplate
from ledger_core.verification.verify import verify
from tenancy import aliases, context
from tenancy.context import Tenant
from tenancy.models import Organization
from tests.ledger_core.dealing import account, contact, document, opened, pay, settle, tax
from tests.ledger_core.papers import paper
from tests.ledger_core.test_races import ROUNDS, at_once
from tests.settings import ENGINE

# Requests and sweeps of several threads need the system database as others see it, and more than one writer.
committed = pytest.mark.django_db(transaction=True)
on_a_server = pytest.mark.skipif(ENGINE != "mysql", reason="SQLite has one writer at a time")
CLIENTS, INVOICES = 8, 5


def test_a_draft_is_issued_and_voided(in_north: Tenant) -> None:
    for _ in range(ROUNDS):
        draft = paper("invoice", issue=False)
        about = {"kind": "invoice", "document_id": draft.pk, "actor": 1}
        results = at_once(in_north, partial(issue_document, **about), partial(void_document, **about))
        assert results in (["done", "done"], ["done", "not_issued"])
        status = "void" if results[1] == "done" else "issued"
        assert Document.objects.get(pk=draft.pk).status == status
        entries = JournalEntry.objects.filter(source_kind="invoice", source_id=draft.pk)
        assert entries.count() == (2 if status == "void" else 1)
    assert verify() == []


def test_an_invoice_is_voided_or_changed_and_its_entries_are_one_story(in_north: Tenant) -> None:
    for _ in range(ROUNDS):
        invoice = paper("invoice")
        about = {"kind": "invoice", "document_id": invoice.pk, "actor": 1}
        acts = [partial(void_document, **about), partial(void_document, **about)]
        acts += [partial(edit_document, **about, adjustment=-100 * each) for each in (3, 4)]
        results = at_once(in_north, *acts)
        assert sorted(results[:2]) == ["already_void", "done"]
        assert set(results[2:]) <= {"done", "wrong_status"}
        entries = JournalEntry.objects.filter(source_kind="invoice", source_id=invoice.pk)
        # issued and voided; and for each change that came before the void, taken back and posted again
        assert entries.count() == 2 + 2 * results[2:].count("done")
    assert verify() == []


def test_eight_payments_of_one_invoice_are_never_more_than_it(in_north: Tenant) -> None:
    who = contact()
    for _ in range(ROUNDS):
        invoice = document("invoice", who, "100.00")
        acts = [partial(pay, "payment_received", who, "30.00", settle(invoice, "30.00")) for _ in range(8)]
        assert sorted(at_once(in_north, *acts)) == ["done"] * 3 + ["over_allocated"] * 5
        assert opened(invoice) == ("10.00", "10.00")
    assert Allocation.objects.count() == Payment.objects.count() == 3 * ROUNDS
    assert verify() == []


@on_a_server
@committed
def test_workers_at_one_recurring_invoice_issue_each_date_once(
    north: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four workers run the same sweep; three dates are due, and each takes its time."""
    write_it = recurring._write

    def slowly(*args: Any, **how: Any) -> Any:
        time.sleep(0.2)
        return write_it(*args, **how)

    monkeypatch.setattr(recurring, "_write", slowly)
    with context.enter(north.tenant()):
        line = {"account": account("4000").pk, "unit_price": "12.50", "tax_ids": [tax("V20", "20").pk]}
        recurring.create_template(
            kind=KINDS_BY_VALUE["invoice"],
            content={"contact": contact("Acme").pk, "lines": [line]},
            actor=1,
            name="Hosting",
            frequency="weekly",
            start=today() - datetime.timedelta(weeks=2),
        )
        aliases.release()
    made: list[int] = []

    def sweep() -> None:
        with context.enter(north.tenant()):
            made.append(recurring.run_due()["made"])

    _together([sweep] * 4)
    assert len(made) == 4  # none of them died of another one
    assert sum(made) == 3
    with context.enter(north.tenant()):
        invoices = Document.objects.order_by("serial")
        assert [(each.number, each.status, each.total) for each in invoices] == [
            (f"INV-{serial:05d}", "issued", 1500) for serial in (1, 2, 3)
        ]
        assert len({each.date for each in invoices}) == 3
        assert RecurringRun.objects.count() == JournalEntry.objects.count() == 3
        assert RecurringTemplate.objects.get().state == "active"
        assert verify() == []


@on_a_server
@committed
def test_eight_clients_issue_and_are_paid(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> None:
    """Every answer is a success, every acknowledged invoice and payment is there, numbers have no gap."""
    with context.enter(north.tenant()):
        rate, income, bank = tax("V20", "20").pk, account("4000").pk, account("1010").pk
        who = [contact(f"Customer {number}").pk for number in range(2)]
        aliases.release()
    invoices: dict[str, str] = {}
    payments: dict[str, str] = {}

    def run(number: int, client: APIClient) -> None:
        for turn in range(INVOICES):
            lines = [{"account": income, "unit_price": f"{number}.{turn}5", "tax_ids": [rate]}] * 5
            body = {"contact": who[turn % 2], "date": "2026-03-15", "lines": lines, "issue": True}
            invoice = _sent(client, "/api/invoices", body)
            invoices[invoice["id"]] = invoice["number"]
            if invoice["total"] != "0.00":
                paid = {"document": invoice["id"], "amount": invoice["total"]}
                body = {"contact": who[turn % 2], "date": "2026-03-16", "account": bank, "amount": invoice["total"]}
                payment = _sent(client, "/api/payments-received", {**body, "allocations": [paid]})
                payments[payment["id"]] = payment["number"]

    clients = [client_of(alice, north) for _ in range(CLIENTS)]
    _together([partial(run, number, client) for number, client in enumerate(clients)])
    with context.enter(north.tenant()):
        stored = {str(each.pk): each.number for each in Document.objects.all()}
        assert stored == invoices
        assert sorted(stored.values()) == [f"INV-{serial:05d}" for serial in range(1, CLIENTS * INVOICES + 1)]
        assert Series.objects.get(kind="invoice").next_number == CLIENTS * INVOICES + 1
        assert {str(each.pk): each.number for each in Payment.objects.all()} == payments
        serials = Payment.objects.order_by("serial").values_list("serial", flat=True)
        assert list(serials) == list(range(1, len(payments) + 1))
        assert all(each.open_amount == 0 for each in Document.objects.all())
        assert verify() == []


def _sent(client: APIClient, path: str, body: dict[str, Any]) -> Any:
    answer = client.post(path, body, HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()))
    assert answer.status_code == 201, answer.content
    return answer.json()


def _together(acts: list[Callable[[], None]]) -> None:
    """Run acts that raise nothing in threads that start together."""
    barrier = threading.Barrier(len(acts))
    problems: list[str] = []

    def run(act: Callable[[], None]) -> None:
        try:
            barrier.wait(timeout=20)
            act()
        except BaseException as error:
            problems.append(repr(error))
        finally:
            aliases.release_all()
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert problems == []
