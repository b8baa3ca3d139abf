"""Reading contacts.

Contacts that were merged count as one. What is booked cannot be changed and keeps the id it was booked with, and so
do documents and payments; whoever adds up or compares by contact asks here which ids are the same contact: `family`
for one, `survivors` for a report of all. A merge never makes a chain: whoever was merged points at who is left.
"""

from __future__ import annotations

import datetime
from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from ledger_core.base import rows
from ledger_core.base.refusals import refuse
from ledger_core.contacts.models import Contact, PaymentTerms
from tenancy.problems import FieldError, NotFound

AT_ONCE = 1_000  # ids of one query
DAY = datetime.timedelta(days=1)
WARN, REFUSE = "warn", "refuse"


def contacts() -> QuerySet[Contact]:
    """Contacts by name."""
    return Contact.objects.order_by("name", "pk")


def find_contact(contact_id: int, **narrowed: bool) -> Contact:
    """A contact with its payment terms, persons and addresses; `narrowed`: to customers or to vendors."""
    found = (
        Contact.objects.select_related("payment_terms")
        .prefetch_related("persons", "addresses")
        .filter(pk=contact_id, **narrowed)
        .first()
    )
    if found is None:
        raise NotFound("There is no such contact.")
    return found


def contacts_by_id(ids: Collection[int]) -> dict[int, Contact]:
    """The contacts with these ids, with their payment terms; unknown ones are missing. One query."""
    return Contact.objects.select_related("payment_terms").in_bulk(set(ids)) if ids else {}


def check_contacts(chosen: Mapping[str, int | None], *, kept: Collection[int] = ()) -> dict[int, Contact]:
    """The contacts chosen by pointer (`/lines/2/contact_id`), by id; raises Invalid naming every one that cannot be
    used. They cannot be deleted until the transaction ends. One query (for each thousand of contacts).

    Those that are `kept` were chosen before: they may be inactive by now, or merged."""
    found = _held(chosen)
    refuse(_errors({pointer: pk for pointer, pk in chosen.items() if pk not in kept or pk not in found}, found))
    return found


def contact_errors(chosen: Mapping[str, int | None]) -> Iterator[FieldError]:
    """What `check_contacts` would raise."""
    return _errors(chosen, _held(chosen))


def _held(chosen: Mapping[str, int | None]) -> dict[int, Contact]:
    ids = sorted({contact_id for contact_id in chosen.values() if contact_id is not None})
    found: dict[int, Contact] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        held = rows.read(Contact, f"id IN ({rows.places(some)}) ORDER BY id", some, share=True)
        found |= {contact.pk: contact for contact in held}
    return found


def _errors(chosen: Mapping[str, int | None], found: Mapping[int, Contact]) -> Iterator[FieldError]:
    for pointer, contact_id in chosen.items():
        wrong = None if contact_id is None else _problem_of(found.get(contact_id))
        if wrong is not None:
            yield FieldError(pointer, *wrong)


def _problem_of(contact: Contact | None) -> tuple[str, str] | None:
    """Code and detail of why nothing new can be booked for a contact."""
    if contact is None:
        return "unknown_contact", "There is no such contact."
    if contact.merged_into_id is not None:
        detail = f"{contact} was merged into another contact (id {contact.merged_into_id}); use that one."
        return "merged_contact", detail
    if not contact.is_active:
        return "inactive_contact", f"{contact} is inactive. Make the contact active first."
    return None


def survivor(contact_id: int) -> int:
    """The id a contact goes by now: its own, or that of the contact it was merged into."""
    into = Contact.objects.filter(pk=contact_id).values_list("merged_into_id", flat=True).first()
    return into or contact_id


def survivors() -> dict[int, int]:
    """For every contact that was merged, by its id: the contact it counts as. Others count as themselves."""
    merged = Contact.objects.filter(merged_into__isnull=False)
    return {pk: into for pk, into in merged.values_list("pk", "merged_into_id") if into is not None}


def family(contact_id: int) -> frozenset[int]:
    """All ids that count as this contact, whichever of them is asked for."""
    return families([contact_id])[contact_id]


def families(ids: Collection[int]) -> dict[int, frozenset[int]]:
    """`family` of each; two queries."""
    into = dict(Contact.objects.filter(pk__in=set(ids)).values_list("pk", "merged_into_id"))
    heads = {pk: into.get(pk) or pk for pk in ids}
    members: dict[int, set[int]] = {head: {head} for head in heads.values()}
    for pk, head in Contact.objects.filter(merged_into__in=set(members)).values_list("pk", "merged_into_id"):
        assert head is not None
        members[head].add(pk)
    return {pk: frozenset(members[head]) for pk, head in heads.items()}


def are_one(one: int, other: int) -> bool:
    """Are two ids the same contact?"""
    return one == other or survivor(one) == survivor(other)


def default_terms() -> PaymentTerms | None:
    return next(iter(rows.read(PaymentTerms, "is_default = %s ORDER BY id", [True])), None)


def find_terms(terms_id: int) -> PaymentTerms:
    found = PaymentTerms.objects.filter(pk=terms_id).first()
    if found is None:
        raise NotFound("There are no such payment terms.")
    return found


def due_date(*, contact: Contact, date: datetime.date) -> datetime.date:
    """When a document of this date is due: by the contact's terms, else the default ones, else at once."""
    terms = _terms_of(contact) or default_terms()
    return date if terms is None else due_by(terms, date)


def _terms_of(contact: Contact) -> PaymentTerms | None:
    if contact.payment_terms_id is None or "payment_terms" in contact._state.fields_cache:
        return contact.payment_terms
    return rows.by_key(PaymentTerms, [contact.payment_terms_id])[contact.payment_terms_id]


def due_by(terms: PaymentTerms, date: datetime.date) -> datetime.date:
    """So many days after the date, or after the last day of its month."""
    start = date.replace(day=monthrange(date.year, date.month)[1]) if terms.from_end_of_month else date
    return start + terms.days * DAY


@dataclass(frozen=True, slots=True)
class CreditLimit:
    """What a customer may owe, in base minor units (None: anything), and what happens beyond it: warn or refuse."""

    amount: int | None
    action: str

    def exceeded_by(self, owed: int) -> int:
        """How much of `owed` (base, with the document in question) is beyond the limit; 0 within it."""
        return 0 if self.amount is None else max(0, owed - self.amount)


def limit_of(contact: Contact) -> CreditLimit:
    return CreditLimit(contact.credit_limit, contact.over_limit)


def similar_to(contact: Contact, *, most: int = 10) -> list[tuple[Contact, list[str]]]:
    """Other contacts with the same name, e-mail address, tax number or number, and which of these they share."""
    traits = {name: getattr(contact, name) for name in ("name", "email", "tax_number", "number")}
    given = {name: value for name, value in traits.items() if value}
    wanted = Q()
    for name, value in given.items():
        wanted |= Q(**{f"{name}__iexact": value})
    others = Contact.objects.filter(wanted, merged_into__isnull=True).exclude(pk=contact.pk).order_by("pk")[:most]
    return [(other, [name for name, value in given.items() if _same(getattr(other, name), value)]) for other in others]


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
