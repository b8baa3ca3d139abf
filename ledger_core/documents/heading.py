"""The fields of a document beside its lines: what they are by default, and which are refused."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ledger_core.arithmetic.money import ONE
from ledger_core.base.queries import base_currency
from ledger_core.base.refusals import invalid, refuse
from ledger_core.contacts.models import Contact
from ledger_core.contacts.queries import check_contacts, due_date
from ledger_core.currencies.queries import check_enabled, needed_rate
from ledger_core.documents.kinds import DocumentKind
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document
from ledger_core.documents.preferences import default_tax_rounding
from ledger_core.documents.sides import SIDES
from tenancy import access, context
from tenancy.problems import FieldError

CONTROL_TYPES = {"receivable": ("accounts_receivable",), "payable": ("accounts_payable",)}
# What is written as it is, where it is given.
PLAIN = (
    "number",
    "discount_percent",
    "discount_amount",
    "shipping",
    "adjustment",
    "round_total_to",
    "reference",
    "subject",
    "notes",
    "terms",
    "salesperson_id",
    "branch_id",
    "project_id",
    "origin_id",
)
MOST_ROUNDING = 100  # minor units: a franc, a krona, a hundred yen
# What changes nothing that is booked: an issued document can be given it without being posted again.
NOTED = frozenset({"due_date", "reference", "subject", "notes", "terms", "salesperson_id"})


def hold_contacts(
    kind: DocumentKind,
    contact_id: int | None,
    lines: list[WrittenLine] | tuple[WrittenLine, ...],
    kept: Collection[int] = (),
) -> Contact | None:
    """The contact of a document, checked together with those that its lines are billable to.

    Those that are `kept` may be what no new document may have.
    """
    if contact_id is None and kind.needs_contact:
        raise invalid("/contact", "required", f"Name the {SIDES[kind.side].contact_word}.")
    chosen: dict[str, int | None] = {"/contact": contact_id}
    chosen |= {f"/lines/{index}/billable_to": line.billable_to_id for index, line in enumerate(lines)}
    found = check_contacts(chosen, kept=kept)
    contact = None if contact_id is None else found[contact_id]
    if contact_id not in kept:
        refuse(_contact_errors(kind, contact))
    refuse(_side_errors(kind, lines, found))
    return contact


def _contact_errors(kind: DocumentKind, contact: Contact | None) -> Iterator[FieldError]:
    side = SIDES[kind.side]
    if contact is not None and not getattr(contact, side.contact_flag):
        detail = f"{contact} is not a {side.contact_word}. Make the contact one, or choose another."
        yield FieldError("/contact", f"not_a_{side.contact_word}", detail)


def _side_errors(
    kind: DocumentKind,
    lines: list[WrittenLine] | tuple[WrittenLine, ...],
    found: Mapping[int, Contact],
) -> list[FieldError]:
    side = SIDES[kind.side]
    errors = []
    for index, line in enumerate(lines):
        billed = found.get(line.billable_to_id or 0)
        if billed is not None and not side.is_purchase:
            detail = "Only what is bought can be billed on to a customer."
            errors.append(FieldError(f"/lines/{index}/billable_to", "not_billable", detail))
        elif billed is not None and not billed.is_customer:
            detail = f"{billed} is not a customer."
            errors.append(FieldError(f"/lines/{index}/billable_to", "not_a_customer", detail))
    return errors


def write_heading(
    kind: DocumentKind,
    document: Document,
    contact: Contact | None,
    roles: Mapping[str, int],
    fields: Mapping[str, Any],
) -> None:
    """Set the given fields, and of those that are not given or None what follows from the contact and settings."""
    document.contact = contact
    document.date = fields.get("date") or document.date
    for name in PLAIN:
        if name in fields:
            setattr(document, name, fields[name])
    if document.number == "":
        document.number = None
    if document.round_total_to > MOST_ROUNDING:
        detail = f"A total is rounded to at most {MOST_ROUNDING} minor units of its currency."
        raise invalid("/round_total_to", "too_large", detail)
    if document.discount_percent is not None and document.discount_amount:
        raise invalid("/discount_amount", "two_discounts", "Give the discount as a percentage or as an amount.")
    _write_currency(document, contact, fields)
    write_due_date(kind, document, contact, fields.get("due_date"))
    _write_account(kind, document, contact, roles, fields.get("account_id"))
    _write_pricing(kind, document, contact, fields)


def check_salesperson(user_id: int | None) -> None:
    """Raise Invalid unless this is a member. Asked when somebody says so; documents outlive memberships."""
    if user_id is not None and access.find_role(user_id, context.current().id) is None:
        raise invalid("/salesperson_id", "not_a_member", "This person is not a member of the organization.")


def _write_currency(document: Document, contact: Contact | None, fields: Mapping[str, Any]) -> None:
    base = base_currency()
    document.currency = fields.get("currency") or (contact.currency if contact else base)
    check_enabled(document.currency)
    rate = fields.get("rate")
    if document.currency != base:
        document.rate = needed_rate(currency=document.currency, date=document.date) if rate is None else rate
    elif rate in (None, ONE):
        document.rate = ONE
    else:
        raise invalid("/rate", "base_currency", f"{base} is the base currency: its rate is 1.")


def write_due_date(
    kind: DocumentKind, document: Document, contact: Contact | None, given: datetime.date | None
) -> None:
    """Set the day that is given, else the one that follows from the contact's payment terms."""
    document.due_date = given
    if given is None and kind.is_due and contact is not None:
        document.due_date = due_date(contact=contact, date=document.date)
    elif given is not None and given < document.date:
        raise invalid("/due_date", "before_date", f"This is before the date of the document ({document.date}).")


def _write_account(
    kind: DocumentKind,
    document: Document,
    contact: Contact | None,
    roles: Mapping[str, int],
    given: int | None,
) -> None:
    """The account that the total is on."""
    if not kind.posts:
        document.account_id = None
        return
    of_contact = getattr(contact, SIDES[kind.side].control_account, None) if kind.control else None
    document.account_id = given or of_contact or roles.get(kind.control or kind.money_role)
    if document.account_id is None:
        raise invalid("/account", "account_required", "Name the account that it was paid with.")


def _write_pricing(kind: DocumentKind, document: Document, contact: Contact | None, fields: Mapping[str, Any]) -> None:
    included = fields.get("prices_include_tax")
    if included is None:
        included = _listed_with_tax(kind, contact)
    document.prices_include_tax = included
    document.tax_rounding = fields.get("tax_rounding") or default_tax_rounding()


def _listed_with_tax(kind: DocumentKind, contact: Contact | None) -> bool:
    """As the contact's price list has them, if it is one of this side."""
    found = contact.price_list if contact is not None and contact.price_list_id else None
    is_purchase = SIDES[kind.side].is_purchase
    return found is not None and found.is_for_sales is not is_purchase and found.prices_include_tax
