"""Do lock dates and accounts agree with what was noted of their changes?

The trail is append-only for the application's database user: triggers refuse changes, and `check_triggers` proves that
they are there. Whoever can drop triggers can also rewrite the trail, so this finds what was changed on one side only.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ledger_core.activity.models import ActivityEntry
from ledger_core.base.models import BooksSettings
from ledger_core.chart.models import Account
from ledger_core.chart.template import types_by_code
from ledger_core.periods.areas import LABELS
from ledger_core.periods.models import LockChange, LockDate

NOTHING = "nothing is locked"


def check_locks() -> Iterator[str]:
    """Every change of a lock begins where the one before it ended, the last one made the lock, the trail has each."""
    changes: dict[str, list[LockChange]] = defaultdict(list)
    for change in LockChange.objects.order_by("pk"):
        changes[change.area].append(change)
    for lock in LockDate.objects.order_by("pk"):
        found = _lock_faults(lock, changes[lock.area])
        if found:
            yield found


def _lock_faults(lock: LockDate, changes: list[LockChange]) -> str:
    """The first thing that does not fit; empty if all does."""
    became: datetime.date | None = None
    for change in changes:
        if change.date_before != became:
            return (
                f"The lock of {lock.area} was {change.date_before or NOTHING} when it became "
                f"{change.date_after or NOTHING}, but before that it became {became or NOTHING}: "
                "a part of its history is missing."
            )
        became = change.date_after
    if became != lock.date:
        return f"The lock of {lock.area} is {lock.date or NOTHING}, but the last change of it says {became or NOTHING}."
    trail = ActivityEntry.objects.filter(subject_kind="period_lock", subject_label=LABELS[lock.area])
    told = trail.filter(verb__in=("locked", "unlocked")).count()
    if told != len(changes):
        return (
            f"The trail tells of {told} changes of the lock of {lock.area}, but its history has {len(changes)}: "
            "one of the two was cut."
        )
    return ""


def check_accounts() -> Iterator[str]:
    """Every account is of the type that it was made, by the template or by what the trail tells last."""
    events: dict[int, list[Any]] = defaultdict(list)
    noted = ActivityEntry.objects.filter(subject_kind="account", verb__in=("created", "edited")).order_by("pk")
    for pk, before, after in noted.values_list("subject_id", "before", "after").iterator():
        events[pk or 0].append((before or {}, after or {}))
    seeded = types_by_code(BooksSettings.objects.get().chart)
    for account in Account.objects.order_by("code_key"):
        made = _type_as_made(account, events[account.pk], seeded)
        if made is not None and made != account.type:
            yield f"Account {account} is of the type {account.type}, but was made {made}: somebody's SQL changed it."


def _type_as_made(account: Account, events: list[Any], seeded: dict[str, str]) -> str | None:
    """None where nothing tells: what was made without a trail, and is not of the template."""
    for _, after in reversed(events):
        if "type" in after:
            return str(after["type"])
    code = next((before["code"] for before, _ in events if "code" in before), account.code)
    return seeded.get(code)
