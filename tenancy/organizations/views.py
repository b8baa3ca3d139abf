from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy import access
from tenancy.abilities import ROLES
from tenancy.api import UserView
from tenancy.models import Organization
from tenancy.organizations import choices, operations
from tenancy.organizations.serializers import (
    OrganizationChangeSerializer,
    OrganizationSerializer,
    SetUpChoicesSerializer,
    StartedSerializer,
)
from tenancy.problems import Forbidden


def _mine(user: Any) -> tuple[list[Organization], dict[str, str]]:
    rows = access.organizations_of(user.pk)
    return [organization for organization, _ in rows], {organization.id: role for organization, role in rows}


def _one_of_mine(user: Any, organization_id: str, ability: str) -> tuple[Organization, dict[str, str]]:
    """One organization of the caller's, if their role there allows it; else the usual 404 or 403."""
    organizations, role_of = _mine(user)
    if organization_id not in role_of:
        raise access.UnknownOrganization()
    if ability not in ROLES[role_of[organization_id]]:
        raise Forbidden(f"Your role in this organization does not include {ability}.")
    return next(o for o in organizations if o.id == organization_id), role_of


def actor_id(request: Request) -> int:
    user_id = request.user.pk
    assert user_id is not None, "the permission check lets nobody without a user this far"
    return user_id


class OrganizationsView(UserView):
    """The caller's organizations."""

    @extend_schema(operation_id="organizations_list", responses=OrganizationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every organization the caller is a member of, by name, with the caller's role and abilities there."""
        organizations, role_of = _mine(request.user)
        return Response(OrganizationSerializer(organizations, many=True, context={"role_of": role_of}).data)

    @extend_schema(
        operation_id="organizations_create", request=OrganizationSerializer, responses={202: StartedSerializer}
    )
    def post(self, request: Request) -> Response:
        """Found an organization; its database is made by a job."""
        serializer = OrganizationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        organization, job = operations.found(
            owner=request.user, must_be_confirmed=settings.REQUIRE_EMAIL_CONFIRMATION, **serializer.validated_data
        )
        return _started(organization, job, {organization.id: "owner"})


def _started(organization: Organization, job: str, role_of: dict[str, str]) -> Response:
    organization = Organization.objects.select_related("database").get(pk=organization.pk)
    body = {"organization": organization, "job": job}
    return Response(StartedSerializer(body, context={"role_of": role_of}).data, status=202)


class OrganizationDetailView(UserView):
    """One organization of the caller's."""

    @extend_schema(operation_id="organizations_retrieve", responses=OrganizationSerializer)
    def get(self, request: Request, organization_id: str) -> Response:
        organization, role_of = _one_of_mine(request.user, organization_id, "organization.view")
        return Response(OrganizationSerializer(organization, context={"role_of": role_of}).data)

    @extend_schema(
        operation_id="organizations_update", request=OrganizationChangeSerializer, responses=OrganizationSerializer
    )
    def patch(self, request: Request, organization_id: str) -> Response:
        """Change name, language, time zone or fiscal year start."""
        organization, role_of = _one_of_mine(request.user, organization_id, "organization.edit")
        serializer = OrganizationChangeSerializer(
            organization, data=request.data, partial=True, context={"role_of": role_of}
        )
        serializer.is_valid(raise_exception=True)
        operations.change(organization=organization, by=actor_id(request), **serializer.validated_data)
        return Response(OrganizationSerializer(organization, context={"role_of": role_of}).data)


class SetUpView(UserView):
    """Try a failed set-up again."""

    @extend_schema(operation_id="organizations_set_up", request=None, responses={202: StartedSerializer})
    def post(self, request: Request, organization_id: str) -> Response:
        organization, role_of = _one_of_mine(request.user, organization_id, "organization.edit")
        job = operations.set_up_again(organization_id=organization.id, user_id=actor_id(request))
        return _started(organization, job, role_of)


class SetUpChoicesView(UserView):
    """What can be chosen when an organization is set up."""

    @extend_schema(operation_id="set_up_choices", responses=SetUpChoicesSerializer)
    def get(self, request: Request) -> Response:
        return Response(choices.all_choices())
