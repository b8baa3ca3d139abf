"""Whose books these are, and what day it is for them."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from ledger_core.base import rows
from ledger_core.base.models import BooksSettings
from tenancy import context


class WrongBooks(RuntimeError):
    """The database in context is not the organization's, or is kept in another currency. Nothing is written."""


def checked_settings() -> BooksSettings:
    """The settings row, proven to belong to the organization in context.

    The last barrier: should a record in the system database ever point at another organization's database, or name
    another base currency than the amounts were written in, posting and reporting stop here.
    """
    tenant = context.current()
    row = rows.by_key(BooksSettings, [1]).get(1)
    if row is None:
        raise WrongBooks(f"Organization {tenant.id} reached a database without books")
    if (row.organization_id, row.base_currency) != (tenant.id, tenant.base_currency):
        raise WrongBooks(
            f"Organization {tenant.id} in {tenant.base_currency} reached the books of {row.organization_id} "
            f"in {row.base_currency}"
        )
    return row


def base_currency() -> str:
    """The currency of all base amounts of the organization in context."""
    return context.current().base_currency


def today() -> datetime.date:
    """The current date where the organization is."""
    return timezone.now().astimezone(ZoneInfo(context.current().timezone)).date()
