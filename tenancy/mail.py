"""Mail to people. It is queued as a job, so that a mail server that is down delays a mail and loses nothing.

A text template per mail under `templates/mail/`: its first line is the subject. A link that lets somebody in is
encrypted while it waits in the job record.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, Engine
from django.utils import translation

from tenancy import jobs
from tenancy.credentials import decrypt, encrypt


def web_address(path: str, **query: str) -> str:
    """An address of the web app."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}" + (f"?{urlencode(query)}" if query else "")


def send(
    *, to: str, template: str, link: str = "", language: str = "", user_id: int | None = None, **values: str
) -> None:
    """Queue one mail; inside a transaction on the system database it leaves when that is committed."""
    args = {
        "to": to,
        "template": template,
        "language": language or settings.LANGUAGE_CODE,
        "values": values,
        "link": encrypt(link),
    }
    jobs.enqueue("mail.send", organization_id=None, user_id=user_id, args=args)


def deliver(job: jobs.JobRun) -> None:
    """The job `mail.send`. Run twice it sends the same mail twice, which does no harm."""
    args = job.args
    with translation.override(args["language"]):
        values = {**args["values"], "link": decrypt(args["link"])}
        subject, body = _written(args["template"], values)
    EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [args["to"]]).send()


def _written(template: str, values: dict[str, Any]) -> tuple[str, str]:
    """Subject and body. Plain text, so nothing is escaped; values are one line each, so none can fake another line."""
    flat = {name: " ".join(str(value).split()) for name, value in values.items()}
    text = Engine.get_default().get_template(f"mail/{template}.txt").render(Context(flat, autoescape=False))
    subject, _, body = text.lstrip().partition("\n")
    return subject.strip(), body.strip() + "\n"
