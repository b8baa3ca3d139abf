"""What the web app remembers of a member."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from tenancy.models import Membership


class Preference(models.Model):
    """A value under a name; it goes with the membership."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="preferences", db_index=False)
    name = models.CharField(max_length=80)
    value = models.JSONField(encoder=DjangoJSONEncoder)  # a fraction comes as a Decimal, and is kept as text
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["membership", "name"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.name} of member {self.membership_id}"
