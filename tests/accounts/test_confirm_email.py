"""POST /api/auth/confirm-email and /api/auth/resend-confirmation."""

from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import links
from tests.mails import newest_to, sent, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(new_user):
    return new_user("dora", email_confirmed_at=None)


def confirm(token):
    return APIClient().post("/api/auth/confirm-email", {"token": token})


def test_the_mailed_token_confirms_the_address(dora):
    answer = confirm(links.CONFIRM_EMAIL.token_for(dora))
    assert answer.status_code == 200
    assert answer.json()["user"] == {
        "id": str(dora.pk),
        "email": "dora@example.com",
        "full_name": "Dora",
        "email_confirmed": True,
        "is_staff": False,
    }
    dora.refresh_from_db()
    assert timezone.now() - dora.email_confirmed_at < timedelta(minutes=1)


def test_it_works_once(dora):
    token = links.CONFIRM_EMAIL.token_for(dora)
    confirm(token)
    answer = confirm(token)
    assert (answer.status_code, answer.json()["code"]) == (400, "link_invalid")


def test_it_expires(dora, settings):
    token = links.CONFIRM_EMAIL.token_for(dora)
    settings.EMAIL_CONFIRMATION_TIMEOUT = -1
    answer = confirm(token)
    assert (answer.status_code, answer.json()["code"]) == (400, "link_expired")
    dora.refresh_from_db()
    assert dora.email_confirmed_at is None


@pytest.mark.parametrize("forge", ["", "x", "a:b:c", "🙂", "W10:1sxGyb:Kc0"])
def test_anything_else_is_refused(dora, forge):
    answer = confirm(forge)
    assert answer.status_code == 400
    assert answer.json()["code"] in ("link_invalid", "invalid")


def test_a_link_of_another_kind_is_refused(dora):
    assert confirm(links.RESET_PASSWORD.token_for(dora)).json()["code"] == "link_invalid"
    assert confirm(signing.dumps("nonsense", salt="accounts.confirm-email")).json()["code"] == "link_invalid"
    dora.refresh_from_db()
    assert dora.email_confirmed_at is None


def test_another_link_can_be_asked_for(dora):
    answer = APIClient().post("/api/auth/resend-confirmation", {"email": "DORA@example.com"})
    assert (answer.status_code, answer.content) == (202, b"")
    assert confirm(token_in(newest_to("dora@example.com"))).json()["user"]["email_confirmed"] is True


@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_asking_tells_nothing_of_other_addresses(alice, email):
    answer = APIClient().post("/api/auth/resend-confirmation", {"email": email})
    assert (answer.status_code, answer.content) == (202, b"")
    assert sent() == []
