"""Answers that are sent piece by piece, while the books are still being read.

Django sends a streaming response after every middleware has left, the one that entered the organization included. Here
each piece is made inside that organization's context again, and the connection goes back to the pool after each,
so that a slow reader at the other end of the line holds none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

from tenancy import aliases, context


def stream(pieces: Iterable[str], *, content_type: str, file_name: str) -> StreamingHttpResponse:
    """A download made of `pieces`, which may ask the books of the organization in context."""
    return StreamingHttpResponse(
        in_organization(context.current(), pieces),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def in_organization(tenant: context.Tenant, pieces: Iterable[str]) -> Iterator[str]:
    """The same pieces, each made in the context of `tenant`; between two of them no organization is in context."""
    iterator = iter(pieces)
    while True:
        with context.enter(tenant):
            try:
                piece = next(iterator)
            except StopIteration:
                return
            finally:
                aliases.release()
        yield piece
