"""Sends every query of the books to the current organization's database and everything else to `default`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

from tenancy import context

SYSTEM = "default"


def is_organization_alias(alias: str) -> bool:
    return alias.startswith((context.ALIAS_PREFIX, context.SCHEMA_ALIAS_PREFIX))


class OrganizationRouter:
    """Routes by app label; fails closed: no organization in context, no query."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if model._meta.app_label not in settings.ORGANIZATION_APPS:
            return SYSTEM
        alias = context.current().alias
        instance = hints.get("instance")
        loaded_from = instance._state.db if instance is not None else None
        if loaded_from not in (None, alias) and is_organization_alias(loaded_from):
            raise context.CrossOrganization(
                f"{model.__name__} was loaded from {loaded_from} and used while {alias} is current"
            )
        return alias

    db_for_write = db_for_read

    def allow_relation(self, obj1: Model, obj2: Model, **hints: Any) -> bool:
        one, two = obj1._state.db, obj2._state.db
        if one is None or two is None or one == two:
            return True
        raise context.CrossOrganization(f"An object of {one} cannot refer to one of {two}")

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (app_label in settings.ORGANIZATION_APPS) == is_organization_alias(db)
