"""Names of users: they live in the system database, so rows of the books hold their ids only."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model

from ledger_core.base import acting


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Full names (e-mail addresses where there is none) by id, in one query; the name of who acts is at hand."""
    who = acting.current()
    known = {who.user_id: who.name} if who.name else {}
    others = set(user_ids) - known.keys()
    if others:
        users = get_user_model()._default_manager.filter(pk__in=others)
        known |= {user.pk: user.get_full_name() for user in users}
    return known
