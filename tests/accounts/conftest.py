"""Tests of people need no books."""

from tests.bare import new_organization

__all__ = ["new_organization"]
