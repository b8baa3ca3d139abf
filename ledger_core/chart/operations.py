"""Changing the chart: create, edit, delete accounts and re-point system roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import IntegrityError
from django.db.models import Model

from ledger_core.activity.operations import Subject, record
from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.base.conditions import check_match
from ledger_core.base.models import BooksSettings
from ledger_core.chart.models import Account, SystemRole, code_key
from ledger_core.chart.types import ROLES_BY_VALUE, TYPES
from tenancy.db import atomic, operation
from tenancy.problems import Conflict, FieldError, Invalid, NotFound

MAX_DEPTH = 8
TOLD = ("code", "name", "type", "parent_id", "description", "currency", "is_active")  # in the activity trail


class AccountInUse(Conflict):
    code = "account_in_use"
    title = "This account is in use"


@operation
def create_account(**fields: Any) -> Account:
    """A new account; `fields` are those of the model, with `parent_id`."""
    _lock_chart()
    account = Account(**fields)
    _refuse(_errors(account))
    account.save(force_insert=True)
    record(verb="created", subject=subject_of(account), after=_told(account))
    return account


@operation
def edit_account(*, account_id: int, **changes: Any) -> Account:
    """Change the named fields of an account, as far as what is booked on it allows."""
    _lock_chart()
    account = _locked(account_id)
    before = Account(**_told(account))
    for name, value in changes.items():
        setattr(account, name, value)
    _refuse(_errors(account), _fixed_errors(account, before))
    if before.is_active and not account.is_active:
        _refuse_for_roles(account, "cannot be made inactive")
    account.save()
    record(verb="edited", subject=subject_of(account), before=_told(before), after=_told(account))
    return account


@operation
def delete_account(*, account_id: int) -> None:
    """Delete an account that nothing refers to."""
    _lock_chart()
    account = _locked(account_id)
    subject, told = subject_of(account), _told(account)
    _refuse_for_roles(account, "cannot be deleted")
    if account.children.exists():
        raise AccountInUse(f"Account {account} has accounts under it. Move or delete those first.")
    if any(_refers(relation, account) for relation in Account._meta.related_objects):
        raise AccountInUse(f"Account {account} is used by entries or drafts. Make it inactive instead of deleting it.")
    try:
        with atomic():
            account.delete()
    except IntegrityError as error:  # somebody used it a moment ago: the database's foreign keys know
        raise AccountInUse(f"Account {account} has just been used; it cannot be deleted any more.") from error
    record(verb="deleted", subject=subject, before=told)


@operation
def point_role(*, role: str, account_id: int) -> SystemRole:
    """Let the software use another account for a role. A role always has an account, so it cannot be cleared."""
    wanted = ROLES_BY_VALUE[role]
    row = SystemRole.objects.select_for_update().get(role=role)
    account = _locked(account_id)
    if account.type not in wanted.types:
        allowed = " or ".join(TYPES[each].label for each in wanted.types)
        raise _invalid("/account", "wrong_type", f"{wanted.label} must be an account of type {allowed}.")
    if not account.is_active:
        raise _invalid("/account", "inactive_account", f"Account {account} is inactive.")
    before = row.account_id
    row.account = account
    row.save(update_fields=["account"])
    record(
        verb="edited",
        subject=Subject("system_role", row.pk, wanted.label),
        before={"account": before},
        after={"account": account.pk},
    )
    return row


def subject_of(account: Account) -> Subject:
    """An account as the activity trail names it."""
    return Subject("account", account.pk, str(account))


def _told(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in TOLD}


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, errors=(FieldError(pointer, code, detail),))


def _refuse(*errors: Iterator[FieldError]) -> None:
    found = tuple(error for each in errors for error in each)
    if found:
        raise Invalid(found[0].detail if len(found) == 1 else "Several fields are wrong.", errors=found)


def _lock_chart() -> None:
    """One change of the chart at a time: two moves together could make a circle that neither makes alone."""
    BooksSettings.objects.select_for_update().get(pk=1)


def _locked(account_id: int) -> Account:
    """The account, with its row held: postings to it wait, so what we read about its entries stays true."""
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound("There is no such account.")
    check_match(account)
    return account


def _refuse_for_roles(account: Account, what: str) -> None:
    roles = [ROLES_BY_VALUE[row.role].label for row in account.system_roles.all()]
    if roles:
        raise AccountInUse(f"Account {account} is used for {', '.join(roles)} and {what}.")


def _refers(relation: Any, account: Account) -> bool:
    """Does any row of the relation's model name the account? Asks about every model that ever refers to accounts."""
    model: type[Model] = relation.related_model
    return model._default_manager.filter(**{relation.field.name: account}).exists()


def _errors(account: Account) -> Iterator[FieldError]:
    """What is wrong with an account as it would be saved."""
    others = Account.objects.exclude(pk=account.pk)
    if others.filter(code_key=code_key(account.code)).exists():
        yield FieldError("/code", "code_taken", f"There is already an account with code {account.code}.")
    if account.currency is not None and account.currency not in CURRENCIES:
        yield FieldError("/currency", "unknown_currency", f"{account.currency} is no active ISO 4217 currency.")
    yield from _tree_errors(account, {other.pk: other for other in others.only("parent_id", "type", "code", "name")})


def _tree_errors(account: Account, others: dict[int, Account]) -> Iterator[FieldError]:
    children = [other for other in others.values() if account.pk is not None and other.parent_id == account.pk]
    if any(child.root != account.root for child in children):
        yield FieldError("/type", "other_root", "The accounts under this one are of another kind; move them first.")
    if account.parent_id is None:
        return
    if account.parent_id == account.pk:
        yield FieldError("/parent", "cycle", "An account cannot be under itself.")
        return
    parent = others.get(account.parent_id)
    if parent is None:
        yield FieldError("/parent", "unknown_account", "There is no such account.")
        return
    if parent.root != account.root:
        yield FieldError("/parent", "other_root", f"{parent} is not an account of the same kind ({account.root}).")
    above = _chain(parent.pk, lambda pk: others[pk].parent_id if pk in others else None)
    if account.pk in above:
        yield FieldError("/parent", "cycle", "An account cannot be under one of the accounts under it.")
    elif len(above) + _height(account.pk, others) > MAX_DEPTH:
        yield FieldError("/parent", "too_deep", f"Accounts can be nested {MAX_DEPTH} deep.")


def _chain(start: int, up: Callable[[int], int | None]) -> list[int]:
    """`start` and everything above it."""
    chain = [start]
    while (above := up(chain[-1])) is not None:
        chain.append(above)
    return chain


def _height(account_id: int | None, others: dict[int, Account]) -> int:
    """Levels of the tree that starts at an account; a new one has only itself."""
    children = [pk for pk, other in others.items() if account_id is not None and other.parent_id == account_id]
    return 1 + max((_height(child, others) for child in children), default=0)


def _fixed_errors(account: Account, before: Account) -> Iterator[FieldError]:
    """What entries on the account, and the roles it has, no longer allow to change."""
    for row in account.system_roles.all():
        role = ROLES_BY_VALUE[row.role]
        if account.type not in role.types:
            yield FieldError("/type", "role_type", f"The account is used for {role.label}; point that elsewhere first.")
    changed_root = account.root != before.root
    if changed_root and account.lines.exists():
        yield FieldError("/type", "type_fixed", f"The account has entries: it stays an account of {before.root}.")
    if account.currency != before.currency and account.lines.exclude(currency=account.currency or "").exists():
        detail = "The account has entries: it can only be kept in the currency that all of them are in."
        yield FieldError("/currency", "currency_fixed", detail)
