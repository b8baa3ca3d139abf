"""What people do with their accounts: sign up, confirm, reset and change passwords."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts import api_keys, links, sessions
from accounts.models import ApiKey, User
from tenancy import mail
from tenancy.members import invitations
from tenancy.organizations.operations import EmailNotConfirmed
from tenancy.problems import FieldError, Forbidden, Invalid, NotAuthenticated


class SignUpClosed(Forbidden):
    code = "sign_up_closed"
    title = "Nobody can sign up here"


class SignUpDomain(Forbidden):
    code = "sign_up_domain"
    title = "This e-mail domain cannot sign up here"


class InvalidCredentials(NotAuthenticated):
    code = "invalid_credentials"
    title = "E-mail address or password is wrong"


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=(FieldError(pointer, code, detail),))


def _check_password(password: str, user: User, pointer: str) -> None:
    """Raise everything that is wrong with a new password, at `pointer`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors = tuple(FieldError(pointer, str(one.code), " ".join(one.messages)) for one in error.error_list)
        raise Invalid(" ".join(one.detail for one in errors), errors=errors) from error


# --- Sign up ---------------------------------------------------------------------------------------------------------
def sign_up(*, email: str, password: str, full_name: str, invitation: str = "") -> User | None:
    """A new account, or None if its address must be confirmed first (a mail says how).

    With confirmation the answer is the same whether or not the address has an account; only its mailbox learns that.
    Who holds the token of an invitation to the address has proved that it is theirs, and may always sign up.
    """
    new = User(email=User.objects.normalize_email(email), full_name=full_name)
    invited = bool(invitation) and invitations.find(invitation).email == new.email
    if not invited:
        _check_may_sign_up(new.email)
    _check_password(password, new, "/password")
    new.password = make_password(password)
    if invited:
        new.email_confirmed_at = timezone.now()
    if invited or not settings.REQUIRE_EMAIL_CONFIRMATION:
        if not _save_new(new):
            raise _invalid("/email", "email_taken", "There is an account with this e-mail address: log in instead.")
        return new
    with transaction.atomic():
        if _save_new(new):
            send_confirmation(new)
        else:
            _sign_up_again(new)
    return None


def _check_may_sign_up(email: str) -> None:
    if settings.SIGN_UP != "open":
        raise SignUpClosed("Ask a member of your organization for an invitation.")
    domain = email.rpartition("@")[2]
    if settings.SIGN_UP_DOMAINS and domain not in settings.SIGN_UP_DOMAINS:
        raise SignUpDomain(f"Use an address at {' or '.join(settings.SIGN_UP_DOMAINS)}.")


def _save_new(user: User) -> bool:
    """False if the address is taken (the database decides, so that two sign-ups at once make one account)."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        if not User.objects.filter(email=user.email).exists():
            raise
        return False
    return True


def _sign_up_again(new: User) -> None:
    """The address is taken. An account that nobody has confirmed or used becomes the newcomer's: nobody owned it yet,
    and the link in an older mail stops working."""
    found = User.objects.select_for_update().get(email=new.email)
    if found.email_confirmed_at is None and found.last_login is None and found.is_active:
        found.password, found.full_name = new.password, new.full_name
        found.save(update_fields=["password", "full_name"])
        send_confirmation(found)
    elif found.is_active:
        mail.send(
            to=found.email,
            template="already_signed_up",
            name=found.get_full_name(),
            log_in=mail.web_address("/log-in"),
            forgot_password=mail.web_address("/forgot-password"),
        )


def send_confirmation(user: User) -> None:
    mail.send(
        to=user.email,
        template="confirm_email",
        link=links.CONFIRM_EMAIL.url_for(user),
        user_id=user.pk,
        name=user.get_full_name(),
    )


def resend_confirmation(*, email: str) -> None:
    """Mail another link if there is something to confirm; the caller learns nothing."""
    user = _active(email)
    if user is not None and not user.email_confirmed:
        send_confirmation(user)


@transaction.atomic
def confirm_email(*, token: str) -> User:
    user = links.CONFIRM_EMAIL.read(token)
    user.email_confirmed_at = timezone.now()
    user.save(update_fields=["email_confirmed_at"])
    person_changed(user.pk)
    return user


def _active(email: str) -> User | None:
    return User.objects.filter(email=User.objects.normalize_email(email), is_active=True).first()


# --- Log in ----------------------------------------------------------------------------------------------------------
def log_in(request: HttpRequest, *, email: str, password: str, organization: str | None) -> sessions.LogIn:
    """Tokens for the right e-mail address and password. Wrong ones take as long whether or not the address is known."""
    user = authenticate(request, username=User.objects.normalize_email(email), password=password)
    if not isinstance(user, User):
        raise InvalidCredentials("Check both, or ask for a new password.")
    if settings.REQUIRE_EMAIL_CONFIRMATION and not user.email_confirmed:
        raise EmailNotConfirmed("Open the link in the mail we sent you; ask for a new one if it is lost.")
    user_agent = request.headers.get("User-Agent", "")
    return sessions.open_session(user=user, organization=organization, user_agent=user_agent)


# --- Passwords -------------------------------------------------------------------------------------------------------
def ask_for_password_reset(*, email: str) -> None:
    """Mail a link if the address has an account; the caller learns nothing."""
    user = _active(email)
    if user is not None:
        send_reset_link(user, template="reset_password")


def send_reset_link(user: User, *, template: str) -> None:
    mail.send(
        to=user.email,
        template=template,
        link=links.RESET_PASSWORD.url_for(user),
        user_id=user.pk,
        name=user.get_full_name(),
        forgot_password=mail.web_address("/forgot-password"),
    )


@transaction.atomic
def reset_password(*, token: str, password: str) -> None:
    """Set the password of whoever holds the mailed link, end all log-ins; the mail proved the address as well."""
    user = links.RESET_PASSWORD.read(token)
    _check_password(password, user, "/password")
    user.email_confirmed_at = user.email_confirmed_at or timezone.now()
    _set_password(user, password, keep=None)


@transaction.atomic
def change_password(*, user_id: int, session_id: uuid.UUID, current_password: str, new_password: str) -> None:
    """Change a person's own password and end all their other log-ins."""
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.check_password(current_password):
        raise _invalid("/current_password", "wrong_password", "This is not your present password.")
    _check_password(new_password, user, "/new_password")
    _set_password(user, new_password, keep=session_id)


def _set_password(user: User, password: str, *, keep: uuid.UUID | None) -> None:
    user.set_password(password)
    user.save(update_fields=["password", "email_confirmed_at"])
    person_changed(user.pk)
    others = user.sessions.all() if keep is None else user.sessions.exclude(pk=keep)
    sessions.revoke(others, reason="password_changed")
    mail.send(
        to=user.email,
        template="password_changed",
        user_id=user.pk,
        name=user.get_full_name(),
        forgot_password=mail.web_address("/forgot-password"),
    )


# --- Changes that requests must notice -------------------------------------------------------------------------------
@transaction.atomic
def rename(*, user_id: int, full_name: str) -> None:
    User.objects.filter(pk=user_id).update(full_name=full_name)
    person_changed(user_id)


def person_changed(user_id: int) -> None:
    """Call inside the transaction that changes a user: every server process loads the person again."""
    sessions.user_changed(user_id)
    api_keys.maker_changed(user_id)


def address_proved(*, user_id: int) -> None:
    """settings.ADDRESS_PROVED: somebody has shown a token that was mailed to their address."""
    if User.objects.filter(pk=user_id, email_confirmed_at=None).update(email_confirmed_at=timezone.now()):
        person_changed(user_id)


def membership_ended(*, organization_id: str, user_id: int, by: int) -> None:
    """settings.MEMBERSHIP_ENDED: what a person had for an organization ends with the membership, by whoever ends it."""
    keys = ApiKey.objects.filter(organization_id=organization_id, created_by_id=user_id)
    api_keys.revoke(keys, by=by, why="Its maker is no member any more")
    sessions.unbind(user_id=user_id, organization_id=organization_id)
