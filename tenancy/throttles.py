"""How often somebody may try: rates are settings (LEDGER_RATE_*), counts are in the cache, above the rate it is 429."""

from __future__ import annotations

import hashlib
import ipaddress
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from tenancy import cache


class Throttle(SimpleRateThrottle):
    """Counts per `ident`; a subclass names its `scope` (the rate) and says who is counted."""

    scope: str
    counted_as = ""  # the throttle whose counts this one shares; else its own

    def get_rate(self) -> str | None:
        rates: dict[str, Any] = api_settings.DEFAULT_THROTTLE_RATES
        rate: str | None = rates[self.scope]
        return rate

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        ident = self.who(request)
        if not ident:
            return None
        hashed = hashlib.sha256(ident.encode("utf-8", "surrogatepass")).hexdigest()
        return cache.system_key("throttle", self.counted_as or type(self).__name__, hashed[:32])

    def who(self, request: Request) -> str:
        raise NotImplementedError


class PerAddress(Throttle):
    """Counts per network address of the client."""

    def who(self, request: Request) -> str:
        return network_of(self.get_ident(request) or "")


class PerEmail(Throttle):
    """Counts per e-mail address in the body, whoever sends it."""

    def who(self, request: Request) -> str:
        body = request.data
        email = body.get("email") if isinstance(body, dict) else None
        if not isinstance(email, str):
            return ""
        return str(get_user_model()._default_manager.normalize_email(email))


class PerUser(Throttle):
    """Counts per logged-in person."""

    def who(self, request: Request) -> str:
        return str(request.user.pk) if request.user else ""


class MailToEmail(PerEmail):
    """No mailbox gets more mail from us than this, whoever asks."""

    scope = "mail"


class MailToInvited(Throttle):
    """The same for a mail that is sent again: its address is the invitation's."""

    scope = "mail"
    counted_as = "MailToEmail"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        self._email: str = view.get_object().email
        return super().get_cache_key(request, view)

    def who(self, request: Request) -> str:
        return self._email


def network_of(address: str) -> str:
    """An IPv6 subscriber has a /64 of addresses: count them as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
