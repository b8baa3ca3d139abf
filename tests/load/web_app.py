"""Main pages of the web app on a throttled processor: requests, bytes, time until they can be used.

    python -m tests.load.web_app [--slower 4]

Serves the built app (webapp/dist) with the demo organization, embedded, on loopback; opens each page with an empty
cache in Chromium whose processor is slowed down, and prints a table. Ready is when the heading is there, nothing says
"Loading", and the browser is idle; waves is how many requests to the API waited for the answer of another one.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests import services
from tests.load.installation import table

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "a demo on loopback for minutes"
PAGES = {
    "Log-in": "/log-in",
    "Dashboard": "/",
    "Invoices (list)": "/documents/invoices",
    "Invoice (one)": "/documents/invoices/{invoice}",
    "New invoice": "/documents/invoices/new",
    "Customers": "/customers",
    "New payment": "/payments/payments-received/new",
    "Chart of accounts": "/accounts",
    "Balance sheet": "/reports/balance-sheet",
    "Receivables by age": "/reports/receivable-aging",
}
READY = """() => new Promise((done, fail) => {
  setTimeout(() => fail("not ready after 60 seconds: " + location.href), 60000);
  const look = () => document.querySelector("h1") && !document.querySelector('[role="status"][aria-label="Loading"]')
    ? requestIdleCallback(() => done(performance.now())) : setTimeout(look, 20);
  look();
})"""


@dataclass
class Seen:
    """What one opening of a page asked for; times in milliseconds since it began."""

    api: list[tuple[float, float]] = field(default_factory=list)
    files: int = 0
    script_bytes: int = 0

    def waves(self) -> int:
        """Requests to the API that began only after another's answer: 1 means all were asked at once."""
        waves, end = 0, -1.0
        for begun, answered in sorted(self.api):
            if begun >= end:
                waves, end = waves + 1, answered
            else:
                end = min(end, answered)
        return waves


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slower", type=float, default=4, help="how many times slower the processor is (default 4)")
    slower = parser.parse_args().slower
    with tempfile.TemporaryDirectory(prefix="ledger-load-") as folder:
        server, url = _serve(Path(folder))
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                rows = [_measure(browser, url, name, path, slower) for name, path in PAGES.items()]
                browser.close()
        finally:
            server.terminate()
            server.wait(timeout=60)
    table(["Page", "API requests", "in waves", "files", "script KB, as sent", "ready ms"], rows)


def _serve(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
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
        "LEDGER_RATE_LOGIN": "1000/min",
        "LEDGER_DEMO_PASSWORD": PASSWORD,
    }
    for command in ("set_up_installation", "collectstatic --noinput", "create_demo"):
        manage = [sys.executable, "manage.py", *command.split()]
        subprocess.run(manage, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    with open(folder / "output", "wb") as output:
        server = subprocess.Popen(
            [sys.executable, "deploy/serve.py", "--port", str(port)], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    for _ in range(600):
        if "Ledger is ready" in (folder / "output").read_text():
            return server, url
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit((folder / "output").read_text())


def _measure(browser: Browser, url: str, name: str, path: str, slower: float) -> list[Any]:
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if name != "Log-in":
        account = {"email": "demo@ledger.example", "password": PASSWORD, "cookie": True}
        access = context.request.post("/api/auth/login", data=account).json()["access"]
        context.add_init_script("localStorage.setItem('ledger.logged-in', 'yes')")
        if "{invoice}" in path:
            headers = {"Authorization": f"Bearer {access}"}
            newest = context.request.get("/api/invoices?page_size=1", headers=headers).json()["results"][0]
            path = path.format(invoice=newest["id"])
    seen = _watch(page)
    throttle = context.new_cdp_session(page)
    throttle.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(path, wait_until="commit")
    ready = page.evaluate(READY)
    page.wait_for_load_state("networkidle")
    row = [name, len(seen.api), seen.waves(), seen.files, f"{seen.script_bytes / 1024:.0f}", f"{ready:.0f}"]
    context.close()
    return row


def _watch(page: Page) -> Seen:
    seen = Seen()

    def finished(request: Request) -> None:
        timing = request.timing
        if "/api/" in request.url:
            seen.api.append((timing["startTime"], timing["startTime"] + timing["responseEnd"]))
        else:
            seen.files += 1
            if request.resource_type == "script":
                seen.script_bytes += request.sizes()["responseBodySize"]

    page.on("requestfinished", finished)
    return seen


if __name__ == "__main__":
    main()
