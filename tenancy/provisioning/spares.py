"""Spare databases, made ahead so that setting up an organization need not wait for tables; and the sizes of all."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from tenancy.models import DatabaseServer, OrganizationDatabase, SpareDatabase, new_public_id
from tenancy.provisioning import schema
from tenancy.provisioning.servers import database_name, engine_of


def fill(
    server: DatabaseServer, *, count: int | None = None, report: Callable[[int, int, str], None] | None = None
) -> int:
    """Bring the spares of `server` to `count` (default: settings); drops outdated ones. Returns how many were made."""
    wanted = settings.WARM_DATABASES if count is None else count
    _drop_outdated(server)
    made = 0
    while SpareDatabase.objects.filter(server=server).count() < wanted:
        name = database_name(server, new_public_id())
        engine_of(server).create(name)
        SpareDatabase.objects.create(server=server, name=name, schema_version=schema.schema_version())
        made += 1
        if report:
            report(made, wanted, f"{made} spare databases made on {server.name}")
    return made


def _drop_outdated(server: DatabaseServer) -> None:
    """A spare of an older schema holds nothing: making a new one is quicker than migrating it."""
    for spare in SpareDatabase.objects.filter(server=server).exclude(schema_version=schema.schema_version()):
        if SpareDatabase.objects.filter(pk=spare.pk).delete()[0]:
            engine_of(server).drop(spare.name, "")


def measure(*, limit: int) -> int:
    """Sizes of up to `limit` databases, those changed longest ago first. One at a time: asking a server for all at once
    opens every table it has."""
    rows = OrganizationDatabase.objects.filter(state="ready").select_related("server")
    measured = 0
    for row in rows.order_by(F("measured_at").asc(nulls_first=True))[:limit]:
        assert row.server is not None
        size = engine_of(row.server).size(row.name)
        OrganizationDatabase.objects.filter(pk=row.pk).update(size_bytes=size, measured_at=timezone.now())
        measured += 1
    return measured
