"""What the trail of an organization and that of its books have in common: what something was done to, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to: `Subject("account", 17, "1010 Bank")`."""

    kind: str
    id: int | None = None
    label: str = ""


def differences(before: Fields, after: Fields) -> tuple[Fields, Fields]:
    """The fields that are not equal in both, as they were and as they are."""
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in changed}, {name: after.get(name) for name in changed}
