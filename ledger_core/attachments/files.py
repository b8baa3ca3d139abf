"""Looking at a file before it is kept: its name, its bytes, and whether the two agree.

Only formats that a browser or office program opens without running anything of the file's own are kept, and a file's
name must end as its bytes say: a page that begins like a PDF is not kept as `receipt.html`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.core.files.base import File

from ledger_core.attachments.packages import says
from tenancy.problems import FieldError, Invalid

LONGEST_NAME = 150
HEAD = 4_096  # bytes that tell the format
OFFICE_PART = "[Content_Types].xml"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how its name ends, and what its bytes have at which place. Without bytes it is text.

    Of an archive a part says what it is, such as `[Content_Types].xml`.
    """

    content_type: str
    endings: tuple[str, ...]
    magic: bytes = b""
    offset: int = 0
    part: str = ""
    words: bytes = b""


FORMATS = (
    Format("application/pdf", ("pdf",), b"%PDF-"),
    Format("image/png", ("png",), b"\x89PNG\r\n\x1a\n"),
    Format("image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff"),
    Format("image/gif", ("gif",), b"GIF8"),
    Format("image/webp", ("webp",), b"WEBP", 8),
    Format("image/tiff", ("tif", "tiff"), b"II*\x00"),
    Format("image/tiff", ("tif", "tiff"), b"MM\x00*"),
    Format("image/heic", ("heic", "heif"), b"ftyp", 4),
    Format(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",),
        ZIP,
        part=OFFICE_PART,
        words=b"openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",),
        ZIP,
        part=OFFICE_PART,
        words=b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ),
    Format("application/vnd.oasis.opendocument.text", ("odt",), ZIP, part="mimetype", words=b"opendocument.text"),
    Format(
        "application/vnd.oasis.opendocument.spreadsheet",
        ("ods",),
        ZIP,
        part="mimetype",
        words=b"opendocument.spreadsheet",
    ),
    Format("application/zip", ("zip",), ZIP),
    Format("application/msword", ("doc",), OLE),
    Format("application/vnd.ms-excel", ("xls",), OLE),
    Format("text/plain", ("txt",)),
    Format("text/csv", ("csv",)),
    Format("application/json", ("json",)),
    Format("application/xml", ("xml",)),  # electronic invoices
)
ENDINGS = tuple(dict.fromkeys(ending for each in FORMATS for ending in each.endings))

# What makes a browser take text for a page or a drawing with scripts.
_PAGE = re.compile(rb"<\s*(?:[a-z]+:)?(?:!doctype\s+html|html|svg|script|head|body|iframe)\b", re.IGNORECASE)
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}  # control characters, and those that turn text around


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known of a file that may be kept."""

    name: str
    content_type: str
    size: int
    sha256: str


def inspect(file: File[bytes]) -> Inspected:
    """Read the whole file once; raises Invalid at `/file`."""
    most = settings.MOST_ATTACHMENT_BYTES
    if file.size > most:
        raise _refused("too_large", f"A file has at most {most:,} bytes; this one has {file.size:,}.")
    name = clean_name(file.name or "")
    digest, is_text, head = hashlib.sha256(), True, b""
    for chunk in file.chunks():
        head = head or chunk[:HEAD]
        is_text = is_text and b"\0" not in chunk
        digest.update(chunk)
    file.seek(0)
    try:
        return Inspected(name, _content_type(name, head, is_text, file), file.size, digest.hexdigest())
    finally:
        file.seek(0)


def clean_name(name: str) -> str:
    """The last part of a path, without what cannot be seen, and short; its ending stays."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(each for each in name if unicodedata.category(each) not in _INVISIBLE)
    name = re.sub(r'[<>:"|?*\s]+', " ", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(dot + ending)]}{dot}{ending}" if len(ending) < 10 else name[:LONGEST_NAME]


def _content_type(name: str, head: bytes, is_text: bool, file: IO[bytes]) -> str:
    ending = name.rpartition(".")[2].lower()
    candidates = [each for each in FORMATS if ending in each.endings]
    if not candidates:
        raise _refused("type_not_allowed", f"Files here are of one of these types: {', '.join(ENDINGS)}.")
    for each in candidates:
        if _is_text(head, is_text) if not each.magic else _is_of(each, head, file):
            return each.content_type
    raise _refused("type_not_allowed", f"The name ends in .{ending}, but the file's contents are something else.")


def _is_text(head: bytes, is_text: bool) -> bool:
    return is_text and not _PAGE.search(head)


def _is_of(each: Format, head: bytes, file: IO[bytes]) -> bool:
    if head[each.offset : each.offset + len(each.magic)] != each.magic:
        return False
    return not each.part or says(file, part=each.part, words=each.words)


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=(FieldError("/file", code, detail),))
