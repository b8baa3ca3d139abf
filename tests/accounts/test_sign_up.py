"""POST /api/auth/sign-up."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from rest_framework.test import APIClient

from accounts.models import User
from tests.mails import newest_to, sent, sent_to, token_in

NEW = {"email": "dora@example.com", "password": "a long enough secret", "full_name": "Dora"}

pytestmark = pytest.mark.django_db


def sign_up(**changes):
    return APIClient().post("/api/auth/sign-up", {**NEW, **changes})


def test_it_makes_an_account_that_waits_for_confirmation():
    answer = sign_up()
    assert answer.status_code == 201
    assert answer.json() == {"user": None, "confirmation_required": True}
    user = User.objects.get()
    assert (user.email, user.full_name, user.email_confirmed_at, user.is_staff) == (
        "dora@example.com",
        "Dora",
        None,
        False,
    )
    assert user.check_password(NEW["password"])
    message = newest_to("dora@example.com")
    assert message.subject == "Confirm your e-mail address"
    assert "/confirm-email?token=" in message.body


def test_the_address_is_trimmed_and_lower_case():
    sign_up(email="  Dora@Example.COM ")
    assert User.objects.get().email == "dora@example.com"


def test_without_confirmation_it_answers_with_the_user(settings):
    settings.REQUIRE_EMAIL_CONFIRMATION = False
    answer = sign_up()
    user = User.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "user": {
            "id": str(user.pk),
            "email": "dora@example.com",
            "full_name": "Dora",
            "email_confirmed": False,
            "is_staff": False,
        },
        "confirmation_required": False,
    }
    assert sent() == []


def test_without_confirmation_a_taken_address_is_an_error(settings, alice):
    settings.REQUIRE_EMAIL_CONFIRMATION = False
    answer = sign_up(email="ALICE@example.com")
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/email", "email_taken")]
    assert User.objects.count() == 1


def test_with_confirmation_a_taken_address_gets_the_same_answer_and_its_owner_a_mail(alice):
    free, taken = sign_up(), sign_up(email="alice@example.com", full_name="Mallory")
    assert (taken.status_code, taken.content) == (free.status_code, free.content)
    message = newest_to("alice@example.com")
    assert message.subject == "You already have an account"
    assert "/log-in" in message.body
    assert "/forgot-password" in message.body
    alice.refresh_from_db()
    assert alice.full_name == "Alice"
    assert alice.check_password("correct horse battery")


def test_an_address_nobody_has_confirmed_belongs_to_whoever_signed_up_last():
    sign_up(password="an intruder's secret")
    older = token_in(newest_to("dora@example.com"))
    sign_up()
    newer = token_in(newest_to("dora@example.com"))
    assert User.objects.get().check_password(NEW["password"])
    answer = APIClient().post("/api/auth/confirm-email", {"token": older})
    assert (answer.status_code, answer.json()["code"]) == (400, "link_invalid")
    assert User.objects.get().email_confirmed_at is None
    assert APIClient().post("/api/auth/confirm-email", {"token": newer}).json()["user"]["email_confirmed"] is True


def test_an_unconfirmed_account_that_is_in_use_is_not_taken_over(new_user, settings):
    """It was made where no confirmation was required; then that changed."""
    settings.REQUIRE_EMAIL_CONFIRMATION = False
    dora = new_user("dora", email_confirmed_at=None)
    APIClient().post("/api/auth/login", {"email": dora.email, "password": "correct horse battery"})
    settings.REQUIRE_EMAIL_CONFIRMATION = True
    assert sign_up(full_name="Mallory").status_code == 201
    dora.refresh_from_db()
    assert dora.check_password("correct horse battery")
    assert dora.full_name == "Dora"
    assert newest_to("dora@example.com").subject == "You already have an account"


def test_a_deactivated_account_gets_no_mail(alice):
    User.objects.update(is_active=False)
    assert sign_up(email="alice@example.com").status_code == 201
    assert sent_to("alice@example.com") == []


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("short", ["password_too_short"]),
        ("1234567890123", ["password_too_common", "password_entirely_numeric"]),
        ("dora@example.com", ["password_too_similar"]),
    ],
)
def test_a_weak_password_is_refused_where_it_stands(password, codes):
    answer = sign_up(password=password)
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/password", code) for code in codes]
    assert User.objects.count() == 0


def test_every_wrong_field_is_named():
    answer = APIClient().post("/api/auth/sign-up", {"email": "no address"})
    assert answer.status_code == 400
    assert {(e["pointer"], e["code"]) for e in answer.json()["errors"]} == {
        ("/email", "invalid"),
        ("/password", "required"),
        ("/full_name", "required"),
    }


def test_it_can_be_closed(settings):
    settings.SIGN_UP = "closed"
    answer = sign_up()
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_up_closed")
    assert User.objects.count() == 0


def test_it_can_be_limited_to_domains(settings):
    settings.SIGN_UP_DOMAINS = ["north.example"]
    answer = sign_up()
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_up_domain")
    assert answer.json()["detail"] == "Use an address at north.example."
    assert sign_up(email="dora@evil.north.example").status_code == 403
    assert sign_up(email="dora@north.example").status_code == 201
    assert [user.email for user in User.objects.all()] == ["dora@north.example"]


def test_nobody_signs_up_as_staff():
    sign_up(is_staff=True, is_superuser=True, email_confirmed_at="2026-01-01T00:00:00Z")
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.email_confirmed_at) == (False, False, None)


def test_production_hashes_with_argon2(settings):
    settings.PASSWORD_HASHERS = [name for name in settings.PASSWORD_HASHERS if "MD5" not in name]
    sign_up()
    assert identify_hasher(User.objects.get().password).algorithm == "argon2"


class TestInvited:
    """Whoever shows the token that was mailed to the address may sign up, and has confirmed it."""

    @pytest.fixture
    def token(self, client_of, alice, north):
        body = {"email": "dora@example.com", "role": "bookkeeper"}
        assert client_of(alice, north).post("/api/invitations", body).status_code == 201
        return token_in(newest_to("dora@example.com"))

    def test_also_where_it_is_closed(self, settings, token):
        settings.SIGN_UP = "closed"
        answer = sign_up(invitation=token)
        assert answer.status_code == 201
        assert answer.json()["confirmation_required"] is False
        assert answer.json()["user"]["email_confirmed"] is True

    def test_but_not_with_another_address(self, settings, token):
        settings.SIGN_UP = "closed"
        answer = sign_up(invitation=token, email="mallory@example.com")
        assert (answer.status_code, answer.json()["code"]) == (403, "sign_up_closed")

    def test_nor_with_a_token_of_nothing(self, settings):
        settings.SIGN_UP = "closed"
        answer = sign_up(invitation="guess")
        assert (answer.status_code, answer.json()["code"]) == (404, "invitation_not_found")
        assert User.objects.count() == 0
