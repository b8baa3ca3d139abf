"""Staff's view of people and API keys. Nobody sees or sets another's password: a link to choose one is mailed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import action, display

from accounts import api_keys, operations, sessions
from accounts.models import ApiKey, Session, User
from tenancy import names
from tenancy.staff import StaffAdmin

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class UserForm(forms.ModelForm):
    """A person by e-mail address, one spelling per address."""

    class Meta:
        model = User
        fields = ("email", "full_name", "is_active", "email_confirmed_at", *POWERS)

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"])

    def clean_full_name(self) -> str:
        full_name: str = self.cleaned_data["full_name"]
        for check in names.NAME if full_name else ():
            check(full_name)
        return full_name


@admin.register(User)
class UserAdmin(StaffAdmin):
    form = UserForm
    list_display = ("email", "full_name", "is_active", "is_staff", "confirmed", "log_ins", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined", "log_ins")
    filter_horizontal = ("groups", "user_permissions")
    actions = ("revoke_sessions", "send_password_link")
    fieldsets = (
        (None, {"fields": ("email", "full_name", "is_active", "email_confirmed_at")}),
        ("Staff", {"fields": POWERS}),
        ("Use", {"fields": ("log_ins", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name"), "description": "A link to choose a password goes to the address."}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        live = Count("sessions", filter=Q(sessions__revoked_at=None))
        return super().get_queryset(request).annotate(live_sessions=live)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only superusers give powers."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only superusers change people who have powers: whoever changes an address can get into the account."""
        has_powers = obj is not None and (obj.is_staff or obj.is_superuser)
        return super().has_change_permission(request, obj) and (request.user.is_superuser or not has_powers)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # books name the people who posted in them: deactivate instead

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        operations.person_changed(obj.pk)
        if not obj.is_active:
            sessions.revoke(obj.sessions.all(), reason="deactivated")
        if not change:
            operations.send_reset_link(obj, template="welcome")

    @display(description="confirmed", boolean=True)
    def confirmed(self, user: User) -> bool:
        return user.email_confirmed

    @display(description="log-ins", ordering="live_sessions")
    def log_ins(self, user: User) -> int:
        return user.live_sessions  # type: ignore[attr-defined]  # annotated in get_queryset

    @action(description="End all log-ins", permissions=["change"])
    def revoke_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        users = self._changeable(request, queryset)
        ended = sessions.revoke(Session.objects.filter(user__in=users), reason="staff")
        messages.success(request, f"{ended} log-ins were ended.")

    @action(description="Mail a link to choose a new password", permissions=["change"])
    def send_password_link(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        users = [user for user in self._changeable(request, queryset) if user.is_active]
        for user in users:
            operations.send_reset_link(user, template="reset_password")
        messages.success(request, f"{len(users)} mails are on their way.")

    def _changeable(self, request: HttpRequest, queryset: QuerySet[User]) -> list[User]:
        return [user for user in queryset if self.has_change_permission(request, user)]


@admin.register(ApiKey)
class ApiKeyAdmin(StaffAdmin):
    list_display = ("prefix", "name", "organization", "role", "created_by", "last_used_on", "expires_at", "revoked_at")
    list_filter = ("role",)
    search_fields = ("prefix", "name", "organization__name", "organization__id", "created_by__email")
    list_select_related = ("organization", "created_by")
    fields = readonly_fields = (*list_display, "created_at")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # members make keys, and see them once

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False  # revoke: the row is the record of what had access

    @action(description="Revoke", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        count = queryset.filter(revoked_at=None).count()
        assert request.user.pk is not None
        api_keys.revoke(queryset, by=request.user.pk, why="by staff")
        messages.success(request, f"{count} keys were revoked.")


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(auth_admin.GroupAdmin, StaffAdmin):
    """Powers that several of the staff have, in the look of the other pages."""
