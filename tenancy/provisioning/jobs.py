"""The jobs of this package (registered in ledger/jobs.py)."""

from __future__ import annotations

from typing import Any

from tenancy.models import DatabaseServer, OrganizationDatabase
from tenancy.provisioning import operations, spares


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
    """Make as many spare databases as settings ask for, on every open MySQL server."""
    made = 0
    for server in DatabaseServer.objects.filter(engine="mysql", state=DatabaseServer.State.OPEN):
        made += spares.fill(server, report=run.progress)
    return {"made": made}


def measure(run: Any) -> dict[str, int]:
    """Note the size of the databases that were measured longest ago."""
    return {"measured": spares.measure(limit=200)}
