"""Idempotency-Key: a write that is sent twice happens once.

The key is a row in the organization's own database, written by the very transaction that does the work: an acknowledged
write and its key live or die together. The row is inserted first, so a duplicate that arrives meanwhile waits for the
first one's transaction and then finds its answer. A refused write (4xx, 5xx) leaves no row: it may be tried again.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.base import rows
from ledger_core.base.acting import Actor
from ledger_core.base.models import IdempotencyKey
from tenancy.db import LOCK_WAIT_TIMEOUT, atomic, operation
from tenancy.problems import Conflict, Invalid

RETENTION = datetime.timedelta(hours=24)
ONE_DELETE = 1_000  # rows; a long delete would hold up posting
_ACCEPTABLE = re.compile(r"[\x21-\x7e]{1,200}\Z")


class KeyMalformed(Invalid):
    code = "idempotency_key_malformed"
    title = "The Idempotency-Key cannot be used"


class KeyReused(Conflict):
    code = "idempotency_key_reused"
    title = "This Idempotency-Key was used for something else"


class InProgress(Conflict):
    code = "in_progress"
    title = "The same request is being worked on right now"


class NotRepeatable(RuntimeError):
    """A view answers a write with a stream or file; its answer cannot be kept."""


class _Taken(Exception):
    """Another request has this key, and its transaction is through."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks for what under which key."""

    key: str
    actor: Actor
    request_digest: str

    @property
    def digest(self) -> str:
        """Keys of different callers never meet; hashed, because text compares differently from engine to engine."""
        return _sha256(f"{self.actor.user_id}\0{self.actor.key_id or ''}\0{self.key}")


def claim_of(request: Request, key: str, actor: Actor) -> Claim:
    if not _ACCEPTABLE.match(key):
        raise KeyMalformed("An Idempotency-Key has 1 to 200 visible ASCII characters; a UUID is a good one.")
    body = json.dumps(request.data, sort_keys=True, default=_told)
    return Claim(key, actor, _sha256(f"{request.method} {request.get_full_path()}\n{body}"))


def _told(value: Any) -> str:
    """What JSON does not know, as text that differs where it differs: of a file the name and all its bytes."""
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"{value.name}\n{digest.hexdigest()}"


def once(claim: Claim, run: Callable[[], Response]) -> Response:
    """Run a write unless it was done under this key already; then give its first answer again."""
    try:
        return _first_time(claim, run)
    except _Taken:
        return _again(claim)


@operation
def _first_time(claim: Claim, run: Callable[[], Response]) -> Response:
    row = _insert(claim)
    response = run()
    if not isinstance(response, Response):
        raise NotRepeatable("Answer a write with a Response, or refuse the Idempotency-Key.")
    if response.status_code >= 400:
        raise NotRepeatable("Refuse a write with a Problem, so that its transaction is rolled back.")
    body = "" if response.data is None else JSONRenderer().render(response.data).decode()
    rows.change(row, {"status": response.status_code, "body": body, "etag": response.get("ETag", "")})
    return response


def _insert(claim: Claim) -> IdempotencyKey:
    row = IdempotencyKey(
        digest=claim.digest,
        key=claim.key,
        user_id=claim.actor.user_id,
        key_id=claim.actor.key_id,
        request_digest=claim.request_digest,
    )
    try:
        rows.insert([row])
    except IntegrityError as error:
        raise _Taken from error
    except OperationalError as error:
        if error.args and error.args[0] == LOCK_WAIT_TIMEOUT:
            raise InProgress("Wait for its answer, or send it again in a moment.", retry_after=2) from error
        raise
    return row


def _again(claim: Claim) -> Response:
    row = IdempotencyKey.objects.filter(digest=claim.digest).first()
    if row is None:  # the clean-up took it between the two statements
        raise InProgress("Send the request again.", retry_after=1)
    if row.request_digest != claim.request_digest:
        raise KeyReused("Use a new key for a new request; the same key repeats the same one.")
    response = Response(json.loads(row.body) if row.body else None, status=row.status)
    response["Idempotency-Replayed"] = "true"
    if row.etag:
        response["ETag"] = row.etag
    return response


def forget_old(*, before: datetime.datetime | None = None) -> int:
    """Delete keys older than a day, a bounded number at a time; gives how many."""
    limit = before or timezone.now() - RETENTION
    deleted = 0
    while True:
        old = list(IdempotencyKey.objects.filter(created_at__lt=limit).values_list("pk", flat=True)[:ONE_DELETE])
        with atomic():
            IdempotencyKey.objects.filter(pk__in=old).delete()
        deleted += len(old)
        if len(old) < ONE_DELETE:
            return deleted


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
