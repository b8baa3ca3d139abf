"""The caller of a request, as the `who` middleware found it out and as the rest of the request trusts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tenancy.problems import Problem


@dataclass(frozen=True, slots=True)
class Caller:
    """A person with a token, or an integration with an API key."""

    user: Any  # accounts.User
    organization_id: str | None  # the organization the token or key is bound to
    session_id: str | None = None  # token family (people)
    key_id: int | None = None  # API key (integrations)
    key_role: str | None = None  # an API key carries its own role; its maker's membership bounds it


@dataclass(frozen=True, slots=True)
class NoCaller:
    """Nobody: no credentials, or credentials with a problem that is raised as soon as a view needs a caller."""

    problem: Problem | None = None
