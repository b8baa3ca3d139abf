"""What is inside a backup: frames, compressed and then encrypted.

A frame is one byte for its kind, eight for its length, and the bytes: `J` a JSON object whose `kind` says what it is,
`F` a piece of an attached file. The order:

    head    whose books, which schema, the statements that make its tables
    table   name and columns, then
    rows    up to a thousand of them at a time
    file    key, size and digest of an attached file, then its pieces
    end     what the backup must contain to be whole

Values are engine-neutral: whole numbers, text, null; dates as Django writes them; bytes as base64.
"""

from __future__ import annotations

import base64
import io
import json
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import zstandard

from tenancy.lifecycle.encryption import Damaged, DecryptingReader, EncryptingWriter, Sink, Source

VERSION = 1
PIECE = 1024 * 1024  # of a file
MOST_BYTES = 256 * 1024 * 1024  # of a frame; a thousand rows are far below
COMPRESSION = 3  # zstandard's default: as quick as the disk here, and half as large again as its best
_HEAD = struct.Struct(">cQ")
JSON, FILE = b"J", b"F"

Event = dict[str, Any] | bytes
Row = Sequence[Any]


class ArchiveWriter:
    """Writes frames into `sink`. Only `finish` makes an archive whole."""

    def __init__(self, sink: Sink, key: bytes, *, about: str) -> None:
        self._encrypting = EncryptingWriter(sink, key, about=about)
        compressor = zstandard.ZstdCompressor(level=COMPRESSION)
        self._compressing: Any = compressor.stream_writer(self._encrypting, closefd=False)  # type: ignore[arg-type]

    def say(self, kind: str, **about: Any) -> None:
        payload = json.dumps({"kind": kind, **about}, ensure_ascii=False, separators=(",", ":"), default=_plain)
        self._frame(JSON, payload.encode())

    def piece(self, data: bytes) -> None:
        self._frame(FILE, data)

    def finish(self) -> None:
        self._compressing.close()
        self._encrypting.finish()

    @property
    def size(self) -> int:
        return self._encrypting.size

    @property
    def sha256(self) -> str:
        return self._encrypting.sha256

    def _frame(self, kind: bytes, payload: bytes) -> None:
        self._compressing.write(_HEAD.pack(kind, len(payload)))
        self._compressing.write(payload)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no place in a backup")


def read(source: Source, key: bytes, *, about: str) -> Iterator[Event]:
    """The frames of an archive, one after another. Raises Damaged where it is not as it was written."""
    stream = io.BufferedReader(DecryptingReader(source, key, about=about), buffer_size=PIECE)
    with zstandard.ZstdDecompressor().stream_reader(stream) as plain:
        try:
            yield from _frames(plain)
        except (zstandard.ZstdError, struct.error, json.JSONDecodeError) as error:
            raise Damaged(f"It cannot be read: {error}.") from error


def _frames(plain: Any) -> Iterator[Event]:
    while True:
        kind, length = _HEAD.unpack(_exactly(plain, _HEAD.size))
        if length > MOST_BYTES:
            raise Damaged(f"A frame says that it has {length:,} bytes.")
        payload = _exactly(plain, length)
        if kind == FILE:
            yield payload
            continue
        event: dict[str, Any] = json.loads(payload)
        yield event
        if event["kind"] == "end":
            if plain.read(1):
                raise Damaged("Something follows its end.")
            return


def _exactly(plain: Any, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = plain.read(count - len(parts))
        if not part:
            raise Damaged("It ends too early.")
        parts += part
    return bytes(parts)
