"""Whose books these are, the series that number documents, and what was answered to whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

YEAR = "{year}"  # in the prefix of a series


class BooksSettings(models.Model):
    """The one row that proves whose database this is, and in which currency its amounts are."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    organization_id = models.CharField(max_length=16)
    base_currency = models.CharField(max_length=3, help_text="ISO 4217; every base amount is in its minor units")
    chart = models.CharField(max_length=40, help_text="The template that the chart of accounts was made from")
    tax_rounding = models.CharField(max_length=10, default="document", help_text="Of new documents: document or line")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="books_settings_one_row")]

    def __str__(self) -> str:
        return f"Books of {self.organization_id} in {self.base_currency}"


class Series(models.Model):
    """A gap-free run of numbers: the next one is taken inside the transaction that uses it.

    With `yearly_reset` every calendar year (of the documents' dates) counts from 1, in SeriesYear.
    """

    kind = models.CharField(max_length=40, unique=True)
    prefix = models.CharField(max_length=20, blank=True, help_text="May contain {year}: that of the document's date")
    next_number = models.PositiveBigIntegerField(default=1)
    padding = models.PositiveSmallIntegerField(default=0, help_text="Digits, filled up with zeros")
    yearly_reset = models.BooleanField(default=False)
    # Numbers that somebody left out on purpose, as [year or 0, first, last]: no gaps for `verify_books`.
    skipped = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.text(self.next_number)} is next"

    def text(self, number: int, year: int = 0) -> str:
        """A number of this series as it is printed: MJ-00042, or INV-2026-00042."""
        return f"{self.prefix.replace(YEAR, str(year))}{number:0{self.padding}d}"


class SeriesYear(models.Model):
    """The counter of one year of a series that begins anew every year."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="years", db_index=False)
    year = models.PositiveSmallIntegerField()
    next_number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["series", "year"], name="series_year_once")]

    def __str__(self) -> str:
        return f"{self.series_id} in {self.year}: {self.next_number} is next"


class IdempotencyKey(models.Model):
    """The answer to a write that came with an Idempotency-Key; kept for a day (ledger_core/base/idempotency.py)."""

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the caller and the key")
    key = models.CharField(max_length=200)
    user_id = models.PositiveBigIntegerField(help_text="User id (system database)")
    key_id = models.PositiveBigIntegerField(null=True, help_text="API key id (system database)")
    request_digest = models.CharField(max_length=64, help_text="SHA-256 of method, address and body")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    etag = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)  # the clean-up

    def __str__(self) -> str:
        return f"{self.key} of user {self.user_id}"
