"""Lock dates, their history, and temporary unlocks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class LockDate(models.Model):
    """Up to which day an area is locked. Every area always has its row: posting and locking meet on it."""

    area = models.CharField(max_length=20, unique=True, help_text="One of periods/areas.py")
    date = models.DateField(null=True, help_text="The last locked day; empty: nothing is locked")

    def __str__(self) -> str:
        return f"{self.area} is locked up to {self.date}"


class LockChange(models.Model):
    """Who locked or unlocked what, when and why. Rows are only ever added."""

    area = models.CharField(max_length=20)
    date_before = models.DateField(null=True)
    date_after = models.DateField(null=True)
    reason = models.CharField(max_length=500)
    changed_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.area}: {self.date_before} became {self.date_after}"


class PeriodUnlock(models.Model):
    """Days of a locked period that are open until `expires_at`, for the reason given."""

    area = models.CharField(max_length=20)
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=500)
    expires_at = models.DateTimeField()
    created_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.PositiveBigIntegerField(null=True, help_text="Who ended it before it expired")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.area} open from {self.first_day} to {self.last_day}"
