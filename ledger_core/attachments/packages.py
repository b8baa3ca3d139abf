"""Office documents are ZIP archives: what one says that it is, without unpacking the rest of it."""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

MOST_BYTES = 256 * 1024  # of the part that says it; a list of an archive's parts


def says(file: IO[bytes], *, part: str, words: bytes) -> bool:
    """Does the archive have a part of this name, and these words in it? Reads no more of it than MOST_BYTES."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(part) as opened:
            return words in opened.read(MOST_BYTES)
    except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return False  # damaged, encrypted, packed by a method that office programs do not use, or without that part
