"""Every check, in the order in which a person would look."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ledger.doctor import fleet, installation, work
from ledger.doctor.finding import Finding, failure

Check = Callable[[int], Iterator[Finding]]  # takes how many organizations' databases may be opened

CHECKS: tuple[tuple[str, Check], ...] = (
    ("program", installation.program),
    ("settings", installation.environment),
    ("system database", installation.system_database),
    ("clock", installation.clock),
    ("keys", installation.keys),
    ("cache", installation.cache),
    ("files", installation.files),
    ("mail", installation.mail),
    ("broker", work.broker),
    ("jobs", work.jobs),
    ("schedule", work.schedule),
    ("database servers", fleet.servers),
    ("organizations", fleet.organizations),
    ("schemas", fleet.schemas),
    ("strays", fleet.strays),
    ("backups", fleet.backups),
)


def examine(*, databases: int) -> Iterator[Finding]:
    """Run them all. A check that breaks is a finding itself, and the next ones go on."""
    for part, check in CHECKS:
        try:
            yield from check(databases)
        except Exception as error:
            said = f"it could not be examined: {type(error).__name__}: {error}"
            yield failure(part, said, f"Look at {part}: mend what the sentence names, then run doctor again.")
