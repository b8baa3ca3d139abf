"""The jobs of this package (registered in ledger/jobs.py)."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError

from tenancy.models import DatabaseServer, OrganizationDatabase
from tenancy.provisioning import fleet, operations, spares
from tenancy.servers import reach


def set_up(run: Any) -> dict[str, str]:
    """Build an organization's database. `run` is a tenancy.jobs.JobRun; args: `organization`."""
    organization_id = run.args["organization"]
    try:
        record = operations.set_up(organization_id, report=run.progress)
    except operations.WrongState:
        record = OrganizationDatabase.objects.get(pk=organization_id)
        if record.state != operations.State.READY:
            raise
    return {"organization": organization_id, "state": record.state}


def set_up_failed(run: Any, problem: str) -> None:
    """Called when the job has no attempts left."""
    operations.set_up_failed(run.args["organization"], problem)


def keep_warm(run: Any) -> dict[str, int]:
    """Make as many spare databases as settings ask for, on every open MySQL server that answers. One that fails keeps
    none of the others from theirs."""
    made, failed = 0, []
    servers = list(DatabaseServer.objects.filter(engine="mysql", state=DatabaseServer.State.OPEN))
    unreachable = reach.why_unreachable(*(server.key for server in servers))
    for server in servers:
        if server.key in unreachable:
            continue
        try:
            made += spares.fill(server, report=run.progress)
        except DatabaseError as error:
            failed.append(f"{server.name}: {error}")
    if failed:
        raise DatabaseError("; ".join(failed))
    return {"made": made}


def finish_migrations(run: Any) -> dict[str, int]:
    """Go on with organizations whose migration broke off, and with those made by the former version meanwhile."""
    outcomes = fleet.finish()
    return {"migrated": sum(not one.problem for one in outcomes), "failed": sum(bool(one.problem) for one in outcomes)}


def measure(run: Any) -> dict[str, int]:
    """Note the size of the databases that were measured longest ago."""
    return {"measured": spares.measure(limit=200)}
