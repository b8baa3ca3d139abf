"""The base classes of every API view.

A view declares `scope`:
  public        anybody;
  user          a caller, no organization needed;
  organization  a caller bound to an organization that is ready (the default: a forgotten scope fails closed).
Organization views also declare `abilities`: action (ViewSet) or lower-case HTTP method (APIView) -> "subject.verb".
"""

from __future__ import annotations

from typing import ClassVar

from rest_framework import viewsets
from rest_framework.views import APIView

from tenancy.rest import ORGANIZATION, PUBLIC, USER


class PublicView(APIView):
    scope: ClassVar[str] = PUBLIC


class UserView(APIView):
    scope: ClassVar[str] = USER


class OrganizationView(APIView):
    scope: ClassVar[str] = ORGANIZATION
    abilities: ClassVar[dict[str, str]] = {}


class OrganizationViewSet(viewsets.GenericViewSet):
    scope: ClassVar[str] = ORGANIZATION
    abilities: ClassVar[dict[str, str]] = {}
