"""Accounts, and which of them the software posts to by itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from ledger_core.chart.types import TYPES, AccountType


class Account(models.Model):
    """A line of the chart. What refers to it is refused to the database, too: an account in use cannot be deleted."""

    code = models.CharField(max_length=20)
    # One spelling per code: unique whatever the case, on every engine and collation.
    code_key = models.CharField(max_length=20, unique=True, editable=False)
    name = models.CharField(max_length=120)
    # No `choices` here and below: a new type or role would be a migration of every organization's database.
    type = models.CharField(max_length=40, help_text="One of chart/types.py")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    description = models.CharField(max_length=500, blank=True)
    currency = models.CharField(max_length=3, null=True, blank=True, help_text="Only entries in this one (banks)")
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code_key = code_key(self.code)
        super().save(*args, **kwargs)

    @property
    def account_type(self) -> AccountType:
        return TYPES[self.type]

    @property
    def root(self) -> str:
        return self.account_type.root

    @property
    def normal_side(self) -> str:
        return self.account_type.normal_side


def code_key(code: str) -> str:
    """Codes are ASCII, so upper case is the same everywhere."""
    return code.upper()


class SystemRole(models.Model):
    """Which account is, for example, the receivable one. Every role always has one."""

    role = models.CharField(max_length=40, unique=True, help_text="One of chart/types.py")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="system_roles")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.role} is account {self.account_id}"
