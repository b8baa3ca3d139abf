from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tenancy.abilities import ROLE_CHOICES
from tenancy.members.invitations import STATES, state_of
from tenancy.models import Invitation, Membership


class MemberUserSerializer(serializers.Serializer[Any]):
    """A person as other members see them."""

    id = serializers.CharField()
    email = serializers.EmailField()
    full_name = serializers.CharField()


class MemberSerializer(serializers.ModelSerializer[Membership]):
    """Somebody who belongs to the organization."""

    id = serializers.CharField(read_only=True)
    user = MemberUserSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "user", "role", "created_at")
        read_only_fields = ("created_at",)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An offer of a role."""

    id = serializers.CharField(read_only=True)
    state = serializers.SerializerMethodField()
    invited_by = serializers.CharField(source="invited_by.get_full_name", read_only=True)

    class Meta:
        model = Invitation
        fields = ("id", "email", "role", "state", "invited_by", "created_at", "expires_at")
        read_only_fields = ("created_at", "expires_at")

    def get_state(self, invitation: Invitation) -> serializers.ChoiceField(choices=STATES):  # type: ignore[valid-type]
        return state_of(invitation)


class TokenSerializer(serializers.Serializer[Any]):
    """The token of a link in a mail."""

    token = serializers.CharField(max_length=500, write_only=True)


class InvitationPreviewSerializer(serializers.Serializer[Any]):
    """What somebody who holds the link sees before accepting."""

    organization_name = serializers.CharField(source="organization.name")
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=ROLE_CHOICES)
    invited_by = serializers.CharField(source="invited_by.get_full_name")
    expires_at = serializers.DateTimeField()


class RoleSerializer(serializers.Serializer[Any]):
    """A role that can be given, and what it may do."""

    value = serializers.ChoiceField(choices=ROLE_CHOICES)
    label = serializers.CharField()  # type: ignore[assignment]  # the field is named so, a form label it is not
    description = serializers.CharField()
    abilities = serializers.ListField(child=serializers.CharField())
