"""Whose books: the organization that the running code works for.

One context variable. Nothing reads or writes an organization's database outside `enter()`; contexts of different
organizations do not nest, so that no code can touch two organizations' books by accident.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

ALIAS_PREFIX = "t:"
SCHEMA_ALIAS_PREFIX = "ddl:"  # the same database through the server's own administrator, for migrations only


class NoOrganization(RuntimeError):
    """Books were asked for with no organization in context. Wrap the code in `context.enter(...)`."""


class CrossOrganization(RuntimeError):
    """An object, alias or context of one organization was used while another one is current."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """What running code may know about its organization without asking the system database."""

    id: str
    name: str
    base_currency: str
    timezone: str
    language: str
    fiscal_year_start: int  # month, 1..12

    @property
    def alias(self) -> str:
        return ALIAS_PREFIX + self.id


_current: ContextVar[Tenant | None] = ContextVar("organization", default=None)


def current() -> Tenant:
    """The organization in context; raises NoOrganization."""
    tenant = _current.get()
    if tenant is None:
        raise NoOrganization("No organization is in context: use `with tenancy.context.enter(organization):`")
    return tenant


def current_or_none() -> Tenant | None:
    return _current.get()


@contextmanager
def enter(tenant: Tenant) -> Iterator[Tenant]:
    """Work for `tenant` until the block ends. Entering another organization inside raises CrossOrganization."""
    before = _current.get()
    if before is not None and before.id != tenant.id:
        raise CrossOrganization(f"Already working for organization {before.id}; leave it before entering {tenant.id}")
    token = _current.set(tenant)
    try:
        yield tenant
    finally:
        _current.reset(token)


_schema: ContextVar[str | None] = ContextVar("schema", default=None)


@contextmanager
def administer(organization_id: str) -> Iterator[str]:
    """Work on one organization's *schema* with the server's administrator (migrations only); gives the alias."""
    alias = SCHEMA_ALIAS_PREFIX + organization_id
    token = _schema.set(alias)
    try:
        yield alias
    finally:
        _schema.reset(token)


def check_alias(alias: str) -> None:
    """Refuse an alias that is not the current organization's (the barrier below the router)."""
    if alias.startswith(ALIAS_PREFIX):
        tenant = current()
        if tenant.alias != alias:
            raise CrossOrganization(f"{alias} was used while working for organization {tenant.id}")
    elif alias.startswith(SCHEMA_ALIAS_PREFIX) and _schema.get() != alias:
        raise CrossOrganization(f"{alias} is for `context.administer()` only")
