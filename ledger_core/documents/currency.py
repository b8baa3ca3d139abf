"""What the amounts of a request are in: told before they are read, as minor units of another currency are others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.base.amounts import set_currency
from ledger_core.base.queries import base_currency
from ledger_core.base.rows import by_key
from ledger_core.contacts.models import Contact

_ID = re.compile("[0-9]{1,18}", re.ASCII)


def settle_currency(serializer: serializers.BaseSerializer[Any], data: Any) -> str | None:
    """Let the amounts in `data` be read in the currency that the document will have; one query where none is said.

    That is the one that is said, else of a document that is changed in part its own (`context["currency"]`), else the
    contact's (in the body, or `context["contact_id"]`), else base. Gives it where the document has to be told.
    """
    if not isinstance(data, Mapping):
        return None
    said = data.get("currency")
    if said is not None:  # what it cannot be is told by the field and the operation
        set_currency(serializer, said.upper() if isinstance(said, str) else None)
        return None
    if getattr(serializer, "partial", False) and "currency" not in data:
        return None
    found = _currency_of(data.get("contact", serializer.context.get("contact_id")))
    set_currency(serializer, found)
    return found


def _currency_of(contact: Any) -> str:
    said = str(contact)
    known = by_key(Contact, [int(said)]).values() if _ID.fullmatch(said) else ()
    return next((each.currency for each in known if each.currency), base_currency())


def readable(currency: str | None) -> str:
    """A currency to read amounts in, where what is said may be none."""
    return currency if currency in CURRENCIES else base_currency()
