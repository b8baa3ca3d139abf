"""Whose jobs a caller may see.

A person: what they asked for themselves, while they are a member of its organization or it has none. Somebody bound to
an organization where their role has `jobs.view`: also every job of that organization, while it can be worked in. An API
key: its organization's only.
"""

from __future__ import annotations

from django.http import HttpRequest

from tenancy import access
from tenancy.caller import Caller
from tenancy.jobs.store import Visibility
from tenancy.middleware import admitted, bound_organization
from tenancy.problems import Forbidden, Problem

ABILITY = "jobs.view"


def visible_to(request: HttpRequest) -> Visibility:
    """For a key, raises the problem of an organization that cannot be worked in; a person has their own jobs left."""
    caller: Caller = request.caller  # type: ignore[attr-defined]
    if caller.key_id is not None:
        return Visibility(whole=_organization_with_ability(request, caller))
    own = tuple(organization.id for organization, _ in access.organizations_of(caller.user.pk))
    return Visibility(user_id=caller.user.pk, organizations=own, whole=_bound_if_possible(request, caller))


def _bound_if_possible(request: HttpRequest, caller: Caller) -> str | None:
    if caller.organization_id is None:
        return None
    bound_organization(request, caller)  # a header that contradicts the token is an error for everybody
    try:
        return _organization_with_ability(request, caller)
    except Problem:
        return None


def _organization_with_ability(request: HttpRequest, caller: Caller) -> str:
    organization_id = bound_organization(request, caller)
    place, abilities = admitted(caller, organization_id)
    access.check_state(place)
    if ABILITY not in abilities:
        raise Forbidden(f"Your role in this organization does not include {ABILITY}.")
    return organization_id
