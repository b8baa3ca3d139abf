"""A document in hand: its rows with everything filled in, checked and computed, and their way into the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from ledger_core.base import rows
from ledger_core.base.refusals import refuse
from ledger_core.chart.models import Account
from ledger_core.chart.queries import role_accounts
from ledger_core.chart.types import TYPES
from ledger_core.contacts.models import Contact
from ledger_core.documents.computing import compute
from ledger_core.documents.heading import CONTROL_TYPES, hold_contacts, write_heading
from ledger_core.documents.kept import kept_by
from ledger_core.documents.kinds import DocumentKind
from ledger_core.documents.lines import MAX_LINES, Filled, WrittenLine, fill, match_prices
from ledger_core.documents.models import Document, DocumentLine, DocumentTax
from ledger_core.documents.queries import hold_rows
from ledger_core.documents.sides import SIDES
from ledger_core.documents.sources import check_contact, from_sources, hold_sources
from ledger_core.posting.rules import OWN, RULES
from ledger_core.taxes.models import TaxRate
from ledger_core.taxes.queries import ROLE as TAX_ROLE
from ledger_core.taxes.queries import TaxAccounts, expand_all, resolve_rates
from tenancy.problems import Conflict, FieldError

# Lines on these would make the control accounts differ from the open documents.
CONTROL = ("accounts_receivable", "accounts_payable")


class NumberTaken(Conflict):
    code = "number_taken"
    title = "This number is used already"


@dataclass(slots=True)
class InHand:
    """A document of which this transaction knows everything."""

    kind: DocumentKind
    document: Document
    contact: Contact | None
    lines: list[DocumentLine]
    taxes: list[DocumentTax]
    roles: Mapping[str, int]
    accounts: Mapping[int, Account]


def prepare(kind: DocumentKind, document: Document, lines: Sequence[WrittenLine], fields: Mapping[str, Any]) -> InHand:
    """Fill in, check and compute a document that is being written; nothing is stored yet. Raises Invalid."""
    refuse(_size_errors(lines))
    kept = kept_by(kind, document, fields.get("origin_id", document.origin_id))
    contact = hold_contacts(kind, fields.get("contact_id", document.contact_id), tuple(lines), kept.contacts)
    roles = role_accounts()
    sources = hold_sources(kind, document, lines)
    write_heading(kind, document, contact, roles, fields)
    check_contact(document, lines, sources)
    filled = fill(kind, document, contact, from_sources(document, lines, sources), roles, kept.items)
    document.shipping_tax_ids = list(fields.get("shipping_tax_ids", document.shipping_tax_ids) or ())
    pointers = _tax_pointers(document, filled)
    found = resolve_rates(
        tax_ids=pointers,
        date=kept.taxed_on or document.date,
        side=kind.side,
        pointers=pointers,
        kept=kept.taxes,
    )
    _expand_groups(document, filled, found)
    taxes = {pk: each for pk, (_, each) in found.items()}
    of_taxes = {pk: _accounts_of(rate, roles) for pk, (rate, _) in found.items()}
    match_prices(filled, document, taxes, is_purchase=SIDES[kind.side].is_purchase)
    used = {line.account_id for line in filled.lines} | {document.account_id}
    used |= {pk for each in of_taxes.values() for pk in (each.payable, each.recoverable)}
    used |= _rule_accounts(kind, roles)
    accounts = rows.by_key(Account, {pk for pk in used if pk is not None})
    refuse([*filled.errors, *_account_errors(kind, document, filled, accounts)])
    _attach(document, filled, accounts)
    of_document = compute(kind, document, filled.lines, taxes, of_taxes)
    for each in of_document:
        each.tax_rate, _ = found[each.tax_rate_id]
    return InHand(kind, document, contact, filled.lines, of_document, roles, accounts)


def _expand_groups(document: Document, filled: Filled, found: Collection[int]) -> None:
    """Let lines and shipping name the members of groups; `found` are all rates that are no groups."""
    named = [*(line.tax_ids for line in filled.lines), document.shipping_tax_ids]
    has_groups = any(pk not in found for ids in named for pk in ids)
    *of_lines, document.shipping_tax_ids = expand_all(named) if has_groups else [list(dict.fromkeys(i)) for i in named]
    for line, ids in zip(filled.lines, of_lines, strict=True):
        line.tax_ids = ids


def _accounts_of(rate: TaxRate, roles: Mapping[str, int]) -> TaxAccounts:
    """As `taxes.queries.accounts` has it, from what is at hand."""
    of_role = roles[TAX_ROLE]
    return TaxAccounts(rate.payable_account_id or of_role, rate.recoverable_account_id or of_role)


def _size_errors(lines: Sequence[WrittenLine]) -> Iterator[FieldError]:
    if not lines:
        yield FieldError("/lines", "too_few_lines", "A document needs at least one line.")
    if len(lines) > MAX_LINES:
        yield FieldError("/lines", "too_many_lines", f"A document has at most {MAX_LINES:,} lines.")
    for index, line in enumerate(lines):
        if line.discount_percent is not None and line.discount_amount:
            detail = "Give the discount as a percentage or as an amount."
            yield FieldError(f"/lines/{index}/discount_amount", "two_discounts", detail)


def _tax_pointers(document: Document, filled: Filled) -> dict[int, list[str]]:
    """Every tax of the document, with the places that name it."""
    pointers: dict[int, list[str]] = {}
    for index, line in enumerate(filled.lines):
        for pk in line.tax_ids:
            pointers.setdefault(pk, []).append(f"/lines/{index}/tax_ids")
    for pk in document.shipping_tax_ids:
        pointers.setdefault(pk, []).append("/shipping_tax_ids")
    return pointers


def _rule_accounts(kind: DocumentKind, roles: Mapping[str, int]) -> set[int]:
    """Accounts of the roles that the kind's rule books on, so that posting need not read them again."""
    rule = RULES[kind.rule].rows if kind.posts else ()
    return {roles[row.account] for row in rule if row.account != OWN}


def _account_errors(
    kind: DocumentKind, document: Document, filled: Filled, accounts: Mapping[int, Account]
) -> Iterator[FieldError]:
    for index, line in enumerate(filled.lines):
        if not line.account_id:
            continue  # told already
        pointer = f"/lines/{index}/account"
        account = accounts.get(line.account_id)
        if account is None:
            yield FieldError(pointer, "unknown_account", "There is no such account.")
        elif not account.is_active:
            yield FieldError(pointer, "inactive_account", f"Account {account} is inactive.")
        elif account.type in CONTROL:
            detail = f"Account {account} holds what documents leave open; choose another account."
            yield FieldError(pointer, "control_account", detail)
        elif account.currency not in (None, document.currency):
            detail = f"Account {account} takes entries in {account.currency} only."
            yield FieldError(pointer, "wrong_currency", detail)
    if kind.posts:
        yield from _own_account_errors(kind, document, accounts.get(document.account_id or 0))


def _own_account_errors(kind: DocumentKind, document: Document, own: Account | None) -> Iterator[FieldError]:
    """What is wrong with the account that the total is on."""
    types = CONTROL_TYPES[kind.control] if kind.control else kind.money_types
    if own is None:
        yield FieldError("/account", "unknown_account", "There is no such account.")
    elif not own.is_active:
        yield FieldError("/account", "inactive_account", f"Account {own} is inactive.")
    elif own.type not in types:
        allowed = " or ".join(TYPES[each].label.lower() for each in types)
        yield FieldError("/account", "wrong_type", f"Account {own} is of another type; this takes {allowed}.")
    elif own.currency not in (None, document.currency):
        detail = f"Account {own} takes entries in {own.currency} only."
        yield FieldError("/account", "wrong_currency", detail)


def _attach(document: Document, filled: Filled, accounts: Mapping[int, Account]) -> None:
    for line in filled.lines:
        line.account = accounts[line.account_id]
    if document.account_id is not None:
        document.account = accounts[document.account_id]


def insert(hand: InHand) -> None:
    """Store a new document with its lines and taxes."""
    try:
        rows.insert([hand.document])
    except IntegrityError as error:
        raise _taken(hand, error) from error
    insert_rows(hand)


def replace(hand: InHand) -> None:
    """Store a document that was changed; its lines and taxes take the place of the former ones."""
    DocumentLine.objects.filter(document=hand.document).delete()
    DocumentTax.objects.filter(document=hand.document).delete()
    try:
        hand.document.save()
    except IntegrityError as error:
        raise _taken(hand, error) from error
    insert_rows(hand)


def _taken(hand: InHand, error: IntegrityError) -> Exception:
    """Other constraints are for operations to keep: breaking one is an error of ours."""
    number = hand.document.number
    if number is None or "number" not in str(error):
        return error
    return NumberTaken(f"There is another {hand.kind.label.lower()} with the number {number}.")


def insert_rows(hand: InHand) -> None:
    parts: list[Any] = [*hand.lines, *hand.taxes]
    for part in parts:
        part.document = hand.document
    if all(line.pk is None for line in hand.lines):
        rows.insert(hand.lines)
    else:
        DocumentLine.objects.bulk_create(hand.lines)  # with the keys of the lines that stay
    if any(line.pk is None for line in hand.lines):  # MySQL 8 does not return ids of a bulk insert
        kept = DocumentLine.objects.filter(document=hand.document).order_by("position").values_list("pk", flat=True)
        for line, pk in zip(hand.lines, kept, strict=True):
            line.pk = pk
    rows.insert(hand.taxes)
    hold_rows(hand.document, hand.lines, hand.taxes)
