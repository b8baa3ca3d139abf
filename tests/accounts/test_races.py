"""Two requests at the same moment, on a real server: exactly one of them wins."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from accounts import links
from accounts.models import Session, User
from tenancy.models import Membership
from tests.mails import newest_to, token_in
from tests.settings import ENGINE

PASSWORD = "correct horse battery"
ROUNDS = 5

pytestmark = [
    pytest.mark.skipif(ENGINE != "mysql", reason="SQLite's writers stand in a queue of their own making (IMMEDIATE)"),
    pytest.mark.django_db(transaction=True),
]


def at_once(*requests: Callable[[], Any]) -> Counter[Any]:
    """Send requests from a thread each, all let go together; how often which status or code was answered."""
    gate, answers = threading.Barrier(len(requests)), []

    def send(request: Callable[[], Any]) -> None:
        gate.wait()
        try:
            answer = request()
            answers.append(answer.json()["code"] if answer.status_code >= 400 else answer.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(answers)


def test_a_refresh_token_is_exchanged_once(alice):
    for _ in range(ROUNDS):
        token = APIClient().post("/api/auth/login", {"email": alice.email, "password": PASSWORD}).json()["refresh"]
        seen = at_once(*[lambda t=token: APIClient().post("/api/auth/refresh", {"refresh": t})] * 4)
        assert seen[200] == 1
        assert seen["token_reused"] + seen["session_revoked"] == 3
        assert seen["token_reused"] >= 1
    assert not Session.objects.filter(revoked_at=None).exists()


def test_an_address_signs_up_once(settings):
    settings.REQUIRE_EMAIL_CONFIRMATION = False
    for number in range(ROUNDS):
        body = {"email": f"dora{number}@example.com", "password": "a long enough secret", "full_name": "Dora"}
        seen = at_once(*[lambda b=body: APIClient().post("/api/auth/sign-up", b)] * 4)
        assert seen == {201: 1, "invalid": 3}
    assert User.objects.count() == ROUNDS


def test_a_reset_link_is_used_once(alice):
    for _ in range(ROUNDS):
        alice.refresh_from_db()
        token = links.RESET_PASSWORD.token_for(alice)

        def reset(number: int, token: str = token) -> Any:
            body = {"token": token, "password": f"secret number {number} of all"}
            return APIClient().post("/api/auth/password/reset/confirm", body)

        seen = at_once(*[lambda n=n: reset(n) for n in range(4)])
        assert seen == {204: 1, "link_invalid": 3}


def test_an_invitation_is_accepted_once(alice, new_user, north, client_of):
    dora, owner = new_user("dora"), client_of(alice, north)
    for _ in range(ROUNDS):
        owner.post("/api/invitations", {"email": dora.email, "role": "admin"})
        token, client = token_in(newest_to(dora.email)), client_of(dora)
        seen = at_once(*[lambda t=token, c=client: c.post("/api/invitations/accept", {"token": t})] * 4)
        assert seen[200] == 1
        assert sum(seen.values()) == 4
        assert Membership.objects.filter(user=dora).count() == 1
        owner.delete(f"/api/members/{Membership.objects.get(user=dora).pk}")


def test_two_owners_cannot_demote_each_other(alice, bob, north, client_of):
    for _ in range(ROUNDS):
        Membership.objects.update(role="owner")
        alices, bobs = (Membership.objects.get(user=user).pk for user in (alice, bob))
        by_alice, by_bob = client_of(alice, north), client_of(bob, north)
        seen = at_once(
            lambda c=by_alice, pk=bobs: c.patch(f"/api/members/{pk}", {"role": "admin"}),
            lambda c=by_bob, pk=alices: c.patch(f"/api/members/{pk}", {"role": "admin"}),
        )
        assert seen == {200: 1, "forbidden": 1}
        assert Membership.objects.filter(role="owner").count() == 1


def test_two_owners_cannot_both_leave(alice, bob, north, client_of):
    Membership.objects.update(role="owner")
    alices, bobs = (Membership.objects.get(user=user).pk for user in (alice, bob))
    by_alice, by_bob = client_of(alice, north), client_of(bob, north)
    seen = at_once(
        lambda: by_alice.delete(f"/api/members/{alices}"),
        lambda: by_bob.delete(f"/api/members/{bobs}"),
    )
    assert seen == {204: 1, "last_owner": 1}
    assert Membership.objects.count() == 1
