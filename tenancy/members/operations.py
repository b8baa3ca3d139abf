"""Changes to who belongs to an organization.

Membership changes of one organization happen one after another (its row is locked), and the actor's role is read again
under that lock: two owners cannot demote each other, and somebody demoted a moment ago changes nothing any more.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from tenancy import access
from tenancy.abilities import ROLES
from tenancy.models import Invitation, Membership, Organization
from tenancy.problems import Conflict, Forbidden, NotFound
from tenancy.trail import operations as trail
from tenancy.trail.operations import Subject

OWNERSHIP = "ownership.manage"


class LastOwner(Conflict):
    code = "last_owner"
    title = "An organization needs an owner"


class MemberNotFound(NotFound):
    title = "There is no such member"


def lock(organization_id: str) -> Organization:
    """Membership changes of this organization wait for each other from here to the end of the transaction."""
    return Organization.objects.select_for_update().get(pk=organization_id)


def require(organization_id: str, user_id: int, ability: str) -> None:
    """Refuse what the actor's role, read from the database now, does not allow."""
    role = Membership.objects.filter(organization_id=organization_id, user_id=user_id).values_list("role", flat=True)
    if ability not in ROLES.get(role.first() or "", frozenset()):
        raise Forbidden(f"Your role in this organization does not include {ability}.")


def require_to_give(organization_id: str, user_id: int, role: str) -> None:
    """Only owners may give the owner role, or take it away."""
    if OWNERSHIP in ROLES[role]:
        require(organization_id, user_id, OWNERSHIP)


@transaction.atomic
def add_member(*, organization_id: str, user: Any, role: str, by: int) -> Membership:
    """Make somebody a member (an accepted invitation, or an operator's command)."""
    membership = Membership.objects.create(organization_id=organization_id, user=user, role=role)
    _note(membership, "added", by=by, after={"role": role})
    access.membership_changed(organization_id, user.pk)
    return membership


@transaction.atomic
def change_role(*, organization_id: str, member_id: int, role: str, by: Any) -> Membership:
    lock(organization_id)
    require(organization_id, by.pk, "members.edit")
    membership = _member(organization_id, member_id)
    require_to_give(organization_id, by.pk, membership.role)
    require_to_give(organization_id, by.pk, role)
    if OWNERSHIP not in ROLES[role]:
        _check_other_owner(membership)
    former, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    _note(membership, "role_changed", by=by.pk, before={"role": former}, after={"role": role})
    _revoke_invitations_beyond(membership, ROLES[role], by=by.pk)
    access.membership_changed(organization_id, membership.user_id)
    return membership


@transaction.atomic
def remove_member(*, organization_id: str, member_id: int, by: Any) -> None:
    """End a membership, now, on every server process: others' with the ability to, one's own always."""
    lock(organization_id)
    membership = _member(organization_id, member_id)
    if membership.user_id != by.pk:
        require(organization_id, by.pk, "members.delete")
        require_to_give(organization_id, by.pk, membership.role)
    _check_other_owner(membership)
    end_membership(membership, by=by.pk)


def end_membership(membership: Membership, *, by: int) -> None:
    """Delete a membership with everything that hangs on it. Call inside a transaction."""
    organization_id, user_id = membership.organization_id, membership.user_id
    _note(membership, "left" if by == user_id else "removed", by=by, before={"role": membership.role})
    _revoke_invitations_beyond(membership, frozenset(), by=by)
    membership.delete()
    import_string(settings.MEMBERSHIP_ENDED)(organization_id=organization_id, user_id=user_id, by=by)
    access.membership_changed(organization_id, user_id)


def _member(organization_id: str, member_id: int) -> Membership:
    found = Membership.objects.select_related("user").filter(organization_id=organization_id, pk=member_id).first()
    if found is None:
        raise MemberNotFound("There is nobody with this id in your organization.")
    return found


def _check_other_owner(membership: Membership) -> None:
    """An owner may only go, or become something else, if another one stays."""
    if OWNERSHIP not in ROLES[membership.role]:
        return
    others = Membership.objects.filter(organization_id=membership.organization_id, role=membership.role)
    if not others.exclude(pk=membership.pk).exists():
        raise LastOwner("This is its last owner. Make another member owner first.")


def _note(membership: Membership, verb: str, *, by: int, **fields: Any) -> None:
    subject = Subject("member", membership.pk, trail.person(membership.user))
    trail.record(organization_id=membership.organization_id, by=by, verb=verb, subject=subject, **fields)


def withdraw(invitations: QuerySet[Invitation], *, by: int, why: str = "") -> int:
    """Stop open invitations and note it; gives how many. Call inside a transaction."""
    withdrawn = 0
    for invitation in invitations.filter(accepted_at=None, revoked_at=None):
        still_open = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if still_open.update(revoked_at=timezone.now()):
            note_invitation(invitation, "withdrawn", by=by, summary=why)
            withdrawn += 1
    return withdrawn


def note_invitation(invitation: Invitation, verb: str, *, by: int, summary: str = "", **fields: Any) -> None:
    subject = Subject("invitation", invitation.pk, invitation.email)
    organization_id = invitation.organization_id
    trail.record(organization_id=organization_id, by=by, verb=verb, subject=subject, summary=summary, **fields)


def _revoke_invitations_beyond(membership: Membership, abilities: frozenset[str], *, by: int) -> None:
    """Open invitations that somebody made and with these abilities could not make any more stop working."""
    made = Invitation.objects.filter(organization_id=membership.organization_id, invited_by_id=membership.user_id)
    if "invitations.create" in abilities:
        made = made.filter(role__in=[role for role, of_role in ROLES.items() if OWNERSHIP in of_role - abilities])
    withdraw(made, by=by, why="Whoever made it may not make it any more")
