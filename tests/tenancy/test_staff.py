"""What staff can ask of every page at /admin/: what the page offers, and nothing that leads to a secret."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from ledger_core.books.operations import CLOSING, CLOSING_SOURCE, Line, Source, post
from ledger_core.chart.models import Account
from tenancy import context
from tenancy.models import Organization, OrganizationDatabase
from tenancy.staff import StaffAdmin

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def staff(new_user: Callable[..., Any]) -> Client:
    client = Client()
    client.force_login(new_user("sam", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_answers_its_own_filters_only(model: Any) -> None:
    page = admin.site._registry[model]
    assert isinstance(page, StaffAdmin)
    request = RequestFactory().get("/")
    for field in model._meta.concrete_fields:
        for lookup in ("startswith", "regex", "gt", "contains"):
            assert not page.lookup_allowed(f"{field.name}__{lookup}", "a", request)
        if field.name not in page.list_filter:
            assert not page.lookup_allowed(field.name, "a", request)


@pytest.mark.parametrize(
    "address",
    [
        "accounts/user/?password__startswith=argon2",
        "accounts/user/?password=x",
        "accounts/user/?email__regex=(a%2B)%2B$",
        "accounts/apikey/?key_hash__regex=^a",
        "accounts/apikey/?created_by__password__startswith=a",
        "tenancy/invitation/?token_hash__gt=8",
        "tenancy/databaseserver/?admin_password_encrypted__startswith=g",
        "tenancy/organization/?database__password_encrypted__startswith=g",
    ],
)
def test_the_address_cannot_ask_for_secrets(staff: Client, address: str) -> None:
    answer = staff.get(f"/admin/{address}")
    assert answer.status_code == 400
    assert "results" not in answer.content.decode()


def test_the_filters_of_a_page_still_work(staff: Client, north: Organization, alice: Any) -> None:
    path = reverse("admin:tenancy_organization_changelist")
    for query, shown in [
        ({"database__state__exact": "ready"}, True),
        ({"database__state__exact": "failed"}, False),
        ({"database__server__id__exact": OrganizationDatabase.objects.get().server_id}, True),
        ({"database__server__isnull": "True"}, False),
        ({"country": "US"}, True),
        ({"country": "DE"}, False),
    ]:
        page = staff.get(path, query)
        assert page.status_code == 200, query
        assert (north.pk in page.content.decode()) is shown, query
    people = staff.get("/admin/accounts/user/", {"is_staff__exact": "0"}).content.decode()
    assert alice.email in people
    assert "sam@example.com</a>" not in people


@pytest.mark.parametrize("term", ["a " * 1_500, '"a' * 5_000, "a" * 100_000])
def test_a_search_without_end_is_cut_and_says_so(staff: Client, alice: Any, term: str) -> None:
    page = staff.get("/admin/accounts/user/", {"q": term})
    assert page.status_code == 200
    assert "words were searched for." in page.content.decode()


def test_the_words_that_count_still_find(staff: Client, alice: Any, bob: Any) -> None:
    page = staff.get("/admin/accounts/user/", {"q": "alice example"}).content.decode()
    assert alice.email in page
    assert bob.email not in page
    assert "words were searched for." not in page


def change_organization(browser: Client, organization: Organization, **fields: Any) -> Any:
    kept = {name: getattr(organization, name) for name in ("name", "fiscal_year_start", "timezone", "language")}
    inlines = {f"{prefix}-{name}_FORMS": 0 for prefix in ("database", "memberships") for name in ("TOTAL", "INITIAL")}
    return browser.post(f"/admin/tenancy/organization/{organization.pk}/change/", {**kept, **inlines, **fields})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"timezone": "Mars/Olympus"}, "This is not an IANA time zone, such as Europe/Paris."),
        ({"timezone": "localtime"}, "This is not an IANA time zone, such as Europe/Paris."),
        ({"language": "tlh"}, "The application does not speak this language."),
        ({"name": "See https://evil.example"}, "A name cannot contain a web address."),
        ({"fiscal_year_start": 13}, "less than or equal to 12"),
    ],
)
def test_staff_write_only_what_members_may(
    staff: Client, north: Organization, fields: dict[str, Any], sentence: str
) -> None:
    before = Organization.objects.values().get()
    assert sentence in change_organization(staff, north, **fields).content.decode()
    assert Organization.objects.values().get() == before


def test_staff_change_the_particulars_of_an_organization(staff: Client, north: Organization) -> None:
    answer = change_organization(staff, north, name="Far North", timezone="Europe/Paris")
    assert answer.status_code == 302, answer.context_data["errors"]
    north.refresh_from_db()
    assert (north.name, north.timezone) == ("Far North", "Europe/Paris")


def test_staff_too_cannot_move_fiscal_years_while_some_are_closed(staff: Client, north: Organization) -> None:
    with context.enter(north.tenant()):
        sales, rent = Account.objects.get(code_key="4010").pk, Account.objects.get(code_key="6100").pk
        lines, source = [Line(rent, debit=100), Line(sales, credit=100)], Source(CLOSING_SOURCE, 20241231, "2024")
        post(date=datetime.date(2024, 12, 31), lines=lines, source=source, purpose=CLOSING, actor=1)
    page = change_organization(staff, north, fiscal_year_start=7).content.decode()
    assert "Fiscal years are closed (2024). Reopen them first; then close the new ones." in page
    north.refresh_from_db()
    assert north.fiscal_year_start == 1
    assert change_organization(staff, north, name="Far North").status_code == 302
