"""May this user work in this organization, and as what? Looked up on every request, from the shared cache if it can."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.core.cache import cache as django_cache
from django.db import transaction

from tenancy import cache
from tenancy.abilities import PEOPLE_ONLY, ROLES
from tenancy.budgets.limits import own as own_budget
from tenancy.context import Tenant
from tenancy.models import DatabaseServer, Membership, Organization, OrganizationDatabase
from tenancy.problems import Forbidden, NotFound, Problem, Unavailable
from tenancy.provisioning import schema

State = OrganizationDatabase.State
MOST_NOTED = 20_000
NOTED_SECONDS = 600  # then once more, should the cache have been out of reach


class UnknownOrganization(NotFound):
    """Also the answer for organizations that exist but are none of the caller's business."""

    code = "organization_not_found"
    title = "There is no such organization"


class OrganizationSuspended(Forbidden):
    code = "organization_suspended"
    title = "This organization is suspended"


class OrganizationBuilding(Unavailable):
    code = "organization_building"
    title = "This organization is still being set up"


class OrganizationFailed(Unavailable):
    code = "organization_failed"
    title = "Setting this organization up has failed"


class OrganizationMigrating(Unavailable):
    code = "organization_migrating"
    title = "This organization is being upgraded"


class ServerDown(Unavailable):
    code = "database_server_down"
    title = "This organization's database server is out of service"


class BooksReadOnly(Unavailable):
    code = "books_read_only"
    title = "These books can only be read for now"


@dataclass(frozen=True, slots=True)
class Place:
    """What every request needs to know of its organization."""

    tenant: Tenant
    state: str
    migrating: bool
    server_state: str = DatabaseServer.State.OPEN
    schema_version: str = ""  # empty: nothing is known against it
    budget: dict[str, float] = field(default_factory=dict)  # where it differs from LEDGER_BUDGET_*


_KNOWN = frozenset(one.name for one in fields(Place))


def _organization_key(organization_id: str) -> str:
    return cache.system_key("organization", organization_id)


def _member_key(organization_id: str, user_id: int) -> str:
    return cache.system_key("member", organization_id, user_id)


def look_up_keys(user_id: int, organization_id: str) -> tuple[str, str]:
    """The cache keys of what `find_place` and `find_role` look up, for `cache.fetch`."""
    return _organization_key(organization_id), _member_key(organization_id, user_id)


def find_place(organization_id: str) -> Place | None:
    def load() -> dict[str, Any] | None:
        row = (
            OrganizationDatabase.objects.select_related("organization__budget", "server")
            .filter(organization_id=organization_id)
            .first()
        )
        if row is None:
            return None
        return {
            "tenant": row.organization.tenant(),
            "state": row.state,
            "migrating": bool(row.migrating_by),
            "budget": own_budget(getattr(row.organization, "budget", None)),
            "server_state": row.server.state if row.server else DatabaseServer.State.OPEN,
            "schema_version": row.schema_version,
        }

    found = cache.remember(_organization_key(organization_id), load)
    if found is None:
        return None
    # Processes of the former and of the next version share the cache: theirs may say less or more.
    return Place(**{name: value for name, value in found.items() if name in _KNOWN})


def find_role(user_id: int, organization_id: str) -> str | None:
    def load() -> str | None:
        found = Membership.objects.filter(organization_id=organization_id, user_id=user_id).values_list(
            "role", flat=True
        )
        return found.first()

    return cache.remember(_member_key(organization_id, user_id), load)


def organization_changed(organization_id: str) -> None:
    """Call inside the transaction that changes an organization or its database record."""
    transaction.on_commit(lambda: cache.forget(_organization_key(organization_id)))


def server_changed(server: DatabaseServer) -> None:
    """Call inside the transaction that changes a server's state: all its organizations are looked up anew."""
    ids = list(OrganizationDatabase.objects.filter(server=server).values_list("pk", flat=True))
    transaction.on_commit(lambda: cache.forget(*map(_organization_key, ids)))


def membership_changed(organization_id: str, user_id: int) -> None:
    """Call inside the transaction that adds, changes or removes a membership."""
    transaction.on_commit(lambda: cache.forget(_member_key(organization_id, user_id)))


def abilities_of(role: str, limit: str | None = None) -> frozenset[str]:
    """The abilities of a role, cut down to those of `limit` (an API key's role) if there is one."""
    abilities = ROLES.get(role, frozenset())
    return abilities if limit is None else abilities & ROLES.get(limit, frozenset()) - PEOPLE_ONLY


def check_state(place: Place, *, writes: bool = True) -> None:
    """Raise the problem of an organization that cannot be worked in; not `writes`: of one that cannot even be read."""
    problem = _problem_of(place) or _problem_of_server(place, writes=writes)
    if problem is not None:
        raise problem


def _problem_of(place: Place) -> Problem | None:
    if place.migrating:
        return OrganizationMigrating("It takes a few seconds; try again.", retry_after=5)
    match place.state:
        case State.READY if place.schema_version in schema.older_versions():
            # The models of this program name columns that its tables do not have yet.
            return OrganizationMigrating("It is waiting for its upgrade; try again.", retry_after=30)
        case State.READY:
            return None
        case State.PENDING | State.BUILDING:
            return OrganizationBuilding("It is ready in a few seconds; try again.", retry_after=1)
        case State.SUSPENDED:
            return OrganizationSuspended("Nobody can work in it until staff resume it. Its books are safe.")
        case State.FAILED:
            return OrganizationFailed("An owner can try again under POST /api/organizations/{id}/set-up.")
        case _:
            return UnknownOrganization()


def _problem_of_server(place: Place, *, writes: bool) -> Problem | None:
    """What an operator has said of the server (`register_server --state`)."""
    if place.server_state == DatabaseServer.State.DOWN:
        return ServerDown("It is being worked on. Its books are safe; try again later.", retry_after=60)
    if place.server_state == DatabaseServer.State.READ_ONLY and writes:
        return BooksReadOnly("Their database server is being worked on. Nothing was changed.", retry_after=60)
    return None


def organizations_of(user_id: int) -> list[tuple[Organization, str]]:
    """The user's organizations with their role, by name; those being deleted are gone already."""
    rows = (
        Membership.objects.filter(user_id=user_id)
        .exclude(organization__database__state=State.DELETING)
        .select_related("organization", "organization__database")
        .order_by("organization__name", "organization_id")
    )
    return [(row.organization, row.role) for row in rows]


_noted: dict[str, tuple[date, float]] = {}  # by this process: the day, and until when it need not ask again


def note_activity(organization_id: str, today: date) -> None:
    """Remember that somebody worked in it today: one write per organization, day and cache."""
    day, until = _noted.get(organization_id, (None, 0.0))
    if day == today and time.monotonic() < until:
        return
    if django_cache.add(cache.system_key("active", organization_id, today.isoformat()), True, 24 * 60 * 60):
        Organization.objects.filter(pk=organization_id).exclude(last_activity=today).update(last_activity=today)
    if len(_noted) >= MOST_NOTED:
        _noted.clear()
    _noted[organization_id] = (today, time.monotonic() + NOTED_SECONDS)
