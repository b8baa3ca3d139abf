"""Model fields whose values are compared exactly on every engine.

MySQL's usual collations take `ALICE`, `alice` and `álice` for one another; SQLite and Python do not. Where a value
decides who somebody is or whose books are meant, the column says so: utf8mb4_bin, also in foreign keys to it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class _Exact:
    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)  # type: ignore[misc]
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class ExactCharField(_Exact, models.CharField):
    """Text where another case or accent is another value."""


class ExactEmailField(_Exact, models.EmailField):
    """An e-mail address, normalized before it is stored and then compared to the letter."""
