"""The base classes of every view of the books, with what all their writes share.

Idempotency-Key, If-Match and dry_run are done here, once, around whatever the view does: the view's method runs inside
one transaction that the mechanism opens, and the operations it calls join that. Without any of the three the view
runs as it is, and its operation opens the transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from ledger_core.base import conditions, idempotency, parameters
from ledger_core.base.acting import Actor, acting
from ledger_core.base.rehearsal import DryRunNotSupported, rehearse
from ledger_core.base.schema import WRITES, BooksSchema
from tenancy.api import OrganizationView, OrganizationViewSet
from tenancy.db import operation
from tenancy.problems import FieldError, Invalid
from tenancy.rest import BodyTooLarge

MEGABYTE = 1024 * 1024


class Writes:
    """Mixin: what a request may say about how a write is to be done."""

    schema: Any = BooksSchema()
    most_bytes: ClassVar[int] = 5 * MEGABYTE  # of the body
    if_match: ClassVar[frozenset[str]] = frozenset()  # actions (methods, where a view has none) that take If-Match
    query: ClassVar[tuple[type[BaseSerializer[Any]], ...]] = ()  # what a GET takes besides page, filters and search

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Runs once the caller is known and allowed; puts the mechanisms around the method that DRF calls next."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        parameters.refuse_unknown(request, self)
        method = (request.method or "").lower()
        handler = getattr(self, method, None)
        if handler is None:
            return
        if request.method in WRITES:
            self._refuse_long(request)
            setattr(self, method, partial(self._write, handler))
        else:
            setattr(self, method, partial(self._read, handler))

    def _refuse_long(self, request: Request) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > self.most_bytes:  # Django takes what is no number for an empty body
            raise BodyTooLarge(f"A request here has at most {self.most_bytes // MEGABYTE} MB. Send it in parts.")

    def _read(self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
        with acting(_actor_of(request)):  # who reads is often the one whose name is read
            return handler(request, *args, **kwargs)

    def _write(self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
        actor = _actor_of(request)
        run = partial(handler, request, *args, **kwargs)
        with acting(actor):
            return self._run(request, actor, run)

    def _run(self, request: Request, actor: Actor, run: Callable[[], Response]) -> Response:
        tags = conditions.parse_tags(request.headers.get("If-Match", ""))
        key = request.headers.get("Idempotency-Key")
        if tags:
            if not self.takes_if_match(request.method):
                raise conditions.ConditionNotSupported(conditions.WITHOUT_TAG)
            run = partial(conditions.run_matched, run, tags)
        if _wants_dry_run(request):
            return rehearse(run, self.show_rehearsal)
        if key is not None:
            return idempotency.once(idempotency.claim_of(request, key, actor), run)
        return operation(run)() if tags else run()

    def show_rehearsal(self, response: Response, entry_ids: list[int]) -> Response:
        """The answer to `dry_run=true`; views of what posts entries override it (ledger_core.books.rehearsal)."""
        raise DryRunNotSupported("Leave `dry_run` out: this posts no journal entries.")

    def takes_if_match(self, method: str | None) -> bool:
        return (getattr(self, "action", None) or (method or "").lower()) in self.if_match

    def takes_dry_run(self) -> bool:
        return type(self).show_rehearsal is not Writes.show_rehearsal

    def handle_exception(self, exc: Exception) -> Response:
        response: Response = super().handle_exception(exc)  # type: ignore[misc]
        if isinstance(exc, conditions.Stale):
            response["ETag"] = exc.tag
        return response


def _actor_of(request: Request) -> Actor:
    caller = request._request.caller  # type: ignore[attr-defined]
    return Actor(caller.user.pk, caller.key_id, caller.user.get_full_name())


def _wants_dry_run(request: Request) -> bool:
    said = request.query_params.get("dry_run", "false")
    if said not in ("true", "false"):
        detail = "`dry_run` is true or false."
        raise Invalid(detail, errors=(FieldError("/dry_run", "invalid", detail),))
    return said == "true"


class BooksView(Writes, OrganizationView):
    """A single endpoint of the books."""


class BooksViewSet(Writes, OrganizationViewSet):
    """A collection of the books."""
