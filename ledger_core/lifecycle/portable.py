"""The whole of an organization's data in formats that other programs read, for the customer to take along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from ledger_core.attachments import store
from ledger_core.attachments.models import Attachment
from ledger_core.base.models import IdempotencyKey
from ledger_core.exchange.books import open_books
from ledger_core.exchange.formats import FORMATS
from tenancy import context

ROWS_AT_ONCE = 1000
PIECE = 1024 * 1024
LEFT_OUT = (IdempotencyKey,)  # answers to requests of the last day: no part of the books
README = """{name}: everything Ledger has of this organization, written on {day}.

books.journal      the complete books for hledger (hledger -f books.journal balance)
books.beancount    the same for Beancount
books.jsonl        the same as JSON Lines, nothing left out: docs/exchange.md of Ledger describes it
tables/*.csv       every table as it is stored: UTF-8, a heading, amounts in minor units of their currency
attachments.csv    which file belongs to what
attachments/       the files themselves
"""

Member = tuple[str, Iterator[bytes]]


def portable() -> Iterator[Member]:
    """Name and contents of each file of the export; its contents are to be read before the next is asked for."""
    tenant = context.current()
    books = open_books()
    yield "README.txt", iter([README.format(name=tenant.name, day=_today()).encode()])
    for each in FORMATS:
        yield f"books.{each.ending}", (piece.encode() for piece in each.write(books))
    for model in apps.get_app_config("ledger_core").get_models():
        if model not in LEFT_OUT:
            yield f"tables/{model._meta.db_table.removeprefix('ledger_core_')}.csv", _table(model)
    yield "attachments.csv", _lines(_attachment_rows)
    for attachment in Attachment.objects.order_by("pk"):
        yield f"attachments/{_file_name(attachment)}", _file(attachment)


def _today() -> str:
    from ledger_core.base.queries import today

    return today().isoformat()


def _table(model: type[Model]) -> Iterator[bytes]:
    columns = [field.attname for field in model._meta.concrete_fields]
    rows = model._base_manager.order_by("pk").values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE)
    return _lines(lambda: _with_heading(columns, rows))


def _with_heading(columns: list[str], rows: Iterator[Any]) -> Iterator[list[Any]]:
    yield columns
    for row in rows:
        yield [_text(value) for value in row]


def _text(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else value


def _attachment_rows() -> Iterator[list[Any]]:
    yield ["file", "name", "content_type", "size", "sha256", "attached_to", "id"]
    for each in Attachment.objects.order_by("pk"):
        about = [each.name, each.content_type, each.size, each.sha256, each.subject_kind, each.subject_id]
        yield [_file_name(each), *about]


def _file_name(attachment: Attachment) -> str:
    """Its number keeps two of one name apart; what a file system could misread is left out."""
    name = re.sub(r"[^\w.\- ]", "_", attachment.name).strip(". ")[:100] or "file"
    return f"{attachment.pk}-{name}"


def _file(attachment: Attachment) -> Iterator[bytes]:
    with store.open_stored(attachment.storage_key) as content:
        while piece := content.read(PIECE):
            yield piece


def _lines(rows: Callable[[], Iterator[list[Any]]]) -> Iterator[bytes]:
    """CSV, some hundred lines at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for number, row in enumerate(rows(), start=1):
        writer.writerow(row)
        if number % ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
