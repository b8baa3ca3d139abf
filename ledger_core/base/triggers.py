"""Triggers of the books' tables, as migration operations: see tenancy/triggers.py, which the system database shares."""

from tenancy.triggers import CreateTrigger, mysql_refusal, sqlite_refusal

__all__ = ["CreateTrigger", "mysql_refusal", "sqlite_refusal"]
