"""Seals kept outside the books: whoever can rewrite a database can rewrite the seals in it, but not this file.

JSON Lines: a heading that names the organization, then one block on each line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, TextIO

from ledger_core.seals.queries import Block

FORMAT = "ledger-seals-1"


class NotASealFile(ValueError):
    """The file is not one that `seal_books --export` wrote for this organization."""


def write_seals(blocks: Iterable[Block], *, organization_id: str, to: TextIO) -> int:
    """Returns how many blocks there are."""
    to.write(json.dumps({"format": FORMAT, "organization": organization_id}) + "\n")
    written = 0
    for block in blocks:
        to.write(json.dumps(asdict(block)) + "\n")
        written += 1
    return written


def read_seals(lines: Iterable[str], *, organization_id: str) -> list[Block]:
    heading, *rest = list(_documents(lines)) or [{}]
    if heading.get("format") != FORMAT:
        raise NotASealFile("This is no file of seals: its first line should name the format.")
    if heading.get("organization") != organization_id:
        raise NotASealFile(f"These are the seals of organization {heading.get('organization')}.")
    try:
        blocks = [Block(**each) for each in rest]
        for block in blocks:
            block.hashes()
    except (TypeError, ValueError) as error:
        raise NotASealFile(f"A line of the file is not a seal: {error}") from error
    return blocks


def _documents(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        try:
            document = json.loads(line)
        except ValueError as error:
            raise NotASealFile(f"Line {number} is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise NotASealFile(f"Line {number} is not a JSON object.")
        yield document
