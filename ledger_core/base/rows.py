"""Reading and writing rows in plain SQL, for what every posting does.

Django builds each statement anew from expressions, which costs several times what the database needs for it. Here the
text of a statement follows from the model and is kept. Values pass their field where an engine wants another form of
them (dates, times, JSON), and only there. No signal is sent and no model's own `save` is called.
"""

# ruff: noqa: S608  names of tables and columns come from models; values are parameters

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

from tenancy.db import connection

M = TypeVar("M", bound=Model)
Converter = Callable[[Any, Any, BaseDatabaseWrapper], Any]

# What these hold is written as it is, on every engine.
_AS_IT_IS = (models.IntegerField, models.CharField, models.TextField, models.ForeignKey)


# --- Writing ---------------------------------------------------------------------------------------------------------
def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of one model, as `bulk_create` would, and give them their keys.

    MySQL 8 (not MariaDB, not SQLite) tells the key of a single row only: there, several rows are left without.
    """
    here = connection()
    if rows:
        size = here.ops.bulk_batch_size([field for field, _ in _written(type(rows[0]))], rows)
        for part in _parts(rows, max(size, 1)):
            _insert(part, here)


def _insert(rows: Sequence[Model], here: BaseDatabaseWrapper) -> None:
    model = type(rows[0])
    fields = _written(model)
    returning = model._meta.auto_field is not None and len(rows) > 1
    returning = returning and here.features.can_return_rows_from_bulk_insert
    values = [
        field.pre_save(row, True) if as_it_is else field.get_db_prep_save(field.pre_save(row, True), here)
        for row in rows
        for field, as_it_is in fields
    ]
    with here.cursor() as cursor:
        cursor.execute(_insert_sql(model, here.vendor, len(rows), returning), values)
        if returning:
            keys = [key for (key,) in cursor.fetchall()]
        else:
            keys = [cursor.lastrowid] if model._meta.auto_field is not None and len(rows) == 1 else []
    for row in rows:
        row._state.adding, row._state.db = False, here.alias
    for row, key in zip(rows, keys, strict=False):
        row.pk = key


def change(row: Model, values: Mapping[str, Any], *, only_if: Mapping[str, Any] | None = None) -> None:
    """Set fields of a row that this transaction holds, here and in the database, where others still are `only_if`."""
    here, model = connection(), type(row)
    known = only_if or {}
    conditions = [_prepared(_field(model, name), value, here) for name, value in known.items()]
    for name, value in values.items():
        setattr(row, name, value)
    fields = [_field(model, name) for name in values]
    written = [_prepared(field, getattr(row, field.attname), here) for field in fields]
    with here.cursor() as cursor:
        cursor.execute(_update_sql(model, here.vendor, (*values,), (*known,)), [*written, row.pk, *conditions])
        assert cursor.rowcount == 1, f"{row!r} is held by this transaction, and as it was read"


# --- Reading ---------------------------------------------------------------------------------------------------------
def by_key(model: type[M], keys: Collection[Any]) -> dict[Any, M]:
    """The rows with these keys that there are, by their key."""
    most = connection().features.max_query_params or len(keys) or 1
    column = model._meta.pk.column
    found = (row for part in _parts(list(keys), most) for row in read(model, f"{column} IN ({places(part)})", part))
    return {row.pk: row for row in found}


def read(model: type[M], where: str, parameters: Sequence[Any], *, share: bool = False) -> list[M]:
    """The rows that a condition (and order) in SQL selects; with `share`, locked against change until the end of the
    transaction, with what others committed meanwhile. SQLite has one writer at a time, which is stronger."""
    here = connection()
    lock = " LOCK IN SHARE MODE" if share and here.vendor == "mysql" else ""
    with here.cursor() as cursor:
        cursor.execute(f"{_select_sql(model, here.vendor)} WHERE {where}{lock}", parameters)
        rows = cursor.fetchall()
    names, converters = _read(model, here.vendor)
    if converters:
        rows = [_converted(row, converters, here) for row in rows]
    return [model.from_db(here.alias, names, row) for row in rows]


def places(values: Collection[Any]) -> str:
    """Place-holders for a list of values."""
    return ", ".join(["%s"] * len(values))


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, Any, Converter]], here: Any) -> list[Any]:
    values = list(row)
    for index, column, convert in converters:
        values[index] = convert(values[index], column, here)
    return values


# --- What follows from a model, kept ---------------------------------------------------------------------------------
@cache
def _written(model: type[Model]) -> list[tuple[Field[Any, Any], bool]]:
    """The fields of a new row, with whether their values are written as they are."""
    meta = model._meta
    return [(field, isinstance(field, _AS_IT_IS)) for field in meta.concrete_fields if field is not meta.auto_field]


@cache
def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]  # no relation from elsewhere
    return field


def _prepared(field: Field[Any, Any], value: Any, here: BaseDatabaseWrapper) -> Any:
    return value if isinstance(field, _AS_IT_IS) else field.get_db_prep_save(value, here)


def _insert_sql(model: type[Model], vendor: str, count: int, returning: bool) -> str:
    head, row, back = _insert_parts(model, vendor)
    return f"{head} {', '.join([row] * count)}{back if returning else ''}"


@cache
def _insert_parts(model: type[Model], vendor: str) -> tuple[str, str, str]:
    fields = [field for field, _ in _written(model)]
    columns = ", ".join(_quoted(field.column) for field in fields)
    key = model._meta.auto_field
    back = f" RETURNING {_quoted(key.column)}" if key is not None else ""
    return f"INSERT INTO {_quoted(model._meta.db_table)} ({columns}) VALUES", f"({places(fields)})", back


@cache
def _update_sql(model: type[Model], vendor: str, names: tuple[str, ...], known: tuple[str, ...]) -> str:
    sets = ", ".join(f"{_quoted(_field(model, name).column)} = %s" for name in names)
    same = "<=>" if vendor == "mysql" else "IS"  # equal, or both nothing
    conditions = "".join(f" AND {_quoted(_field(model, name).column)} {same} %s" for name in known)
    key = model._meta.pk
    assert key is not None
    return f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {_quoted(key.column)} = %s{conditions}"


@cache
def _select_sql(model: type[Model], vendor: str) -> str:
    columns = ", ".join(_quoted(field.column) for field in model._meta.concrete_fields)
    return f"SELECT {columns} FROM {_quoted(model._meta.db_table)}"


@cache
def _read(model: type[Model], vendor: str) -> tuple[list[str], list[tuple[int, Any, Converter]]]:
    """The fields of a row by name, and by position what turns a column into the value of its field."""
    here, fields = connection(), model._meta.concrete_fields
    columns = [field.get_col(model._meta.db_table) for field in fields]
    converters = [
        (index, column, convert)
        for index, column in enumerate(columns)
        for convert in (*here.ops.get_db_converters(column), *column.get_db_converters(here))
    ]
    return [field.attname for field in fields], converters


def _quoted(name: str | None) -> str:
    assert name is not None, "a field of a concrete model has a column"
    return connection().ops.quote_name(name)


def _parts(rows: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
