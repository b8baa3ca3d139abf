"""The demo: a user, an organization of theirs and a year of books, made through the product's own operations.

Running it again changes nothing and finds the same log-in.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from ledger_core import demo_books
from ledger_core.books.models import JournalEntry
from ledger_core.demo_writing import write_books
from ledger_core.journals.models import ManualJournal
from tenancy import context
from tenancy.models import Organization, OrganizationDatabase
from tenancy.provisioning import operations as provisioning

EMAIL, FULL_NAME = "demo@ledger.example", "Dana Demo"
STAFF_EMAIL, STAFF_NAME = "staff@ledger.example", "Sam Staff"
LOGIN_FILE = "demo-login.txt"


@dataclass(frozen=True, slots=True)
class Login:
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What was found or made."""

    organization: Organization
    login: Login
    staff: Login | None
    journals: int
    entries: int


def make_demo(*, with_staff: bool = False) -> Demo:
    """Make whatever is missing of the demo."""
    login = _login(EMAIL)
    owner = _user(login, full_name=FULL_NAME)
    staff = _login(STAFF_EMAIL) if with_staff else None
    if staff is not None:
        _user(staff, full_name=STAFF_NAME, is_staff=True, is_superuser=True)
    _remember(login, staff)
    organization = _organization(owner)
    with context.enter(organization.tenant()):
        if not ManualJournal.objects.exists():
            write_books(actor=owner.pk)
        return Demo(organization, login, staff, ManualJournal.objects.count(), JournalEntry.objects.count())


def _login(email: str) -> Login:
    """The password is the environment's, or the one of last time, or new."""
    password = os.environ.get("LEDGER_DEMO_PASSWORD") or _remembered().get(email) or secrets.token_hex(8)
    return Login(email, password)


def _login_file() -> Path:
    return Path(settings.VAR) / LOGIN_FILE


def _remembered() -> dict[str, str]:
    """Passwords by e-mail address, as written by `_remember`."""
    path = _login_file()
    if not path.exists():
        return {}
    pairs = (line.split(None, 1) for line in path.read_text().splitlines() if line.strip())
    return {login[0]: login[1] for login in pairs}


def _remember(*logins: Login | None) -> None:
    """Keep the passwords where only the operator can read them."""
    known = _remembered() | {login.email: login.password for login in logins if login is not None}
    path = _login_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{email} {password}\n" for email, password in known.items())


def _user(login: Login, **fields: Any) -> Any:
    """The user with this e-mail address, able to log in with this password."""
    users: Any = get_user_model()._default_manager
    user = users.filter(email=login.email).first()
    if user is None:
        return users.create_user(login.email, login.password, email_confirmed_at=timezone.now(), **fields)
    if not user.check_password(login.password):
        user.set_password(login.password)
        user.save(update_fields=["password"])
    return user


def _organization(owner: Any) -> Organization:
    """The demo organization, ready. One whose setting up was interrupted is finished."""
    organization = Organization.objects.filter(created_by=owner, name=demo_books.NAME).first()
    if organization is None:
        organization = provisioning.create_organization(
            owner=owner,
            name=demo_books.NAME,
            base_currency=demo_books.BASE,
            country=demo_books.COUNTRY,
            timezone=demo_books.TIMEZONE,
        )
    state = OrganizationDatabase.objects.get(organization=organization).state
    if state != OrganizationDatabase.State.READY:
        provisioning.set_up(organization.id)
    return organization
