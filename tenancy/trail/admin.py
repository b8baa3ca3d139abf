"""Staff's view of the trail: read-only, as the database keeps it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tenancy.staff import StaffAdmin
from tenancy.trail.models import OrganizationActivity


@admin.register(OrganizationActivity)
class OrganizationActivityAdmin(StaffAdmin):
    list_display = ("at", "organization_id", "user_id", "verb", "subject_kind", "subject_label", "summary")
    list_filter = ("subject_kind", "verb", "at")
    search_fields = ("=organization_id", "subject_label", "summary", "=request_id")
    fields = readonly_fields = (*list_display, "subject_id", "before", "after", "request_id")
    ordering = ("-id",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
