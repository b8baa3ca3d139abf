"""Where a request works: the organization its token or key is bound to, checked again on every request.

Two independent barriers. The *binding*: the organization comes from the token or key; an `Organization-Id` header may
only repeat it. The *membership*: the caller must be a member now. With either one broken, nothing leaks; tests break
each.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tenancy import access, context, patience, replica
from tenancy.budgets import admission
from tenancy.budgets.admission import OverBudget
from tenancy.budgets.limits import budget_of
from tenancy.caller import Caller
from tenancy.problems import Conflict, Problem, to_response
from tenancy.rest import ORGANIZATION, scope_of

SAFE = ("GET", "HEAD", "OPTIONS")


class OrganizationRequired(Conflict):
    code = "organization_required"
    title = "Choose an organization first"


class OrganizationMiddleware:
    """Enters the organization's context for views whose scope is `organization`, and leaves it when they are done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.abilities = frozenset()  # type: ignore[attr-defined]
        with ExitStack() as stack:
            request.leave_organization = stack  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        view_class = getattr(view, "cls", None)
        if view_class is None or scope_of(view_class) != ORGANIZATION:
            return None
        caller = request.caller  # type: ignore[attr-defined]
        if not isinstance(caller, Caller):
            return None  # the permission check answers 401
        try:
            is_report, reads_only = (getattr(view_class, name, False) for name in ("is_report", "reads_only"))
            self._enter(request, caller, is_report=is_report, reads_only=reads_only)
        except OverBudget as problem:
            admission.remember(request, problem)
            return to_response(problem, request)
        except Problem as problem:
            return to_response(problem, request)
        return None

    def _enter(self, request: HttpRequest, caller: Caller, *, is_report: bool, reads_only: bool) -> None:
        organization_id = bound_organization(request, caller)
        place, abilities = admitted(caller, organization_id)
        access.check_state(place, writes=request.method not in SAFE)
        budget = budget_of(place.budget)
        stack: ExitStack = request.leave_organization  # type: ignore[attr-defined]
        stack.enter_context(admission.admit(organization_id, budget, is_report=is_report))
        access.note_activity(organization_id, timezone.now().date())
        request.abilities = abilities  # type: ignore[attr-defined]
        stack.enter_context(patience.somebody_waits())
        if reads_only and request.method in SAFE:
            stack.enter_context(replica.may_be_used())
        stack.enter_context(context.enter(place.tenant))


def bound_organization(request: HttpRequest, caller: Caller) -> str:
    """First barrier: what the token or key is bound to; the header may repeat it."""
    said = request.headers.get("Organization-Id")
    if caller.organization_id is None:
        raise OrganizationRequired("Refresh your token with `organization` to work in one of yours.")
    if said is not None and said != caller.organization_id:
        raise access.UnknownOrganization("This token or key is not for that organization.")
    return caller.organization_id


def admitted(caller: Caller, organization_id: str) -> tuple[access.Place, frozenset[str]]:
    """Second barrier: the caller is a member now; gives the place and what they may do there."""
    role = access.find_role(caller.user.pk, organization_id)
    place = access.find_place(organization_id)
    if role is None or place is None:
        raise access.UnknownOrganization()
    return place, access.abilities_of(role, caller.key_role)
