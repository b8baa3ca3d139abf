"""Data keys: one per organization, wrapped by the installation's keys (tenancy/credentials.py), destroyed to shred."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.utils import timezone

from tenancy import credentials
from tenancy.lifecycle.models import OrganizationKey
from tenancy.problems import Conflict

BYTES = 32


class KeyDestroyed(Conflict):
    code = "key_destroyed"
    title = "The key of this organization was destroyed"


def key_to_write(organization_id: str) -> bytes:
    """The organization's key, made the first time."""
    wrapped = credentials.encrypt(base64.b64encode(secrets.token_bytes(BYTES)).decode())
    OrganizationKey.objects.get_or_create(organization_id=organization_id, defaults={"key_encrypted": wrapped})
    return key_to_read(organization_id)


def key_to_read(organization_id: str) -> bytes:
    """The organization's key. Raises KeyDestroyed where there is none any more."""
    found = OrganizationKey.objects.filter(pk=organization_id).first()
    if found is None:
        raise KeyDestroyed(
            f"The system database has no key of organization {organization_id}. Restore the system database from a "
            "copy that knows it: without the key its backups cannot be read."
        )
    if found.destroyed_at is not None:
        raise KeyDestroyed(
            f"It was shredded on {found.destroyed_at:%Y-%m-%d}: no backup of organization {organization_id} can be "
            "read any more, which is what was asked for."
        )
    return base64.b64decode(credentials.decrypt(found.key_encrypted))


def destroy(organization_id: str) -> None:
    """Make every backup of the organization unreadable, wherever copies of them are. Cannot be undone."""
    OrganizationKey.objects.update_or_create(
        organization_id=organization_id, defaults={"key_encrypted": "", "destroyed_at": timezone.now()}
    )


def authenticator(key: bytes, message: bytes) -> str:
    """Proves that `message` was written by somebody who has the key."""
    own = hmac.new(key, b"ledger manifest", hashlib.sha256).digest()
    return hmac.new(own, message, hashlib.sha256).hexdigest()
