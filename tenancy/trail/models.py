"""The trail's one table. The database refuses to change its rows (migrations/0005), whatever program asks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tenancy.fields import ExactCharField


class OrganizationActivity(models.Model):
    """Somebody did something to an organization, its people or its keys.

    Ids instead of foreign keys: what a row tells about may be gone, and the row stays as long as the organization.
    """

    organization_id = ExactCharField(max_length=16)
    at = models.DateTimeField()
    user_id = models.PositiveBigIntegerField(help_text="Who did it; 0 is an operator at the server or a job")
    verb = models.CharField(max_length=40, help_text="added, role_changed, removed, sent, made, revoked, ...")
    subject_kind = models.CharField(max_length=40, help_text="organization, member, invitation, api_key")
    subject_id = models.PositiveBigIntegerField(null=True)
    subject_label = models.CharField(max_length=400, blank=True, help_text="As it was called at that time")
    summary = models.CharField(max_length=500, blank=True)
    before = models.JSONField(null=True, help_text="The fields that changed, as they were")
    after = models.JSONField(null=True, help_text="The same fields, as they became")
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "organization activity"
        # One organization's trail, newest first.
        indexes: ClassVar = [models.Index(fields=["organization_id", "id"], name="trail_of_organization")]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.verb} {self.subject_kind} {self.subject_label}"
