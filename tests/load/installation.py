"""A throw-away installation for a benchmark, on MariaDB (TEST_MYSQL_URL) or on SQLite files; loopback only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def prepare_environment(engine: str, folder: Path) -> None:
    """Settings for this process; call it before Django is set up."""
    for name in ("DATABASE_URL", "REDIS_URL", "MONGODB_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)
    os.environ.update(LEDGER_DEBUG="0", LEDGER_VAR=str(folder), LEDGER_LOG_LEVEL="WARNING")
    for name in ("REQUESTS", "CONCURRENCY", "REPORT_SECONDS"):
        os.environ[f"LEDGER_BUDGET_{name}"] = "0"
    for name in ("LEDGER_SECRET_KEY", "LEDGER_TOKEN_KEY"):
        os.environ.setdefault(name, "a-benchmark-lives-for-minutes-and-guards-nothing")
    os.environ.setdefault("LEDGER_CREDENTIAL_KEYS", "YS1iZW5jaG1hcmsta2V5LXRoYXQtZ3VhcmRzLW5vdGg=")
    os.environ["LEDGER_ALLOWED_HOSTS"] = "127.0.0.1,localhost,testserver"
    if engine == "mysql":
        os.environ["DATABASE_URL"] = os.environ["TEST_MYSQL_URL"].rstrip("/") + "/ledgerload"
        os.environ["REDIS_URL"] = urlsplit(os.environ["TEST_REDIS_URL"])._replace(path="/15").geturl()
    os.environ["DJANGO_SETTINGS_MODULE"] = "ledger.settings"


@contextmanager
def installation(engine: str) -> Iterator[Any]:
    """A migrated system database with one registered server; yields that server. Everything is dropped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-load-"))
    prepare_environment(engine, folder)
    if engine == "mysql":
        _sql("DROP DATABASE IF EXISTS ledgerload", "CREATE DATABASE ledgerload CHARACTER SET utf8mb4")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", database="default", interactive=False, verbosity=0)
    try:
        yield _register(engine, folder)
    finally:
        _drop_all()
        if engine == "mysql":
            _sql("DROP DATABASE IF EXISTS ledgerload")
        shutil.rmtree(folder, ignore_errors=True)


def _register(engine: str, folder: Path) -> Any:
    from tenancy.credentials import encrypt
    from tenancy.models import DatabaseServer

    if engine == "sqlite":
        files = folder / "organizations"
        files.mkdir()
        return DatabaseServer.objects.create(name="files", engine="sqlite", directory=str(files))
    place = urlsplit(os.environ["TEST_MYSQL_URL"])
    return DatabaseServer.objects.create(
        name="mariadb",
        engine="mysql",
        host=place.hostname,
        port=place.port,
        admin_user=place.username,
        admin_password_encrypted=encrypt(place.password or ""),
    )


def _drop_all() -> None:
    from tenancy import aliases
    from tenancy.models import OrganizationDatabase, SpareDatabase
    from tenancy.provisioning.servers import engine_of

    aliases.release_all()
    for record in OrganizationDatabase.objects.exclude(server=None).select_related("server"):
        engine_of(record.server).drop(record.name, record.user)  # type: ignore[arg-type]
    for spare in SpareDatabase.objects.select_related("server"):
        engine_of(spare.server).drop(spare.name, "")


def mysql_admin() -> Any:
    import MySQLdb

    place = urlsplit(os.environ["TEST_MYSQL_URL"])
    return MySQLdb.connect(
        host=place.hostname, port=place.port, user=place.username, password=place.password or "", autocommit=True
    )


def _sql(*statements: str) -> None:
    connection = mysql_admin()
    for statement in statements:
        connection.query(statement)
    connection.close()


def status(connection: Any, name: str) -> int:
    """A counter of the server, such as Threads_connected."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE %s", (name,))
        return int(cursor.fetchone()[1])


def table(headings: list[str], rows: list[list[Any]]) -> None:
    """Print a Markdown table."""
    widths = [max(len(str(row[i])) for row in [headings, *rows]) for i in range(len(headings))]
    for row in [headings, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
