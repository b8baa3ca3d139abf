"""What the lifecycle asks of the books, which stand above tenancy: settings.ORGANIZATION_BOOKS names the module that
answers (ledger_core/lifecycle/books.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any, Protocol, cast

from django.conf import settings


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An attached file; `key` is its name within the organization's folder."""

    key: str
    size: int
    sha256: str


class Tally(Protocol):
    """Sees every row that is read or written, and knows afterwards what the books say."""

    def see(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None: ...

    def result(self) -> dict[str, Any]:
        """Figures that are the same for the same books: `entries`, `seal`, `seal_hash` and others."""

    def seal_hash(self, block: int) -> str | None:
        """The hash of this seal of the chain, if it has it."""

    def files(self) -> list[StoredFile]:
        """The files that the books name."""


class Books(Protocol):
    """The functions of the module. All but the first two work on the organization in context."""

    def tally(self) -> Tally: ...
    def remove_files(self, organization_id: str) -> None: ...
    def adopt(self, former_id: str) -> None: ...
    def hand_back(self, organization_id: str) -> None: ...
    def open_file(self, key: str) -> IO[bytes]: ...
    def has_file(self, key: str, size: int) -> bool: ...
    def keep_file(self, key: str, content: IO[bytes]) -> None: ...
    def prove(self, *, with_files: bool) -> list[str]: ...
    def portable(self) -> Iterator[tuple[str, Iterator[bytes]]]: ...


def books() -> Books:
    return cast("Books", import_module(settings.ORGANIZATION_BOOKS))
