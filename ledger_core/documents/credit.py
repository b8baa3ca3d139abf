"""Credit limits: what a customer may owe at most, asked when something is issued to him."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Sum

from ledger_core.arithmetic.money import convert, to_text
from ledger_core.base.queries import base_currency
from ledger_core.contacts.models import Contact
from ledger_core.contacts.queries import REFUSE, families, limit_of
from ledger_core.documents.kinds import KINDS, RECEIVABLE
from ledger_core.documents.models import Document
from ledger_core.documents.writing import InHand
from tenancy.problems import Conflict

_OPEN = [kind for kind in KINDS if kind.control == RECEIVABLE]


class OverCreditLimit(Conflict):
    code = "over_credit_limit"
    title = "The customer's credit limit does not allow this"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know about what was just done."""

    code: str
    detail: str


def check_credit_limit(hand: InHand) -> list[Warned]:
    """Warn, or raise OverCreditLimit, if what the customer owes with this document is more than his limit."""
    contact, document = hand.contact, hand.document
    if hand.kind.control != RECEIVABLE or hand.kind.is_credit or contact is None or contact.credit_limit is None:
        return []
    limit = limit_of(contact)
    if limit.action == REFUSE:  # of two documents at once, the second one waits for the first
        Contact.objects.select_for_update().get(pk=contact.pk)
    total = convert(document.total, rate=document.rate, source=document.currency, target=base_currency())
    beyond = limit.exceeded_by(owed_by(contact.pk, without=document.pk) + total - document.settled_base)
    if not beyond:
        return []
    base = base_currency()
    detail = (
        f"With this {contact} owes {to_text(beyond, base)} {base} more than the credit limit "
        f"of {to_text(contact.credit_limit, base)} {base}."
    )
    if limit.action == REFUSE:
        raise OverCreditLimit(detail)
    return [Warned("over_credit_limit", detail)]


def owes_more(total: int, terms: Mapping[str, Any], document: Document) -> bool:
    """Does a change of an issued document, from this total in these terms, make its contact owe more?"""
    former = convert(total, rate=terms["rate"], source=terms["currency"], target=base_currency())
    now = convert(document.total, rate=document.rate, source=document.currency, target=base_currency())
    return document.contact_id != terms["contact_id"] or now > former


def owed_by(contact_id: int, *, without: int | None = None) -> int:
    """What a customer owes in base: open documents less open credit notes."""
    family = families([contact_id])[contact_id]
    owed = 0
    found = Document.objects.filter(contact__in=family).exclude(pk=without or 0).order_by()
    for kind in _OPEN:
        sums = found.filter(kind=kind.value, status=kind.issued).aggregate(
            open=Sum(F("base_total") - F("settled_base"))
        )
        owed += kind.sign * (sums["open"] or 0)
    return owed
