"""Enabled currencies and exchange rates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class EnabledCurrency(models.Model):
    """A foreign currency that documents may be in. The base currency needs no row: it always is."""

    code = models.CharField(max_length=3, unique=True, help_text="ISO 4217")
    enabled_by = models.PositiveBigIntegerField(help_text="User id (system database)")
    enabled_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.code


class ExchangeRate(models.Model):
    """What one unit of a currency costs in base currency from a day on, until the next rate."""

    class Source(models.TextChoices):
        MANUAL = "manual", "Manual"
        IMPORT = "import", "Import"
        PROVIDER = "provider", "Provider"

    currency = models.CharField(max_length=3)
    date = models.DateField()
    rate = models.BigIntegerField(help_text="Base units for one unit of the currency, in 10^-10")
    source = models.CharField(max_length=10, choices=Source.choices)
    set_by = models.PositiveBigIntegerField(null=True, help_text="User id (system database)")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "date"], name="exchange_rate_once"),  # also answers look-ups
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} on {self.date}"
