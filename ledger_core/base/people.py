"""Names of users: they live in the system database, so rows of the books hold their ids only."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Full names (e-mail addresses where there is none) by id, in one query."""
    users = get_user_model()._default_manager.filter(pk__in=set(user_ids))
    return {user.pk: user.get_full_name() for user in users}
