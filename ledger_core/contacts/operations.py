"""Writing contacts and payment terms, and merging duplicates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import Model

from ledger_core.activity.operations import Subject, record
from ledger_core.activity.plain_rows import create_row, delete_row, edit_row, hold
from ledger_core.arithmetic.money import to_text
from ledger_core.attachments.operations import remove_all
from ledger_core.attachments.queries import attachments_of
from ledger_core.base.conditions import check_match
from ledger_core.base.models import BooksSettings
from ledger_core.base.queries import base_currency
from ledger_core.base.references import is_referred_to
from ledger_core.base.refusals import invalid, refuse
from ledger_core.books.models import JournalLine
from ledger_core.chart.checks import EXPENSE_TYPES, INCOME_TYPES, PAYABLE_TYPES, RECEIVABLE_TYPES, account_errors
from ledger_core.contacts.models import Contact, ContactAddress, ContactPerson, PaymentTerms
from ledger_core.contacts.queries import family
from ledger_core.currencies.queries import check_enabled
from ledger_core.items.checks import tax_errors
from ledger_core.items.models import PriceList
from ledger_core.items.queries import PURCHASES, SALES
from tenancy.db import atomic, operation
from tenancy.problems import Conflict, FieldError, NotFound

ACCOUNTS = {
    "receivable_account": RECEIVABLE_TYPES,
    "payable_account": PAYABLE_TYPES,
    "income_account": INCOME_TYPES,
    "expense_account": EXPENSE_TYPES,
}
TAXES = {"sales_tax": SALES, "purchase_tax": PURCHASES}
PARTS: dict[str, type[ContactPerson] | type[ContactAddress]] = {"persons": ContactPerson, "addresses": ContactAddress}
FLAGS = ("is_customer", "is_vendor")
CHOICES = ("payment_terms_id", "price_list_id", *(f"{name}_id" for name in (*ACCOUNTS, *TAXES)))
TEXTS = ("company_name", "number", "email", "phone", "website", "tax_number", "language", "notes")
TOLD = ("name", *FLAGS, "is_company", *TEXTS, "currency", *CHOICES, "over_limit", "is_active")  # in the trail
FILLED = (*TEXTS, *CHOICES, "credit_limit")  # by a merge, where the one that stays has nothing


class ContactInUse(Conflict):
    code = "contact_in_use"
    title = "This contact is in use"


class MergedContact(Conflict):
    code = "merged_contact"
    title = "This contact was merged into another one"


class TermsInUse(Conflict):
    code = "payment_terms_in_use"
    title = "These payment terms are in use"


@operation
def create_contact(
    *, persons: Sequence[dict[str, Any]] = (), addresses: Sequence[dict[str, Any]] = (), **fields: Any
) -> Contact:
    """A new contact with its persons and addresses; `fields` are those of the model. Default currency: base."""
    contact = Contact(**{**fields, "currency": fields.get("currency") or base_currency()})
    refuse(_errors(contact, fields))
    contact.save(force_insert=True)
    _write_parts(contact, {"persons": persons, "addresses": addresses})
    record(verb="created", subject=contact_subject(contact), after=_told(contact))
    return contact


@operation
def edit_contact(
    *,
    contact_id: int,
    persons: Sequence[dict[str, Any]] | None = None,
    addresses: Sequence[dict[str, Any]] | None = None,
    **changes: Any,
) -> Contact:
    """Change the named fields. `persons` and `addresses`, where given, are all there are from now on; those with an
    id stay the same ones."""
    contact = _held(contact_id)
    before, currency = _told(contact), contact.currency
    for name, value in changes.items():
        setattr(contact, name, value)
    refuse(_errors(contact, changes))
    if contact.currency != currency:
        _refuse_booked(contact, currency)
    _write_parts(contact, {"persons": persons, "addresses": addresses})
    contact.save()
    record(verb="edited", subject=contact_subject(contact), before=before, after=_told(contact))
    return contact


@operation
def set_contact_active(*, contact_id: int, is_active: bool) -> Contact:
    """Offer a contact for new documents, or no more. Doing it again changes nothing."""
    contact = _held(contact_id)
    if contact.is_active != is_active:
        contact.is_active = is_active
        contact.save(update_fields=["is_active", "updated_at"])
        record(verb="activated" if is_active else "deactivated", subject=contact_subject(contact))
    return contact


@operation
def delete_contact(*, contact_id: int) -> None:
    """Delete a contact that nothing is written or booked for, with its persons, addresses and files."""
    contact = hold_contact(contact_id)
    subject, told = contact_subject(contact), _told(contact)
    if is_referred_to(contact, besides=tuple(PARTS.values())) or _is_booked([contact.pk]):
        raise ContactInUse(f"{contact} is used by documents or entries. Make the contact inactive instead.")
    remove_all(subject=subject)
    try:
        with atomic():
            contact.delete()
    except IntegrityError as error:  # somebody used it a moment ago: the database's foreign keys know
        raise ContactInUse(f"{contact} has just been used and cannot be deleted any more.") from error
    record(verb="deleted", subject=subject, before=told)


@operation
def merge_contacts(*, contact_id: int, into: int) -> Contact:
    """Let a duplicate count as another contact from now on; gives that one.

    Persons, addresses, files and whatever the other one lacks (roles, defaults) go over to it. What is written and
    booked keeps its contact: readers ask contacts.queries which ids are one. There are no chains, because whoever was
    merged into the duplicate before goes along; and no circles, because nobody is merged into who was merged.
    """
    BooksSettings.objects.select_for_update().get(pk=1)  # one merge at a time
    if into == contact_id:
        raise invalid("/into", "same_contact", "A contact cannot be merged into itself.")
    rows = Contact.objects.select_for_update().order_by("pk").in_bulk([contact_id, into])
    contact, other = rows.get(contact_id), rows.get(into)
    if contact is None:
        raise NotFound("There is no such contact.")
    check_match(contact)
    _refuse_merged(contact)
    if other is None:
        raise invalid("/into", "unknown_contact", "There is no such contact.")
    if not other.is_active or other.merged_into_id is not None:
        raise invalid("/into", "inactive_contact", f"{other} is inactive. Merge into an active contact.")
    _merge(contact, other)
    return other


def _merge(contact: Contact, other: Contact) -> None:
    before = _told(other)
    _hand_over(contact, other)
    for flag in FLAGS:
        setattr(other, flag, getattr(other, flag) or getattr(contact, flag))
    for name in FILLED:
        if getattr(other, name) in (None, ""):
            setattr(other, name, getattr(contact, name))
    other.save()
    Contact.objects.filter(merged_into=contact).update(merged_into=other)
    contact.is_active, contact.merged_into = False, other
    contact.save(update_fields=["is_active", "merged_into", "updated_at"])
    record(verb="merged", subject=contact_subject(contact), summary=f"Into {other}", after={"merged_into": other.pk})
    record(
        verb="edited",
        subject=contact_subject(other),
        summary=f"Took in {contact}",
        before=before,
        after={**_told(other), "merged": contact.pk},
    )


def _hand_over(contact: Contact, other: Contact) -> None:
    """Persons, addresses and files change their contact. There stays one primary person, one default address a kind."""
    persons, addresses = other.persons.filter(is_primary=True), other.addresses.filter(is_default=True)
    if persons.exists():
        contact.persons.update(is_primary=False)
    contact.addresses.filter(kind__in=list(addresses.values_list("kind", flat=True))).update(is_default=False)
    contact.persons.update(contact=other)
    contact.addresses.update(contact=other)
    attachments_of("contact", contact.pk).update(subject_id=other.pk)


def hold_contact(contact_id: int) -> Contact:
    """The contact, with its row locked."""
    contact = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise NotFound("There is no such contact.")
    check_match(contact)
    return contact


def contact_subject(contact: Contact) -> Subject:
    return Subject("contact", contact.pk, str(contact))


def _held(contact_id: int) -> Contact:
    contact = hold_contact(contact_id)
    _refuse_merged(contact)
    return contact


def _refuse_merged(contact: Contact) -> None:
    if contact.merged_into_id is not None:
        raise MergedContact(f"{contact} was merged into {contact.merged_into}. Work with that contact.")


def _refuse_booked(contact: Contact, currency: str) -> None:
    if _is_booked(family(contact.pk)):
        detail = f"There are entries of this contact: it stays in {currency}. A document can be in another currency."
        raise invalid("/currency", "currency_fixed", detail)


def _is_booked(ids: Collection[int]) -> bool:
    return JournalLine.objects.filter(contact_id__in=ids).exists()


def _told(contact: Contact) -> dict[str, Any]:
    limit = contact.credit_limit
    told = {name: getattr(contact, name) for name in TOLD}
    told["credit_limit"] = None if limit is None else to_text(limit, base_currency())
    told["persons"] = [[each.name, each.email, each.phone] for each in contact.persons.all()]
    told["addresses"] = [[each.kind, each.street, each.city, each.country] for each in contact.addresses.all()]
    return told


def _errors(contact: Contact, given: Collection[str]) -> Iterator[FieldError]:
    """What is wrong with a contact as it would be saved. Of what it refers to only the `given` fields are looked at:
    an account that has become inactive since is no reason to refuse another name."""
    if not (contact.is_customer or contact.is_vendor):
        yield FieldError("/is_customer", "no_role", "A contact is a customer, a vendor, or both.")
    if "currency" in given:
        check_enabled(contact.currency)
    yield from account_errors(_chosen(contact, given, ACCOUNTS), ACCOUNTS)
    yield from tax_errors(_chosen(contact, given, TAXES), TAXES)
    yield from _unknown(contact, given, "payment_terms", PaymentTerms, "There are no such payment terms.")
    yield from _unknown(contact, given, "price_list", PriceList, "There is no such price list.")


def _chosen(contact: Contact, given: Collection[str], names: Collection[str]) -> dict[str, int | None]:
    return {name: getattr(contact, f"{name}_id") for name in names if f"{name}_id" in given}


def _unknown(
    contact: Contact, given: Collection[str], name: str, model: type[Model], detail: str
) -> Iterator[FieldError]:
    for pk in _chosen(contact, given, [name]).values():
        if pk is not None and not model._default_manager.filter(pk=pk).exists():
            yield FieldError(f"/{name}", f"unknown_{name}", detail)


def _write_parts(contact: Contact, parts: Mapping[str, Sequence[dict[str, Any]] | None]) -> None:
    """Let these be the contact's persons and addresses; what is None stays as it is."""
    refuse(*(_part_errors(contact, name, written) for name, written in parts.items() if written))
    for name, written in parts.items():
        if written is None:
            continue
        model, kept = PARTS[name], [each["id"] for each in written if each.get("id")]
        model._default_manager.filter(contact=contact).exclude(pk__in=kept).delete()
        for each in written:
            model(**{**each, "id": each.get("id"), "contact": contact}).save()


def _part_errors(contact: Contact, name: str, written: Sequence[dict[str, Any]]) -> Iterator[FieldError]:
    known = set(PARTS[name]._default_manager.filter(contact=contact).values_list("pk", flat=True))
    firsts: set[str] = set()
    for index, each in enumerate(written):
        pk, first = each.get("id"), _first_of(each)
        if pk is not None and pk not in known:
            detail = "The contact has nothing with this id, or it is here twice."
            yield FieldError(f"/{name}/{index}/id", "unknown_id", detail)
        known.discard(pk)
        if first in firsts:
            yield FieldError(f"/{name}/{index}", "repeated_default", f"There is one {first} only.")
        firsts |= {first} - {""}


def _first_of(part: dict[str, Any]) -> str:
    """What a person or an address is the first one of, "" if it is not."""
    if part.get("is_default"):
        return f"default {part['kind']} address"
    return "primary person" if part.get("is_primary") else ""


@operation
def create_terms(**fields: Any) -> PaymentTerms:
    terms = create_row(PaymentTerms(**fields))
    _keep_one_default(terms)
    return terms


@operation
def edit_terms(*, terms_id: int, **changes: Any) -> PaymentTerms:
    """Change the named fields. Documents keep the day they are due."""
    terms = edit_row(hold(PaymentTerms, terms_id), **changes)
    _keep_one_default(terms)
    return terms


@operation
def delete_terms(*, terms_id: int) -> None:
    """Delete payment terms that no contact has."""
    terms = hold(PaymentTerms, terms_id)
    delete_row(terms, in_use=TermsInUse(f"Contacts have the payment terms {terms}. Give them others first."))


def _keep_one_default(terms: PaymentTerms) -> None:
    """Whichever was made the default last is the only one. Who does this at the same moment waits here."""
    if terms.is_default:
        BooksSettings.objects.select_for_update().get(pk=1)
        PaymentTerms.objects.filter(is_default=True).exclude(pk=terms.pk).update(is_default=False)
