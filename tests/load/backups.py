"""Backing up and restoring books of 100,000 and 1,000,000 lines on MariaDB: time, size, memory; and what damage does.

Restoring is split into its two parts: making the database, and proving the books in it (verify_books).

    python -m tests.services run -- python -m tests.load.backups [lines ...]
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.load.books import fill, new_organization
from tests.load.installation import installation, table

SIZES = (100_000, 1_000_000)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sealed(organization: Any) -> float:
    from ledger_core.seals.operations import seal
    from tenancy import aliases, context

    started = time.perf_counter()
    with context.enter(organization.tenant()):
        seal()
        aliases.release()
    return time.perf_counter() - started


def database_bytes(organization: Any) -> int:
    from tenancy.models import OrganizationDatabase
    from tenancy.provisioning.servers import engine_of

    record = OrganizationDatabase.objects.select_related("server").get(pk=organization.pk)
    return engine_of(record.server).size(record.name)  # type: ignore[arg-type]


def restored(backup: Any, owner: Any) -> tuple[float, float]:
    """Seconds for making the copy, and of those for proving it."""
    from ledger_core.lifecycle import books
    from tenancy.lifecycle import copies

    proving: list[float] = []
    prove = books.prove

    def timed(**how: Any) -> list[str]:
        started = time.perf_counter()
        found = prove(**how)
        proving.append(time.perf_counter() - started)
        return found

    books.prove = timed
    try:
        started = time.perf_counter()
        copies.restore_as_copy(backup, owner=owner, name="Copy")
        return time.perf_counter() - started, proving[0]
    finally:
        books.prove = prove


def refusal(backup: Any, owner: Any) -> tuple[str, float]:
    """What restoring is answered with, and how soon."""
    from tenancy.lifecycle import copies

    started = time.perf_counter()
    try:
        copies.restore_as_copy(backup, owner=owner, name="Copy")
    except Exception as error:
        return f"{type(error).__name__}: {error}", time.perf_counter() - started
    return "RESTORED", time.perf_counter() - started


def run(lines: int) -> None:
    with installation("mysql"):
        from django.conf import settings
        from django.contrib.auth import get_user_model

        from tenancy.lifecycle import backups, keys

        folder = Path(settings.VAR) / "backups"
        settings.BACKUP_STORAGE = f"file://{folder}"
        owner = get_user_model()._default_manager.create_user("load@example.com", "not used here")  # type: ignore[attr-defined]
        organization = new_organization(owner, f"{lines} lines")
        fill(organization, lines)
        sealed(organization)
        before = peak()
        started = time.perf_counter()
        backup = backups.back_up(organization.pk)
        backing_up = time.perf_counter() - started
        used = peak() - before
        whole, proving = restored(backup, owner)
        figures = [
            f"{lines:,}",
            f"{database_bytes(organization) / 1e6:.0f}",
            f"{backing_up:.1f}",
            f"{lines / backing_up:,.0f}",
            f"{backup.size_bytes / 1e6:.1f}",
            f"{backup.size_bytes / lines:.0f}",
            f"{used:.0f}",
            f"{whole - proving:.1f}",
            f"{proving:.1f}",
        ]
        print("\t".join(figures))
        archive = folder / organization.pk / backup.pk / "books.ledger"
        with archive.open("r+b") as file:
            file.seek(archive.stat().st_size // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 1]))
        print("one bit flipped in the middle\t{}\t{:.1f}".format(*refusal(backup, owner)))
        keys.destroy(organization.pk)
        print("its key destroyed\t{}\t{:.3f}".format(*refusal(backup, owner)))


def main() -> None:
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    rows, damages = [], []
    for lines in sizes:  # a process each: Django is set up once per process, and memory is that of one size
        command = [sys.executable, "-m", "tests.load.backups", "--one", str(lines)]
        printed = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
        if printed.returncode:
            sys.exit(printed.stderr)
        first, *others = [line.split("\t") for line in printed.stdout.splitlines()]
        rows.append(first)
        damages = others
    table(
        [
            "lines",
            "database (MB)",
            "backup (s)",
            "lines/s",
            "archive (MB)",
            "bytes/line",
            "memory more (MB)",
            "restore (s)",
            "prove (s)",
        ],
        rows,
    )
    print(f"\nThen, of the one with {sizes[-1]:,} lines:")
    table(["what was done to it", "what restoring answers", "after (s)"], damages)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(int(sys.argv[2]))
    else:
        main()
