"""What lists of documents can be filtered by."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import F, Q, QuerySet

from ledger_core.arithmetic.currencies import CURRENCIES
from ledger_core.arithmetic.money import MAX_MAJOR_UNITS, NotAnAmount, to_scaled
from ledger_core.base.queries import today
from ledger_core.base.refusals import invalid
from ledger_core.base.serializers import MAX_ID
from ledger_core.contacts.queries import family
from ledger_core.documents.kinds import KINDS, KINDS_BY_VALUE, DocumentKind
from ledger_core.documents.models import Document
from ledger_core.documents.states import standing_statuses

_COMPARED: dict[str, tuple[str, Callable[[int, int], int]]] = {
    "total_from": ("total__gte", lambda amount, unit: -(-amount // unit)),
    "total_to": ("total__lte", lambda amount, unit: amount // unit),
}
_MOST_DECIMALS = 4
_BY_EXPONENT: dict[int, list[str]] = {}
for _each in CURRENCIES.values():
    _BY_EXPONENT.setdefault(_each.exponent, []).append(_each.code)


def _named(*names: str) -> set[str]:
    return {name for name in names if name}


STATES = sorted(
    {"draft", "void", "written_off"}.union(
        *(
            _named(
                kind.issued,
                kind.settled_state,
                kind.partly_state,
                kind.late_state,
                kind.used_state,
                kind.partly_used_state,
                *(move.status for move in kind.moves),
            )
            for kind in KINDS
        )
    )
)


def in_state(kind: DocumentKind, state: str, day: datetime.date) -> Q:
    """Documents that `state_of` calls so: the same conditions, in the same order."""
    rest = Q()
    for name, condition in _conditions(kind, day):
        if name == state:
            return Q(status__in=standing_statuses(kind)) & condition & rest
        rest &= ~condition
    return Q(status=state) & rest if state in standing_statuses(kind) else Q(status=state)


def _conditions(kind: DocumentKind, day: datetime.date) -> list[tuple[str, Q]]:
    found = [
        (kind.settled_state, Q(settled=F("total"))),
        (kind.used_state, Q(use_begun=True, use_left=False)),
        (kind.partly_used_state, Q(use_begun=True, use_left=True)),
        (kind.late_state, Q(status=kind.issued, due_date__isnull=False, due_date__lt=day)),
        (kind.partly_state, Q(settled__gt=0)),
    ]
    return [(name, condition) for name, condition in found if name]


def _id_filter(**about: Any) -> django_filters.NumberFilter:
    return django_filters.NumberFilter(decimal_places=0, min_value=1, max_value=MAX_ID, **about)


class DocumentFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    state = django_filters.ChoiceFilter(choices=[(each, each) for each in STATES], method="with_state")
    is_open = django_filters.BooleanFilter(method="with_open", label="Issued, with something left to settle")
    contact = _id_filter(method="with_contact", label="Of this contact (id), merged ones included")
    salesperson = _id_filter(field_name="salesperson_id")
    branch = _id_filter(field_name="branch_id")
    project = _id_filter(field_name="project_id")
    currency = django_filters.CharFilter(field_name="currency", lookup_expr="iexact")
    date_from = django_filters.DateFilter(field_name="date", lookup_expr="gte")
    date_to = django_filters.DateFilter(field_name="date", lookup_expr="lte")
    due_from = django_filters.DateFilter(field_name="due_date", lookup_expr="gte")
    due_to = django_filters.DateFilter(field_name="due_date", lookup_expr="lte")
    total_from = django_filters.CharFilter(method="with_total", label="At least this much, in the document's currency")
    total_to = django_filters.CharFilter(method="with_total", label="At most this much, in the document's currency")

    class Meta:
        model = Document
        fields: list[str] = []

    @property
    def kind(self) -> DocumentKind:
        return KINDS_BY_VALUE[self.request.parser_context["view"].kind]

    def with_state(self, found: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        return found.filter(in_state(self.kind, value, today()))

    def with_open(self, found: QuerySet[Document], name: str, value: bool) -> QuerySet[Document]:
        is_open = Q(status__in=standing_statuses(self.kind), settled__lt=F("total"))
        return found.filter(is_open if value else ~is_open)

    def with_total(self, found: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        """Minor units are of different sizes: one comparison for each size that a currency can have."""
        try:
            wanted = to_scaled(value, decimals=_MOST_DECIMALS, most=MAX_MAJOR_UNITS)
        except NotAnAmount as error:
            raise invalid(f"/{name}", error.code, str(error)) from error
        matching = Q()
        lookup, rounded = _COMPARED[name]
        for exponent, codes in _BY_EXPONENT.items():
            amount = rounded(wanted, 10 ** (_MOST_DECIMALS - exponent))
            matching |= Q(**{lookup: amount, "currency__in": codes})
        return found.filter(matching)

    def with_contact(self, found: QuerySet[Document], name: str, value: int) -> QuerySet[Document]:
        return found.filter(contact__in=family(int(value)))
