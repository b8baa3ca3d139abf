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
from rest_framework.request import Request
from rest_framework.views import APIView

from tenancy.rest import ORGANIZATION, PUBLIC, USER


class _FirstThrottle(APIView):
    """Stops at the first throttle that refuses: DRF asks all of them, and each would count what is refused anyway."""

    def check_throttles(self, request: Request) -> None:
        for throttle in self.get_throttles():
            if not throttle.allow_request(request, self):
                self.throttled(request, throttle.wait() or 1.0)


class PublicView(_FirstThrottle):
    scope: ClassVar[str] = PUBLIC


class UserView(_FirstThrottle):
    scope: ClassVar[str] = USER


class OrganizationView(_FirstThrottle):
    scope: ClassVar[str] = ORGANIZATION
    abilities: ClassVar[dict[str, str]] = {}


class OrganizationViewSet(_FirstThrottle, viewsets.GenericViewSet):
    scope: ClassVar[str] = ORGANIZATION
    abilities: ClassVar[dict[str, str]] = {}
