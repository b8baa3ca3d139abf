"""Links in mails that prove an address: signed, expiring, and good once.

A link carries the user's id and a fingerprint of the state it was made in; using it changes that state, so the link
(and every older one of its kind) stops working. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from tenancy.mail import web_address
from tenancy.problems import Problem


class LinkInvalid(Problem):
    code = "link_invalid"
    title = "This link does not work"


class LinkExpired(Problem):
    code = "link_expired"
    title = "This link is too old"


@dataclass(frozen=True, slots=True)
class Link:
    """One kind of link: its page in the web app, how long it is good, and the state that using it changes."""

    purpose: str
    path: str
    seconds: Callable[[], int]
    state: Callable[[User], str]

    def token_for(self, user: User) -> str:
        return signing.dumps([user.pk, self._fingerprint(user)], salt=self.purpose)

    def url_for(self, user: User) -> str:
        return web_address(self.path, token=self.token_for(user))

    def read(self, token: str) -> User:
        """The user, row locked (call inside a transaction, so that two uses at the same time are one)."""
        try:
            user_id, fingerprint = signing.loads(token, salt=self.purpose, max_age=self.seconds())
        except signing.SignatureExpired as error:
            raise LinkExpired("Ask for a new one.") from error
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise LinkInvalid("Copy it from the mail completely, or ask for a new one.") from error
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
        if user is None or not constant_time_compare(fingerprint, self._fingerprint(user)):
            raise LinkInvalid("It was used already, or replaced by a newer one.")
        return user

    def _fingerprint(self, user: User) -> str:
        state = f"{user.pk}|{user.email}|{self.state(user)}"
        return salted_hmac(self.purpose, state, algorithm="sha256").hexdigest()[:32]


# The password is part of both: whoever signs up again with an address nobody has confirmed yet replaces it.
CONFIRM_EMAIL = Link(
    purpose="accounts.confirm-email",
    path="/confirm-email",
    seconds=lambda: settings.EMAIL_CONFIRMATION_TIMEOUT,
    state=lambda user: f"{user.email_confirmed_at}|{user.password}",
)
RESET_PASSWORD = Link(
    purpose="accounts.reset-password",
    path="/reset-password",
    seconds=lambda: settings.PASSWORD_RESET_TIMEOUT,
    state=lambda user: user.password,
)
