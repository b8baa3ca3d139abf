"""The shape a database really has (tables, columns, indexes, triggers), against that which its migrations make."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.db import connections

from tenancy import aliases
from tenancy.credentials import decrypt
from tenancy.models import DatabaseServer, OrganizationDatabase
from tenancy.provisioning import schema
from tenancy.provisioning.servers import database_name, engine_of

MYSQL = (
    "SELECT CONCAT('column ', table_name, '.', column_name, ' ', column_type, ' ', is_nullable) "
    "FROM information_schema.columns WHERE table_schema = DATABASE()",
    "SELECT CONCAT('index ', table_name, '.', index_name, ' ', seq_in_index, ' ', column_name, ' ', non_unique) "
    "FROM information_schema.statistics WHERE table_schema = DATABASE()",
    "SELECT CONCAT('trigger ', trigger_name, ' ', MD5(action_statement)) "
    "FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
)
SQLITE = ("SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%%'",)


class Shapes:
    """Compares databases with a fresh one of the newest schema, which is made once per engine and server."""

    def __init__(self) -> None:
        self._right: dict[int, frozenset[str]] = {}

    def difference(self, record: OrganizationDatabase) -> str:
        """What is missing or too much in an organization's database of the newest schema; empty: nothing."""
        server = record.server
        assert server is not None
        if server.pk not in self._right:
            self._right[server.pk] = _fresh(server)
        right, found = self._right[server.pk], _shape(server, record.name)
        missing, surplus = sorted(right - found), sorted(found - right)
        if not missing and not surplus:
            return ""
        words = [f"{len(missing)} missing"] if missing else []
        words += [f"{len(surplus)} too much"] if surplus else []
        return f"{', '.join(words)}, such as {(missing or surplus)[0][:80]}"


def _fresh(server: DatabaseServer) -> frozenset[str]:
    """Of a database that is made for this and dropped again."""
    name = database_name(server, f"shapes{secrets.token_hex(5)}")
    engine = engine_of(server)
    try:
        engine.create(name)
        return _shape(server, name)
    finally:
        engine.drop(name, "")


def _shape(server: DatabaseServer, name: str) -> frozenset[str]:
    with schema.scratch_alias(_place(server, name)) as alias, connections[alias].cursor() as cursor:
        found: set[str] = set()
        for question in SQLITE if server.engine == "sqlite" else MYSQL:
            cursor.execute(question.replace("%%", "%"))
            found.update(str(row[0]) for row in cursor.fetchall())
        return frozenset(found)


def _place(server: DatabaseServer, name: str) -> dict[str, Any]:
    if server.engine == "sqlite":
        return aliases.sqlite_settings(Path(server.directory) / name)
    return aliases.mysql_settings(
        server,
        database=name,
        user=server.admin_user,
        password=decrypt(server.admin_password_encrypted),
        pooled=False,
    )
