"""A real embedded server (gunicorn and worker) with the built web app, and Chromium to look at it.

CHROMIUM names another browser binary. The pages are those of webapp/dist: build them first (`npm run build`).
"""

from __future__ import annotations

import base64
import email
import email.policy
import functools
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests import services

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "correct horse battery staple"
START_LIMIT = 90.0  # seconds
PATIENCE = 30.0  # seconds for anything on a page to happen

Found = TypeVar("Found")

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Installation:
    """The server under test: where it answers and where its data lies."""

    url: str
    var: Path
    env: dict[str, str]

    def manage(self, *words: str) -> None:
        """What an operator types after `manage.py`."""
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE
        )

    def mail_to(self, address: str, subject: str) -> str:
        """The text of the newest mail to somebody with these words in its subject; waits for the worker to send it."""
        return _wait(lambda: self._newest_mail(address, subject), f"a mail to {address} about {subject!r}")

    def _newest_mail(self, address: str, subject: str) -> str | None:
        found = []
        for file in sorted((self.var / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if message["To"] == address and subject in message["Subject"]:
                body = message.get_body()
                found.append(str(body.get_content()) if body else "")
        return found[-1] if found else None

    def link_in(self, text: str) -> str:
        """The address of this installation that a mail asks to open."""
        match = re.search(re.escape(self.url) + r"\S+", text)
        assert match is not None, text
        return match[0]


def _wait(look: Callable[[], Found | None], what: str, limit: float = PATIENCE) -> Found:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise AssertionError(f"Waited {limit:g} s for {what}")


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    if not (ROOT / "webapp" / "dist" / "index.html").exists():
        pytest.fail("The web app is not built: run `npm ci && npm run build` in webapp/ first.")
    folder = tmp_path_factory.mktemp("embedded")
    port = services.free_port()
    url = f"http://127.0.0.1:{port}"
    env = {
        "PATH": os.environ["PATH"],
        "LEDGER_SECRET_KEY": secrets.token_urlsafe(48),
        "LEDGER_TOKEN_KEY": secrets.token_urlsafe(48),
        "LEDGER_CREDENTIAL_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "LEDGER_ALLOWED_HOSTS": "127.0.0.1",
        "LEDGER_PUBLIC_URL": url,
        "LEDGER_VAR": str(folder / "var"),
        "LEDGER_RATE_SIGN_UP": "1000/hour",
        "LEDGER_RATE_LOGIN": "1000/min",
        "LEDGER_RATE_MAIL": "1000/hour",
        "LEDGER_DEMO_PASSWORD": PASSWORD,
    }
    installation = Installation(url, folder / "var", env)
    for command in ("set_up_installation", "collectstatic --noinput"):
        installation.manage(*command.split())
    with open(folder / "output", "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "deploy/serve.py", "--port", str(port)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_it_serves(process, folder / "output")
        yield installation
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_it_serves(process: subprocess.Popen[bytes], output: Path) -> None:
    def look() -> bool | None:
        assert process.poll() is None, output.read_text()
        return True if "Ledger is ready" in output.read_text() else None

    _wait(look, "the server", START_LIMIT)


@pytest.fixture(scope="session")
def live_url(installation: Installation) -> str:
    return installation.url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def new_context(browser: Browser, live_url: str) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser with an empty memory: another person, or another device."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The browser itself writes a line for every refused request; those are asserted on the page.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            faults.append(message.text)

    def make(**options: Any) -> BrowserContext:
        about = {"base_url": live_url, "locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options}
        context = browser.new_context(**about)
        context.set_default_timeout(PATIENCE * 1000)
        context.on("console", note)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@dataclass(eq=False)
class Demo:
    """The demo organization: a year of books to look at. Tests that write make an organization of their own."""

    email: str
    password: str
    url: str

    def open(self, context: BrowserContext) -> Page:
        """A page of somebody who has logged in."""
        account = {"email": self.email, "password": self.password, "cookie": True}
        assert context.request.post("/api/auth/login", data=account).ok
        # Not in the blank page of a new tab: it has no storage.
        context.add_init_script("if (origin !== 'null') localStorage.setItem('ledger.logged-in', 'yes')")
        self._headers = {"Authorization": f"Bearer {self._access(context)}"}
        self._request = context.request
        self._request.post("/api/price-lists", data={"name": "Wholesale", "currency": "GBP"}, headers=self._headers)
        return context.new_page()

    def _access(self, context: BrowserContext) -> str:
        account = {"email": self.email, "password": self.password}
        return str(context.request.post("/api/auth/login", data=account).json()["access"])

    def addresses(self, patterns: list[str]) -> list[str]:
        """`/journals/{manual-journals}` with the id of the newest one in the books."""
        return [re.sub(r"\{([\w-]+)\}", lambda found: self.newest(found[1]), pattern) for pattern in patterns]

    @functools.cache  # noqa: B019 - as long as the demo
    def newest(self, noun: str) -> str:
        # What may be edited: drafts of journals.
        query = "?status=draft" if noun == "manual-journals" else ""
        found = self._request.get(f"/api/{noun}{query}", headers=self._headers).json()
        rows = found if isinstance(found, list) else found["results"]
        assert rows, f"The demo has no {noun}"
        return str(rows[0]["id"])


@pytest.fixture(scope="session")
def demo(installation: Installation) -> Demo:
    installation.manage("create_demo")
    return Demo("demo@ledger.example", installation.env["LEDGER_DEMO_PASSWORD"], installation.url)


_people = iter(range(1, 1000))


@dataclass
class Person:
    name: str
    address: str


def new_person(name: str) -> Person:
    return Person(name, f"{name.split()[0].lower()}{next(_people)}@example.com")


@pytest.fixture
def make_owner(installation: Installation) -> Callable[..., Person]:
    """Somebody with an address confirmed and an organization ready, made through the API for tests of later pages."""

    def make(
        context: BrowserContext, name: str = "Alice Archer", organization: str = "North", country: str = "US"
    ) -> Person:
        person = new_person(name)
        post = context.request.post
        account = {"email": person.address, "password": PASSWORD}
        assert post("/api/auth/sign-up", data={**account, "full_name": name}).status == 201
        link = installation.link_in(installation.mail_to(person.address, "onfirm"))
        assert post("/api/auth/confirm-email", data={"token": _token_in(link)}).ok
        make_organization(context, person, organization, country)
        return person

    return make


def make_organization(context: BrowserContext, person: Person, name: str, country: str = "US") -> str:
    """Another organization of this person, ready for use; gives its id."""
    account = {"email": person.address, "password": PASSWORD}
    access = context.request.post("/api/auth/login", data=account).json()["access"]
    headers = {"Authorization": f"Bearer {access}"}
    currency = {"US": "USD", "GB": "GBP"}[country]
    about = {"name": name, "base_currency": currency, "country": country, "timezone": "UTC"}
    begun = context.request.post("/api/organizations", data=about, headers=headers).json()

    def succeeded() -> bool | None:
        state = context.request.get(f"/api/jobs/{begun['job']}", headers=headers).json()["state"]
        assert state != "failed"
        return True if state == "succeeded" else None

    _wait(succeeded, f"the books of {name}")
    return str(begun["organization"]["id"])


def _token_in(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


def log_in(page: Page, person: Person) -> None:
    page.goto("/log-in")
    page.get_by_label("E-mail").fill(person.address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
