"""Organizations that are only rows of the system database, for tests of people: nobody opens their books.

Import `new_organization` into a test module or conftest to use it in place of the real one (tests/conftest.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tenancy.models import Membership, Organization, OrganizationDatabase


@pytest.fixture
def new_organization(db: None) -> Callable[..., Organization]:
    def make(name: str, owner: Any, *, state: str = "ready", **fields: Any) -> Organization:
        about = {"base_currency": "USD", "country": "US", **fields}
        organization = Organization.objects.create(name=name, created_by=owner, **about)
        OrganizationDatabase.objects.create(organization=organization, state=state)
        Membership.objects.create(organization=organization, user=owner, role="owner")
        return organization

    return make
