from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import ApiKey, User
from tenancy import names

PASSWORD_LENGTH = 256  # no more: hashing a megabyte would be work for nothing


class PasswordField(serializers.CharField):
    """Spaces belong to a password; it is never answered."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            write_only=True,
            trim_whitespace=False,
            max_length=PASSWORD_LENGTH,
            style={"input_type": "password"},
            **options,
        )


class UserSerializer(serializers.ModelSerializer[User]):
    """A person, as they see themselves."""

    id = serializers.CharField(read_only=True)
    full_name = serializers.CharField(max_length=120, validators=names.NAME)
    email_confirmed = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = ("id", "email", "full_name", "email_confirmed", "is_staff")
        read_only_fields = ("email", "is_staff")


class MeSerializer(UserSerializer):
    """The caller, and the organization the access token is bound to."""

    organization = serializers.SerializerMethodField()

    class Meta(UserSerializer.Meta):
        fields = (*UserSerializer.Meta.fields, "organization")  # type: ignore[assignment]

    def get_organization(self, user: User) -> str | None:
        organization: str | None = self.context["organization"]
        return organization


class SignUpSerializer(serializers.Serializer[Any]):
    """`user` is null while the address must be confirmed first, whether or not it has an account already."""

    email = serializers.EmailField(max_length=254, write_only=True)
    password = PasswordField()
    full_name = serializers.CharField(max_length=120, validators=names.NAME, write_only=True)
    invitation = serializers.CharField(
        max_length=500,
        write_only=True,
        required=False,
        help_text="Token of an invitation to this address: confirms it, also where sign-up is closed",
    )
    user = UserSerializer(read_only=True, allow_null=True)
    confirmation_required = serializers.BooleanField(read_only=True)


class EmailSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254, write_only=True)


class UserAnswerSerializer(serializers.Serializer[Any]):
    user = UserSerializer()


class LoginSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = PasswordField()
    organization = serializers.CharField(
        max_length=64, required=False, allow_blank=True, help_text="Leave it out for the one used last, empty for none"
    )
    cookie = serializers.BooleanField(required=False, help_text="Keep the refresh token in a cookie")


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(required=False, max_length=2000, help_text="Leave it out if it is in the cookie")
    organization = serializers.CharField(
        max_length=64, required=False, allow_blank=True, help_text="Leave it out to keep it, empty to unbind"
    )
    cookie = serializers.BooleanField(required=False, help_text="As before if left out")


class LogoutSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(required=False, max_length=2000, help_text="Leave it out if it is in the cookie")


class TokensSerializer(serializers.Serializer[Any]):
    """What logging in and refreshing give."""

    access = serializers.CharField()
    refresh = serializers.CharField(allow_null=True, help_text="Null if it is in the cookie")
    expires_in = serializers.IntegerField(help_text="Seconds until the access token expires")
    user = UserSerializer()
    organization = serializers.CharField(allow_null=True, help_text="The one both tokens are bound to")


class PasswordResetConfirmSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=500, write_only=True)
    password = PasswordField()


class PasswordChangeSerializer(serializers.Serializer[Any]):
    current_password = PasswordField()
    new_password = PasswordField()


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    """An integration's access to the organization."""

    id = serializers.CharField(read_only=True)
    created_by = serializers.CharField(source="created_by.get_full_name", read_only=True)

    class Meta:
        model = ApiKey
        fields = (
            "id",
            "name",
            "prefix",
            "role",
            "created_by",
            "created_at",
            "expires_at",
            "last_used_on",
            "revoked_at",
        )
        read_only_fields = ("prefix", "created_at", "last_used_on", "revoked_at")
        extra_kwargs = {"name": {"validators": names.KEY_NAME}}


class NewApiKeySerializer(ApiKeySerializer):
    """The key itself is answered once, when it is made."""

    key = serializers.SerializerMethodField()

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "key")  # type: ignore[assignment]

    def get_key(self, api_key: ApiKey) -> str:
        key: str = self.context["key"]
        return key
