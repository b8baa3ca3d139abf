"""What every request looks up is fetched from the shared cache together, and used once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache as django_cache
from rest_framework.test import APIClient

from tenancy import access, cache
from tenancy.models import Membership, Organization


@pytest.fixture(autouse=True)
def shared(settings: Any) -> None:
    settings.SHARED_CACHE = True  # also where the tests' cache is this process's: there is one process


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The keys of each read of the cache, in the order of the reads."""
    found: list[tuple[str, ...]] = []
    get, get_many = django_cache.get, django_cache.get_many

    def one(key: str, *args: Any, **kwargs: Any) -> Any:
        found.append((key,))
        return get(key, *args, **kwargs)

    def many(keys: Any, *args: Any, **kwargs: Any) -> Any:
        found.append(tuple(keys))
        return get_many(keys, *args, **kwargs)

    monkeypatch.setattr(cache, "cache", type("Cache", (), {"get": one, "get_many": many, "add": django_cache.add}))
    return found


def kinds(keys: tuple[str, ...]) -> list[str]:
    return [key.split(":")[1] for key in keys]


def test_a_request_reads_the_cache_once(
    client_of: Callable[..., APIClient], alice: Any, north: Organization, asked: list[tuple[str, ...]]
) -> None:
    client = client_of(alice, north)
    client.get("/api/accounts")
    asked.clear()
    assert client.get("/api/accounts").status_code == 200
    assert [kinds(keys) for keys in asked] == [["session", "organization", "member"]]


def test_what_was_fetched_is_used_once_and_not_after_the_request(asked: list[tuple[str, ...]]) -> None:
    cache.remember("system:thing", lambda: 1)
    with cache.looking_up():
        cache.fetch("system:thing", "system:nothing")
        asked.clear()
        assert cache.remember("system:thing", lambda: 2) == 1
        assert asked == []
        assert cache.remember("system:thing", lambda: 2) == 1
        assert asked == [("system:thing",)]
    asked.clear()
    assert cache.remember("system:nothing", lambda: 3) == 3
    assert asked == [("system:nothing",)]


def test_a_removed_member_is_refused_by_the_next_request(
    client_of: Callable[..., APIClient], alice: Any, bob: Any, north: Organization
) -> None:
    Membership.objects.get_or_create(organization=north, user=bob, defaults={"role": "viewer"})
    client = client_of(bob, north)
    assert client.get("/api/accounts").status_code == 200
    Membership.objects.filter(organization=north, user=bob).delete()
    cache.forget(*access.look_up_keys(bob.pk, north.pk))
    assert client.get("/api/accounts").status_code == 404
