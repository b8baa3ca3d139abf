"""Which servers were found unreachable, told to all processes through the shared cache.

A hint for placing organizations and for those who watch: who talks to a server finds out by himself. It fades, so that
nothing is left of a process that died.
"""

from __future__ import annotations

from django.core.cache import cache as shared

from tenancy import cache

FADES_AFTER = 15  # seconds; the process that cannot reach it says so again every few seconds


def note_unreachable(server_key: str, reason: str) -> None:
    shared.set(cache.system_key("unreachable", server_key), reason, FADES_AFTER)


def note_answers(server_key: str) -> None:
    shared.delete(cache.system_key("unreachable", server_key))


def why_unreachable(*server_keys: str) -> dict[str, str]:
    """Those of them that do not answer, with the reason."""
    keys = {cache.system_key("unreachable", key): key for key in server_keys}
    return {keys[name]: str(reason) for name, reason in shared.get_many(keys).items()}
