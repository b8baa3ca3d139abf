"""All checks of one organization's books, in the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ledger_core.base.queries import WrongBooks, checked_settings
from ledger_core.seals.queries import Block
from ledger_core.seals.verification import check_against, check_noted, check_seals
from ledger_core.verification.allocations import check_allocations
from ledger_core.verification.balances import check_balances
from ledger_core.verification.documents import check_documents
from ledger_core.verification.entries import check_entries, check_numbers
from ledger_core.verification.files import check_files
from ledger_core.verification.schema import check_triggers
from ledger_core.verification.taxes import check_taxes
from ledger_core.verification.trail import check_accounts, check_locks

SHOWN = 200  # findings of one check


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    detail: str


def check_owner() -> Iterator[str]:
    """Does the database say that it is this organization's?"""
    try:
        checked_settings()
    except WrongBooks as error:
        yield f"{error}."


CHECKS: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
    ("owner", check_owner),
    ("triggers", check_triggers),
    ("entries", check_entries),
    ("numbers", check_numbers),
    ("seals", check_seals),
    ("seals", check_noted),
    ("balances", check_balances),
    ("documents", check_documents),
    ("allocations", check_allocations),
    ("taxes", check_taxes),
    ("locks", check_locks),
    ("accounts", check_accounts),
)


def verify(
    *,
    kept_seals: Sequence[Block] | None = None,
    with_files: bool = True,
    tell: Callable[[int, int, str], None] = lambda *_: None,
) -> list[Finding]:
    """What is wrong with the books in context; an empty list is the proof. `kept_seals` come from a file."""
    checks = list(CHECKS)
    if with_files:
        checks.append(("files", check_files))
    if kept_seals is not None:
        checks += [("kept seals", lambda: check_against(kept_seals)), ("kept seals", lambda: check_seals(kept_seals))]
    findings = []
    for done, (name, check) in enumerate(checks, start=1):
        found = [Finding(name, detail) for detail in islice(check(), SHOWN)]
        findings += found
        tell(done, len(checks), f"{name}: {len(found) or 'nothing'} found")
    return findings


def prove() -> list[str]:
    """What is wrong with the books in context, files apart, in one sentence each (settings.ORGANIZATION_PROOF)."""
    return [f"{finding.check}: {finding.detail}" for finding in verify(with_files=False)]
