"""POST /api/auth/password/reset, /api/auth/password/reset/confirm and /api/auth/password/change."""

import pytest
from rest_framework.test import APIClient

from accounts import links
from accounts.models import Session
from tests.mails import newest_to, sent, sent_to, token_in

PASSWORD = "correct horse battery"
NEW = "an entirely new secret"

pytestmark = pytest.mark.django_db


def log_in(user, password=PASSWORD):
    return APIClient().post("/api/auth/login", {"email": user.email, "password": password}).json()


def code_of_me(tokens):
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}").get("/api/auth/me").json().get("code")


class TestReset:
    def ask(self, email):
        return APIClient().post("/api/auth/password/reset", {"email": email})

    def confirm(self, token, password=NEW):
        return APIClient().post("/api/auth/password/reset/confirm", {"token": token, "password": password})

    def test_the_mailed_link_sets_the_password_and_ends_all_log_ins(self, alice):
        before = [log_in(alice), log_in(alice)]
        answer = self.ask(" ALICE@example.com")
        assert (answer.status_code, answer.content) == (202, b"")
        message = newest_to("alice@example.com")
        assert message.subject == "Choose a new password"
        assert self.confirm(token_in(message)).status_code == 204
        assert [code_of_me(tokens) for tokens in before] == ["session_revoked"] * 2
        assert log_in(alice)["code"] == "invalid_credentials"
        assert code_of_me(log_in(alice, NEW)) is None
        assert newest_to("alice@example.com").subject == "Your password was changed"

    def test_the_link_works_once(self, alice):
        token = links.RESET_PASSWORD.token_for(alice)
        self.confirm(token)
        answer = self.confirm(token, "yet another secret")
        assert (answer.status_code, answer.json()["code"]) == (400, "link_invalid")
        assert "access" in log_in(alice, NEW)

    def test_the_link_expires(self, alice, settings):
        token = links.RESET_PASSWORD.token_for(alice)
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert self.confirm(token).json()["code"] == "link_expired"
        assert "access" in log_in(alice)

    def test_the_link_of_one_account_does_not_open_another(self, alice, bob):
        mine, theirs = (links.RESET_PASSWORD.token_for(user) for user in (alice, bob))
        payload, when, _ = theirs.split(":")
        signature = mine.split(":")[2]
        assert self.confirm(f"{payload}:{when}:{signature}").json()["code"] == "link_invalid"
        assert "access" in log_in(bob)

    def test_a_weak_password_spends_nothing(self, alice):
        token = links.RESET_PASSWORD.token_for(alice)
        answer = self.confirm(token, "alice")
        assert answer.status_code == 400
        assert {e["pointer"] for e in answer.json()["errors"]} == {"/password"}
        assert self.confirm(token).status_code == 204

    def test_it_confirms_the_address_it_was_mailed_to(self, new_user):
        dora = new_user("dora", email_confirmed_at=None)
        self.confirm(links.RESET_PASSWORD.token_for(dora))
        assert log_in(dora, NEW)["user"]["email_confirmed"] is True

    def test_asking_tells_nothing_of_unknown_and_deactivated_addresses(self, alice):
        alice.is_active = False
        alice.save()
        for email in ("alice@example.com", "nobody@example.com"):
            answer = self.ask(email)
            assert (answer.status_code, answer.content) == (202, b"")
        assert sent() == []

    def test_a_deactivated_account_stays_closed(self, alice):
        token = links.RESET_PASSWORD.token_for(alice)
        alice.is_active = False
        alice.save()
        assert self.confirm(token).json()["code"] == "link_invalid"


class TestChange:
    def change(self, tokens, current=PASSWORD, new=NEW):
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens['access']}")
        return client.post("/api/auth/password/change", {"current_password": current, "new_password": new})

    def test_it_changes_the_password_and_ends_all_other_log_ins(self, alice):
        mine, other = log_in(alice), log_in(alice)
        assert self.change(mine).status_code == 204
        assert (code_of_me(mine), code_of_me(other)) == (None, "session_revoked")
        assert log_in(alice)["code"] == "invalid_credentials"
        assert "access" in log_in(alice, NEW)
        assert [m.subject for m in sent_to("alice@example.com")] == ["Your password was changed"]

    def test_a_wrong_present_password_changes_nothing(self, alice):
        mine, other = log_in(alice), log_in(alice)
        answer = self.change(mine, current="a guess")
        assert answer.status_code == 400
        errors = [(e["pointer"], e["code"]) for e in answer.json()["errors"]]
        assert errors == [("/current_password", "wrong_password")]
        assert code_of_me(other) is None
        assert "access" in log_in(alice)

    def test_a_weak_new_password_is_refused_where_it_stands(self, alice):
        answer = self.change(log_in(alice), new="short")
        errors = [(e["pointer"], e["code"]) for e in answer.json()["errors"]]
        assert errors == [("/new_password", "password_too_short")]
        assert "access" in log_in(alice)

    def test_a_reset_link_from_before_stops_working(self, alice):
        token = links.RESET_PASSWORD.token_for(alice)
        self.change(log_in(alice))
        answer = APIClient().post("/api/auth/password/reset/confirm", {"token": token, "password": "third secret"})
        assert answer.json()["code"] == "link_invalid"

    def test_nobody_else_can(self, alice):
        answer = APIClient().post("/api/auth/password/change", {"current_password": PASSWORD, "new_password": NEW})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert Session.objects.count() == 0
