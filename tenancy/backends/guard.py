"""The barrier below the router: an organization's connection works only while that organization is current."""

from __future__ import annotations

from typing import Any

from tenancy import aliases, context


class GuardedConnection:
    """Mixin for database wrappers; `.using()` and leftover querysets of another organization end here."""

    alias: str

    def connect(self) -> None:
        context.check_alias(self.alias)
        aliases.touch(self.alias)
        super().connect()  # type: ignore[misc]

    def _cursor(self, name: str | None = None) -> Any:
        context.check_alias(self.alias)
        aliases.touch(self.alias)
        return super()._cursor(name)  # type: ignore[misc]
