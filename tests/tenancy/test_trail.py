"""GET /api/organization-activity: who changed an organization's people, keys and particulars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tenancy.members import invitations, operations
from tenancy.models import Invitation, Membership, Organization, OrganizationActivity
from tenancy.provisioning import operations as provisioning
from tenancy.trail.operations import Subject, record

pytestmark = pytest.mark.django_db
ADDRESS = "/api/organization-activity"
TABLE = "tenancy_organizationactivity"


@pytest.fixture
def owner(client_of: Callable[..., APIClient], alice: Any, north: Organization) -> APIClient:
    return client_of(alice, north)


def rows(client: APIClient, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get(ADDRESS, asked)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def told(client: APIClient, **asked: Any) -> list[tuple[str, str, Any, Any]]:
    """Verb, label, before and after of each row, newest first."""
    return [(row["verb"], row["subject"]["label"], row["before"], row["after"]) for row in rows(client, **asked)]


def member_of(north: Organization, user: Any) -> Membership:
    return Membership.objects.get(organization=north, user=user)


def test_it_tells_how_an_organization_came_to_be(owner: APIClient, north: Organization, alice: Any) -> None:
    ready, added, founded = rows(owner)
    assert (founded["verb"], founded["user"]) == ("founded", {"id": str(alice.pk), "name": "Alice"})
    assert founded["subject"] == {"kind": "organization", "id": None, "label": "North"}
    assert founded["after"] == {
        "name": "North",
        "base_currency": "USD",
        "country": "US",
        "language": "en",
        "timezone": "America/New_York",
        "fiscal_year_start": 1,
        "industry": "general",
        "fetches_exchange_rates": False,
    }
    assert (added["verb"], added["after"]) == ("added", {"role": "owner"})
    assert added["subject"] == {
        "kind": "member",
        "id": str(member_of(north, alice).pk),
        "label": "Alice, alice@example.com",
    }
    assert (ready["verb"], ready["user"]) == ("set_up", None)  # the job did it


def test_it_tells_of_roles_before_and_after(
    owner: APIClient, client_of: Callable[..., APIClient], north: Organization, alice: Any, bob: Any
) -> None:
    member = member_of(north, bob)
    address = f"/api/members/{member.pk}"
    headers = {"X-Request-Id": "request-1234"}
    assert owner.patch(address, {"role": "admin"}, headers=headers).status_code == 200
    assert owner.patch(address, {"role": "admin"}).status_code == 200  # changes nothing: is no news
    assert owner.patch(address, {"role": "owner"}).status_code == 200
    made, promoted = rows(owner, subject="member", id=member.pk)
    assert (promoted["verb"], promoted["before"], promoted["after"]) == (
        "role_changed",
        {"role": "bookkeeper"},
        {"role": "admin"},
    )
    assert (promoted["user"]["id"], promoted["request_id"]) == (str(alice.pk), "request-1234")
    assert (made["before"], made["after"]) == ({"role": "admin"}, {"role": "owner"})
    assert owner.delete(f"/api/members/{member_of(north, alice).pk}").status_code == 204
    newest = rows(client_of(bob, north))[0]
    assert (newest["verb"], newest["before"], newest["user"]["name"]) == ("left", {"role": "owner"}, "Alice")


def test_removing_a_member_tells_of_all_that_ends_with_it(
    owner: APIClient, client_of: Callable[..., APIClient], north: Organization, alice: Any, bob: Any
) -> None:
    member = member_of(north, bob)
    owner.patch(f"/api/members/{member.pk}", {"role": "admin"})
    bobs = client_of(bob, north)
    key = bobs.post("/api/api-keys", {"name": "Shop", "role": "bookkeeper"}).json()
    bobs.post("/api/invitations", {"email": "dora@example.com", "role": "read_only"})
    owner.delete(f"/api/members/{member.pk}")
    keys_end, offer_ends, removed, sent, made = rows(owner)[:5]
    assert (made["verb"], made["subject"]["label"], made["user"]["name"]) == ("made", f"Shop ({key['prefix']})", "Bob")
    assert made["after"] == {"role": "bookkeeper", "expires_at": None}
    assert (sent["verb"], sent["subject"]["label"], sent["after"]) == (
        "sent",
        "dora@example.com",
        {"role": "read_only"},
    )
    assert (removed["verb"], removed["before"], removed["user"]["name"]) == ("removed", {"role": "admin"}, "Alice")
    assert (offer_ends["verb"], offer_ends["summary"]) == ("withdrawn", "Whoever made it may not make it any more")
    assert (keys_end["verb"], keys_end["summary"]) == ("revoked", "Its maker is no member any more")
    assert {row["user"]["id"] for row in (keys_end, offer_ends, removed)} == {str(alice.pk)}
    assert key["key"] not in str(OrganizationActivity.objects.values())


def test_it_tells_the_life_of_invitations(owner: APIClient, north: Organization, charlie: Any) -> None:
    for role in ("read_only", "accountant"):  # the second takes the place of the first
        owner.post("/api/invitations", {"email": charlie.email, "role": role})
    second = Invitation.objects.order_by("-pk")[0]
    owner.post(f"/api/invitations/{second.pk}/resend")
    second.refresh_from_db()
    Invitation.objects.filter(pk=second.pk).update(token_hash=invitations._hash("token"))
    invitations.accept(token="token", user=charlie)
    assert told(owner)[:6] == [
        ("added", "Charlie, charlie@example.com", None, {"role": "accountant"}),
        ("accepted", charlie.email, None, {"role": "accountant"}),
        ("sent_again", charlie.email, None, {"role": "accountant"}),
        ("sent", charlie.email, None, {"role": "accountant"}),
        ("withdrawn", charlie.email, None, None),
        ("sent", charlie.email, None, {"role": "read_only"}),
    ]
    third = owner.post("/api/invitations", {"email": "dora@example.com", "role": "read_only"}).json()
    assert owner.delete(f"/api/invitations/{third['id']}").status_code == 204
    assert owner.delete(f"/api/invitations/{third['id']}").status_code == 409  # withdrawn before: no news
    assert [row["verb"] for row in rows(owner, subject="invitation", id=third["id"])] == ["withdrawn", "sent"]


def test_it_tells_of_keys_and_particulars(owner: APIClient, north: Organization) -> None:
    key = owner.post("/api/api-keys", {"name": "Shop", "role": "read_only"}).json()
    owner.delete(f"/api/api-keys/{key['id']}")
    address = f"/api/organizations/{north.pk}"
    owner.patch(address, {"name": "Far North", "language": "en"})
    owner.patch(address, {"name": "Far North"})  # changes nothing
    assert told(owner)[:3] == [
        ("edited", "Far North", {"name": "North"}, {"name": "Far North"}),
        ("revoked", f"Shop ({key['prefix']})", None, None),
        ("made", f"Shop ({key['prefix']})", None, {"role": "read_only", "expires_at": None}),
    ]


def test_it_tells_when_fiscal_years_begin_in_another_month(owner: APIClient, north: Organization) -> None:
    owner.patch(f"/api/organizations/{north.pk}", {"fiscal_year_start": 7, "timezone": "Europe/Paris"})
    owner.patch(f"/api/organizations/{north.pk}", {"fiscal_year_start": 7})  # nothing new, nothing told
    verb, label, before, after = told(owner)[0]
    assert (verb, label) == ("edited", "North")
    assert before == {"fiscal_year_start": 1, "timezone": "America/New_York"}
    assert after == {"fiscal_year_start": 7, "timezone": "Europe/Paris"}
    assert [row["verb"] for row in rows(owner)].count("edited") == 1


def test_it_tells_what_staff_and_operators_did(
    owner: APIClient, north: Organization, new_user: Callable[..., Any]
) -> None:
    sam = new_user("sam", is_staff=True, is_superuser=True)
    staff = Client()
    staff.force_login(sam)
    chosen = {"action": "suspend", "_selected_action": [north.pk]}
    staff.post("/admin/tenancy/organization/", chosen)
    staff.post("/admin/tenancy/organization/", {**chosen, "action": "resume"})
    provisioning.suspend(north.pk, reason="unpaid")
    provisioning.resume(north.pk)
    kept = {name: getattr(north, name) for name in ("name", "fiscal_year_start", "timezone", "language")}
    inlines = {f"{prefix}-{name}_FORMS": 0 for prefix in ("database", "memberships") for name in ("TOTAL", "INITIAL")}
    staff.post(f"/admin/tenancy/organization/{north.pk}/change/", {**kept, **inlines, "timezone": "Europe/Paris"})
    told_by = [(row["verb"], row["user"] and row["user"]["name"]) for row in rows(owner)[:5]]
    assert told_by == [
        ("edited", "Sam"),
        ("resumed", None),
        ("suspended", None),
        ("resumed", "Sam"),
        ("suspended", "Sam"),
    ]
    assert told(owner)[0][2:] == ({"timezone": "America/New_York"}, {"timezone": "Europe/Paris"})
    page = staff.get("/admin/tenancy/organizationactivity/", {"q": north.pk}).content.decode()
    assert "role_changed" not in page
    assert "suspended" in page
    one = OrganizationActivity.objects.order_by("-pk")[0]
    shown = staff.get(f"/admin/tenancy/organizationactivity/{one.pk}/change/")
    assert "Europe/Paris" in shown.content.decode()
    assert staff.post(f"/admin/tenancy/organizationactivity/{one.pk}/change/", {"verb": "x"}).status_code == 403
    assert staff.post(f"/admin/tenancy/organizationactivity/{one.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_failed_set_up_is_told_and_so_is_another_try(north: Organization, alice: Any) -> None:
    from tenancy.models import OrganizationDatabase
    from tenancy.organizations.operations import set_up_again

    OrganizationDatabase.objects.filter(pk=north.pk).update(state="building")
    provisioning.set_up_failed(north.pk, "The disk is full")
    set_up_again(organization_id=north.pk, user_id=alice.pk)
    newest = OrganizationActivity.objects.filter(organization_id=north.pk).order_by("-pk")[:2]
    assert [(row.verb, row.user_id) for row in newest] == [("set_up_again", alice.pk), ("set_up_failed", 0)]
    assert "disk" not in str(OrganizationActivity.objects.values())  # what went wrong is staff's to read


def test_it_can_be_narrowed_and_searched(
    owner: APIClient, north: Organization, alice: Any, bob: Any, charlie: Any
) -> None:
    owner.patch(f"/api/members/{member_of(north, bob).pk}", {"role": "read_only"})
    owner.post("/api/api-keys", {"name": "Shop", "role": "read_only"})
    assert [verb for verb, *_ in told(owner, subject="api_key")] == ["made"]
    assert [verb for verb, *_ in told(owner, verb="role_changed")] == ["role_changed"]
    assert [verb for verb, *_ in told(owner, user=0)] == ["set_up"]
    assert [verb for verb, *_ in told(owner, user=alice.pk)] == ["made", "role_changed", "added", "founded"]
    assert told(owner, user=charlie.pk) == []
    assert [label for _, label, *_ in told(owner, search="bob@example")] == ["Bob, bob@example.com"]
    moment = rows(owner, verb="role_changed")[0]["at"]
    assert [verb for verb, *_ in told(owner, at_from=moment)] == ["made", "role_changed"]
    assert [verb for verb, *_ in told(owner, at_to=moment)] == ["set_up", "added", "founded"]
    page = owner.get(ADDRESS, {"page_size": 2, "page": 2}).json()
    assert (page["count"], [row["verb"] for row in page["results"]]) == (5, ["set_up", "added"])


@pytest.mark.parametrize("role", ["admin", "accountant"])
def test_those_who_answer_for_the_books_see_it(
    client_of: Callable[..., APIClient], north: Organization, bob: Any, role: str
) -> None:
    Membership.objects.filter(organization=north, user=bob).update(role=role)
    assert rows(client_of(bob, north))[-1]["verb"] == "founded"


@pytest.mark.parametrize("role", ["bookkeeper", "read_only"])
def test_others_do_not(client_of: Callable[..., APIClient], north: Organization, bob: Any, role: str) -> None:
    Membership.objects.filter(organization=north, user=bob).update(role=role)
    answer = client_of(bob, north).get(ADDRESS)
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "Your role in this organization does not include organization_activity.view.",
    )


def test_nobody_sees_another_organizations(owner: APIClient, south: Organization, charlie: Any) -> None:
    assert "South" not in str(rows(owner))
    assert "charlie" not in str(rows(owner))


def test_a_page_costs_the_same_whatever_it_holds(owner: APIClient, north: Organization, alice: Any, bob: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            rows(owner)
        return len(captured)

    queries()  # loads what caches keep
    few = queries()
    with transaction.atomic():
        for number in range(30):
            by = (alice, bob)[number % 2].pk
            record(organization_id=north.pk, by=by, verb="made", subject=Subject("api_key", number + 1, "Key"))
    assert queries() == few


def test_what_is_taken_back_is_not_told(owner: APIClient, north: Organization, bob: Any, alice: Any) -> None:
    count = OrganizationActivity.objects.count()
    with transaction.atomic():
        operations.change_role(organization_id=north.pk, member_id=member_of(north, bob).pk, role="admin", by=alice)
        assert OrganizationActivity.objects.count() == count + 1
        transaction.set_rollback(True)
    assert OrganizationActivity.objects.count() == count


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (f"UPDATE {TABLE} SET verb = 'left'", "is never changed"),
        (f"DELETE FROM {TABLE}", "is deleted with it only"),
        (f"REPLACE INTO {TABLE} SELECT * FROM {TABLE}", "is never replaced"),
    ],
)
def test_the_database_refuses_to_rewrite_it(north: Organization, statement: str, sentence: str) -> None:
    before = list(OrganizationActivity.objects.values_list())
    with pytest.raises(DatabaseError, match=sentence), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(OrganizationActivity.objects.values_list()) == before


def test_it_goes_with_its_organization_but_for_the_row_that_says_so(north: Organization, south: Organization) -> None:
    kept = OrganizationActivity.objects.filter(organization_id=south.pk).count()
    provisioning.delete(north.pk)
    [last] = OrganizationActivity.objects.filter(organization_id=north.pk)
    assert (last.verb, last.subject_kind, last.subject_label, last.user_id) == ("deleted", "organization", "North", 0)
    assert OrganizationActivity.objects.filter(organization_id=south.pk).count() == kept > 0
    with pytest.raises(DatabaseError, match="is deleted with it only"), transaction.atomic():
        OrganizationActivity.objects.filter(organization_id=south.pk).delete()
