"""How far each organization's books are on the way to a schema version: the status table of fleet migrations."""

from __future__ import annotations

from django.db import models


class OrganizationMigration(models.Model):
    """One organization's way to one version. Made when the waves are planned; what is left of a killed worker's says
    at which statement the next one goes on."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="migrations")
    target = models.CharField(max_length=80, help_text="Schema version it goes to")
    wave = models.PositiveSmallIntegerField(help_text="0: the canaries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    migration = models.CharField(max_length=100, blank=True, help_text="The one that is being applied")
    step = models.PositiveIntegerField(default=0, help_text="Statements of it that are done")
    in_doubt = models.BooleanField(default=False, help_text="Nobody knows whether the next statement was executed")
    worker = models.CharField(max_length=64, blank=True, help_text="Who tried it last")
    attempts = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "target"], name="migration_once")]
        indexes = [models.Index(fields=["target", "wave", "state"], name="migration_state")]  # status, waves

    def __str__(self) -> str:
        return f"{self.organization_id} to {self.target}: {self.state}"
