"""South has one of everything, marked so that a leak is seen; North's people try to get at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiKey
from ledger_core.base.models import Series
from ledger_core.chart.models import Account
from ledger_core.documents.kinds import KINDS
from ledger_core.payments.kinds import PAYMENT_KINDS
from tenancy import aliases, context
from tenancy.models import Invitation, Membership, Organization, OrganizationActivity, OrganizationDatabase

MARK = "southsecret"


@dataclass
class Belongings:
    """Ids of what South has, by the noun of its URLs, and its API key."""

    organization: Organization
    ids: dict[str, Any]
    key: str


def _created(answer: Any) -> Any:
    assert answer.status_code in (200, 201, 202), answer.content
    return answer.json()


@pytest.fixture
def belongings(south: Organization, charlie: Any, client_of: Callable[..., APIClient]) -> Belongings:
    client = client_of(charlie, south)
    with context.enter(south.tenant()):
        bank = Account.objects.filter(type="bank").order_by("pk")[0]
        income = Account.objects.filter(type="income").order_by("pk")[0]
    aliases.release()
    for number in range(3):  # so that the last one's id is beyond every id of North
        account = _created(
            client.post("/api/accounts", {"code": f"77{number}", "name": f"{MARK} account {number}", "type": "expense"})
        )
    lines = [{"account": bank.pk, "debit": "12.34"}, {"account": income.pk, "credit": "12.34"}]
    for number in range(2):
        body = {"date": "2026-01-31", "memo": f"{MARK} journal {number}", "lines": lines, "publish": True}
        published = _created(client.post("/api/manual-journals", body, format="json"))
    draft = _created(
        client.post("/api/manual-journals", {**body, "memo": f"{MARK} draft", "publish": False}, format="json")
    )
    for number in range(2):
        file = SimpleUploadedFile(f"{MARK} {number}.txt", f"{MARK} contract".encode())
        where = f"/api/manual-journals/{draft['id']}/attachments"
        attachment = _created(client.post(where, {"file": file}, format="multipart"))
    _created(client.post("/api/currencies", {"code": "GBP"}))
    rate = _created(client.post("/api/exchange-rates", {"currency": "GBP", "date": "2025-06-30", "rate": "1.2"}))
    in_pounds = {**body, "date": "2025-06-30", "memo": f"{MARK} in pounds", "currency": "GBP"}
    _created(client.post("/api/manual-journals", in_pounds, format="json"))  # a fiscal year that North does not have
    revaluation = _created(client.post("/api/revaluations", {"date": "2025-07-31", "rates": {"GBP": "1.3"}}))
    schedule = {"name": f"{MARK} template", "frequency": "monthly", "start": "2150-01-31", "lines": lines}
    template = _created(client.post("/api/recurring-journals", schedule, format="json"))
    for number in range(9):  # so that the last one's id is beyond every id of North
        rate_body = {"name": f"{MARK} tax", "code": f"T{number}", "kind": "standard", "percent": "19"}
        tax_rate = _created(client.post("/api/tax-rates", rate_body))
    january = {"date_from": "2026-01-01", "date_to": "2026-01-31", "reference": f"{MARK} return"}
    tax_return = _created(client.post("/api/tax-returns", january))
    both = {"name": f"{MARK} contact", "is_customer": True, "is_vendor": True}
    contact = _created(client.post("/api/contacts", both))
    terms = _created(client.post("/api/payment-terms", {"name": f"{MARK} terms", "days": 3}))
    unit = _created(client.post("/api/units", {"name": f"{MARK} unit"}))
    category = _created(client.post("/api/item-categories", {"name": f"{MARK} category"}))
    item = _created(client.post("/api/items", {"kind": "goods", "name": f"{MARK} item"}))
    price_list = _created(client.post("/api/price-lists", {"name": f"{MARK} list", "currency": "EUR"}))
    price = {"item": item["id"], "price": "2.5"}
    price = _created(client.post(f"/api/price-lists/{price_list['id']}/prices", price))
    documents = _documents(client, contact["id"], bank.pk, income.pk)
    payments = _payments(client, contact["id"], bank.pk)
    about = {**schedule, "contact": contact["id"], "lines": [{"account": income.pk, "unit_price": "1"}]}
    about = {"recurring-invoices": about, "recurring-bills": about, "recurring-expenses": {**about, "account": bank.pk}}
    recurring = {path: _created(client.post(f"/api/{path}", body, format="json"))["id"] for path, body in about.items()}
    with context.enter(south.tenant()):
        series = Series.objects.create(kind=f"{MARK}_series", prefix="SO-")  # the others have the ids of North's
    aliases.release()
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    days = {"area": "all", "first_day": "2026-01-01", "last_day": "2026-01-02", "expires_at": tomorrow}
    unlock = _created(client.post("/api/period-locks/unlocks", {**days, "reason": f"{MARK} unlock"}))
    invitation = _created(client.post("/api/invitations", {"email": f"{MARK}@example.com", "role": "bookkeeper"}))
    key = _created(client.post("/api/api-keys", {"name": f"{MARK} key", "role": "admin"}))
    founding = client_of(charlie)
    started = _created(
        founding.post("/api/organizations", {"name": f"{MARK} second", "base_currency": "EUR", "country": "DE"})
    )
    entry = published["entry"]
    return Belongings(
        organization=south,
        ids={
            "accounts": account["id"],
            "manual-journals": draft["id"],
            "attachments": attachment["id"],
            "journal-entries": entry["id"] if isinstance(entry, dict) else entry,
            "currencies": "GBP",
            "exchange-rates": rate["id"],
            "fiscal-years": "2025-12-31",
            "recurring-journals": template["id"],
            **recurring,
            "revaluations": revaluation["id"],
            "tax-rates": tax_rate["id"],
            "tax-returns": tax_return["id"],
            "contacts": contact["id"],
            "customers": contact["id"],
            "vendors": contact["id"],
            "payment-terms": terms["id"],
            "units": unit["id"],
            "item-categories": category["id"],
            "items": item["id"],
            "price-lists": price_list["id"],
            "prices": price["id"],
            **documents,
            **payments,
            "number-series": series.pk,
            "unlocks": unlock["id"],
            "members": Membership.objects.get(organization=south, user=charlie).pk,
            "invitations": invitation["id"],
            "api-keys": key["id"],
            "organizations": south.pk,
            "jobs": started["job"],
        },
        key=key["key"],
    )


def _documents(client: APIClient, contact: str, bank: int, income: int) -> dict[str, str]:
    """The id of a document of each kind, by its path."""
    found = {}
    for kind in KINDS:
        body: dict[str, Any] = {"contact": contact, "date": "2026-01-31", "reference": f"{MARK} paper"}
        if kind.line_role:
            body["amount"] = "12.34"
        else:
            body["lines"] = [{"description": f"{MARK} line", "unit_price": "12.34", "account": income, "tax_ids": []}]
        if kind.money_types:
            body["account"] = bank
        made = _created(client.post(f"/api/{kind.path}", {**body, "issue": True}, format="json"))
        found[kind.path] = made["id"]
    return found


def _payments(client: APIClient, contact: str, bank: int) -> dict[str, str]:
    """The id of a payment of each kind, by its path: advances, and refunds of them."""
    found = {}
    body = {"contact": contact, "date": "2026-01-31", "account": bank, "amount": "5.67", "reference": f"{MARK} money"}
    for kind in PAYMENT_KINDS:
        paid_back = [each for each in PAYMENT_KINDS if each.value == kind.refunds]
        allocations = [{"payment": found[each.path], "amount": "5.67"} for each in paid_back]
        made = client.post(f"/api/{kind.path}", {**body, "allocations": allocations}, format="json")
        found[kind.path] = _created(made)["id"]
    return found


@pytest.fixture
def everything_of() -> Callable[[Organization], dict[str, list[tuple[Any, ...]]]]:
    """All rows an organization has, in its books and in the system database."""

    def rows(organization: Organization) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        with context.enter(organization.tenant()):
            for model in apps.get_app_config("ledger_core").get_models():
                found[model.__name__] = list(model._default_manager.order_by("pk").values_list())
            aliases.release()
        for model in (Membership, Invitation, ApiKey, OrganizationDatabase, OrganizationActivity):
            rows_of_model = model._default_manager.filter(organization_id=organization.pk).order_by("pk")
            keep = [f.attname for f in model._meta.concrete_fields if f.name not in ("last_used_on", "changed_at")]
            found[model.__name__] = list(rows_of_model.values_list(*keep))
        found["Organization"] = list(Organization.objects.filter(pk=organization.pk).values_list("name", "language"))
        return found

    return rows


@pytest.fixture
def member(north: Organization, client_of: Callable[..., APIClient]) -> Callable[[str], APIClient]:
    """`member("read_only")`: a client of a member of North with that role."""

    def make(role: str) -> APIClient:
        from django.utils import timezone

        from tests.conftest import PASSWORD

        user = get_user_model()._default_manager.create_user(  # type: ignore[attr-defined]
            f"{role}@north.example.com", PASSWORD, email_confirmed_at=timezone.now()
        )
        Membership.objects.create(organization=north, user=user, role=role)
        return client_of(user, north)

    return make
