"""Every page, light and dark, on a desk and on a phone: readable, labelled, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import ROOT, Person, log_in

AXE = ROOT / "webapp" / "node_modules" / "axe-core" / "axe.min.js"

PUBLIC = {
    "/log-in": "Log in",
    "/sign-up": "Create your account",
    "/check-mail?email=alice@example.com": "Check your mail",
    "/confirm-email?token=1": "Confirm your e-mail address",
    "/forgot-password": "Forgot your password?",
    "/reset-password?token=1": "Choose a new password",
    "/invitation?token=1": "Invitation",
}
OF_AN_ORGANIZATION = {
    "/": "Hello, Alice",
    "/accounts": "Chart of accounts",
    "/journals": "Journals",
    "/journals/new": "New journal",
    "/reports/trial-balance?zero_rows=true": "Trial balance",
    "/members": "Members",
    "/api-keys": "API keys",
    "/settings": "Settings",
    "/set-up": "Set up an organization",
    "/organizations": "Choose an organization",
    "/nowhere": "There is nothing here",
}
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_by_everybody(
    new_context: Callable[..., BrowserContext], make_owner: Callable[..., Person], scheme: str
) -> None:
    context = new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    owner = make_owner(context)
    context.clear_cookies()
    found = {path: inspect(page, path, title) for path, title in PUBLIC.items()}
    log_in(page, owner)
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    found |= {path: inspect(page, path, title) for path, title in OF_AN_ORGANIZATION.items()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def inspect(page: Page, path: str, title: str) -> list[str]:
    """What is wrong with a page: WCAG 2.1 AA as far as axe sees it, and its width on a phone."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]  # a width and a height
    page.goto(path)
    expect(
        page.get_by_role("heading", level=1, name=title).or_(page.get_by_text(title, exact=True)).first
    ).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    wrong = [_said(violation) for violation in found["violations"]]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    width = page.evaluate("document.documentElement.scrollWidth")
    return wrong if width <= PHONE["width"] else [*wrong, f"{width} pixels wide"]


def _said(violation: dict[str, object]) -> str:
    nodes = violation["nodes"]
    assert isinstance(nodes, list)
    return f"{violation['id']}: {[(node['html'], node.get('failureSummary')) for node in nodes[:3]]}"
