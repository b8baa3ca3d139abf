from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from ledger_core.activity.operations import Subject
from ledger_core.attachments.models import Attachment
from ledger_core.attachments.operations import attach, remove
from ledger_core.attachments.queries import attachments_of, find_attachment, open_attached
from ledger_core.attachments.serializers import AttachmentSerializer, AttachmentWriteSerializer
from ledger_core.attachments.subjects import SUBJECT_KINDS
from ledger_core.base.people import names_of
from ledger_core.base.requests import actor_of, valid
from ledger_core.base.views import BooksView
from tenancy.problems import Forbidden, Problem

FRAME = 64 * 1024  # bytes of a form around its file


class NotAForm(Problem):
    status = 415
    code = "unsupported_media_type"
    title = "Send a form with the file (Content-Type: multipart/form-data)"


class AttachmentsView(BooksView):
    """The files of one object. A package that has some gives its `kind` and how to find and hold the object."""

    abilities = {"get": "attachments.view", "post": "attachments.create"}
    if_match = frozenset({"post"})
    parser_classes = [MultiPartParser]
    most_bytes: ClassVar[int] = settings.MOST_ATTACHMENT_BYTES + FRAME
    kind: ClassVar[str]

    def check_exists(self, subject_id: int) -> None:
        """Raise NotFound unless there is such an object."""
        raise NotImplementedError

    def hold(self, subject_id: int) -> Subject:
        """Lock the object's row and name it; raises NotFound."""
        raise NotImplementedError

    @extend_schema(responses=AttachmentSerializer(many=True))
    def get(self, request: Request, pk: str) -> Response:
        """All of them, in the order in which they were added."""
        check_may_see(request, self.kind)
        self.check_exists(int(pk))
        return Response(_shown(attachments_of(self.kind, int(pk))))

    @extend_schema(request=AttachmentWriteSerializer, responses={201: AttachmentSerializer})
    def post(self, request: Request, pk: str) -> Response:
        """Add a file: a form with one field, `file`."""
        check_may_see(request, self.kind)
        self.check_exists(int(pk))
        if not (request.content_type or "").startswith("multipart/form-data"):
            raise NotAForm("The file is the field `file` of the form.")
        file = valid(AttachmentWriteSerializer(data=request.data))["file"]
        attachment = attach(hold=lambda: self.hold(int(pk)), file=file, actor=actor_of(request))
        return Response(_shown([attachment])[0], status=201)


class AttachmentView(BooksView):
    """One attached file."""

    abilities = {"get": "attachments.view", "delete": "attachments.delete"}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: str) -> FileResponse:
        """The file, to be saved: a browser never shows it inside the page of the books."""
        attachment = find_attachment(int(pk))
        check_may_see(request, attachment.subject_kind)
        response = FileResponse(
            open_attached(attachment),
            as_attachment=True,
            filename=attachment.name,
            content_type=attachment.content_type,
        )
        response["Content-Length"] = str(attachment.size)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-store"
        return response

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: str) -> Response:
        """Remove it; the activity trail says who did, and keeps the file's name and digest."""
        check_may_see(request, find_attachment(int(pk)).subject_kind)
        remove(attachment_id=int(pk))
        return Response(status=204)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A download is what it is, whatever the caller would rather have."""
        return super().perform_content_negotiation(request, force=True)


def check_may_see(request: Request, kind: str) -> None:
    """Who may not see an object does not get at its files either."""
    needed = SUBJECT_KINDS[kind].view
    if needed not in request._request.abilities:  # type: ignore[attr-defined]
        raise Forbidden(f"Your role in this organization does not include {needed}.")


def _shown(attachments: Sequence[Attachment] | Any) -> list[Any]:
    page = list(attachments)
    names = names_of(each.added_by for each in page)
    return list(AttachmentSerializer(page, many=True, context={"names": names}).data)
