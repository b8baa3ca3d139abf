from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from tenancy import context
from tenancy.api import OrganizationViewSet, PublicView, UserView
from tenancy.members import invitations, operations, roles
from tenancy.members.serializers import (
    InvitationPreviewSerializer,
    InvitationSerializer,
    MemberSerializer,
    RoleSerializer,
    TokenSerializer,
)
from tenancy.models import Invitation, Membership, Organization
from tenancy.organizations.serializers import OrganizationSerializer
from tenancy.throttles import MailToEmail, MailToInvited

ID = OpenApiParameter("id", str, OpenApiParameter.PATH)


class MemberViewSet(mixins.ListModelMixin, OrganizationViewSet):
    """Who belongs to the organization."""

    # Whoever may leave reaches `destroy`; removing somebody else also needs members.delete (operations.remove_member).
    abilities: ClassVar[dict[str, str]] = {
        "list": "members.view",
        "partial_update": "members.edit",
        "destroy": "members.leave",
    }
    queryset = Membership.objects.select_related("user").order_by("created_at", "pk")
    serializer_class = MemberSerializer
    lookup_url_kwarg = "id"
    search_fields = ("user__email", "user__full_name")
    ordering_fields = ("created_at", "role")
    filterset_fields = ("role",)

    def get_queryset(self) -> QuerySet[Membership]:
        return super().get_queryset().filter(organization_id=context.current().id)

    @extend_schema(parameters=[ID])
    def partial_update(self, request: Request, id: str) -> Response:
        """Change a member's role. Only owners may make or unmake owners, and one owner always stays."""
        member = self.get_object()
        serializer = self.get_serializer(member, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        member = operations.change_role(
            organization_id=member.organization_id,
            member_id=member.pk,
            role=serializer.validated_data.get("role", member.role),
            by=request.auth.user,
        )
        return Response(self.get_serializer(member).data)

    @extend_schema(parameters=[ID])
    def destroy(self, request: Request, id: str) -> Response:
        """Remove a member, or leave (every member may)."""
        member = self.get_object()
        operations.remove_member(organization_id=member.organization_id, member_id=member.pk, by=request.auth.user)
        return Response(status=204)


class InvitationViewSet(mixins.ListModelMixin, OrganizationViewSet):
    """Offers of a role, sent by mail."""

    abilities: ClassVar[dict[str, str]] = {
        "list": "invitations.view",
        "create": "invitations.create",
        "destroy": "invitations.delete",
        "resend": "invitations.create",
    }
    queryset = Invitation.objects.select_related("invited_by").order_by("-created_at", "-pk")
    serializer_class = InvitationSerializer
    lookup_url_kwarg = "id"
    search_fields = ("email",)
    ordering_fields = ("created_at", "email", "expires_at")
    filterset_fields = ("role",)

    def get_queryset(self) -> QuerySet[Invitation]:
        return super().get_queryset().filter(organization_id=context.current().id)

    def get_throttles(self) -> list[BaseThrottle]:
        throttles: dict[str | None, BaseThrottle] = {"create": MailToEmail(), "resend": MailToInvited()}
        return [throttles[self.action]] if self.action in throttles else []

    def create(self, request: Request) -> Response:
        """Invite an address. One that has an open invitation gets the new one instead."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        invitation = invitations.invite(
            organization_id=context.current().id, by=request.auth.user, **serializer.validated_data
        )
        return Response(self.get_serializer(invitation).data, status=201)

    @extend_schema(parameters=[ID])
    def destroy(self, request: Request, id: str) -> Response:
        """Withdraw an invitation: its link stops working."""
        invitation = self.get_object()
        invitations.revoke(
            organization_id=invitation.organization_id, invitation_id=invitation.pk, by=request.auth.user
        )
        return Response(status=204)

    @extend_schema(parameters=[ID], request=None, responses=InvitationSerializer)
    def resend(self, request: Request, id: str) -> Response:
        """Mail a new link, good for another week; the former one stops working."""
        invitation = self.get_object()
        invitation = invitations.resend(
            organization_id=invitation.organization_id, invitation_id=invitation.pk, by=request.auth.user
        )
        return Response(self.get_serializer(invitation).data)


class PreviewInvitationView(PublicView):
    """What an invitation offers, for whoever holds its link."""

    @extend_schema(operation_id="invitations_preview", request=TokenSerializer, responses=InvitationPreviewSerializer)
    def post(self, request: Request) -> Response:
        """What an invitation offers, for whoever holds its link."""
        return Response(InvitationPreviewSerializer(invitations.find(_token(request))).data)


class AcceptInvitationView(UserView):
    """Become a member."""

    @extend_schema(operation_id="invitations_accept", request=TokenSerializer, responses=OrganizationSerializer)
    def post(self, request: Request) -> Response:
        """Become a member. The invitation must be for the caller's own address."""
        joined = invitations.accept(token=_token(request), user=request.auth.user)
        organization = Organization.objects.select_related("database").get(pk=joined.pk)
        role = Membership.objects.get(organization=organization, user=request.auth.user).role
        role_of = {organization.id: role}
        return Response(OrganizationSerializer(organization, context={"role_of": role_of}).data)


class RolesView(UserView):
    """The roles that can be given."""

    @extend_schema(operation_id="roles_list", responses=RoleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The roles that can be given, and what each may do."""
        return Response(roles.all_roles())


def _token(request: Request) -> str:
    serializer = TokenSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    token: str = serializer.validated_data["token"]
    return token
