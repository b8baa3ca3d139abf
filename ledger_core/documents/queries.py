"""Reading documents."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Exists, F, Model, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger_core.base.conditions import check_match
from ledger_core.base.rows import by_key, places, read
from ledger_core.books.models import JournalEntry
from ledger_core.books.queries import entries
from ledger_core.chart.models import Account
from ledger_core.contacts.models import Contact
from ledger_core.documents.kinds import KINDS_BY_VALUE, VOID, DocumentKind
from ledger_core.documents.models import Document, DocumentLine, DocumentTax
from ledger_core.documents.states import UNUSED, Use
from ledger_core.items.models import Item
from ledger_core.taxes.models import TaxRate
from tenancy.db import connection
from tenancy.problems import NotFound

_DOCUMENTS, _LINES = Document._meta.db_table, DocumentLine._meta.db_table


def documents(kind: str) -> QuerySet[Document]:
    """The documents of a kind as lists show them, newest first; one query."""
    found = Document.objects.filter(kind=kind).select_related("contact").only(*_ROW)
    if KINDS_BY_VALUE[kind].used_state:
        found = found.annotate(use_begun=_use_begun(kind), use_left=_use_left(kind))
    return found.order_by("-date", "-id")


def live_lines() -> QuerySet[DocumentLine]:
    """Lines of documents that are not void."""
    return DocumentLine.objects.exclude(document__status=VOID).order_by()


def _made(kind: str) -> QuerySet[DocumentLine]:
    """Lines that were made by converting documents of a kind."""
    return live_lines().filter(document__kind__in=KINDS_BY_VALUE[kind].converts_to)


def _use_begun(kind: str) -> Exists:
    return Exists(_made(kind).filter(source_line__document=OuterRef("pk")))


def _use_left(kind: str) -> Exists:
    """Is there a line of which something is not made into another yet?"""
    made = _made(kind).filter(source_line=OuterRef("pk")).values("source_line")
    lines = DocumentLine.objects.filter(document=OuterRef("pk")).order_by()
    summed = Coalesce(Subquery(made.annotate(quantity_made=Sum("quantity")).values("quantity_made")), 0)
    return Exists(lines.annotate(used=summed).exclude(quantity=F("used")))


def use_of(document: Document) -> Use:
    """What is known of its use from the query that read it."""
    begun = getattr(document, "use_begun", None)
    return UNUSED if begun is None else Use(begun, document.use_left)  # type: ignore[attr-defined]  # annotated above


def _columns(model: type[Model], **related: tuple[str, ...]) -> tuple[str, ...]:
    """All columns of a model, and some of those that it refers to: wide rows of contacts and items cost time."""
    own = [field.name for field in model._meta.concrete_fields]
    return (*own, *(f"{name}__{column}" for name, columns in related.items() for column in columns))


_ACCOUNT = ("code", "name", "type", "currency", "is_active")
_LINE = _columns(DocumentLine, account=_ACCOUNT, item=("name",), billable_to=("name",))
_TAX = _columns(DocumentTax, tax_rate=("code", "name"))
_DOCUMENT = _columns(Document, contact=("name",), account=_ACCOUNT)
_ROW = (
    "kind",
    "number",
    "status",
    "contact__name",
    "date",
    "due_date",
    "currency",
    "total",
    "settled",
    "base_total",
    "reference",
    "updated_at",
)


def with_rows(found: QuerySet[Document]) -> QuerySet[Document]:
    """Documents with their lines, taxes and whatever these name; two queries more."""
    return (
        found.select_related("contact", "account")
        .only(*_DOCUMENT)
        .prefetch_related(Prefetch("lines", queryset=_lines()), Prefetch("taxes", queryset=_taxes()))
    )


def _lines() -> QuerySet[DocumentLine]:
    return DocumentLine.objects.select_related("account", "item", "billable_to").only(*_LINE)


def _taxes() -> QuerySet[DocumentTax]:
    return DocumentTax.objects.select_related("tax_rate").only(*_TAX)


def find_document(kind: str, document_id: int) -> Document:
    """A document with its lines and taxes; raises NotFound."""
    found = read(Document, "id = %s AND kind = %s", [document_id, kind])
    if not found:
        raise not_found(KINDS_BY_VALUE[kind])
    [document] = found
    lines = read(DocumentLine, "document_id = %s ORDER BY position", [document_id])
    taxes = read(DocumentTax, "document_id = %s ORDER BY position", [document_id])
    _name_parts(document, lines, taxes)
    hold_rows(document, lines, taxes)
    return document


def _name_parts(document: Document, lines: Sequence[DocumentLine], taxes: Sequence[DocumentTax]) -> None:
    """Put what a document and its rows refer to at hand. Plain reads by key: cheaper than one statement that joins."""
    accounts = by_key(Account, {document.account_id, *(line.account_id for line in lines)} - {None})
    contacts = by_key(Contact, {document.contact_id, *(line.billable_to_id for line in lines)} - {None})
    items = by_key(Item, {line.item_id for line in lines} - {None})
    rates = by_key(TaxRate, {tax.tax_rate_id for tax in taxes})
    document.account = accounts.get(document.account_id)
    document.contact = contacts.get(document.contact_id)
    for line in lines:
        line.account = accounts[line.account_id]
        line.item = items.get(line.item_id)
        line.billable_to = contacts.get(line.billable_to_id)
    for tax in taxes:
        tax.tax_rate = rates[tax.tax_rate_id]


def check_exists(kind: str, document_id: int) -> None:
    if not Document.objects.filter(kind=kind, pk=document_id).exists():
        raise not_found(KINDS_BY_VALUE[kind])


def hold(kind: str, document_id: int) -> Document:
    """The document's row, locked until the transaction ends and in the state that the request expects."""
    found = Document.objects.select_for_update().filter(kind=kind, pk=document_id).first()
    if found is None:
        raise not_found(KINDS_BY_VALUE[kind])
    check_match(found)
    return found


def not_found(kind: DocumentKind) -> NotFound:
    return NotFound(f"There is no such {kind.label.lower()}.")


def hold_rows(document: Document, lines: Sequence[DocumentLine], taxes: Sequence[DocumentTax]) -> None:
    """Let `document.lines.all()` and `.taxes.all()` be the rows in hand, as `find_document` would read them."""
    held_lines, held_taxes = document.lines.all(), document.taxes.all()
    held_lines._result_cache, held_taxes._result_cache = list(lines), list(taxes)
    held = {"lines": held_lines, "taxes": held_taxes}
    document._prefetched_objects_cache = held  # type: ignore[attr-defined]  # where Django prefetches to


def made_quantities(kind: str, document_ids: Collection[int]) -> dict[int, int]:
    """How much of each line was made into lines of others, by the line's id; one query.

    As `_made` has it, in SQL because every document that is read is asked.
    """
    kinds = KINDS_BY_VALUE[kind].converts_to
    if not kinds or not document_ids:
        return {}
    sql = (
        f"SELECT made.source_line_id, SUM(made.quantity) FROM {_LINES} source"  # noqa: S608  names of tables
        f" JOIN {_LINES} made ON made.source_line_id = source.id JOIN {_DOCUMENTS} d ON d.id = made.document_id"
        f" WHERE source.document_id IN ({places(document_ids)}) AND d.status <> %s AND d.kind IN ({places(kinds)})"
        " GROUP BY made.source_line_id"
    )
    with connection().cursor() as cursor:
        cursor.execute(sql, [*document_ids, VOID, *kinds])
        return {pk: int(quantity) for pk, quantity in cursor.fetchall()}


def entries_of(kind: str, document_id: int) -> QuerySet[JournalEntry]:
    """Everything that was posted for a document, reversals included, in the order of posting."""
    sources = (kind, *KINDS_BY_VALUE[kind].later_sources)
    return entries().filter(source_kind__in=sources, source_id=document_id).order_by("pk")
