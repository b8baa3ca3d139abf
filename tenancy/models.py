"""Organizations, who belongs to them, and where their databases are (system database)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from tenancy.abilities import ROLE_CHOICES
from tenancy.context import Tenant
from tenancy.fields import ExactCharField, ExactEmailField

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_public_id() -> str:
    """16 characters out of 31: 79 bits, unguessable, safe in URLs, file names and MySQL identifiers."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


class DatabaseServer(models.Model):
    """A MySQL/MariaDB server, or a folder of SQLite files, that holds organization databases."""

    class State(models.TextChoices):
        OPEN = "open", "Open for new organizations"
        DRAINING = "draining", "Serves its organizations, takes no new ones"
        READ_ONLY = "read_only", "Shows its organizations' books, changes nothing"
        DOWN = "down", "Out of service"

    name = models.SlugField(unique=True)
    engine = models.CharField(max_length=10, choices=[("mysql", "MySQL/MariaDB"), ("sqlite", "SQLite files")])
    host = models.CharField(max_length=255, blank=True, help_text="Host name or address (MySQL)")
    port = models.PositiveIntegerField(default=3306)
    unix_socket = models.CharField(max_length=255, blank=True, help_text="Instead of host and port")
    directory = models.CharField(max_length=255, blank=True, help_text="Folder of the files (SQLite)")
    admin_user = models.CharField(max_length=64, blank=True)
    admin_password_encrypted = models.TextField(blank=True)
    client_host = models.CharField(max_length=255, default="%", help_text="Host part of the organizations' MySQL users")
    capacity = models.PositiveIntegerField(default=2500, help_text="Organizations this server may hold")
    countries = models.CharField(
        max_length=255,
        blank=True,
        default="",
        db_default="",
        help_text="ISO 3166-1 codes, separated by commas: organizations of these countries go here and nowhere else",
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    # Empty: as LEDGER_POOL_SIZE, LEDGER_POOL_TIMEOUT, LEDGER_CONNECT_SECONDS and LEDGER_STATEMENT_SECONDS say.
    pool_size = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Connections per process")
    pool_seconds = models.FloatField(null=True, blank=True, help_text="How long a request waits for a connection")
    connect_seconds = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How long connecting may take")
    statement_seconds = models.FloatField(
        null=True, blank=True, help_text="How long one statement of a request may run"
    )
    # A replica that answers reports. The organizations' users are there because it replicates them.
    replica_host = models.CharField(max_length=255, blank=True, default="", db_default="")
    replica_port = models.PositiveIntegerField(default=3306, db_default=3306)
    replica_socket = models.CharField(max_length=255, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What this server's connections are pooled under, and what is known of it is kept under."""
        return f"server:{self.pk}"

    def country_codes(self) -> frozenset[str]:
        return frozenset(code for code in self.countries.split(",") if code)


class Organization(models.Model):
    """A company or household whose books live in a database of their own."""

    id = ExactCharField(primary_key=True, max_length=16, default=new_public_id, editable=False)
    name = models.CharField(max_length=120)
    base_currency = models.CharField(max_length=3, help_text="ISO 4217")
    fiscal_year_start = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)], help_text="Month, 1 to 12"
    )
    timezone = models.CharField(max_length=64, default="UTC", help_text="IANA name")
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    language = models.CharField(max_length=10, default="en", help_text="BCP 47")
    industry = models.CharField(max_length=40, default="general")
    fetches_exchange_rates = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Every day, where the installation has a provider (LEDGER_EXCHANGE_RATES_URL)",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_activity = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    def tenant(self) -> Tenant:
        return Tenant(
            id=self.id,
            name=self.name,
            base_currency=self.base_currency,
            timezone=self.timezone,
            language=self.language,
            fiscal_year_start=self.fiscal_year_start,
        )


class OrganizationDatabase(models.Model):
    """Where an organization's books are, and whether they may be used."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        BUILDING = "building", "Building"
        READY = "ready", "Ready"
        SUSPENDED = "suspended", "Suspended"
        FAILED = "failed", "Failed"
        DELETING = "deleting", "Deleting"

    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, primary_key=True, related_name="database"
    )
    server = models.ForeignKey(DatabaseServer, on_delete=models.PROTECT, null=True, related_name="databases")
    name = models.CharField(max_length=64, blank=True, help_text="Database name, or file name (SQLite)")
    user = models.CharField(max_length=32, blank=True)
    password_encrypted = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING, db_index=True)
    schema_version = models.CharField(max_length=80, blank=True, db_index=True)
    is_warm = models.BooleanField(default=False, help_text="Taken from the spares and not touched yet")
    set_up_job = models.CharField(max_length=32, blank=True, help_text="Id of the job that builds it")
    problem = models.TextField(blank=True, help_text="Why the last set-up, migration or deletion failed")
    suspended_reason = models.CharField(max_length=200, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    migrating_by = models.CharField(max_length=64, blank=True, help_text="Worker that migrates it now")
    migrating_until = models.DateTimeField(null=True, blank=True, help_text="End of that worker's lease")
    next_due_at = models.DateTimeField(
        null=True,
        blank=True,
        db_index=True,
        help_text="When its books have something to do by themselves (tenancy/due.py)",
    )
    last_seal = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="Number of the last seal of its books that was noted here (tenancy/seals.py)"
    )
    last_seal_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name or '(none)'} of {self.organization_id}: {self.state}"


class OrganizationBudget(models.Model):
    """What one organization may use at a time, where it differs from the installation's LEDGER_BUDGET_*."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True, related_name="budget")
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True, help_text="0: as many as come")
    concurrency = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Requests at one time; 0: any number"
    )
    report_seconds = models.FloatField(null=True, blank=True, help_text="Work on reports per minute; 0: any amount")

    def __str__(self) -> str:
        return f"budget of {self.organization_id}"


class SpareDatabase(models.Model):
    """An empty database at the current schema, waiting for the next organization."""

    server = models.ForeignKey(DatabaseServer, on_delete=models.CASCADE, related_name="spares")
    name = models.CharField(max_length=64, unique=True)
    schema_version = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in an organization."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=ROLE_CHOICES)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.organization_id}"


def _invitation_end() -> datetime:
    lifetime: timedelta = settings.INVITATION_LIFETIME
    return timezone.now() + lifetime


class Invitation(models.Model):
    """An offer of a role, sent by e-mail; single use. Only the hash of its token is kept."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    email = ExactEmailField()
    role = models.CharField(max_length=12, choices=ROLE_CHOICES)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_invitation_end)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email} to {self.organization_id}"


# Django finds an application's models through this module.
from tenancy.jobs.models import Job as Job  # noqa: E402
from tenancy.jobs.models import JobOutbox as JobOutbox  # noqa: E402
from tenancy.lifecycle.models import Backup as Backup  # noqa: E402
from tenancy.lifecycle.models import OrganizationKey as OrganizationKey  # noqa: E402
from tenancy.lifecycle.models import PlannedDeletion as PlannedDeletion  # noqa: E402
from tenancy.lifecycle.models import RetiredDatabase as RetiredDatabase  # noqa: E402
from tenancy.preferences.models import Preference as Preference  # noqa: E402
from tenancy.provisioning.models import OrganizationMigration as OrganizationMigration  # noqa: E402
from tenancy.trail.models import OrganizationActivity as OrganizationActivity  # noqa: E402
