"""What the system database knows of backups and of the keys that read them. Ids instead of foreign keys: a backup
outlives the organization it was made of."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tenancy.fields import ExactCharField


class OrganizationKey(models.Model):
    """The key that an organization's backups are encrypted with, itself encrypted with the installation's keys.

    It is nowhere else: once it is destroyed, no copy of any backup can be read.
    """

    organization_id = ExactCharField(primary_key=True, max_length=16)
    key_encrypted = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Key of {self.organization_id}" + (" (destroyed)" if self.destroyed_at else "")


class Backup(models.Model):
    """A backup of one organization in the backup storage."""

    class State(models.TextChoices):
        RUNNING = "running", "Being made"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"

    class Reason(models.TextChoices):
        MANUAL = "manual", "Asked for"
        SCHEDULED = "scheduled", "By schedule"
        DELETION = "deletion", "Before a deletion"

    id = ExactCharField(primary_key=True, max_length=16)
    organization_id = ExactCharField(max_length=16)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    schema_version = models.CharField(max_length=80, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    entries = models.BigIntegerField(default=0)
    seal = models.PositiveBigIntegerField(default=0, help_text="Number of the last seal in it")
    problem = models.TextField(blank=True, help_text="Why it failed, or what is wrong with the books in it")
    tried_at = models.DateTimeField(null=True, blank=True, help_text="When restoring it was last tried")
    trial_problem = models.TextField(blank=True, help_text="What was wrong then; empty: nothing")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "started_at"], name="backup_of_organization")]

    def __str__(self) -> str:
        return f"Backup {self.id} of {self.organization_id}: {self.state}"


class PlannedDeletion(models.Model):
    """An organization that nobody can enter any more and that is deleted when its time of grace is over."""

    organization = models.OneToOneField(
        "tenancy.Organization", on_delete=models.CASCADE, primary_key=True, related_name="planned_deletion"
    )
    delete_after = models.DateTimeField(db_index=True)
    shred = models.BooleanField(default=False, help_text="Its key goes with it, and so every backup")
    planned_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.organization_id} after {self.delete_after}"


class RetiredDatabase(models.Model):
    """A database that no organization uses any more: it was restored over, or moved away from, or is being built.

    Written before such a database is made or left, so that whatever dies in between, somebody drops it.
    """

    server = models.ForeignKey("tenancy.DatabaseServer", on_delete=models.PROTECT, related_name="retired")
    name = models.CharField(max_length=64)
    user = models.CharField(max_length=32, blank=True)
    organization_id = ExactCharField(max_length=16)
    about = models.CharField(max_length=200)
    drop_after = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["server", "name"], name="retired_once")]

    def __str__(self) -> str:
        return f"{self.name} on {self.server_id}"
