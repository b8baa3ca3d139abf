"""What the lists of templates can be filtered by."""

from __future__ import annotations

import django_filters

from ledger_core.recurring.models import RecurringTemplate


class RecurringTemplateFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    state = django_filters.ChoiceFilter(choices=RecurringTemplate.State.choices)
    contact = django_filters.NumberFilter(field_name="contact_id")

    class Meta:
        model = RecurringTemplate
        fields: list[str] = []
