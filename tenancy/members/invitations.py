"""Invitations: an offer of a role that goes by mail, expires, and is good once.

The token is only in the mail; its hash is what is kept. Accepting is one conditional UPDATE, so that of two at the same
time one wins.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string

from tenancy import mail
from tenancy.abilities import ROLE_CHOICES
from tenancy.access import State
from tenancy.members.operations import add_member, lock, note_invitation, require, require_to_give, withdraw
from tenancy.models import Invitation, Membership, Organization
from tenancy.problems import Conflict, Forbidden, NotFound, Problem

MOST_OPEN = 200  # per organization: nobody's mailboxes are flooded from here


class AlreadyMember(Conflict):
    code = "already_member"
    title = "This person is a member already"


class TooManyInvitations(Conflict):
    code = "too_many_invitations"
    title = "Too many invitations are open"


class InvitationNotFound(NotFound):
    code = "invitation_not_found"
    title = "There is no such invitation"


class InvitationNotOpen(Conflict):
    code = "invitation_not_open"
    title = "This invitation is not open any more"


class InvitationExpired(InvitationNotOpen):
    code = "invitation_expired"
    title = "This invitation has expired"


class InvitationRevoked(InvitationNotOpen):
    code = "invitation_revoked"
    title = "This invitation was withdrawn"


class InvitationAccepted(InvitationNotOpen):
    code = "invitation_accepted"
    title = "This invitation was accepted already"


class InvitationForAnother(Forbidden):
    code = "invitation_for_another"
    title = "This invitation is for another e-mail address"


# --- State -----------------------------------------------------------------------------------------------------------
STATES = ["open", "accepted", "revoked", "expired"]


def state_of(invitation: Invitation) -> str:
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "expired" if invitation.expires_at <= timezone.now() else "open"


def _problem_of(invitation: Invitation) -> Problem | None:
    match state_of(invitation):
        case "accepted":
            return InvitationAccepted("Log in and choose the organization.")
        case "revoked":
            return InvitationRevoked("Ask whoever invited you for a new one.")
        case "expired":
            return InvitationExpired("Ask whoever invited you for a new one.")
    return None


def _pending(organization_id: str) -> QuerySet[Invitation]:
    """Neither accepted nor revoked; perhaps expired."""
    return Invitation.objects.filter(organization_id=organization_id, accepted_at=None, revoked_at=None)


# --- By members ------------------------------------------------------------------------------------------------------
@transaction.atomic
def invite(*, organization_id: str, email: str, role: str, by: Any) -> Invitation:
    """Offer `role` to an address; an invitation that is open for it is replaced."""
    organization = lock(organization_id)
    require(organization_id, by.pk, "invitations.create")
    require_to_give(organization_id, by.pk, role)
    email = get_user_model()._default_manager.normalize_email(email)
    _check_not_member(organization_id, email)
    withdraw(_pending(organization_id).filter(email=email), by=by.pk, why="A new one takes its place")
    if _pending(organization_id).filter(expires_at__gt=timezone.now()).count() >= MOST_OPEN:
        raise TooManyInvitations(f"{MOST_OPEN} are open. Withdraw some, or wait until they are accepted.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organization=organization, email=email, role=role, invited_by=by, token_hash=_hash(token)
    )
    note_invitation(invitation, "sent", by=by.pk, after={"role": role})
    _send(invitation, token)
    return invitation


@transaction.atomic
def resend(*, organization_id: str, invitation_id: int, by: Any) -> Invitation:
    """A new link and a new term; the former link stops working."""
    lock(organization_id)
    invitation = _one_of(organization_id, invitation_id)
    if state_of(invitation) not in ("open", "expired"):
        raise InvitationNotOpen("Invite the person again instead.")
    require(organization_id, by.pk, "invitations.create")
    require_to_give(organization_id, by.pk, invitation.role)
    _check_not_member(organization_id, invitation.email)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = _hash(token)
    invitation.expires_at = timezone.now() + settings.INVITATION_LIFETIME
    invitation.invited_by = by
    invitation.save(update_fields=["token_hash", "expires_at", "invited_by"])
    note_invitation(invitation, "sent_again", by=by.pk, after={"role": invitation.role})
    _send(invitation, token)
    return invitation


@transaction.atomic
def revoke(*, organization_id: str, invitation_id: int, by: Any) -> None:
    _one_of(organization_id, invitation_id)
    if not withdraw(_pending(organization_id).filter(pk=invitation_id), by=by.pk):
        raise InvitationNotOpen("It was accepted or withdrawn before.")


def _one_of(organization_id: str, invitation_id: int) -> Invitation:
    found = Invitation.objects.select_related("organization", "invited_by").filter(
        organization_id=organization_id, pk=invitation_id
    )
    invitation = found.first()
    if invitation is None:
        raise InvitationNotFound("There is none with this id in your organization.")
    return invitation


def _check_not_member(organization_id: str, email: str) -> None:
    if Membership.objects.filter(organization_id=organization_id, user__email=email).exists():
        raise AlreadyMember("Change the role in the list of members instead.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _send(invitation: Invitation, token: str) -> None:
    organization = invitation.organization
    mail.send(
        to=invitation.email,
        template="invitation",
        language=organization.language,
        link=mail.web_address("/invitation", token=token),
        user_id=invitation.invited_by_id,
        invited_by=invitation.invited_by.get_full_name(),
        organization=organization.name,
        role=dict(ROLE_CHOICES)[invitation.role],
        until=date_format(invitation.expires_at, "j F Y H:i") + " UTC",
        email=invitation.email,
    )


# --- By the invited --------------------------------------------------------------------------------------------------
def find(token: str) -> Invitation:
    """The open invitation that a token is for; raises what is wrong with it otherwise."""
    found = (
        Invitation.objects.filter(token_hash=_hash(token))
        .exclude(organization__database__state=State.DELETING)
        .select_related("organization", "invited_by")
        .first()
    )
    if found is None:
        raise InvitationNotFound("Copy the link from the mail completely. A newer mail replaces an older one.")
    problem = _problem_of(found)
    if problem is not None:
        raise problem
    return found


@transaction.atomic
def accept(*, token: str, user: Any) -> Organization:
    """Become a member. The token came by mail to the invited address, so it confirms that address as well."""
    invitation = find(token)
    lock(invitation.organization_id)
    if user.email != invitation.email:
        raise InvitationForAnother(f"It was sent to {invitation.email}. Log in with that address.")
    _check_not_member(invitation.organization_id, user.email)
    now = timezone.now()
    taken = Invitation.objects.filter(
        pk=invitation.pk, token_hash=invitation.token_hash, accepted_at=None, revoked_at=None, expires_at__gt=now
    ).update(accepted_at=now)
    if not taken:
        raise InvitationNotOpen("It was accepted, withdrawn or replaced a moment ago.")
    note_invitation(invitation, "accepted", by=user.pk, after={"role": invitation.role})
    add_member(organization_id=invitation.organization_id, user=user, role=invitation.role, by=user.pk)
    import_string(settings.ADDRESS_PROVED)(user_id=user.pk)
    return invitation.organization
