"""Exact sums on every engine."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, BigIntegerField
from django.db.models.sql.compiler import SQLCompiler


class ExactSum(Aggregate):
    """The sum of a BIGINT column as an int, however large; 0 where there are no rows.

    MySQL and MariaDB add BIGINT up as DECIMAL. SQLite gives up at 2^63, so there the high and low 32 bits are summed
    apart and put together here. The result is for Python: it cannot be compared or sorted by in SQL.
    """

    function = "SUM"
    name = "ExactSum"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = "SUM(%(expressions)s >> 32) || ',' || SUM(%(expressions)s & 4294967295)"
        return super().as_sql(compiler, connection, template=template, **context)

    @property
    def convert_value(self) -> Any:
        return _whole


def _whole(value: Any, expression: Any, connection: BaseDatabaseWrapper) -> int:
    if isinstance(value, str):
        high, low = value.split(",")
        return (int(high) << 32) + int(low)
    return int(value or 0)
