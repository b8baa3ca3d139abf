"""Shared row locks: many may hold one at a time, nobody may change the row meanwhile."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from tenancy.db import connection

M = TypeVar("M", bound=Model)


def share_locked(queryset: QuerySet[M]) -> list[M]:
    """The rows, with a shared lock until the transaction ends; what others committed meanwhile is seen.

    Django knows exclusive row locks only. SQLite has one writer at a time, which is stronger.
    """
    if connection().vendor != "mysql":
        return list(queryset)
    sql, params = queryset.query.sql_with_params()
    return list(queryset.model._default_manager.raw(f"{sql} LOCK IN SHARE MODE", params))
