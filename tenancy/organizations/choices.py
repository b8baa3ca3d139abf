"""What can be chosen when an organization is set up: countries with their currency (Unicode CLDR) and time zones."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from babel.core import Locale
from babel.numbers import get_currency_name, get_territory_currencies

LANGUAGES = (("en", "English"),)  # those the web app speaks
INDUSTRIES = (("general", "General"),)  # those there is a chart of accounts for
# Where the IANA table, which goes from east to west or north to south here, does not begin with the most populous zone.
MAIN_ZONE = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "PS": "Asia/Hebron",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
NO_REGIONS = ("Etc/", "posix/", "right/", "SystemV/")
_AS_OF = date(2026, 1, 1)


@lru_cache(maxsize=1)
def countries() -> dict[str, dict[str, Any]]:
    """ISO 3166-1 alpha-2 -> label, currency (ISO 4217) and time zones; only countries with a currency."""
    names = Locale("en").territories
    zones = _zones()
    found = {}
    for code, label in names.items():
        currencies = get_territory_currencies(code, _AS_OF) if len(code) == 2 and code.isalpha() else []
        if currencies and zones.get(code):
            found[code] = {"label": label, "currency": currencies[0], "timezones": zones[code]}
    return dict(sorted(found.items(), key=lambda pair: pair[1]["label"]))


def _zones() -> dict[str, list[str]]:
    """Country -> its time zones in the order of the IANA table, the one most people live in first."""
    zones: dict[str, list[str]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones.setdefault(country, []).append(zone)
    for country, zone in MAIN_ZONE.items():
        zones[country] = [zone, *(other for other in zones[country] if other != zone)]
    return zones


@lru_cache(maxsize=1)
def currencies() -> dict[str, str]:
    """ISO 4217 code -> name, for every currency that is legal tender somewhere."""
    codes = sorted({code for country in countries() for code in get_territory_currencies(country, _AS_OF)})
    return {code: get_currency_name(code, locale="en") for code in codes}


@lru_cache(maxsize=1)
def timezones() -> frozenset[str]:
    """IANA's regions, and UTC. What else lies in the machine's folder (`localtime`, `Factory`, `Etc/GMT+5`) is none."""
    regions = (zone for zone in available_timezones() if "/" in zone and not zone.startswith(NO_REGIONS))
    return frozenset(regions) | {"UTC", "Etc/UTC"}


@lru_cache(maxsize=1)
def all_choices() -> dict[str, list[dict[str, Any]]]:
    return {
        "countries": [{"value": code, **about} for code, about in countries().items()],
        "currencies": [{"value": code, "label": name} for code, name in currencies().items()],
        "languages": [{"value": code, "label": name} for code, name in LANGUAGES],
        "timezones": [{"value": zone, "label": zone.replace("_", " ")} for zone in sorted(timezones())],
        "industries": [{"value": code, "label": name} for code, name in INDUSTRIES],
    }
