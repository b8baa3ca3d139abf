"""Hashes of entries and blocks; no database.

A leaf is SHA-256(0x00 + the entry's bytes), a node SHA-256(0x01 + left + right), a block's hash SHA-256(0x02 + its
header), so that none can be taken for another. A node without a right neighbour moves up as it is (RFC 6962). Bytes
of entries and headers are JSON: no spaces, keys in order, UTF-8, dates as text, instants in UTC to the microsecond.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

SIZE = 32
NO_HASH = "0" * 64  # what the first block follows


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def leaf(entry: Any) -> bytes:
    return hashlib.sha256(b"\x00" + canonical(entry)).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle root of at least one leaf."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [_node(*level[index : index + 2]) for index in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def block_hash(header: dict[str, Any]) -> str:
    return hashlib.sha256(b"\x02" + canonical(header)).hexdigest()


def parts(leaves: bytes) -> list[bytes]:
    """The single hashes of leaves that were written one after another."""
    return [leaves[start : start + SIZE] for start in range(0, len(leaves), SIZE)]
