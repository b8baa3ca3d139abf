"""The shared cache is lost and comes back with what it held: nobody who was removed comes back with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache as django_cache
from rest_framework.test import APIClient

from tenancy import access, cache
from tenancy.models import Membership, Organization


class Broken:
    """A cache that can be out of reach, as django-redis is with IGNORE_EXCEPTIONS: nothing is said, nothing done."""

    def __init__(self) -> None:
        self.reachable = True

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(django_cache, name)

        def do(*args: Any, **kwargs: Any) -> Any:
            if self.reachable:
                return real(*args, **kwargs)
            return {} if name == "get_many" else None

        return do


@pytest.fixture
def broken(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Broken:
    settings.SHARED_CACHE = True
    monkeypatch.setattr(cache, "RETRY_SECONDS", 0.05)
    found = Broken()
    monkeypatch.setattr(cache, "cache", found)
    return found


def digging() -> bool:
    return cache._gravedigger.locked()


def test_a_member_removed_while_it_was_away_is_removed_when_it_is_back(
    broken: Broken, north: Organization, bob: Any, client_of: Callable[..., APIClient]
) -> None:
    client = client_of(bob, north)
    django_cache.delete_many([f"system:member:{north.pk}:{bob.pk}"])  # no tombstone of the set-up in the way
    assert client.get("/api/accounts").status_code == 200
    assert django_cache.get(f"system:member:{north.pk}:{bob.pk}") == "bookkeeper"
    broken.reachable = False
    Membership.objects.filter(organization=north, user=bob).delete()
    access.membership_changed(north.pk, bob.pk)
    assert digging()
    assert client.get("/api/accounts").status_code in (403, 404), "without a cache the database is asked"
    broken.reachable = True
    end = time.monotonic() + 5
    while digging() and time.monotonic() < end:
        time.sleep(0.02)
    assert not digging()
    assert client.get("/api/accounts").status_code in (403, 404)
    assert cache._unburied == {}


def test_it_is_given_up_when_nothing_stale_can_be_left(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LOOK_UP_SECONDS", 0.2)
    broken.reachable = False
    cache.forget("system:member:x:1")
    assert digging()
    time.sleep(0.6)
    assert not digging()
    assert cache._unburied == {}


def test_forgetting_takes_no_thread_when_it_is_there(broken: Broken) -> None:
    cache.forget("system:member:x:1", "system:member:x:2")
    assert not digging()
    assert cache.remember("system:member:x:1", lambda: "new") == "new"
