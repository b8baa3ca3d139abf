"""Where exchange rates are fetched from: an address that answers with the ECB's daily XML. None unless configured."""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit

from django.conf import settings

from tenancy.problems import Conflict, Unavailable

LARGEST = 20 * 1024 * 1024  # the ECB's whole history has 7 MB
TIMEOUT = 30  # seconds


class ProviderOff(Conflict):
    code = "provider_off"
    title = "No provider of exchange rates is configured"


class ProviderFailed(Unavailable):
    code = "provider_failed"
    title = "The provider of exchange rates did not answer"


def address() -> str:
    """The configured address (LEDGER_EXCHANGE_RATES_URL); raises ProviderOff."""
    url: str = settings.EXCHANGE_RATES_URL
    if not url:
        raise ProviderOff("This installation fetches no exchange rates. Enter or import them.")
    return url


def is_on() -> bool:
    return bool(settings.EXCHANGE_RATES_URL)


def fetch() -> str:
    """The text at the address."""
    url = address()
    if urlsplit(url).scheme not in ("http", "https"):
        raise ProviderOff("The address of the exchange rates is not an HTTP address.")
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310  the scheme is checked above
            body = answer.read(LARGEST + 1)
    except OSError as error:
        raise ProviderFailed(f"The exchange rates could not be fetched: {error}.") from error
    if len(body) > LARGEST:
        raise ProviderFailed("The provider's answer is larger than any file of exchange rates.")
    text: str = body.decode("utf-8", errors="replace")
    return text
