"""Settings that can be read but cannot work. Every process refuses to start with them (ledger.apps): a system check
would be run by some commands only, and never by gunicorn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_RATE = re.compile(r"[0-9]{1,9}/(s|sec|second|m|min|minute|h|hour|d|day)")


def refuse_wrong_settings() -> None:
    """Raise one error that names everything that is wrong."""
    wrong = [*_credential_keys(), *_rates()]
    if wrong:
        raise ImproperlyConfigured("\n".join(wrong))


def _credential_keys() -> Iterator[str]:
    for number, key in enumerate(settings.CREDENTIAL_KEYS, 1):
        try:
            Fernet(key)
        except ValueError:
            yield (
                f"Key {number} of LEDGER_CREDENTIAL_KEYS is none: a key is 32 random bytes in URL-safe base64, several "
                f"are separated by commas. Make one with:  {settings.CREDENTIAL_KEY_COMMAND}  and keep it safe."
            )


def _rates() -> Iterator[str]:
    rates = cast("dict[str, str]", settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
    for scope, rate in rates.items():
        if not _RATE.fullmatch(rate):
            yield f"LEDGER_RATE_{scope.upper()} is {rate!r}: a rate is a number per s, min, hour or day, as in 20/h."
