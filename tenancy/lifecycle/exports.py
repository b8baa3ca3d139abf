"""Everything of one organization in open formats, in one ZIP file: for the customer to take along."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from tenancy import aliases, context
from tenancy.lifecycle.books import books


@dataclass(frozen=True, slots=True)
class Export:
    files: int
    bytes: int


def write_export(tenant: context.Tenant, to: Path) -> Export:
    """Write it piece by piece, so that it may be larger than memory; there is no file unless it is whole."""
    making = to.with_name(f".{to.name}.part")
    try:
        count = 0
        with zipfile.ZipFile(making, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive, context.enter(tenant):
            making.chmod(0o600)
            for name, pieces in books().portable():
                with archive.open(zipfile.ZipInfo(name, _EPOCH), "w", force_zip64=True) as member:
                    for piece in pieces:
                        member.write(piece)
                count += 1
            aliases.release()
        making.replace(to)
    finally:
        making.unlink(missing_ok=True)
    return Export(count, to.stat().st_size)


_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same data gives the same file
