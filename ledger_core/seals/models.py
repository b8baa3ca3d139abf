"""Seals: the chain of blocks over the posted entries."""

from __future__ import annotations

from django.db import models


class Seal(models.Model):
    """One block of entries, in the order of their numbers. Written once; the database refuses any change."""

    block = models.PositiveBigIntegerField(primary_key=True, help_text="1, 2, 3, ... without a gap")
    version = models.PositiveSmallIntegerField(default=1, help_text="How entries were turned into bytes")
    first_number = models.PositiveBigIntegerField()
    last_number = models.PositiveBigIntegerField()
    leaves = models.BinaryField(help_text="The SHA-256 of each entry, 32 bytes after 32 bytes")
    merkle_root = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Seal {self.block} of entries {self.first_number} to {self.last_number}"
