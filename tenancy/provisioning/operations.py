"""Organizations come, pause and go: create, set up, suspend, resume, delete.

Setting up never touches a database that is ready: every state change is conditional on the state before it, and the
building itself holds a lock on the database server. An attempt that fails or is killed leaves nothing visible; the next
one drops its remains and starts over (a whole attempt is well under a second).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils.module_loading import import_string

from tenancy import access, aliases, context
from tenancy.backends.mysql.circuit import UNREACHABLE
from tenancy.credentials import decrypt, encrypt
from tenancy.models import (
    DatabaseServer,
    Membership,
    Organization,
    OrganizationDatabase,
    PlannedDeletion,
    SpareDatabase,
    new_public_id,
)
from tenancy.problems import Conflict
from tenancy.provisioning import schema
from tenancy.provisioning.servers import database_name, engine_of
from tenancy.servers import reach
from tenancy.servers.placement import choose_server
from tenancy.trail import operations as trail
from tenancy.trail.operations import Subject

log = logging.getLogger(__name__)
State = OrganizationDatabase.State
Report = Callable[[int, int, str], None]
STEPS = 5
PARTICULARS = (
    "name",
    "base_currency",
    "country",
    "language",
    "timezone",
    "fiscal_year_start",
    "industry",
    "fetches_exchange_rates",
)


class WrongState(Conflict):
    code = "wrong_state"
    title = "The organization is not in a state for this"


def _silent(done: int, total: int, message: str) -> None:
    """The default progress report: none."""


@transaction.atomic
def create_organization(*, owner: Any, **fields: Any) -> Organization:
    """A new organization, its owner's membership and a pending database record; `set_up` makes the database."""
    organization = Organization.objects.create(created_by=owner, **fields)
    OrganizationDatabase.objects.create(organization=organization)
    member = Membership.objects.create(organization=organization, user=owner, role="owner")
    particulars = {name: getattr(organization, name) for name in PARTICULARS}
    _note(organization.id, "founded", by=owner.pk, after=particulars)
    trail.record(
        organization_id=organization.id,
        by=owner.pk,
        verb="added",
        subject=Subject("member", member.pk, trail.person(owner)),
        after={"role": member.role},
    )
    access.membership_changed(organization.id, owner.pk)
    access.organization_changed(organization.id)
    return organization


def set_up(organization_id: str, *, report: Report = _silent) -> OrganizationDatabase:
    """Build the organization's database and mark it ready. Safe to run again, after a crash or by two workers at once.

    Raises WrongState when the organization is past building, placement.NoServer when no server has room. Any other
    failure cleans up and is raised.
    """
    record = _begin(organization_id)
    assert record.server is not None
    report(1, STEPS, "Preparing the database")
    with ExitStack() as stack:
        _lock(record, stack)
        if not _still_building(record):
            record.refresh_from_db()
            return record
        try:
            _build(record, report)
        except Exception:
            _clean(record)
            raise
    access.organization_changed(organization_id)
    report(STEPS, STEPS, "Ready")
    record.refresh_from_db()
    return record


def _begin(organization_id: str) -> OrganizationDatabase:
    """Move to `building` and settle on a server, a name and credentials."""
    with transaction.atomic():
        record = OrganizationDatabase.objects.select_for_update().get(organization_id=organization_id)
        if record.state not in (State.PENDING, State.BUILDING, State.FAILED):
            raise WrongState(f"The organization is {record.get_state_display().lower()}; it needs no setting up.")
        if record.server is None:
            country = Organization.objects.values_list("country", flat=True).get(pk=organization_id)
            record.server = choose_server(country)
            spare = _take_spare(record.server)
            record.is_warm = spare is not None
            record.name = spare or database_name(record.server, new_public_id())
        if not record.user:
            record.user = f"ledger{record.organization_id}"
            record.password_encrypted = encrypt(secrets.token_urlsafe(24))
        record.state = State.BUILDING
        record.problem = ""
        record.save()
        access.organization_changed(organization_id)
    aliases.forget(organization_id)
    return OrganizationDatabase.objects.select_related("server", "organization").get(pk=organization_id)


def _lock(record: OrganizationDatabase, stack: ExitStack) -> None:
    """Hold the server's lock for building this database. Where the server does not answer, the next attempt may go to
    another one: nothing was built there by this one."""
    assert record.server is not None
    try:
        stack.enter_context(engine_of(record.server).lock(record.name))
    except OperationalError as error:
        if error.args and error.args[0] in UNREACHABLE:
            reach.note_unreachable(record.server.key, str(error))
            _leave(record)
        raise


@transaction.atomic
def _leave(record: OrganizationDatabase) -> None:
    """No server any more, and its spare given back."""
    assert record.server is not None
    rows = OrganizationDatabase.objects.filter(pk=record.pk, state=State.BUILDING, name=record.name)
    if rows.update(server=None, name="", is_warm=False) and record.is_warm:
        SpareDatabase.objects.create(server=record.server, name=record.name, schema_version=schema.schema_version())


def _take_spare(server: DatabaseServer) -> str | None:
    """The name of a warm database, ours alone from now on: its row goes away in our transaction."""
    spares = SpareDatabase.objects.select_for_update(skip_locked=True)
    spare = spares.filter(server=server, schema_version=schema.schema_version()).order_by("pk").first()
    if spare is None:
        return None
    spare.delete()
    return spare.name


def _still_building(record: OrganizationDatabase) -> bool:
    return OrganizationDatabase.objects.filter(pk=record.pk, state=State.BUILDING, name=record.name).exists()


def _build(record: OrganizationDatabase, report: Report) -> None:
    assert record.server is not None
    engine = engine_of(record.server)
    if record.is_warm:
        OrganizationDatabase.objects.filter(pk=record.pk).update(is_warm=False)  # good for one attempt
    else:
        engine.drop(record.name, record.user)
        report(2, STEPS, "Creating tables")
        engine.create(record.name)
    report(3, STEPS, "Granting access")
    engine.allow(record.name, record.user, decrypt(record.password_encrypted))
    report(4, STEPS, "Writing the chart of accounts")
    aliases.forget(record.organization_id)
    seed = import_string(settings.ORGANIZATION_SEED)
    with context.enter(record.organization.tenant()):
        seed(record.organization)
        aliases.release()
    with transaction.atomic():
        rows = OrganizationDatabase.objects.filter(pk=record.pk, state=State.BUILDING, name=record.name)
        changed = rows.update(state=State.READY, schema_version=schema.schema_version(), problem="")
        if not changed:
            raise WrongState("The organization was changed while its database was being built.")
        _note(record.pk, "set_up")


def _clean(record: OrganizationDatabase) -> None:
    """Remove what a failed attempt left; if even that fails, the next attempt does it."""
    assert record.server is not None
    aliases.forget(record.organization_id)
    try:
        engine_of(record.server).drop(record.name, record.user)
    except Exception:
        log.exception("could not clean up %s after a failed set-up", record.name)


def set_up_failed(organization_id: str, problem: str) -> None:
    """No attempt is left: say so on the record, where the owner and staff see it."""
    _move(organization_id, (State.PENDING, State.BUILDING), State.FAILED, noted="set_up_failed", problem=problem)


def suspend(organization_id: str, *, reason: str = "", by: int = trail.BY_NOBODY) -> None:
    """Nobody can work in it from the next request on; the books stay as they are."""
    if not _move(organization_id, (State.READY,), State.SUSPENDED, noted="suspended", by=by, suspended_reason=reason):
        raise WrongState(f"Only a ready organization can be suspended; this one is {_state(organization_id)}.")


@transaction.atomic
def resume(organization_id: str, *, by: int = trail.BY_NOBODY) -> None:
    """People can work in it again; if it was to be deleted, it stays."""
    PlannedDeletion.objects.filter(pk=organization_id).delete()
    if not _move(organization_id, (State.SUSPENDED,), State.READY, noted="resumed", by=by, suspended_reason=""):
        raise WrongState(f"Only a suspended organization can be resumed; this one is {_state(organization_id)}.")


def delete(organization_id: str) -> None:
    """Drop the database, its user and the files, then forget the organization. Invisible at once.

    Run it again if it is interrupted.
    """
    _move(organization_id, tuple(State), State.DELETING, noted="deletion_begun")
    record = OrganizationDatabase.objects.select_related("server", "organization").get(pk=organization_id)
    try:
        _drop(record)
        import_string(settings.ORGANIZATION_DELETED)(organization_id)
    except Exception as error:
        OrganizationDatabase.objects.filter(pk=record.pk).update(problem=f"Deleting: {error}")
        raise
    with transaction.atomic():
        members = list(Membership.objects.filter(organization_id=organization_id).values_list("user_id", flat=True))
        for user_id in members:
            access.membership_changed(organization_id, user_id)
        access.organization_changed(organization_id)
        trail.end(organization_id, name=record.organization.name)
        Organization.objects.filter(pk=organization_id).delete()


def _drop(record: OrganizationDatabase) -> None:
    if record.server is not None and record.name:
        aliases.forget(record.pk)
        engine_of(record.server).drop(record.name, record.user)


def _move(
    organization_id: str,
    before: tuple[str, ...],
    after: str,
    *,
    noted: str,
    by: int = trail.BY_NOBODY,
    **fields: Any,
) -> bool:
    """Change the state if it is one of `before`, and note it; every process sees it on its next request."""
    with transaction.atomic():
        rows = OrganizationDatabase.objects.filter(pk=organization_id, state__in=before)
        changed = rows.update(state=after, **fields) == 1
        if changed:
            _note(organization_id, noted, by=by)
        access.organization_changed(organization_id)
    return changed


def _note(organization_id: str, verb: str, *, by: int = trail.BY_NOBODY, after: dict[str, Any] | None = None) -> None:
    name = Organization.objects.values_list("name", flat=True).get(pk=organization_id)
    subject = Subject("organization", label=name)
    trail.record(organization_id=organization_id, by=by, verb=verb, subject=subject, after=after)


def _state(organization_id: str) -> str:
    found = OrganizationDatabase.objects.filter(pk=organization_id).first()
    if found is None:
        raise access.UnknownOrganization(f"There is no organization {organization_id}.")
    return found.state
