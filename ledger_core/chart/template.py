"""Charts of accounts to start from: TOML files in `templates/`, one per industry."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from ledger_core.chart.models import Account, SystemRole, code_key
from ledger_core.chart.types import ROLES

FOLDER = Path(__file__).parent / "templates"


@lru_cache(maxsize=16)
def read(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def types_by_code(name: str) -> dict[str, str]:
    """What `verify_books` expects of accounts that nobody made or changed: a type in a template stays what it is."""
    return {row["code"]: row["type"] for row in read(name)["accounts"]}


def write_chart(*, name: str, country: str) -> None:
    """Fill an empty chart from a template: all accounts in one insert, all roles in another.

    The ids are ours, because MySQL gives none back from a bulk insert and children name their parents.
    """
    chart = read(name)
    tax = chart["tax_names"].get(country, chart["tax_names"]["default"])
    ids = {row["code"]: number for number, row in enumerate(chart["accounts"], start=1)}
    Account.objects.bulk_create(
        Account(
            id=ids[row["code"]],
            code=row["code"],
            code_key=code_key(row["code"]),
            name=row["name"].format(tax=tax),
            type=row["type"],
            parent_id=ids[row["parent"]] if "parent" in row else None,
            description=row.get("description", ""),
        )
        for row in chart["accounts"]
    )
    holders = {role: ids[row["code"]] for row in chart["accounts"] for role in row.get("roles", ())}
    SystemRole.objects.bulk_create(SystemRole(role=role.value, account_id=holders[role.value]) for role in ROLES)
