from __future__ import annotations

from typing import ClassVar

from django.contrib.auth import get_user_model
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy import context
from tenancy.api import OrganizationViewSet
from tenancy.trail.filters import OrganizationActivityFilter
from tenancy.trail.models import OrganizationActivity
from tenancy.trail.serializers import OrganizationActivitySerializer


class OrganizationActivityViewSet(OrganizationViewSet):
    """Who changed the organization itself, its people and its keys: newest first."""

    abilities: ClassVar[dict[str, str]] = {"list": "organization_activity.view"}
    queryset = OrganizationActivity.objects.none()  # for the API description
    serializer_class = OrganizationActivitySerializer
    filterset_class = OrganizationActivityFilter
    search_fields = ("subject_label", "summary")
    ordering_fields = ("at",)

    @extend_schema(responses=OrganizationActivitySerializer(many=True))
    def list(self, request: Request) -> Response:
        """Who changed the organization itself, its people and its keys: newest first."""
        trail = OrganizationActivity.objects.filter(organization_id=context.current().id).order_by("-id")
        page: list[OrganizationActivity] = self.paginate_queryset(self.filter_queryset(trail)) or []
        about = {"names": _names({row.user_id for row in page})}
        return self.get_paginated_response(self.get_serializer(page, many=True, context=about).data)


def _names(user_ids: set[int]) -> dict[int, str]:
    people = get_user_model()._default_manager.filter(pk__in=user_ids)
    return {each.pk: each.get_full_name() for each in people}
