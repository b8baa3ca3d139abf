"""API keys: an integration's access to one organization.

`lk_<prefix>_<secret>`: the secret is 256 random bits, so a plain SHA-256 of the key is all that is kept. A key acts for
the member who made it: it may do what both its own role and its maker's role allow, and stops when the maker leaves.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import CALLER_FIELDS, ApiKey, User
from tenancy import cache
from tenancy.abilities import ROLES
from tenancy.members import operations as members
from tenancy.problems import FieldError, Invalid, NotAuthenticated
from tenancy.trail import operations as trail
from tenancy.trail.operations import Subject

MARK = "lk_"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class KeyInvalid(NotAuthenticated):
    """One answer for unknown, revoked and expired keys: a stranger learns nothing."""

    code = "key_invalid"
    title = "This API key is not valid"


@dataclass(frozen=True, slots=True)
class LiveKey:
    id: int
    organization_id: str
    role: str
    user: User


def _cache_key(key_hash: str) -> str:
    return cache.system_key("api_key", key_hash)


def hash_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


# --- Use -------------------------------------------------------------------------------------------------------------
def find(key: str) -> LiveKey:
    """The key as every request uses it, from the shared cache if it can; raises KeyInvalid."""
    key_hash = hash_of(key)

    def load() -> tuple[Any, ...] | None:
        live = ApiKey.objects.filter(key_hash=key_hash, revoked_at=None, created_by__is_active=True)
        user = (f"created_by__{name}" for name in CALLER_FIELDS)
        return live.values_list("pk", "organization_id", "role", "expires_at", "last_used_on", *user).first()

    values = cache.remember(_cache_key(key_hash), load)
    if values is None:
        raise KeyInvalid("It is unknown, revoked or expired. A member can make a new one.")
    pk, organization_id, role, expires_at, last_used_on, *user_values = values
    if expires_at is not None and expires_at <= timezone.now():
        raise KeyInvalid("It is unknown, revoked or expired. A member can make a new one.")
    _note_use(pk, key_hash, last_used_on)
    return LiveKey(pk, organization_id, role, User.from_look_up(user_values))


def _note_use(pk: int, key_hash: str, last_used_on: date | None) -> None:
    """Write the day of last use, once a day."""
    today = timezone.now().date()
    if last_used_on == today:
        return
    unwritten = ApiKey.objects.filter(Q(last_used_on=None) | Q(last_used_on__lt=today), pk=pk)
    unwritten.update(last_used_on=today)
    cache.forget(_cache_key(key_hash))


# --- Make and revoke -------------------------------------------------------------------------------------------------
@transaction.atomic
def create(
    *, organization_id: str, by: User, abilities: frozenset[str], name: str, role: str, expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """A new key and, this once, its text. `abilities` are its maker's: a key's role cannot exceed them."""
    if not ROLES[role] <= abilities or "ownership.manage" in ROLES[role]:
        detail = "A key cannot be an owner, nor may it do more than its maker."
        raise Invalid(detail, errors=(FieldError("/role", "role_too_high", detail),))
    if expires_at is not None and expires_at <= timezone.now():
        detail = "This is in the past."
        raise Invalid(detail, errors=(FieldError("/expires_at", "in_the_past", detail),))
    members.lock(organization_id)  # whoever is removed at this moment makes no key that outlives the membership
    members.require(organization_id, by.pk, "api_keys.create")
    prefix = MARK + "".join(secrets.choice(_ALPHABET) for _ in range(8))
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        organization_id=organization_id,
        created_by=by,
        name=name,
        role=role,
        expires_at=expires_at,
        prefix=prefix,
        key_hash=hash_of(text),
    )
    _note(key, "made", by=by.pk, after={"role": role, "expires_at": expires_at and expires_at.isoformat()})
    return key, text


@transaction.atomic
def revoke(keys: QuerySet[ApiKey], *, by: int, why: str = "") -> None:
    """Stop keys now, on every server process."""
    rows = list(keys.filter(revoked_at=None))
    for key in rows:
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            _note(key, "revoked", by=by, summary=why)
    _forget([key.key_hash for key in rows])


def _note(key: ApiKey, verb: str, *, by: int, **about: Any) -> None:
    subject = Subject("api_key", key.pk, f"{key.name} ({key.prefix})")
    trail.record(organization_id=key.organization_id, by=by, verb=verb, subject=subject, **about)


def maker_changed(user_id: int) -> None:
    """Call inside the transaction that changes a user."""
    _forget(list(ApiKey.objects.filter(created_by=user_id, revoked_at=None).values_list("key_hash", flat=True)))


def _forget(key_hashes: list[str]) -> None:
    keys = [_cache_key(key_hash) for key_hash in key_hashes]
    if keys:
        transaction.on_commit(lambda: cache.forget(*keys))
