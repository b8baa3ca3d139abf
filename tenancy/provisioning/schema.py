"""The schema of an organization's database: its version, and a template of it that is replayed in one go.

`migrate` re-renders the models' state for every migration and takes seconds; a template is made once per schema by one
real `migrate` on a scratch database, kept under VAR/templates, and replayed for every organization. A test holds
template and migrations to the same schema.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tenancy import aliases, context

APP = "ledger_core"


@lru_cache(maxsize=1)
def _plan() -> tuple[tuple[str, str], ...]:
    """The migrations of the books, first to last, each with its source text."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    leaves = graph.leaf_nodes(APP)
    plan = [key for leaf in leaves for key in graph.forwards_plan(leaf) if key[0] == APP]
    return tuple((name, _source_of(graph.nodes[app, name])) for app, name in plan)


def _source_of(migration: Migration) -> str:
    return inspect.getsource(sys.modules[type(migration).__module__])


def migration_names() -> tuple[str, ...]:
    """The migrations of the books, first to last."""
    return tuple(name for name, _ in _plan())


def schema_version() -> str:
    """What a migrated database is at: its last migration and a hash of all their names, `0001_initial:5b1c09ab`."""
    return _version_of(migration_names())


@lru_cache(maxsize=1)
def older_versions() -> frozenset[str]:
    """The versions that a database goes through on its way to ours. One that is neither among these nor ours was made
    by a newer program."""
    names = migration_names()
    return frozenset(_version_of(names[:count]) for count in range(1, len(names)))


def _version_of(names: Sequence[str]) -> str:
    return f"{names[-1]}:{_hash(list(names))[:8]}"


def template_key() -> str:
    """Also changes when a migration's text does (in development), so that a stale template is never replayed."""
    return _hash([text for pair in _plan() for text in pair])[:16]


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def migrate(alias: str) -> None:
    """Bring the books' schema behind `alias` (a `ddl:` one) to the newest version, migration by migration."""
    executor = MigrationExecutor(connections[alias])
    executor.migrate(list(executor.loader.graph.leaf_nodes(APP)))


@contextmanager
def scratch_alias(partial: dict[str, Any]) -> Iterator[str]:
    """A `ddl:` alias for a database that belongs to no organization."""
    alias = f"{context.SCHEMA_ALIAS_PREFIX}scratch-{partial['NAME']}"
    with aliases.temporary(alias, aliases.complete(partial)), context.administer(alias.partition(":")[2]):
        yield alias


def templates() -> Path:
    folder = Path(settings.VAR) / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """One process (and thread) at a time; the kernel lets go when the holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
