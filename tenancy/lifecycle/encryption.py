"""Encrypting a stream of any length: AES-256-GCM in chunks, each bound to its place and the last one marked as such.

A changed, moved, missing or cut-off chunk is found when it is read, before anything in it is used. The key is the
organization's, mixed with the archive's own salt, so that no two archives share a key and a chunk's number may be its
nonce.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import struct
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"ledger backup 1\n"
SALT_BYTES, TAG_BYTES = 32, 16
CHUNK = 1024 * 1024
_LENGTH = struct.Struct(">I")


class Damaged(Exception):
    """An archive is not as it was written: bytes of it were changed, cut off or put in."""


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=MAGIC).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


class EncryptingWriter(io.RawIOBase):
    """Encrypts what is written to it into `sink`, which it leaves open."""

    def __init__(self, sink: Sink, key: bytes, *, about: str) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self._sink, self._cipher, self._about = sink, _cipher(key, salt), about.encode()
        self._waiting = bytearray()
        self._chunks = 0
        self._digest = hashlib.sha256()
        self.size = 0
        self._put(MAGIC + salt)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        while len(self._waiting) > CHUNK:  # one byte at least stays for the last chunk
            chunk, self._waiting = bytes(self._waiting[:CHUNK]), self._waiting[CHUNK:]
            self._chunk(chunk, last=False)
        return len(data)

    def finish(self) -> None:
        """Write the last chunk. Without it the archive is found to be cut off."""
        self._chunk(bytes(self._waiting), last=True)
        self._waiting.clear()

    @property
    def sha256(self) -> str:
        """Of the encrypted bytes."""
        return self._digest.hexdigest()

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._chunks, last=last), plain, self._about)
        self._put(_LENGTH.pack(len(sealed)) + sealed)
        self._chunks += 1

    def _put(self, data: bytes) -> None:
        self._sink.write(data)
        self._digest.update(data)
        self.size += len(data)


class DecryptingReader(io.RawIOBase):
    """Reads what an EncryptingWriter wrote. Raises Damaged at the first byte that is not as it was."""

    def __init__(self, source: Source, key: bytes, *, about: str) -> None:
        self._source, self._about = source, about.encode()
        if self._exactly(len(MAGIC)) != MAGIC:
            raise Damaged("It does not begin like a backup of Ledger's.")
        self._cipher = _cipher(key, self._exactly(SALT_BYTES))
        self._plain = memoryview(b"")
        self._chunks = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._plain and not self._ended:
            self._plain = memoryview(self._next())
        count = min(len(buffer), len(self._plain))
        buffer[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _next(self) -> bytes:
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if not TAG_BYTES <= length <= CHUNK + TAG_BYTES:
            raise Damaged(f"Chunk {self._chunks + 1} says that it has {length:,} bytes.")
        sealed = self._exactly(length)
        plain = self._open(sealed, last=False)
        if plain is None:
            plain = self._open(sealed, last=True)
            if plain is None:
                raise Damaged(f"Chunk {self._chunks + 1} is not as it was written, or the key is another one.")
            self._ended = True
            if self._source.read(1):
                raise Damaged("Something was put behind its end.")
        self._chunks += 1
        return plain

    def _open(self, sealed: bytes, *, last: bool) -> bytes | None:
        try:
            return self._cipher.decrypt(_nonce(self._chunks, last=last), sealed, self._about)
        except InvalidTag:
            return None

    def _exactly(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            part = self._source.read(count - len(parts))
            if not part:
                raise Damaged("It is cut off.")
            parts += part
        return bytes(parts)
