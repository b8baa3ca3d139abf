"""Database aliases of organizations, resolved when they are asked for.

Ten thousand aliases in `connections.settings` would cost every request 87 ms (Django loops over all of them three
times) and race with threads that add some; here iteration sees the static aliases only, and `t:<organization>` is
looked up on demand. The price: nothing in Django closes these connections, so `release()` runs at the end of every
request, job and command. See docs/decisions/0003-connections.md.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tenancy import context
from tenancy.credentials import decrypt
from tenancy.router import SYSTEM, is_organization_alias

CACHED_ALIASES = 4096


class OrganizationAliases(dict[str, dict[str, Any]]):
    """`connections.settings`: the static aliases, plus every organization's on demand."""

    def __init__(self, static: dict[str, dict[str, Any]]) -> None:
        super().__init__(static)
        self._known: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, alias: object) -> bool:
        return super().__contains__(alias) or (isinstance(alias, str) and self._resolve(alias) is not None)

    def __getitem__(self, alias: str) -> dict[str, Any]:
        if super().__contains__(alias):
            return super().__getitem__(alias)
        found = self._resolve(alias)
        if found is None:
            raise KeyError(alias)
        return found

    def _resolve(self, alias: str) -> dict[str, Any] | None:
        if not is_organization_alias(alias):
            return None
        with self._lock:
            if alias in self._known:
                self._known.move_to_end(alias)
                return self._known[alias]
        found = _settings_of(alias)  # reads the system database: outside the lock
        if found is not None:
            with self._lock:
                self._known[alias] = found
                while len(self._known) > CACHED_ALIASES:
                    self._known.popitem(last=False)
        return found

    def forget(self, alias: str) -> None:
        with self._lock:
            self._known.pop(alias, None)

    def put(self, alias: str, value: dict[str, Any]) -> None:
        with self._lock:
            self._known[alias] = value


@contextmanager
def temporary(alias: str, value: dict[str, Any]) -> Iterator[None]:
    """`alias` for a database of no organization (a scratch or spare one), closed and unknown afterwards."""
    _mapping().put(alias, value)
    try:
        yield
    finally:
        _discard(alias)
        _mapping().forget(alias)


def _settings_of(alias: str) -> dict[str, Any] | None:
    from tenancy.models import OrganizationDatabase

    prefix, _, organization_id = alias.partition(":")
    record = (
        OrganizationDatabase.objects.using(SYSTEM)
        .select_related("server")
        .filter(organization_id=organization_id)
        .first()
    )
    if record is None or record.server is None or not record.name:
        return None
    server = record.server
    if server.engine == "sqlite":
        return complete(sqlite_settings(Path(server.directory) / record.name))
    administrator = prefix + ":" == context.SCHEMA_ALIAS_PREFIX
    return complete(
        mysql_settings(
            server,
            database=record.name,
            user=server.admin_user if administrator else record.user,
            password=decrypt(server.admin_password_encrypted if administrator else record.password_encrypted),
            pooled=not administrator,
        )
    )


def sqlite_settings(path: Path) -> dict[str, Any]:
    return {"ENGINE": "tenancy.backends.sqlite", "NAME": str(path), "OPTIONS": dict(settings.SQLITE_OPTIONS)}


def mysql_settings(server: Any, *, database: str, user: str, password: str, pooled: bool) -> dict[str, Any]:
    """Settings of one MySQL database; `server` is a DatabaseServer."""
    options = {**settings.MYSQL_OPTIONS, "connect_timeout": server.connect_seconds or settings.CONNECT_SECONDS}
    if server.unix_socket:
        options["unix_socket"] = server.unix_socket
    return {
        "ENGINE": "tenancy.backends.mysql",
        "NAME": database,
        "USER": user,
        "PASSWORD": password,
        "HOST": "" if server.unix_socket else server.host,
        "PORT": "" if server.unix_socket else str(server.port),
        "OPTIONS": options,
        "POOL": server.key if pooled else "",
        "REPLICA": _replica_of(server) if pooled else None,
        "POOL_SIZE": server.pool_size,
        "POOL_SECONDS": server.pool_seconds,
        "SERVER": server.name,
        "STATEMENT_SECONDS": (
            settings.STATEMENT_SECONDS if server.statement_seconds is None else server.statement_seconds
        ),
    }


def _replica_of(server: Any) -> dict[str, Any] | None:
    """Where the driver finds the server's replica."""
    if server.replica_socket:
        return {"unix_socket": server.replica_socket}
    return {"host": server.replica_host, "port": server.replica_port} if server.replica_host else None


def complete(partial: dict[str, Any]) -> dict[str, Any]:
    """An alias dictionary with every key Django expects."""
    whole = {**connections.settings[SYSTEM], "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    whole.update({"USER": "", "PASSWORD": "", "HOST": "", "PORT": "", "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True})
    whole.update(partial)
    return whole


class _Touched(threading.local):
    def __init__(self) -> None:
        self.aliases: OrderedDict[str, None] = OrderedDict()


_touched = _Touched()


def touch(alias: str) -> None:
    """Called by our backends when a thread connects or uses an organization's alias."""
    if is_organization_alias(alias):
        _touched.aliases[alias] = None
        _touched.aliases.move_to_end(alias)


def _mapping() -> OrganizationAliases:
    mapping = connections.settings
    assert isinstance(mapping, OrganizationAliases), "tenancy.aliases.install() has not run"
    return mapping


def _open(alias: str) -> BaseDatabaseWrapper | None:
    """This thread's wrapper for `alias`, if it has one (asking `connections[alias]` would make one)."""
    wrapper: BaseDatabaseWrapper | None = getattr(vars(connections)["_connections"], alias, None)
    return wrapper


def _discard(alias: str) -> None:
    connection = _open(alias)
    if connection is not None:
        connection.close()
        del connections[alias]
    _touched.aliases.pop(alias, None)


def release(**kwargs: Any) -> None:
    """End of a request, job or command in this thread: give MySQL connections back to the pool, and close the SQLite
    files beyond the most recently used ones (opening one costs 7 ms)."""
    files: list[str] = []
    for alias in tuple(_touched.aliases):
        connection = _open(alias)
        if connection is None:
            _touched.aliases.pop(alias, None)
        elif connection.in_atomic_block:
            continue  # somebody's transaction around this request (a test, a command): theirs to end
        elif connection.vendor == "sqlite" and alias.startswith(context.ALIAS_PREFIX):
            files.append(alias)
        else:
            _discard(alias)
    for alias in files[: max(0, len(files) - settings.ORGANIZATION_OPEN_FILES)]:
        _discard(alias)


def release_all(**kwargs: Any) -> None:
    """End of a thread or process: close everything this thread has open."""
    for alias in tuple(_touched.aliases):
        _discard(alias)


def forget(organization_id: str) -> None:
    """The organization's database moved, changed its password or went away: resolve it anew (this process)."""
    for prefix in (context.ALIAS_PREFIX, context.SCHEMA_ALIAS_PREFIX):
        _discard(prefix + organization_id)
        _mapping().forget(prefix + organization_id)


def install() -> None:
    """Put the lazy mapping in place of `connections.settings` (called once, when Django is ready)."""
    if not isinstance(connections.settings, OrganizationAliases):
        connections.__dict__["settings"] = OrganizationAliases(connections.settings)
        request_finished.connect(release, dispatch_uid="tenancy.aliases.release")
