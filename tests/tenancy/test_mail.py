"""Mail goes through the queue: a mail server that is down delays it and breaks nothing."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from tenancy import mail
from tenancy.jobs import run_due, runner
from tenancy.jobs.store import store
from tests.mails import jobs_in_the_system_database, newest_to, sent_to, token_in

__all__ = ["jobs_in_the_system_database"]

pytestmark = pytest.mark.django_db

NEW = {"email": "dora@example.com", "password": "a long enough secret", "full_name": "Dora"}


def test_a_mail_server_that_is_down_does_not_stop_a_sign_up(monkeypatch):
    def down(self, messages):
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr(runner, "FIRST_PAUSE", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", down)
        answer = APIClient().post("/api/auth/sign-up", NEW)
        assert answer.status_code == 201
        assert User.objects.get().email == "dora@example.com"
        assert run_due() == 1
        assert django_mail.outbox == []
    assert [message.subject for message in sent_to("dora@example.com")] == ["Confirm your e-mail address"]


@pytest.mark.parametrize(
    "template",
    ["confirm_email", "already_signed_up", "reset_password", "password_changed", "welcome", "invitation"],
)
def test_every_mail_is_complete(template):
    words = ("name", "log_in", "forgot_password", "invited_by", "organization", "role", "until", "email")
    mail.send(
        to="dora@example.com", template=template, link="https://x/?token=t", **{word: f"«{word}»" for word in words}
    )
    message = newest_to("dora@example.com")
    assert message.subject
    assert "\n" not in message.subject
    assert "{" not in message.body
    assert "&" not in message.body
    assert message.body.count("\n\n\n") == 0
    assert message.from_email == "Ledger <ledger@localhost>"


def test_a_link_is_not_readable_while_it_waits():
    APIClient().post("/api/auth/sign-up", NEW)
    [job] = store().due(at=timezone.now() + timedelta(minutes=1), limit=10, published_too=True)
    token = token_in(newest_to("dora@example.com"))
    assert job.args["to"] == "dora@example.com"
    assert token not in str(job.args)
    assert job.args["link"].startswith("gAAAA")
