"""What the commands on books share: which organizations, one after another, each in its own context."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tenancy import aliases, context
from tenancy.management.operator import record_of
from tenancy.models import OrganizationDatabase

State = OrganizationDatabase.State


def add_which(parser: CommandParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--organization", help="its id (see list_organizations)")
    which.add_argument("--all", action="store_true", help="every organization that is ready or suspended")


def each_organization(options: dict[str, Any]) -> Iterator[tuple[int, int, context.Tenant]]:
    """How manyth of how many, and the organization; its context is entered while the loop's body runs."""
    records = _records(options["organization"])
    for done, record in enumerate(records, start=1):
        tenant = record.organization.tenant()
        try:
            with context.enter(tenant):
                yield done, len(records), tenant
        finally:
            aliases.release()


def _records(organization_id: str | None) -> list[OrganizationDatabase]:
    usable = (State.READY, State.SUSPENDED)
    if organization_id is None:
        found = OrganizationDatabase.objects.filter(state__in=usable).select_related("organization")
        return list(found.order_by("pk"))
    record = record_of(organization_id)
    if record.state not in usable:
        raise CommandError(f"The books of {organization_id} cannot be opened: their state is {record.state}.")
    return [record]
