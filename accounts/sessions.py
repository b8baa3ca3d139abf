"""Log-ins. A session is a family of refresh tokens of which only the newest is good; using an older one ends it.

Every access token names its session, and every request looks it up (in the shared cache if there is one), so that
logging out, changing a password or deactivating a person works on the next request of every server process.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import tokens
from accounts.models import CALLER_FIELDS, Session, User
from tenancy import access, cache
from tenancy.problems import NotAuthenticated, Problem

KEEP_ENDED = timedelta(days=30)  # ended log-ins of a person are removed at a later log-in


class SessionRevoked(NotAuthenticated):
    code = "session_revoked"
    title = "This log-in has ended"


class TokenReused(NotAuthenticated):
    code = "token_reused"
    title = "This refresh token was used before"


@dataclass(frozen=True, slots=True)
class LogIn:
    """What somebody gets who has logged in or refreshed."""

    user: User
    session_id: uuid.UUID
    access: str
    refresh: str
    organization_id: str | None


def _key(session_id: uuid.UUID) -> str:
    return cache.system_key("session", session_id.hex)


def look_up_keys(claims: tokens.AccessClaims) -> list[str]:
    """The cache keys of what a request with these claims will look up."""
    keys = [_key(claims.session_id)]
    if claims.organization_id is not None:
        keys += access.look_up_keys(claims.user_id, claims.organization_id)
    return keys


def find_user(claims: tokens.AccessClaims) -> User | None:
    """The person a session belongs to, None if it has ended or the person is deactivated."""

    def load() -> tuple[Any, ...] | None:
        live = Session.objects.filter(
            pk=claims.session_id, revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True
        )
        return live.values_list(*(f"user__{name}" for name in CALLER_FIELDS)).first()

    values = cache.remember(_key(claims.session_id), load)
    if values is None or values[0] != claims.user_id:
        return None
    return User.from_look_up(values)


# --- Which organization ----------------------------------------------------------------------------------------------
def check_member(user_id: int, organization_id: str) -> str:
    """Give the id back if the person may be bound to it (also while it is being built); else the usual 404."""
    place = access.find_place(organization_id)
    member = access.find_role(user_id, organization_id) is not None
    if place is None or not member or place.state == access.State.DELETING:
        raise access.UnknownOrganization("There is none with this id, or you are not a member of it.")
    return organization_id


def _still_member(user_id: int, organization_id: str) -> str:
    try:
        return check_member(user_id, organization_id)
    except access.UnknownOrganization:
        return ""


def _organization_for(user: User, wanted: str | None) -> str:
    """For a log-in: what was asked for; else the one used last; else the only one; else none."""
    if wanted is not None:
        return wanted and check_member(user.pk, wanted)
    used = user.sessions.exclude(organization_id="").order_by("-used_at").values_list("organization_id", flat=True)
    last = used.first()
    mine = [organization.id for organization, _ in access.organizations_of(user.pk)]
    if last in mine:
        return last
    return mine[0] if len(mine) == 1 else ""


# --- Log in, refresh -------------------------------------------------------------------------------------------------
@transaction.atomic
def open_session(*, user: User, organization: str | None, user_agent: str) -> LogIn:
    """A new log-in. `organization`: an id, "" for none, None for the one used last."""
    now = timezone.now()
    user.sessions.filter(expires_at__lt=now - KEEP_ENDED).delete()
    User.objects.filter(pk=user.pk).update(last_login=now)
    session = Session(user=user, organization_id=_organization_for(user, organization), user_agent=user_agent[:200])
    return _issue(session, save_new=True)


def rotate(*, refresh: str, organization: str | None) -> LogIn:
    """Exchange a refresh token for a new pair. `organization`: an id, "" to unbind, None to keep the bound one.

    A token that was exchanged before ends the whole family: either it or its successor is in the wrong hands. That must
    be committed although the answer is an error, so the problem is raised after the transaction.
    """
    claims = tokens.read_refresh(refresh)
    with transaction.atomic():
        session = Session.objects.select_for_update().filter(pk=claims.session_id, user_id=claims.user_id).first()
        problem = _refusal(session, claims)
        if session is not None and problem is None:
            session.organization_id = _kept_or_wanted(session, organization)
            return _issue(session, save_new=False)
    assert problem is not None
    raise problem


def _refusal(session: Session | None, claims: tokens.RefreshClaims) -> Problem | None:
    if session is None or session.revoked_at is not None or not session.user.is_active:
        return SessionRevoked("Log in again.")
    if session.newest_jti != claims.jti:
        revoke(Session.objects.filter(pk=session.pk), reason="token_reused")
        return TokenReused("For safety this log-in has been ended. Log in again.")
    return None


def _kept_or_wanted(session: Session, wanted: str | None) -> str:
    if wanted is None:
        return session.organization_id and _still_member(session.user_id, session.organization_id)
    return wanted and check_member(session.user_id, wanted)


def _issue(session: Session, *, save_new: bool) -> LogIn:
    now = timezone.now()
    refresh, session.newest_jti = tokens.issue_refresh(user_id=session.user_id, session_id=session.pk)
    session.used_at, session.expires_at = now, now + settings.REFRESH_TOKEN_LIFETIME
    if save_new:
        session.save(force_insert=True)
    else:
        session.save(update_fields=["newest_jti", "used_at", "expires_at", "organization_id"])
    organization_id = session.organization_id or None
    access_token = tokens.issue_access(user_id=session.user_id, session_id=session.pk, organization_id=organization_id)
    return LogIn(session.user, session.pk, access_token, refresh, organization_id)


# --- End -------------------------------------------------------------------------------------------------------------
def revoke(sessions: Any, *, reason: str) -> int:
    """End log-ins (a query set of sessions) now, on every server process; gives how many."""
    with transaction.atomic():
        ids = list(sessions.filter(revoked_at=None).values_list("pk", flat=True))
        Session.objects.filter(pk__in=ids, revoked_at=None).update(revoked_at=timezone.now(), revoked_reason=reason)
        _forget(ids)
    return len(ids)


def revoke_by_refresh_token(raw: str) -> None:
    """Log out with a refresh token; one that is not good (any more) ends nothing."""
    try:
        claims = tokens.read_refresh(raw)
    except (tokens.TokenInvalid, tokens.TokenExpired):
        return
    revoke(Session.objects.filter(pk=claims.session_id, user_id=claims.user_id), reason="logged_out")


def unbind(*, user_id: int, organization_id: str) -> None:
    """A membership ended: none of the person's log-ins returns to the organization."""
    Session.objects.filter(user_id=user_id, organization_id=organization_id).update(organization_id="")


def user_changed(user_id: int) -> None:
    """Call inside the transaction that changes a user: every process loads the person again."""
    live = Session.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=timezone.now())
    _forget(list(live.values_list("pk", flat=True)))


def _forget(ids: list[uuid.UUID]) -> None:
    keys = [_key(session_id) for session_id in ids]
    if keys:
        transaction.on_commit(lambda: cache.forget(*keys))
