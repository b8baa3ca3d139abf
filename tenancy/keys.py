"""Rotating the installation's keys without anybody noticing: accept the new one, use it, retire the old one.

The keys are in the environment of every process, several of a kind separated by commas: the first one signs or
encrypts, all of them verify or decrypt. While processes are restarted one after another, some have read the former
line; so a new key first comes *behind* the one in use, and only when every process knows it, in front. What was
encrypted with the old one is encrypted again in between. Nothing here knows who has restarted: the operator does each
step, and each step says what the next one is.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, TextField

from tenancy import credentials

ENCRYPTED = "_encrypted"  # how the names of columns end that hold what credentials.encrypt made


class WrongStep(ValueError):
    """The keys are not as this step needs them."""


def _random() -> str:
    return secrets.token_urlsafe(48)


def _fernet() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@dataclass(frozen=True, slots=True)
class Kind:
    variable: str
    make: Callable[[], str]
    in_use: Callable[[], list[str]]
    wait: Callable[[], timedelta]  # after which nothing is valid any more that the old key signed


KINDS = {
    "token": Kind(
        "LEDGER_TOKEN_KEY",
        _random,
        lambda: [settings.TOKEN_KEY, *settings.TOKEN_KEY_FALLBACKS],
        lambda: settings.REFRESH_TOKEN_LIFETIME,
    ),
    "secret": Kind(
        "LEDGER_SECRET_KEY",
        _random,
        lambda: [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS],
        lambda: timedelta(seconds=max(settings.EMAIL_CONFIRMATION_TIMEOUT, settings.SESSION_COOKIE_AGE)),
    ),
    "credential": Kind(
        "LEDGER_CREDENTIAL_KEYS",
        _fernet,
        lambda: list(settings.CREDENTIAL_KEYS),
        lambda: timedelta(days=1),  # mails that wait for their server are encrypted too
    ),
}


def accept(keys: list[str], make: Callable[[], str]) -> list[str]:
    """A new key behind the one in use."""
    if len(keys) > 1:
        raise WrongStep("There are several keys: a rotation is under way. Go on with `use` or `retire`.")
    return [*keys, make()]


def use(keys: list[str]) -> list[str]:
    """The newcomer in front."""
    if len(keys) < 2:
        raise WrongStep("There is one key only: begin with `accept`.")
    return [keys[-1], *keys[:-1]]


def retire(keys: list[str]) -> list[str]:
    """The first one alone."""
    if len(keys) < 2:
        raise WrongStep("There is one key only: nothing to retire.")
    return keys[:1]


# --- What is encrypted -----------------------------------------------------------------------------------------------
def _columns() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, TextField) and field.name.endswith(ENCRYPTED):
                yield model, field.name


def old_ones() -> int:
    """How many secrets in the system database are not encrypted with the first key."""
    return sum(1 for _ in _old_rows())


def _old_rows() -> Iterator[tuple[type[Model], str, Any, str]]:
    for model, name in _columns():
        rows = model._default_manager.exclude(**{name: ""}).values_list("pk", name)
        for pk, stored in rows.iterator():
            if not credentials.is_newest(stored):
                yield model, name, pk, stored


def encrypt_again() -> int:
    """Encrypt everything with the first key; what somebody changes meanwhile stays as that made it."""
    changed = 0
    for model, name, pk, stored in list(_old_rows()):
        rows = model._default_manager.filter(**{"pk": pk, name: stored})
        changed += rows.update(**{name: credentials.rotate(stored)})
    return changed


# --- The environment file --------------------------------------------------------------------------------------------
def keys_in(path: Path, variable: str) -> list[str]:
    found = re.search(rf"^{variable}=(.*)$", path.read_text(), re.MULTILINE)
    if found is None or not found[1].strip():
        raise WrongStep(f"{path} has no line {variable}=...")
    return found[1].strip().split(",")


def write(path: Path, variable: str, keys: list[str]) -> None:
    """Change one line; the file is whole at any moment, and nobody else may read it before or after."""
    text = re.sub(rf"^{variable}=.*$", f"{variable}={','.join(keys)}", path.read_text(), flags=re.MULTILINE)
    was = path.stat()
    making = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            os.fchmod(file.fileno(), was.st_mode & 0o777)
            if os.geteuid() == 0:
                os.fchown(file.fileno(), was.st_uid, was.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(making, path)
    finally:
        making.unlink(missing_ok=True)
