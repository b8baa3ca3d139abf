"""Organizations that cannot be worked in: the page says so, and shows the way on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Installation, Person, log_in, make_organization

MakeOwner = Callable[..., Person]


def test_a_suspended_organization_says_so_and_leaves_the_others_open(
    page: Page, make_owner: MakeOwner, installation: Installation
) -> None:
    alice = make_owner(page.context, organization="North")
    south = make_organization(page.context, alice, "South")
    page.goto("/log-in")
    log_in(page, alice)
    page.get_by_role("button", name="Organization: North").first.click()
    page.get_by_role("menuitem", name="South").click()
    expect(page.get_by_role("button", name="Organization: South").first).to_be_visible()

    installation.manage("suspend_organization", south, "--reason", "Unpaid")
    page.get_by_role("navigation").get_by_role("link", name="Journals", exact=True).click()
    expect(page.get_by_text("South is suspended")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_role("link", name="Journals", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Organization: South").first.click()
    page.get_by_role("menuitem", name="North").click()
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()

    installation.manage("resume_organization", south)
    page.get_by_role("button", name="Organization: North").first.click()
    page.get_by_role("menuitem", name="South").click()
    page.get_by_role("navigation").get_by_role("link", name="Journals", exact=True).click()
    expect(page.get_by_text("No journals yet")).to_be_visible()


def test_a_failed_set_up_says_why_and_can_be_tried_again(page: Page, make_owner: MakeOwner) -> None:
    log_in(page, make_owner(page.context, organization="North"))
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
    state = {"failed": True}

    def organizations(route: Route) -> None:
        answer = route.fetch()
        known: list[dict[str, Any]] = answer.json()
        if state["failed"]:
            known = [{**each, "state": "failed", "set_up_job": "failed-job"} for each in known]
        route.fulfill(response=answer, json=known)

    def job(route: Route) -> None:
        problem = {"title": "Failed", "detail": "The database server cannot be reached."}
        progress = {"done": 2, "total": 5, "percent": 40, "message": ""}
        route.fulfill(json={"id": "failed-job", "state": "failed", "progress": progress, "problem": problem})

    def try_again(route: Route) -> None:
        state["failed"] = False
        route.fulfill(status=202, json={})

    page.route("**/api/organizations", organizations)
    page.route("**/api/jobs/failed-job", job)
    page.route("**/api/organizations/*/set-up", try_again)
    page.goto("/")
    expect(page.get_by_role("heading", name="The set-up did not finish")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("The database server cannot be reached.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Hello, Alice")).to_be_visible()
