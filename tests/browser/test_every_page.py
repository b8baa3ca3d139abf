"""Every page, light and dark, on a desk and on a phone: readable, labelled, nothing cut off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import ROOT, Demo, Person, log_in

AXE = ROOT / "webapp" / "node_modules" / "axe-core" / "axe.min.js"
URLS = ROOT / "webapp" / "src" / "lib" / "urls.ts"

PUBLIC = {
    "/log-in": "Log in",
    "/sign-up": "Create your account",
    "/check-mail?email=alice@example.com": "Check your mail",
    "/confirm-email?token=1": "Confirm your e-mail address",
    "/forgot-password": "Forgot your password?",
    "/reset-password?token=1": "Choose a new password",
    "/invitation?token=1": "Invitation",
}
# Of an organization with a year of books. A part in braces is the newest one at that address of the API.
OF_AN_ORGANIZATION = (ROOT / "tests" / "browser" / "pages.txt").read_text().split()
EMPTY = [path for path in OF_AN_ORGANIZATION if "{" not in path and "/reports/" not in path]
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def test_no_address_is_left_out() -> None:
    known = set(re.findall(r': "(/[^"]*)"', URLS.read_text()))
    found = {path: _address_of(path.split("?")[0], known) for path in [*PUBLIC, *OF_AN_ORGANIZATION]}
    # Work in progress when an organization is being made; test_main_path goes through it.
    assert known - set(found.values()) == {"/set-up/$organizationId"}
    assert [path for path, address in found.items() if address is None] == ["/nowhere"]


def _address_of(path: str, known: set[str]) -> str | None:
    """The address a path belongs to as the router sees it: words go before parts that vary."""
    fitting = [one for one in known if re.fullmatch(re.sub(r"\$\w+", "[^/]+", one), path)]
    return min(fitting, key=lambda one: one.count("$"), default=None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_can_be_read_by_everybody(new_context: Callable[..., BrowserContext], scheme: str) -> None:
    page = new_context(color_scheme=scheme, reduced_motion="reduce").new_page()
    found = {path: inspect(page, path, title) for path, title in PUBLIC.items()}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("scheme", "locale"), [("light", "en-GB"), ("dark", "en-GB"), ("light", "ar-EG")])
def test_every_page_can_be_read_by_everybody(
    new_context: Callable[..., BrowserContext], demo: Demo, scheme: str, locale: str
) -> None:
    context = new_context(color_scheme=scheme, locale=locale, reduced_motion="reduce")
    page = demo.open(context)
    found = {path: inspect(page, path) for path in demo.addresses(OF_AN_ORGANIZATION)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_every_page_of_an_empty_organization_can_be_read(
    new_context: Callable[..., BrowserContext], make_owner: Callable[..., Person]
) -> None:
    context = new_context(reduced_motion="reduce")
    owner = make_owner(context)
    context.clear_cookies()
    page = context.new_page()
    log_in(page, owner)
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    found = {path: inspect(page, path) for path in EMPTY}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def inspect(page: Page, path: str, title: str | None = None) -> list[str]:
    """What is wrong with a page: WCAG 2.2 AA as far as axe sees it, faults, and its width on a phone."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]  # a width and a height
    page.goto(path)
    heading = page.get_by_role("heading", level=1)
    if title is not None:
        expect(heading.filter(has_text=title).or_(page.get_by_text(title, exact=True)).first).to_be_visible()
    expect(heading.first).to_be_visible()
    expect(page.locator('[role="status"]:has(.mantine-Skeleton-root)')).to_have_count(0)
    return list(_faults(page, path))


def _faults(page: Page, path: str) -> Iterator[str]:
    alerts = page.get_by_role("alert")
    if alerts.count() and path not in PUBLIC:
        yield f"says: {alerts.first.inner_text()}"
    page.evaluate(AXE.read_text())
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    for violation in page.evaluate("options => axe.run(document, options)", options)["violations"]:
        yield _said(violation)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        yield f"{width} pixels wide on a phone"


def _said(violation: dict[str, object]) -> str:
    nodes = violation["nodes"]
    assert isinstance(nodes, list)
    return f"{violation['id']}: {[(node['html'], node.get('failureSummary')) for node in nodes[:3]]}"
