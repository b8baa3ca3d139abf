"""Staff's view of organizations and servers. Nothing of any organization's books."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import action, display

from tenancy import access
from tenancy.models import DatabaseServer, Invitation, Membership, Organization, OrganizationDatabase
from tenancy.organizations import operations as organizations
from tenancy.organizations.serializers import OrganizationChangeSerializer
from tenancy.problems import Conflict, Problem
from tenancy.provisioning import operations as provisioning
from tenancy.staff import StaffAdmin

STATE_LABELS = {
    "pending": "info",
    "building": "info",
    "ready": "success",
    "suspended": "warning",
    "failed": "danger",
    "deleting": "danger",
}


class MembershipInline(TabularInline):  # type: ignore[misc]
    """Who belongs to the organization (read-only: owners manage their members themselves)."""

    model = Membership
    fields = ("user", "role", "created_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DatabaseInline(TabularInline):  # type: ignore[misc]
    """Where the books are."""

    model = OrganizationDatabase
    fields = ("server", "name", "state", "schema_version", "size_bytes", "problem", "suspended_reason", "changed_at")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OrganizationForm(forms.ModelForm):
    """What staff may write is what members may write: the API's own rules say whether it is good."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = OrganizationChangeSerializer(self.instance, data=cleaned, partial=True)
        if not asked.is_valid():
            for name, errors in asked.errors.items():
                self.add_error(name, [str(error) for error in errors])
        self._ask_the_books(cleaned)
        return cleaned

    def _ask_the_books(self, cleaned: dict[str, Any]) -> None:
        after = {name: cleaned[name] for name in self.changed_data if name in cleaned}
        try:
            organizations.check_change(self.instance, before=dict(self.initial), after=after)
        except Conflict as refusal:
            self.add_error(None, refusal.detail)


@admin.register(Organization)
class OrganizationAdmin(StaffAdmin):
    form = OrganizationForm
    list_display = ("name", "id", "state", "server", "schema_version", "size", "members", "last_activity", "created_at")
    list_filter = ("database__state", "database__server", "country")
    search_fields = ("name", "id", "memberships__user__email")
    readonly_fields = ("id", "base_currency", "country", "industry", "created_by", "created_at", "last_activity")
    inlines = (DatabaseInline, MembershipInline)
    actions = ("retry_set_up", "suspend", "resume")
    list_select_related = ("database", "database__server")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return super().get_queryset(request).annotate(member_count=Count("memberships"))

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            organizations.note_change(obj, by=_id_of(request), before=form.initial, after=changed)
            access.organization_changed(obj.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people found organizations; `manage.py create_organization` for operators

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # `manage.py delete_organization`, which drops the database too

    @display(description="state", ordering="database__state", label=STATE_LABELS)
    def state(self, organization: Organization) -> str:
        return organization.database.state

    @display(ordering="database__server")
    def server(self, organization: Organization) -> str:
        return str(organization.database.server or "-")

    @display(description="schema", ordering="database__schema_version")
    def schema_version(self, organization: Organization) -> str:
        return organization.database.schema_version or "-"

    @display(ordering="database__size_bytes")
    def size(self, organization: Organization) -> str:
        size = organization.database.size_bytes
        return f"{size / 1e6:,.1f} MB" if size else "-"

    @display(ordering="member_count")
    def members(self, organization: Organization) -> int:
        return organization.member_count  # type: ignore[attr-defined]

    @action(description="Try the set-up again")
    def retry_set_up(self, request: HttpRequest, rows: QuerySet[Organization]) -> None:
        self._each(request, rows, lambda row: _again(row, request), "asked to set up again")

    @action(description="Suspend")
    def suspend(self, request: HttpRequest, rows: QuerySet[Organization]) -> None:
        reason = f"by {request.user}"
        self._each(
            request, rows, lambda row: provisioning.suspend(row.pk, reason=reason, by=_id_of(request)), "suspended"
        )

    @action(description="Resume")
    def resume(self, request: HttpRequest, rows: QuerySet[Organization]) -> None:
        self._each(request, rows, lambda row: provisioning.resume(row.pk, by=_id_of(request)), "resumed")

    def _each(
        self, request: HttpRequest, rows: QuerySet[Organization], do: Callable[[Organization], None], done: str
    ) -> None:
        """Do it to each and say of each what happened."""
        for row in rows:
            try:
                do(row)
            except Problem as problem:
                self.message_user(request, f"{row.name}: {problem.detail}", messages.ERROR)
            else:
                self.message_user(request, f"{row.name}: {done}", messages.SUCCESS)


def _again(row: Organization, request: HttpRequest) -> None:
    organizations.set_up_again(organization_id=row.pk, user_id=_id_of(request))


def _id_of(request: HttpRequest) -> int:
    assert request.user.pk is not None
    return request.user.pk


@admin.register(DatabaseServer)
class DatabaseServerAdmin(StaffAdmin):
    """Address, capacity, state. The administrator's password is set by `manage.py register_server`, never shown."""

    list_display = ("name", "engine", "place", "countries", "state", "used", "spare", "capacity")
    list_filter = ("engine", "state")
    exclude = ("admin_password_encrypted",)
    readonly_fields = ("engine", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[DatabaseServer]:
        counts = {"used_count": Count("databases", distinct=True), "spare_count": Count("spares", distinct=True)}
        return super().get_queryset(request).annotate(**counts)

    def save_model(self, request: HttpRequest, obj: DatabaseServer, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            access.server_changed(obj)

    @display()
    def place(self, server: DatabaseServer) -> str:
        return server.directory or server.unix_socket or f"{server.host}:{server.port}"

    @display(description="organizations")
    def used(self, server: DatabaseServer) -> int:
        return server.used_count  # type: ignore[attr-defined]

    @display(description="spares")
    def spare(self, server: DatabaseServer) -> int:
        return server.spare_count  # type: ignore[attr-defined]


@admin.register(Invitation)
class InvitationAdmin(StaffAdmin):
    list_display = (
        "email",
        "organization",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    search_fields = ("email", "organization__name")
    exclude = ("token_hash",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# Django's autodiscovery finds this module only.
from tenancy.jobs import admin as jobs_admin  # noqa: E402, F401
from tenancy.trail import admin as trail_admin  # noqa: E402, F401
