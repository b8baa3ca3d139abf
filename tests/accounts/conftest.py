"""Tests of people need no books."""

from tests.bare import new_organization
from tests.mails import jobs_in_the_system_database

__all__ = ["jobs_in_the_system_database", "new_organization"]
