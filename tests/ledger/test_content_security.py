"""Which pages may load and run what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def policy_of(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/admin/nothing/", "/api/docs", "/api/docs?script=", "/api/x"]
)
def test_every_page_of_ours_has_a_policy(path: str) -> None:
    policy = policy_of(Client().get(path))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe-inline" not in policy.get("script-src", "")
    assert ("unsafe-eval" in policy.get("script-src", "")) is path.startswith("/admin/")


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/django_celery_beat/periodictask/add/"])
def test_staff_pages_need_no_inline_script(path: str, new_user: Callable[..., Any]) -> None:
    browser = Client()
    browser.force_login(new_user("sam", is_staff=True, is_superuser=True))
    page = browser.get(path).content.decode()
    inline = [part for part in page.split("<script")[1:] if " src=" not in part.split(">")[0]]
    assert [part for part in inline if 'type="application/json"' not in part.split(">")[0]] == []


def test_the_browsable_description_needs_no_inline_script() -> None:
    page = Client().get("/api/docs").content.decode()
    assert page.count("<script src=") == page.count("<script") == 3
    script = Client().get("/api/docs?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle(" in script.content.decode()
