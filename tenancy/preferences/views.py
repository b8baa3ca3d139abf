from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tenancy.access import UnknownOrganization
from tenancy.api import UserView
from tenancy.models import Membership
from tenancy.preferences.operations import keep, preferences_of
from tenancy.problems import Invalid


class PreferencesView(UserView):
    """What is remembered of the caller in one of their organizations; every member has their own."""

    @extend_schema(operation_id="preferences", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, organization_id: str) -> Response:
        """Everything that is kept."""
        return Response(preferences_of(_membership(request, organization_id)))

    @extend_schema(operation_id="preferences_change", request=OpenApiTypes.OBJECT, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, organization_id: str) -> Response:
        """Keep the values under their names, forget those that are null; others stay. Answers with all of them."""
        membership = _membership(request, organization_id)
        if not isinstance(request.data, dict):
            raise Invalid('The body is an object, such as {"columns.invoices": {"reference": true}}.')
        return Response(keep(membership=membership, changes=request.data))


def _membership(request: Request, organization_id: str) -> Membership:
    assert request.user.pk is not None, "the permission check lets nobody without a user this far"
    found = Membership.objects.filter(organization=organization_id, user=request.user.pk).first()
    if found is None:
        raise UnknownOrganization()
    return found
