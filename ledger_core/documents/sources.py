"""Lines that are made from lines of other documents: of what is converted, and of purchases that are billed on.

How much of a line is used up follows from the lines that name it, in documents that are not void; nothing counts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ledger_core.arithmetic.currencies import currency as currency_of
from ledger_core.arithmetic.money import RATE_SCALE, convert, divide_half_up, scaled_text
from ledger_core.arithmetic.taxes import PRICE_SCALE, QUANTITY_SCALE
from ledger_core.base.queries import base_currency
from ledger_core.base.refusals import refuse
from ledger_core.base.serializers import QuantityField
from ledger_core.contacts.queries import are_one
from ledger_core.documents.kinds import KINDS_BY_VALUE, DocumentKind
from ledger_core.documents.lines import WrittenLine
from ledger_core.documents.models import Document, DocumentLine
from ledger_core.documents.queries import live_lines
from ledger_core.documents.sides import SIDES
from ledger_core.documents.states import stands
from tenancy.problems import Conflict, FieldError

Sources = Mapping[int, DocumentLine]


class MadeInto(Conflict):
    code = "converted"
    title = "Other documents were made from this one"


def hold_sources(kind: DocumentKind, document: Document, lines: Sequence[WrittenLine]) -> Sources:
    """The lines that these are made from, by id; their documents stay locked. Raises Invalid."""
    ids = {line.source_line_id for line in lines if line.source_line_id is not None}
    if not ids:
        return {}
    of = DocumentLine.objects.filter(pk__in=ids).order_by().values("document")
    held = list(Document.objects.select_for_update().filter(pk__in=of).order_by("pk"))
    documents = {each.pk: each for each in held}
    sources = DocumentLine.objects.select_related("item").in_bulk(ids)
    for source in sources.values():
        source.document = documents[source.document_id]
    refuse(_errors(kind, document, lines, sources))
    return sources


def with_sources(lines: Sequence[WrittenLine], former: Sequence[DocumentLine]) -> list[WrittenLine]:
    """Lines that stay lines of their document stay made from what they were made from, unless they name another."""
    sources = {line.pk: line.source_line_id for line in former}
    return [
        replace(line, source_line_id=sources[line.id]) if line.id is not None and line.source_line_id is None else line
        for line in lines
    ]


def check_contact(document: Document, lines: Sequence[WrittenLine], sources: Sources) -> None:
    """What is made from a line goes to the contact that the line is for, or was before a merge."""
    refuse(
        FieldError(f"/lines/{index}/source_line", "other_contact", "What this is made from is for another contact.")
        for index, line in enumerate(lines)
        if (source := sources.get(line.source_line_id or 0)) is not None
        and not _is_for(document.contact_id, _contact_of(document, source))
    )


def _contact_of(document: Document, source: DocumentLine) -> int | None:
    is_billed = _is_billing(KINDS_BY_VALUE[document.kind], source)
    return source.billable_to_id if is_billed else source.document.contact_id


def _is_for(one: int | None, other: int | None) -> bool:
    return one == other or (one is not None and other is not None and are_one(one, other))


def _is_billing(kind: DocumentKind, source: DocumentLine) -> bool:
    return KINDS_BY_VALUE[source.document.kind].side != kind.side


def _errors(
    kind: DocumentKind, document: Document, lines: Sequence[WrittenLine], sources: Sources
) -> Iterator[FieldError]:
    used = _used(document, sources)
    for index, line in enumerate(lines):
        if line.source_line_id is None:
            continue
        pointer = f"/lines/{index}/source_line"
        source = sources.get(line.source_line_id)
        if source is None:
            yield FieldError(pointer, "unknown_line", "There is no such line.")
        elif not stands(KINDS_BY_VALUE[source.document.kind], source.document):
            yield FieldError(pointer, "not_issued", f"{source.document} is {source.document.status}.")
        elif _is_billing(kind, source):
            yield from _billing_errors(kind, source, used, pointer)
        else:
            yield from _conversion_errors(kind, source, line, used, f"/lines/{index}/quantity", pointer)


def _used(document: Document, sources: Sources) -> dict[tuple[int, str], int]:
    """What others took of each line, by the side they are on: the quantity, or for what is billed how often."""
    made = live_lines().filter(source_line__in=list(sources)).exclude(document=document.pk)
    used: dict[tuple[int, str], int] = {}
    for pk, kind, quantity in made.values_list("source_line_id", "document__kind", "quantity"):
        side = KINDS_BY_VALUE[kind].side
        assert pk is not None
        taken = quantity if side == KINDS_BY_VALUE[sources[pk].document.kind].side else 1
        used[pk, side] = used.get((pk, side), 0) + taken
    return used


def _billing_errors(
    kind: DocumentKind, source: DocumentLine, used: dict[tuple[int, str], int], pointer: str
) -> Iterator[FieldError]:
    if not kind.bills_purchases or source.billable_to_id is None:
        yield FieldError(pointer, "not_billable", "This line is not billable to a customer.")
    elif used.get((source.pk, kind.side)):
        yield FieldError(pointer, "already_billed", f"This line of {source.document} is billed already.")
    used[source.pk, kind.side] = 1  # so that the same document does not bill it twice


def _conversion_errors(
    kind: DocumentKind,
    source: DocumentLine,
    line: WrittenLine,
    used: dict[tuple[int, str], int],
    at_quantity: str,
    pointer: str,
) -> Iterator[FieldError]:
    if kind.value not in KINDS_BY_VALUE[source.document.kind].converts_to:
        label = KINDS_BY_VALUE[source.document.kind].label.lower()
        yield FieldError(pointer, "cannot_convert", f"A line of this kind is not made from one of a {label}.")
        return
    taken = used.get((source.pk, kind.side), 0) + line.quantity
    used[source.pk, kind.side] = taken
    if not _is_within(taken, source.quantity):
        left = scaled_text(source.quantity - (taken - line.quantity), QuantityField.decimals)
        detail = f"Of this line of {source.document} only {left} is left."
        yield FieldError(at_quantity, "more_than_left", detail)


def _is_within(quantity: int, whole: int) -> bool:
    return 0 <= quantity <= whole if whole >= 0 else whole <= quantity <= 0


def from_sources(document: Document, lines: Sequence[WrittenLine], sources: Sources) -> list[WrittenLine]:
    """Lines that bill purchases on, with what the purchase says where they say nothing."""
    kind = KINDS_BY_VALUE[document.kind]
    return [
        _billed(document, line, source)
        if (source := sources.get(line.source_line_id or 0)) is not None
        and line.unit_price is None
        and _is_billing(kind, source)
        else line
        for line in lines
    ]


def _billed(document: Document, line: WrittenLine, source: DocumentLine) -> WrittenLine:
    item = source.item
    is_sold = item is not None and item.is_active and getattr(item, SIDES[KINDS_BY_VALUE[document.kind].side].item_flag)
    return replace(
        line,
        item_id=source.item_id if line.item_id is None and is_sold else line.item_id,
        description=source.description if line.description is None else line.description,
        quantity=source.quantity,
        unit=source.unit if line.unit is None else line.unit,
        unit_price=_price(document, source),
        project_id=line.project_id or source.project_id,
        branch_id=line.branch_id or source.branch_id,
    )


def cost_of(source: DocumentLine) -> int:
    """What a line of a purchase cost, in its document's currency."""
    return source.net - source.document_discount + source.unrecoverable


def _price(document: Document, source: DocumentLine) -> int:
    """The cost of one unit in the currency of the document that bills it on."""
    cost = cost_of(source)
    if source.document.currency != document.currency:
        base = convert(cost, rate=source.document.rate, source=source.document.currency, target=base_currency())
        cost = divide_half_up(
            base * RATE_SCALE * currency_of(document.currency).minor_units,
            document.rate * currency_of(base_currency()).minor_units,
        )
    scale = PRICE_SCALE * QUANTITY_SCALE
    return divide_half_up(cost * scale, currency_of(document.currency).minor_units * (source.quantity or 1))


def check_kept(document: Document, kept: Sequence[WrittenLine] | None) -> None:
    """Refuse to take away (or, with None, to void) lines that others were made from, or more of them than is left."""
    made = live_lines().filter(source_line__document=document.pk)
    rows = list(made.values_list("source_line_id", "document__kind", "document__number", "document_id", "quantity"))
    if not rows:
        return
    own_side = KINDS_BY_VALUE[document.kind].side
    quantities = {line.id: line.quantity for line in kept or () if line.id is not None}
    taken: dict[int | None, int] = {}
    for pk, kind, number, made_id, quantity in rows:
        is_conversion = KINDS_BY_VALUE[kind].side == own_side
        taken[pk] = taken.get(pk, 0) + (quantity if is_conversion else 0)
        if pk not in quantities or not _is_within(taken[pk], quantities[pk]):
            label = f"{KINDS_BY_VALUE[kind].label} {number or made_id}"
            raise MadeInto(f"{label} was made from it. Void or delete that first, or leave its lines as they are.")
