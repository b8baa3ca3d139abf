"""Who is calling: Authorization headers, good and bad, and the system database going away."""

from datetime import timedelta

import jwt
import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts import operations, sessions
from accounts.models import ApiKey, Session, User
from tenancy import cache
from tenancy.cache import cache as django_cache

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


@pytest.fixture
def tokens(alice):
    return APIClient().post("/api/auth/login", {"email": alice.email, "password": PASSWORD}).json()


def me(authorization):
    return APIClient(HTTP_AUTHORIZATION=authorization).get("/api/auth/me")


def forged(token, key=None, algorithm="HS256", **changes):
    said = {**jwt.decode(token, options={"verify_signature": False}), **changes}
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, django_settings.TOKEN_KEY if key is None else key, algorithm=algorithm)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1}, "token_expired"),
        ({"key": "another key that is long enough for it"}, "token_invalid"),
        ({"key": "", "algorithm": "none"}, "token_invalid"),
        ({"algorithm": "HS512"}, "token_invalid"),
        ({"iss": "somebody"}, "token_invalid"),
        ({"iss": None}, "token_invalid"),
        ({"token_type": "refresh"}, "token_invalid"),
        ({"sub": "999999"}, "session_revoked"),
        ({"sub": None}, "token_invalid"),
        ({"sid": 7}, "token_invalid"),
        ({"sid": "0" * 32}, "session_revoked"),
    ],
)
def test_tampered_and_expired_tokens_are_refused(tokens, changes, code):
    answer = me(f"Bearer {forged(tokens['access'], **changes)}")
    assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_a_refresh_token_is_no_access_token(tokens):
    assert me(f"Bearer {tokens['refresh']}").json()["code"] == "token_invalid"


def test_another_mans_session_does_not_carry_ones_own_name(tokens, bob):
    assert me(f"Bearer {forged(tokens['access'], sub=str(bob.pk))}").json()["code"] == "session_revoked"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "not_authenticated"),
        ("Bearer", "not_authenticated"),
        ("Bearer ", "not_authenticated"),
        ("Basic YWxpY2U6cGFzcw==", "not_authenticated"),
        ("Bearer rubbish", "token_invalid"),
        ("Bearer a.b.c", "token_invalid"),
        ("Bearer \xff\xfe.\xff.\xff", "token_invalid"),
        ("Bearer " + "x" * 10000, "token_invalid"),
    ],
)
def test_headers_that_name_nobody(db, authorization, code):
    answer = me(authorization)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_the_scheme_is_not_case_sensitive(tokens):
    assert me(f"bearer {tokens['access']}").status_code == 200


def test_a_stale_token_does_not_stand_in_the_way_of_logging_in(tokens, alice):
    stale = AccessToken(tokens["access"])
    stale.set_exp(lifetime=-timedelta(seconds=31))  # clocks may differ by 30
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {stale}")
    assert client.get("/api/auth/me").json()["code"] == "token_expired"
    assert client.post("/api/auth/login", {"email": alice.email, "password": PASSWORD}).status_code == 200


def test_a_deactivated_person_is_nobody_at_once(tokens):
    User.objects.update(is_active=False)
    assert me(f"Bearer {tokens['access']}").json()["code"] == "session_revoked"


# --- Queries ---------------------------------------------------------------------------------------------------------
def test_without_a_header_the_database_is_not_touched(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert me("").status_code == 401


def test_a_token_takes_one_query_without_a_shared_cache(tokens, django_assert_num_queries, settings):
    settings.SHARED_CACHE = False
    with django_assert_num_queries(1):
        assert me(f"Bearer {tokens['access']}").status_code == 200


class TestSharedCache:
    @pytest.fixture(autouse=True)
    def _shared(self, settings):
        settings.SHARED_CACHE = True

    def test_a_warm_token_takes_no_query(self, tokens, django_assert_num_queries):
        me(f"Bearer {tokens['access']}")
        with django_assert_num_queries(0):
            assert me(f"Bearer {tokens['access']}").json()["email"] == "alice@example.com"

    def test_a_warm_key_takes_no_query(self, client_of, alice, north, django_assert_num_queries):
        made = client_of(alice, north).post("/api/api-keys", {"name": "Shop", "role": "read_only"}).json()
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {made['key']}")
        client.get("/api/auth/me")
        django_cache.clear()  # the tombstone that the day of last use has left
        client.get("/api/auth/me")
        with django_assert_num_queries(0):
            assert client.get("/api/auth/me").json()["code"] == "forbidden"

    def test_logging_out_is_noticed(self, tokens):
        me(f"Bearer {tokens['access']}")
        APIClient().post("/api/auth/logout", {"refresh": tokens["refresh"]})
        assert me(f"Bearer {tokens['access']}").json()["code"] == "session_revoked"

    def test_reuse_of_a_refresh_token_is_noticed(self, tokens):
        newer = APIClient().post("/api/auth/refresh", {"refresh": tokens["refresh"]}).json()
        assert me(f"Bearer {newer['access']}").status_code == 200
        APIClient().post("/api/auth/refresh", {"refresh": tokens["refresh"]})
        assert me(f"Bearer {newer['access']}").json()["code"] == "session_revoked"

    def test_a_new_name_is_noticed(self, tokens):
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
        client.get("/api/auth/me")
        client.patch("/api/auth/me", {"full_name": "Alice the Second"})
        assert client.get("/api/auth/me").json()["full_name"] == "Alice the Second"

    def test_a_revoked_key_is_noticed(self, client_of, alice, north):
        owner = client_of(alice, north)
        made = owner.post("/api/api-keys", {"name": "Shop", "role": "read_only"}).json()
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {made['key']}")
        client.get("/api/members")
        django_cache.clear()  # the tombstone that the day of last use has left
        assert client.get("/api/members").status_code == 200
        owner.delete(f"/api/api-keys/{made['id']}")
        assert client.get("/api/members").json()["code"] == "key_invalid"

    def test_a_person_who_changed_is_loaded_again(self, tokens):
        me(f"Bearer {tokens['access']}")
        User.objects.update(is_active=False)
        operations.person_changed(User.objects.get().pk)
        assert me(f"Bearer {tokens['access']}").json()["code"] == "session_revoked"

    def test_what_is_cached_does_not_hold_the_password(self, tokens):
        me(f"Bearer {tokens['access']}")
        session = Session.objects.get()
        cached = django_cache.get(cache.system_key("session", session.pk.hex))
        assert "alice@example.com" in cached
        assert User.objects.get().password not in map(str, cached)


def test_a_user_made_from_the_cache_keeps_the_password_when_saved(tokens, alice):
    user = sessions.find_user(_claims(tokens["access"]))
    user.full_name = "Changed"
    user.save()
    alice.refresh_from_db()
    assert alice.full_name == "Changed"
    assert alice.check_password(PASSWORD)


def _claims(access):
    from accounts.tokens import read_access

    return read_access(access)


# --- The system database goes away -----------------------------------------------------------------------------------
@pytest.mark.parametrize("authorization", ["token", "key"])
def test_the_system_database_being_down_is_said_clearly(tokens, monkeypatch, authorization):
    """The middleware stands outside DRF: the problem comes from handler500."""

    def down(*args, **options):
        raise OperationalError(2002, "Can't connect to server on 'db.internal'")

    monkeypatch.setattr(Session.objects, "filter", down)
    monkeypatch.setattr(ApiKey.objects, "filter", down)
    client = Client(raise_request_exception=False)
    header = f"Bearer {tokens['access']}" if authorization == "token" else "Bearer lk_abc_def"
    answer = client.get("/api/auth/me", headers={"Authorization": header})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (503, "database_unavailable")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "2"
    assert answer["X-Request-Id"] == body["request_id"] != ""
    assert "db.internal" not in answer.content.decode()
    monkeypatch.undo()
    assert me(f"Bearer {tokens['access']}").status_code == 200


def test_log_in_with_the_system_database_down_is_a_clear_problem_too(alice, monkeypatch):
    def down(*args, **options):
        raise OperationalError(2002, "Can't connect to server on 'db.internal'")

    monkeypatch.setattr(User.objects, "get_by_natural_key", down)
    monkeypatch.setattr(type(User._default_manager), "get_by_natural_key", down)
    answer = APIClient().post("/api/auth/login", {"email": alice.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
