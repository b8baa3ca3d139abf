"""Reading the chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from ledger_core.chart.models import Account, SystemRole
from tenancy.db import connection


@dataclass(frozen=True, slots=True)
class Node:
    """An account in its place in the tree."""

    account: Account
    depth: int
    path: tuple[str, ...]  # names, from the top to the account itself
    roles: tuple[str, ...]
    has_entries: bool


def chart() -> list[Node]:
    """The whole chart in tree order, siblings by code; two queries, however large."""
    with_lines = Account.objects.filter(pk=OuterRef("pk"), lines__isnull=False)
    accounts = Account.objects.annotate(has_entries=Exists(with_lines)).order_by("code_key")
    roles: dict[int, list[str]] = {}
    for row in SystemRole.objects.all():
        roles.setdefault(row.account_id, []).append(row.role)
    children: dict[int | None, list[Account]] = {}
    for account in accounts:
        children.setdefault(account.parent_id, []).append(account)

    def walk(parent: int | None, path: tuple[str, ...]) -> Iterator[Node]:
        for account in children.get(parent, ()):
            here = (*path, account.name)
            has_entries: bool = account.has_entries  # type: ignore[attr-defined]  # annotated above
            yield Node(account, len(path), here, tuple(roles.get(account.pk, ())), has_entries)
            yield from walk(account.pk, here)

    return list(walk(None, ()))


def find_node(account_id: int) -> Node | None:
    return next((node for node in chart() if node.account.pk == account_id), None)


def role_accounts() -> dict[str, int]:
    """The id of the account of every role; one query, in SQL because every document asks."""
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT role, account_id FROM {SystemRole._meta.db_table}")  # noqa: S608  a table's name
        return dict(cursor.fetchall())


def account_of_role(role: str) -> Account:
    """The account that the software uses for a role."""
    return SystemRole.objects.select_related("account").get(role=role).account
