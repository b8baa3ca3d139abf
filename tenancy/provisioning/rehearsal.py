"""What a migration of the fleet would do: its SQL, what each statement locks, how long it may take.

Rehearsed on an empty copy of one organization's schema for each server and starting version: a statement that does not
work there is found before anybody's books are touched, and the time of the others is measured, not guessed. To that
comes, for the largest organization, what statements that read or copy a table need for its bytes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connections
from django.db.models import Count, F, QuerySet

from tenancy import aliases, context
from tenancy.models import DatabaseServer, OrganizationDatabase, new_public_id
from tenancy.provisioning import fleet, schema, steps
from tenancy.provisioning.servers import database_name, engine_of

READ, COPIED = 100e6, 20e6  # bytes a second, of a disk that is not the best
EACH = 0.02  # seconds, for claiming an organization, its connections and its records


@dataclass(frozen=True, slots=True)
class Lock:
    """What a statement locks, and how many bytes of its table it gets through in a second (0: it does not look)."""

    pattern: str
    told: str
    speed: float = 0.0


INSTANT = "instant; waits for the table's running transactions"
MYSQL = (
    Lock(r"^CREATE TABLE", "a new table: locks nothing"),
    Lock(r"^CREATE TRIGGER", INSTANT),
    Lock(r"FOREIGN KEY|REFERENCES|ADD CONSTRAINT .* CHECK", "copies the table: nobody writes to it meanwhile", COPIED),
    Lock(r"^CREATE (UNIQUE )?INDEX|ADD (CONSTRAINT .* UNIQUE|INDEX|KEY)", "reads the table; others go on", READ),
    Lock(r"^ALTER TABLE \S+ (ADD COLUMN|ALTER COLUMN|DROP COLUMN)", INSTANT),
    Lock(r"^DROP (TABLE|INDEX|TRIGGER)|DROP (INDEX|CONSTRAINT|FOREIGN KEY|CHECK)", INSTANT),
    Lock(r"", "copies the table: nobody writes to it meanwhile", COPIED),
)
SQLITE = (
    Lock(r'^INSERT INTO "new__', "copies the table; nobody writes to the file until the migration is done", COPIED),
    Lock(r"^CREATE (UNIQUE )?INDEX", "reads the table; nobody writes to the file meanwhile", READ),
    Lock(r"", "nobody writes to the file until the migration is done"),
)
_TABLE = re.compile(r"(?:ALTER TABLE|TABLE|INDEX \S+ ON|INTO)\s+[`\"]?(?:new__)?(\w+)")


@dataclass(frozen=True, slots=True)
class Step:
    migration: str
    sql: str
    lock: str
    seconds: float  # in the empty copy
    of_largest: float  # and, by its size, what comes to that in the largest organization


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The way of all organizations of one server that are at one version."""

    server: str
    start: str
    organizations: int
    sample: str
    largest_bytes: int
    steps: tuple[Step, ...]

    @property
    def each(self) -> float:
        return EACH + sum(step.seconds for step in self.steps)

    @property
    def largest(self) -> float:
        return self.each + sum(step.of_largest for step in self.steps)

    def total(self, workers: int) -> float:
        return (self.each * (self.organizations - 1) + self.largest) / min(workers, self.organizations)

    def as_dict(self, workers: int) -> dict[str, Any]:
        return {**asdict(self), "each": self.each, "largest": self.largest, "total": self.total(workers)}


def rehearse(organization_id: str | None = None) -> list[Rehearsal]:
    rows = fleet.on_open_servers(organization_id)
    groups = rows.values("server_id", "schema_version").annotate(number=Count("pk")).order_by("server_id")
    return [
        _rehearsal(rows.filter(server_id=group["server_id"], schema_version=group["schema_version"]), group["number"])
        for group in groups
        if group["server_id"] is not None
    ]


def _rehearsal(rows: QuerySet[OrganizationDatabase], number: int) -> Rehearsal:
    largest = rows.select_related("server").order_by(F("size_bytes").desc(nulls_last=True), "pk")[0]
    assert largest.server is not None
    sizes = engine_of(largest.server).table_sizes(largest.name)
    with context.administer(largest.pk) as alias:
        try:
            parts = steps.compile_parts(alias)
        finally:
            aliases.forget(largest.pk)
    with _empty_copy(largest.server, largest.name) as copy:
        found = tuple(step for part in parts for step in _tried(copy, part, sizes))
    return Rehearsal(
        server=largest.server.name,
        start=largest.schema_version,
        organizations=number,
        sample=largest.pk,
        largest_bytes=sum(sizes.values()),
        steps=found,
    )


@contextmanager
def _empty_copy(server: DatabaseServer, name: str) -> Iterator[str]:
    engine = engine_of(server)
    copy = database_name(server, f"rehearsal{new_public_id()}")
    try:
        engine.copy_empty(name, copy)
        with schema.scratch_alias(engine.schema_settings(copy)) as alias:
            yield alias
    finally:
        engine.drop(copy, "")


def _tried(alias: str, part: steps.Part, sizes: dict[str, int]) -> Iterator[Step]:
    """Apply one migration to the copy; what each statement of it took."""
    ends: list[float] = []
    started = time.perf_counter()
    steps.apply(connections[alias], part, start=0, in_doubt=False, save=lambda _: ends.append(time.perf_counter()))
    took = time.perf_counter() - started
    if part.way != steps.Way.STATEMENTS:
        told = {"data": "one transaction: its rows are locked", "executor": "as Django's executor does"}[part.way]
        yield Step(part.name, _described(part), told, took, 0.0)
        return
    vendor = connections[alias].vendor
    for number, statement in enumerate(part.statements):
        lock = _lock_of(statement.sql, vendor)
        seconds = ends[number] - ([started, *ends][number]) if ends else took / len(part.statements)
        more = _size_of(statement.sql, sizes) / lock.speed if lock.speed else 0.0
        yield Step(part.name, shown(statement), lock.told, seconds, more)


def _described(part: steps.Part) -> str:
    return "; ".join(operation.describe() for operation in part.migration.operations)


def shown(statement: steps.Statement) -> str:
    """For people: with its parameters, never executed like this."""
    return statement.sql % tuple(map(repr, statement.parameters)) if statement.parameters else statement.sql


def _lock_of(sql: str, vendor: str) -> Lock:
    return next(lock for lock in (SQLITE if vendor == "sqlite" else MYSQL) if re.search(lock.pattern, sql, re.DOTALL))


def _size_of(sql: str, sizes: dict[str, int]) -> int:
    found = _TABLE.search(sql)
    return sizes.get(found[1], 0) if found else 0
