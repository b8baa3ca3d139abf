"""A next version of the books, as far as their schema goes: what fleet migrations are tested and measured with.

Two migrations after those of the product: 0003 expands (columns, an index, a table with a foreign key), 0004 moves
data.
The models stay those of the product, so that every test of it is one of "the former program on the next schema".
`settings.py` is for processes; inside a test, override MIGRATION_MODULES and call `forget()`.
"""

MIGRATION_MODULES = {"ledger_core": "tests.next_version.migrations"}


def forget() -> None:
    """The plan of migrations is read once per process."""
    from tenancy.provisioning import schema

    schema._plan.cache_clear()
    schema.older_versions.cache_clear()
