"""The mail that the application sent during a test. It goes through the job queue, which is run first."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django.fixtures import Settings

from tenancy.jobs import run_due


@pytest.fixture(autouse=True)
def jobs_in_the_system_database(settings: Settings) -> None:
    """So that a test's jobs go when its transaction is rolled back. Import this into a module that reads mail."""
    settings.MONGODB_URL = ""


def sent() -> list[EmailMessage]:
    """All mails, oldest first."""
    run_due()
    return mail.outbox


def sent_to(address: str) -> list[EmailMessage]:
    """The mails to an address, oldest first."""
    return [message for message in sent() if message.to == [address]]


def newest_to(address: str) -> EmailMessage:
    return sent_to(address)[-1]


def token_in(message: EmailMessage) -> str:
    """The token of the link in a mail."""
    found = re.search(r"\?token=(\S+)", str(message.body))
    assert found is not None, message.body
    return found[1].replace("%3A", ":")
