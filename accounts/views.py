from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts import api_keys, cookies, operations, sessions, throttles
from accounts.models import ApiKey, Session
from accounts.serializers import (
    ApiKeySerializer,
    EmailSerializer,
    LoginSerializer,
    LogoutSerializer,
    MeSerializer,
    NewApiKeySerializer,
    PasswordChangeSerializer,
    PasswordResetConfirmSerializer,
    RefreshSerializer,
    SignUpSerializer,
    TokensSerializer,
    UserAnswerSerializer,
)
from tenancy import context
from tenancy.api import OrganizationViewSet, PublicView, UserView
from tenancy.caller import Caller
from tenancy.members.serializers import TokenSerializer
from tenancy.problems import NotAuthenticated
from tenancy.throttles import MailToEmail

NOTHING = OpenApiResponse(description="Done")
ASKED = OpenApiResponse(description="If there is something to send to this address, a mail is on its way")


def _body(serializer_class: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    body: dict[str, Any] = serializer.validated_data
    return body


def _caller(request: Request) -> Caller:
    caller = request.auth
    assert isinstance(caller, Caller)
    return caller


class SignUpView(PublicView):
    throttle_classes = [throttles.SignUps]

    @extend_schema(operation_id="auth_sign_up", request=SignUpSerializer, responses={201: SignUpSerializer})
    def post(self, request: Request) -> Response:
        """Make an account."""
        user = operations.sign_up(**_body(SignUpSerializer, request))
        answer = {"user": user, "confirmation_required": user is None}
        return Response(SignUpSerializer(answer).data, status=201)


class ConfirmEmailView(PublicView):
    @extend_schema(operation_id="auth_confirm_email", request=TokenSerializer, responses=UserAnswerSerializer)
    def post(self, request: Request) -> Response:
        """Confirm an e-mail address with the token that was mailed to it."""
        user = operations.confirm_email(**_body(TokenSerializer, request))
        return Response(UserAnswerSerializer({"user": user}).data)


class ResendConfirmationView(PublicView):
    throttle_classes = [throttles.MailFromAddress, MailToEmail]

    @extend_schema(operation_id="auth_resend_confirmation", request=EmailSerializer, responses={202: ASKED})
    def post(self, request: Request) -> Response:
        """Mail another link to confirm an address."""
        operations.resend_confirmation(**_body(EmailSerializer, request))
        return Response(status=202)


class LoginView(PublicView):
    throttle_classes = [throttles.LogIns, throttles.LogInsToAccount]

    @extend_schema(operation_id="auth_login", request=LoginSerializer, responses=TokensSerializer)
    def post(self, request: Request) -> Response:
        """Log in with e-mail address and password."""
        body = _body(LoginSerializer, request)
        log_in = operations.log_in(
            request._request,
            email=body["email"],
            password=body["password"],
            organization=body.get("organization"),
        )
        return _tokens(log_in, in_cookie=body.get("cookie", False))


class RefreshView(PublicView):
    @extend_schema(operation_id="auth_refresh", request=RefreshSerializer, responses=TokensSerializer)
    def post(self, request: Request) -> Response:
        """Exchange the refresh token for new tokens, perhaps for another organization. It is good once."""
        body = _body(RefreshSerializer, request)
        from_cookie = None if "refresh" in body else cookies.read(request._request)
        refresh = body.get("refresh") or from_cookie
        if refresh is None:
            raise NotAuthenticated("Send `refresh`, or the cookie that log-in has set.")
        log_in = sessions.rotate(refresh=refresh, organization=body.get("organization"))
        return _tokens(log_in, in_cookie=body.get("cookie", from_cookie is not None))


def _tokens(log_in: sessions.LogIn, *, in_cookie: bool) -> Response:
    answer = {
        "access": log_in.access,
        "refresh": None if in_cookie else log_in.refresh,
        "expires_in": int(settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        "user": log_in.user,
        "organization": log_in.organization_id,
    }
    response = Response(TokensSerializer(answer).data)
    response["Cache-Control"] = "no-store"
    if in_cookie:
        cookies.put(response, log_in.refresh)
    return response


class LogoutView(PublicView):
    @extend_schema(operation_id="auth_logout", request=LogoutSerializer, responses={204: NOTHING})
    def post(self, request: Request) -> Response:
        """End the log-in that the refresh token, the cookie or the access token belongs to."""
        body = _body(LogoutSerializer, request)
        refresh = body.get("refresh") or cookies.read(request._request)
        if refresh:
            sessions.revoke_by_refresh_token(refresh)
        elif isinstance(request.auth, Caller) and request.auth.session_id:
            sessions.revoke(Session.objects.filter(pk=request.auth.session_id), reason="logged_out")
        response = Response(status=204)
        cookies.remove(response)
        return response


class PasswordResetView(PublicView):
    throttle_classes = [throttles.MailFromAddress, MailToEmail]

    @extend_schema(operation_id="auth_password_reset", request=EmailSerializer, responses={202: ASKED})
    def post(self, request: Request) -> Response:
        """Mail a link to choose a new password."""
        operations.ask_for_password_reset(**_body(EmailSerializer, request))
        return Response(status=202)


class PasswordResetConfirmView(PublicView):
    @extend_schema(
        operation_id="auth_password_reset_confirm", request=PasswordResetConfirmSerializer, responses={204: NOTHING}
    )
    def post(self, request: Request) -> Response:
        """Choose a new password with the mailed token; every log-in of the account ends."""
        operations.reset_password(**_body(PasswordResetConfirmSerializer, request))
        return Response(status=204)


class PasswordChangeView(UserView):
    throttle_classes = [throttles.PasswordChanges]

    @extend_schema(operation_id="auth_password_change", request=PasswordChangeSerializer, responses={204: NOTHING})
    def post(self, request: Request) -> Response:
        """Change the caller's password; all their other log-ins end."""
        operations.change_password(
            user_id=_caller(request).user.pk,
            session_id=uuid.UUID(_caller(request).session_id),
            **_body(PasswordChangeSerializer, request),
        )
        return Response(status=204)


class MeView(UserView):
    @extend_schema(operation_id="auth_me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who the caller is."""
        return Response(self._serializer(request, _caller(request).user).data)

    @extend_schema(operation_id="auth_me_update", request=MeSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change the caller's name."""
        user = _caller(request).user
        serializer = self._serializer(request, user, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        user.full_name = serializer.validated_data.get("full_name", user.full_name)
        operations.rename(user_id=user.pk, full_name=user.full_name)
        return Response(self._serializer(request, user).data)

    def _serializer(self, request: Request, *args: Any, **options: Any) -> MeSerializer:
        return MeSerializer(*args, context={"organization": _caller(request).organization_id}, **options)


class ApiKeyViewSet(mixins.ListModelMixin, OrganizationViewSet):
    """Access for integrations."""

    abilities: ClassVar[dict[str, str]] = {
        "list": "api_keys.view",
        "create": "api_keys.create",
        "destroy": "api_keys.delete",
    }
    queryset = ApiKey.objects.select_related("created_by").order_by("-created_at", "-pk")
    serializer_class = ApiKeySerializer
    lookup_url_kwarg = "id"
    search_fields = ("name", "prefix")
    ordering_fields = ("created_at", "name", "expires_at", "last_used_on")
    filterset_fields = ("role",)

    def get_queryset(self) -> QuerySet[ApiKey]:
        return super().get_queryset().filter(organization_id=context.current().id)

    @extend_schema(responses={201: NewApiKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key. Its text is in this answer and nowhere else."""
        body = _body(ApiKeySerializer, request)
        api_key, text = api_keys.create(
            organization_id=context.current().id,
            by=_caller(request).user,
            abilities=request._request.abilities,  # type: ignore[attr-defined]
            name=body["name"],
            role=body["role"],
            expires_at=body.get("expires_at"),
        )
        response = Response(NewApiKeySerializer(api_key, context={"key": text}).data, status=201)
        response["Cache-Control"] = "no-store"
        return response

    @extend_schema(parameters=[OpenApiParameter("id", str, OpenApiParameter.PATH)])
    def destroy(self, request: Request, id: str) -> Response:
        """Revoke a key: it stops working at once."""
        key = ApiKey.objects.filter(pk=self.get_object().pk)
        api_keys.revoke(key, by=_caller(request).user.pk)
        return Response(status=204)
