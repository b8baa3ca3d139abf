"""Database passwords at rest: encrypted with the installation's keys (Fernet), the newest first."""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CredentialKeyMissing(RuntimeError):
    """A stored password was encrypted with a key that is no longer in LEDGER_CREDENTIAL_KEYS."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(secret: str) -> str:
    return _fernet(tuple(settings.CREDENTIAL_KEYS)).encrypt(secret.encode()).decode()


def decrypt(stored: str) -> str:
    if not stored:
        return ""
    try:
        return _fernet(tuple(settings.CREDENTIAL_KEYS)).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise CredentialKeyMissing(
            "A database password cannot be decrypted: put the key it was encrypted with back "
            "into LEDGER_CREDENTIAL_KEYS."
        ) from None


def is_newest(stored: str) -> bool:
    """Was it encrypted with the first of the keys?"""
    try:
        _fernet((settings.CREDENTIAL_KEYS[0],)).decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def rotate(stored: str) -> str:
    """The same secret encrypted with the newest key."""
    return _fernet(tuple(settings.CREDENTIAL_KEYS)).rotate(stored.encode()).decode() if stored else ""
