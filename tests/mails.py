"""The mail that the application sent during a test. It goes through the job queue, which is run first."""

from __future__ import annotations

import re

from django.core import mail
from django.core.mail import EmailMessage

from tenancy.jobs import run_due


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
