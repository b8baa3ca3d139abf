"""People: users, their log-in sessions (refresh-token families) and API keys (system database)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone

from tenancy.abilities import ROLE_CHOICES
from tenancy.fields import ExactEmailField


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """One spelling per address: trimmed and lower case (both engines then agree on uniqueness)."""
        return (email or "").strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, email_confirmed_at=timezone.now(), **fields
        )

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=self.normalize_email(username))


# What a request needs to know of its user; the rest (the password) is loaded only if somebody asks for it.
CALLER_FIELDS = ("id", "email", "full_name", "is_active", "is_staff", "email_confirmed_at")


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail address; may belong to many organizations."""

    email = ExactEmailField(unique=True)
    full_name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May use the staff admin")
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email

    @classmethod
    def from_look_up(cls, values: Sequence[Any]) -> User:
        """A user made of the values of CALLER_FIELDS, in that order, without a query."""
        return cls.from_db("default", CALLER_FIELDS, values)

    @property
    def email_confirmed(self) -> bool:
        return self.email_confirmed_at is not None

    def get_full_name(self) -> str:
        return self.full_name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()


class Session(models.Model):
    """A log-in: one family of refresh tokens, of which only the newest is good. Using an older one revokes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    organization_id = models.CharField(max_length=16, blank=True, help_text="Bound when the newest token was issued")
    newest_jti = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=40, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "used_at"], name="session_last_used")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at:%Y-%m-%d}"


class ApiKey(models.Model):
    """An integration's access to one organization. Only the hash is kept; the key is shown once."""

    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True, help_text="The key's first characters, to recognize it by")
    key_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=12, choices=ROLE_CHOICES)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
