"""What members do with organizations: found one, change its particulars, try a failed set-up again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from tenancy import access, context, jobs
from tenancy.models import Organization, OrganizationDatabase
from tenancy.problems import Conflict, Forbidden
from tenancy.provisioning import operations as provisioning
from tenancy.trail import operations as trail
from tenancy.trail.operations import Subject

State = OrganizationDatabase.State
MOST_UNREADY = 3  # organizations of one person that may be waiting to be set up at a time


class TooManyUnready(Conflict):
    code = "too_many_unready"
    title = "Other organizations of yours are still being set up"


class TooManyOrganizations(Conflict):
    code = "too_many_organizations"
    title = "You have founded as many organizations as one person may"


class EmailNotConfirmed(Forbidden):
    code = "email_not_confirmed"
    title = "Confirm your e-mail address first"


@transaction.atomic
def found(*, owner: Any, must_be_confirmed: bool, **fields: Any) -> tuple[Organization, str]:
    """A new organization and the id of the job that sets it up."""
    if must_be_confirmed and owner.email_confirmed_at is None:
        raise EmailNotConfirmed("Open the link in the mail we sent you; ask for a new one if it is lost.")
    if Organization.objects.filter(created_by=owner).count() >= settings.MOST_ORGANIZATIONS:
        raise TooManyOrganizations("Ask the people who run this installation to raise LEDGER_MOST_ORGANIZATIONS.")
    unready = OrganizationDatabase.objects.filter(
        organization__created_by=owner, state__in=(State.PENDING, State.BUILDING, State.FAILED)
    )
    if unready.count() >= MOST_UNREADY:
        raise TooManyUnready("Wait until they are ready, or try the failed ones again.")
    organization = provisioning.create_organization(owner=owner, **fields)
    return organization, _enqueue(organization.id, owner.pk)


@transaction.atomic
def set_up_again(*, organization_id: str, user_id: int) -> str:
    """Ask for another attempt at a set-up that failed (or whose job is lost); gives the job's id."""
    record = OrganizationDatabase.objects.select_for_update().select_related("organization").get(pk=organization_id)
    if record.state not in (State.PENDING, State.BUILDING, State.FAILED):
        raise provisioning.WrongState("This organization is set up already.")
    if record.state != State.FAILED and record.set_up_job and jobs.is_alive(record.set_up_job):
        return record.set_up_job
    subject = Subject("organization", label=record.organization.name)
    trail.record(organization_id=organization_id, by=user_id, verb="set_up_again", subject=subject)
    return _enqueue(organization_id, user_id)


def _enqueue(organization_id: str, user_id: int) -> str:
    job = jobs.enqueue(
        "organization.set_up", organization_id=organization_id, user_id=user_id, args={"organization": organization_id}
    )
    OrganizationDatabase.objects.filter(pk=organization_id).update(set_up_job=job, state=State.PENDING, problem="")
    access.organization_changed(organization_id)
    return job


@transaction.atomic
def change(*, organization: Organization, by: int, **fields: Any) -> None:
    """Change particulars; every server process sees them on its next request."""
    record = OrganizationDatabase.objects.select_for_update().get(pk=organization.pk)
    if record.state == State.SUSPENDED:
        raise access.OrganizationSuspended("Nobody can change it until staff resume it.")
    organization.refresh_from_db(fields=[*fields])  # as they are now that nobody else can change them
    before = {name: getattr(organization, name) for name in fields}
    check_change(organization, before=before, after=fields)
    for name, value in fields.items():
        setattr(organization, name, value)
    organization.save(update_fields=[*fields])
    note_change(organization, by=by, before=before, after=fields)
    access.organization_changed(organization.id)


def check_change(organization: Organization, *, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Let the books say whether they allow a change of particulars; raises their Conflict."""
    changed = [name for name in after if before[name] != after[name]]
    if changed and organization.database.state in (State.READY, State.SUSPENDED):
        with context.enter(organization.tenant()):
            allow = import_string(settings.ORGANIZATION_CHANGE)
            allow({name: before[name] for name in changed}, {name: after[name] for name in changed})


def note_change(organization: Organization, *, by: int, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Write into the trail which particulars became what. Call inside the transaction that changes them."""
    trail.record(
        organization_id=organization.id,
        by=by,
        verb="edited",
        subject=Subject("organization", label=organization.name),
        before={name: before[name] for name in after},
        after=after,
    )
