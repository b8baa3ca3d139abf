"""Staff's pages about people: /admin/accounts/."""

import pytest
from django.contrib.auth.models import Permission
from rest_framework.test import APIClient

from accounts.models import ApiKey, Session, User
from tests.mails import newest_to, sent_to, token_in

USERS = "/admin/accounts/user/"
KEYS = "/admin/accounts/apikey/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(new_user, client):
    """A superuser's browser."""
    client.force_login(new_user("sam", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def clerk(new_user, client):
    """A browser of staff who may change people and nothing else."""
    user = new_user("clara", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts", codename__endswith="_user"))
    client.force_login(user)
    return client


def change(browser, user, **fields):
    body = {"email": user.email, "full_name": user.full_name, "is_active": "on", **fields}
    return browser.post(f"{USERS}{user.pk}/change/", {name: value for name, value in body.items() if value is not None})


def run_action(browser, path, name, *rows):
    return browser.post(path, {"action": name, "_selected_action": [row.pk for row in rows]}, follow=True)


def test_people_are_found_by_address_and_name(staff, alice, bob, client_of):
    client_of(alice)
    page = staff.get(USERS, {"q": "alice"}).content.decode()
    assert "alice@example.com" in page
    assert "bob@example.com" not in page


def test_no_page_shows_a_password(staff, alice):
    for path in (USERS, f"{USERS}{alice.pk}/change/", f"{USERS}add/"):
        answer = staff.get(path)
        assert answer.status_code == 200
        assert alice.password not in answer.content.decode()
        assert 'type="password"' not in answer.content.decode()


def test_a_new_person_chooses_a_password_through_a_mailed_link(staff):
    answer = staff.post(f"{USERS}add/", {"email": " Dora@Example.com", "full_name": "Dora"})
    assert answer.status_code == 302
    dora = User.objects.get(email="dora@example.com")
    assert not dora.has_usable_password()
    message = newest_to("dora@example.com")
    assert message.subject == "An account was made for you"
    body = {"token": token_in(message), "password": "a long enough secret"}
    assert APIClient().post("/api/auth/password/reset/confirm", body).status_code == 204
    body = {"email": "dora@example.com", "password": "a long enough secret"}
    assert APIClient().post("/api/auth/login", body).status_code == 200


def test_an_address_in_other_capitals_is_the_same_person(staff, alice):
    page = staff.post(f"{USERS}add/", {"email": "ALICE@example.com", "full_name": "Again"}).content.decode()
    assert "User with this Email already exists." in page
    assert User.objects.filter(email__iexact="alice@example.com").count() == 1


def test_a_deactivated_person_is_logged_out_at_once(settings, staff, alice, client_of):
    settings.SHARED_CACHE = True
    client = client_of(alice)
    assert client.get("/api/auth/me").status_code == 200
    assert change(staff, alice, is_active=None).status_code == 302
    assert client.get("/api/auth/me").json()["code"] == "session_revoked"
    assert Session.objects.get().revoked_reason == "deactivated"


def test_a_changed_name_is_seen_at_once_and_the_password_stays(settings, staff, alice, client_of):
    settings.SHARED_CACHE = True
    client = client_of(alice)
    client.get("/api/auth/me")
    change(staff, alice, full_name="Alice the Second")
    assert client.get("/api/auth/me").json()["full_name"] == "Alice the Second"
    alice.refresh_from_db()
    assert alice.check_password("correct horse battery")


def test_log_ins_can_be_ended(staff, alice, bob, client_of):
    one, other, bobs = client_of(alice), client_of(alice), client_of(bob)
    page = run_action(staff, USERS, "revoke_sessions", alice).content.decode()
    assert "2 log-ins were ended." in page
    assert [c.get("/api/auth/me").status_code for c in (one, other, bobs)] == [401, 401, 200]


def test_a_link_to_choose_a_password_can_be_mailed(staff, alice, bob):
    run_action(staff, USERS, "send_password_link", alice)
    assert [message.subject for message in sent_to(alice.email)] == ["Choose a new password"]
    assert sent_to(bob.email) == []


def test_people_are_not_deleted(staff, alice):
    assert staff.post(f"{USERS}{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()


def test_only_superusers_give_powers(clerk, alice):
    change(clerk, alice, is_staff="on", is_superuser="on", full_name="Changed")
    alice.refresh_from_db()
    assert (alice.full_name, alice.is_staff, alice.is_superuser) == ("Changed", False, False)


def test_only_superusers_change_people_with_powers(clerk, new_user, client_of):
    boss = new_user("boss", is_staff=True, is_superuser=True)
    api = client_of(boss)
    assert change(clerk, boss, email="mine@example.com").status_code == 403
    run_action(clerk, USERS, "revoke_sessions", boss)
    run_action(clerk, USERS, "send_password_link", boss)
    boss.refresh_from_db()
    assert boss.email == "boss@example.com"
    assert api.get("/api/auth/me").status_code == 200
    assert sent_to("boss@example.com") == []


def test_keys_are_listed_and_revoked(staff, alice, north, client_of):
    made = client_of(alice, north).post("/api/api-keys", {"name": "Shop", "role": "read_only"}).json()
    page = staff.get(KEYS).content.decode()
    assert made["prefix"] in page
    assert made["key"] not in page
    assert ApiKey.objects.get().key_hash not in page
    assert "1 keys were revoked." in run_action(staff, KEYS, "revoke", ApiKey.objects.get()).content.decode()
    answer = APIClient(HTTP_AUTHORIZATION=f"Bearer {made['key']}").get("/api/members")
    assert answer.json()["code"] == "key_invalid"


def test_others_see_nothing_of_it(client, alice):
    client.force_login(alice)
    for path in (USERS, KEYS):
        assert client.get(path).status_code == 302
