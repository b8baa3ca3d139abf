"""The units a new organization's books begin with."""

from __future__ import annotations

from ledger_core.items.models import Unit

UNITS = (  # name, code of UN/ECE recommendation 20
    ("piece", "C62"),
    ("hour", "HUR"),
    ("day", "DAY"),
    ("week", "WEE"),
    ("month", "MON"),
    ("kilogram", "KGM"),
    ("gram", "GRM"),
    ("litre", "LTR"),
    ("metre", "MTR"),
    ("square metre", "MTK"),
    ("kilometre", "KMT"),
    ("flat rate", "LS"),
)


def write_units() -> None:
    Unit.objects.bulk_create(Unit(name=name, code=code) for name, code in UNITS)
