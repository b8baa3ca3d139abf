"""Lines that name contacts: of manual journals, opening balances and bulk entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from ledger_core.books.models import JournalEntry, JournalLine
from ledger_core.chart.models import Account
from ledger_core.contacts import operations
from ledger_core.contacts.models import Contact
from ledger_core.contacts.operations import ContactInUse
from ledger_core.journals.models import ManualJournal
from ledger_core.opening.models import OpeningBalances
from tenancy.models import Organization

Find = Callable[[str], Account]
Known = Callable[[int], Contact]


@pytest.fixture
def client(client_of: Callable[..., APIClient], alice: Any, north: Organization, in_north: Any) -> APIClient:
    return client_of(alice, north)


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def journal(account: Find, contact: Any, *, code: str = "1100", **other: Any) -> dict[str, Any]:
    lines = [
        {"account": account(code).pk, "debit": "12.50", "contact_id": contact},
        {"account": account("4010").pk, "credit": "12.50"},
    ]
    return {"date": "2026-01-09", "lines": lines, **other}


def test_a_journal_names_contacts_there_are(client: APIClient, account: Find, contact: Known) -> None:
    bob, copy, idle = contact(7), contact(8), contact(9)
    operations.merge_contacts(contact_id=copy.pk, into=bob.pk)
    operations.set_contact_active(contact_id=idle.pk, is_active=False)
    for pk, code in ((999_999, "unknown_contact"), (copy.pk, "merged_contact"), (idle.pk, "inactive_contact")):
        answer = client.post("/api/manual-journals", journal(account, pk))
        assert errors_of(answer) == [("/lines/0/contact_id", code)]
    assert not ManualJournal.objects.exists()
    assert client.post("/api/manual-journals", journal(account, bob.pk, publish=True)).status_code == 201
    assert list(JournalLine.objects.order_by("position").values_list("contact_id", flat=True)) == [bob.pk, None]


@pytest.mark.parametrize("code", ["1100", "2000"])
def test_what_is_owed_is_published_with_a_contact_only(
    client: APIClient, account: Find, contact: Known, code: str
) -> None:
    draft = client.post("/api/manual-journals", journal(account, None, code=code))
    assert draft.status_code == 201, draft.content  # a draft may lack it
    path = f"/api/manual-journals/{draft.json()['id']}"
    refused = client.post(f"{path}/publish")
    assert errors_of(refused) == [("/lines/0/contact_id", "contact_required")]
    assert f"Account {code} " in refused.json()["detail"]
    assert not JournalEntry.objects.exists()
    client.patch(path, journal(account, contact(7).pk, code=code))
    assert client.post(f"{path}/publish").json()["status"] == "published"
    assert JournalLine.objects.get(account=account(code)).contact_id == 7


def test_a_contact_on_a_draft_is_kept(client: APIClient, account: Find, contact: Known) -> None:
    client.post("/api/manual-journals", journal(account, contact(7).pk))
    with pytest.raises(ContactInUse):
        operations.delete_contact(contact_id=7)
    ManualJournal.objects.get().delete()
    operations.delete_contact(contact_id=7)
    assert not Contact.objects.exists()


def test_opening_balances_name_contacts_there_are(client: APIClient, account: Find, contact: Known) -> None:
    lines = [{"account": account("1100").pk, "debit": "1", "contact_id": pk} for pk in (contact(7).pk, 999_999)]
    answer = client.put("/api/opening-balances", {"date": "2025-12-31", "lines": lines})
    assert errors_of(answer) == [("/lines/1/contact_id", "unknown_contact")]
    assert not OpeningBalances.objects.exists()
    assert client.put("/api/opening-balances", {"date": "2025-12-31", "lines": lines[:1]}).status_code == 200


def test_bulk_entries_name_contacts_there_are(client: APIClient, account: Find, contact: Known) -> None:
    def entry(pk: int) -> dict[str, Any]:
        lines = [
            {"account": account("4010").pk, "credit": "12.50"},
            {"account": account("1100").pk, "debit": "12.50", "contact": pk},
        ]
        return {"date": "2026-01-09", "lines": lines}

    body = {"entries": [entry(contact(7).pk), entry(999_999)]}
    assert errors_of(client.post("/api/journal-entries/bulk", body)) == [
        ("/entries/1/lines/1/contact", "unknown_contact")
    ]
    assert not JournalEntry.objects.exists()
    answer = client.post("/api/journal-entries/bulk", {**body, "mode": "each"}).json()
    assert (answer["posted"], answer["refused"]) == (1, 1)
    assert [(each["pointer"], each["code"]) for each in answer["results"][1]["errors"]] == [
        ("/entries/1/lines/1/contact", "unknown_contact")
    ]
    assert JournalLine.objects.get(debit=1250).contact_id == 7
