from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from tenancy.api import UserView
from tenancy.caller import Caller
from tenancy.jobs import queue
from tenancy.jobs.record import STATES, JobRecord
from tenancy.jobs.serializers import JobSerializer
from tenancy.jobs.store import JobQuery, StoreUnavailable, store
from tenancy.jobs.visibility import visible_to
from tenancy.problems import NotAuthenticated, NotFound


class AnyCaller(BasePermission):
    """People and API keys alike; which jobs they see is decided per job (tenancy.jobs.visibility)."""

    def has_permission(self, request: Request, view: Any) -> bool:
        caller = request._request.caller  # type: ignore[attr-defined]
        if not isinstance(caller, Caller):
            raise caller.problem or NotAuthenticated()
        return True


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of a query, counted and fetched by page as the paginator asks."""

    query: JobQuery

    def count(self) -> int:
        return store().count(self.query)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[JobRecord]:
        return store().page(self.query, offset=part.start or 0, limit=part.stop - (part.start or 0))


STATE = OpenApiParameter("state", str, enum=[value for value, _ in STATES], description="Only jobs in this state")
NAME = OpenApiParameter("name", str, description="Only jobs of this kind")


@extend_schema_view(get=extend_schema(operation_id="jobs_list", parameters=[STATE, NAME]))
class JobsView(UserView, generics.ListAPIView):
    """The jobs you may see, newest first: your own, and those of the organization your token or key is bound to."""

    permission_classes = (AnyCaller,)
    serializer_class = JobSerializer
    filter_backends = ()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return super().list(request, *args, **kwargs)
        except StoreUnavailable as error:
            raise queue.JobsUnavailable("Try again in a moment. Nothing is lost.", retry_after=5) from error

    def get_queryset(self) -> Any:
        state = self.request.query_params.get("state")
        if state is not None and state not in dict(STATES):
            raise ValidationError({"state": [f"A job is {', '.join(dict(STATES))}."]}, code="unknown")
        visible = visible_to(self.request._request)
        name = self.request.query_params.get("name")
        return Jobs(JobQuery(visible=visible, states=(state,) if state else None, name=name))


class JobDetailView(UserView):
    """One job you may see; poll it while it is queued or running."""

    permission_classes = (AnyCaller,)

    @extend_schema(
        operation_id="jobs_retrieve", parameters=[OpenApiParameter("id", str, "path")], responses=JobSerializer
    )
    def get(self, request: Request, id: str) -> Response:
        visible = visible_to(request._request)
        job = queue.find(id)
        if job is None or not visible.includes(job):
            raise NotFound("There is no job with this id, or it is not yours.")
        return Response(JobSerializer(job).data)
