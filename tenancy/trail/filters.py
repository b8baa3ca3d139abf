"""What the trail can be searched by: the same words as for the trail of the books."""

from __future__ import annotations

import django_filters

from tenancy.trail.models import OrganizationActivity

MAX_ID = 2**63 - 1


class OrganizationActivityFilter(django_filters.FilterSet):  # type: ignore[misc]  # it ships no types
    subject = django_filters.CharFilter(
        field_name="subject_kind", label="Kind of object: organization, member, invitation, api_key"
    )
    id = django_filters.NumberFilter(
        field_name="subject_id", min_value=1, max_value=MAX_ID, label="Id of the object (with `subject`)"
    )
    user = django_filters.NumberFilter(field_name="user_id", min_value=0, max_value=MAX_ID, label="Id of a user")
    verb = django_filters.CharFilter(field_name="verb")
    at_from = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", label="From this instant on")
    at_to = django_filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", label="Before this instant")

    class Meta:
        model = OrganizationActivity
        fields: list[str] = []
