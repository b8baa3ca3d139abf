"""The program and what one machine needs: versions, settings, the system database, keys, cache, files, mail."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import django
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from ledger import health
from ledger.doctor.finding import Finding, failure, ok, warning
from tenancy.credentials import CredentialKeyMissing, decrypt, is_newest
from tenancy.lifecycle.models import OrganizationKey
from tenancy.models import DatabaseServer, OrganizationDatabase

LEAST_FREE, LITTLE_FREE = 0.03, 0.10  # of the disk under LEDGER_VAR
MOST_DRIFT, SOME_DRIFT = 30.0, 2.0  # seconds between two clocks
ROTATE = "Encrypt them anew with the newest key: `manage.py rotate_key credential encrypt`."


def program(databases: int) -> Iterator[Finding]:
    yield ok("program", f"Python {platform.python_version()}, Django {django.get_version()}{_driver()}")


def _driver() -> str:
    try:
        return f", mysqlclient {metadata.version('mysqlclient')}"
    except metadata.PackageNotFoundError:
        return ""


def environment(databases: int) -> Iterator[Finding]:
    before = "settings"
    if settings.DEBUG:
        yield failure(
            before, "LEDGER_DEBUG is on: secrets have guessable defaults", "Unset LEDGER_DEBUG and restart everything."
        )
    if not settings.EMBEDDED and not settings.SHARED_CACHE:
        yield warning(
            before,
            "there is no REDIS_URL: what one process changes the others see late",
            "Set REDIS_URL, or run one web process only.",
        )
    if not settings.PUBLIC_URL.startswith("https://") and not settings.EMBEDDED:
        yield warning(
            before,
            f"LEDGER_PUBLIC_URL is {settings.PUBLIC_URL}: cookies and links go over lines anybody can read",
            "Put HTTPS in front and make LEDGER_PUBLIC_URL begin with https://.",
        )
    yield ok(before, "embedded, files under " + str(settings.VAR) if settings.EMBEDDED else "on servers")


def system_database(databases: int) -> Iterator[Finding]:
    part, started = "system database", time.perf_counter()
    try:
        version = _version()
    except DatabaseError as error:
        yield failure(part, f"does not answer: {error}", "Start the server that DATABASE_URL names; look at its log.")
        return
    took = (time.perf_counter() - started) * 1000
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    waiting = [step for step in waiting if step[0].app_label not in settings.ORGANIZATION_APPS]
    if waiting:
        yield failure(
            part,
            f"{len(waiting)} migrations are not applied ({waiting[0][0]} first)",
            "Run `manage.py set_up_installation`.",
        )
    yield ok(part, f"{version} answers in {took:.1f} ms")


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SELECT VERSION()")
        return f"{connection.display_name} {cursor.fetchone()[0]}"


def clock(databases: int) -> Iterator[Finding]:
    """Tokens, leases and locks compare times of several machines; where the servers' clocks are, `servers` says."""
    part = "clock"
    if connection.vendor == "sqlite":
        yield ok(part, "one machine, one clock")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT UNIX_TIMESTAMP(NOW(6))")
        ahead = float(cursor.fetchone()[0]) - time.time()
    yield drift(part, "the system database's", ahead)


def drift(part: str, whose: str, ahead: float) -> Finding:
    said = f"{whose} is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} this machine's"
    to_do = "Set both clocks by NTP (`timedatectl` shows whether they are)."
    if abs(ahead) >= MOST_DRIFT:
        return failure(part, said, to_do)
    return warning(part, said, to_do) if abs(ahead) >= SOME_DRIFT else ok(part, f"{whose} agrees with this machine's")


def keys(databases: int) -> Iterator[Finding]:
    """Can every stored password and key be read, and was it written with the newest key?"""
    part = "keys"
    stored = [text for text in DatabaseServer.objects.values_list("admin_password_encrypted", flat=True) if text]
    stored += OrganizationDatabase.objects.exclude(password_encrypted="").values_list("password_encrypted", flat=True)
    stored += OrganizationKey.objects.exclude(key_encrypted="").values_list("key_encrypted", flat=True)
    lost = [text for text in stored if not _readable(text)]
    if lost:
        yield failure(
            part,
            f"{len(lost)} of {len(stored)} stored secrets cannot be read with LEDGER_CREDENTIAL_KEYS",
            "Put the key that is missing back into LEDGER_CREDENTIAL_KEYS (from the backup of the environment file), "
            "behind the newest one, and restart everything.",
        )
    old = [text for text in stored if text not in lost and not is_newest(text)]
    if old:
        yield warning(part, f"{len(old)} of {len(stored)} stored secrets were written with a former key", ROTATE)
    if not lost:
        yield ok(part, f"{len(stored)} stored secrets can be read")


def _readable(stored: str) -> bool:
    try:
        decrypt(stored)
    except CredentialKeyMissing:
        return False
    return True


def cache(databases: int) -> Iterator[Finding]:
    state = health.cache_state()
    if state == "unreachable":
        yield failure(
            "cache", "Redis (REDIS_URL) does not answer: requests are slow and budgets do not hold", "Start Redis."
        )
    else:
        yield ok("cache", state)


def files(databases: int) -> Iterator[Finding]:
    part, folder = "files", Path(settings.VAR)
    if not os.access(folder, os.W_OK):
        yield failure(part, f"{folder} cannot be written to", f"Give {folder} to the user that Ledger runs as.")
        return
    usage = shutil.disk_usage(folder)
    said = f"{usage.free / 1e9:.1f} GB of {usage.total / 1e9:.0f} GB are free under {folder}"
    to_do = "Free space, or enlarge the disk."
    if usage.free < usage.total * LEAST_FREE:
        yield failure(part, said, to_do)
    elif usage.free < usage.total * LITTLE_FREE:
        yield warning(part, said, to_do)
    else:
        yield ok(part, said)
    yield from _attachments()


def _attachments() -> Iterator[Finding]:
    storage = storages["attachments"]
    name = storage.save("doctor", ContentFile(b"doctor"))
    try:
        with storage.open(name) as file:
            said = file.read()
    finally:
        storage.delete(name)
    if said != b"doctor":
        yield failure("files", "an attachment comes back changed", "Look at the storage named in STORAGES.")
    else:
        yield ok("files", "attachments can be written, read and deleted")


def mail(databases: int) -> Iterator[Finding]:
    part, backend = "mail", settings.EMAIL_BACKEND
    if not backend.endswith("smtp.EmailBackend"):
        said = f"is not sent ({backend.rsplit('.', 2)[-2]})"
        if settings.EMBEDDED:
            yield ok(part, said + f", it is kept under {settings.VAR / 'mail'}")
        else:
            yield warning(part, said, "Set EMAIL_URL to a mail server.")
        return
    line = get_connection(timeout=5)
    try:
        line.open()
        line.close()
    except OSError as error:
        yield failure(part, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take us: {error}", "Mend EMAIL_URL.")
        return
    yield ok(part, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} lets us in")
