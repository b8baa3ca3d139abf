"""What is counted at sign-up, log-in and mails; the rates are settings."""

from __future__ import annotations

from tenancy.throttles import PerAddress, PerEmail, PerUser


class SignUps(PerAddress):
    scope = "sign_up"


class LogIns(PerAddress):
    scope = "login"


class LogInsToAccount(PerEmail):
    """Guessing one account's password from many addresses."""

    scope = "login_account"


class PasswordChanges(PerUser):
    """Guessing the password with a stolen access token."""

    scope = "login_account"


class MailFromAddress(PerAddress):
    scope = "mail"
