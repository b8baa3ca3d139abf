"""Takes every page of the demo, to be looked at: desktop and phone, light, dark, and Arabic.

    python -m tests.browser.screenshots http://127.0.0.1:8000 PASSWORD FOLDER [PATH ...]

Start `bash deploy/run.sh` first; it prints the address and the demo's password.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, Demo

LOOKS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "en-GB"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "locale": "en-GB"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "locale": "en-GB"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "locale": "en-GB"},
    "desktop-arabic": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "ar-EG"},
    "phone-arabic": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "locale": "ar-EG"},
}


def main() -> None:
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    url, password, folder, *paths = sys.argv[1:]
    paths = paths or (ROOT / "tests" / "browser" / "pages.txt").read_text().split()
    demo = Demo("demo@ledger.example", password, url)
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for look, options in LOOKS.items():
            context = browser.new_context(base_url=url, reduced_motion="reduce", **options)  # type: ignore[arg-type]
            page = demo.open(context)
            page.on("pageerror", lambda error: print("fault:", error))
            for path in demo.addresses(paths):
                take(page, path, Path(folder) / f"{path.strip('/').replace('/', '-') or 'home'}-{look}.png")
            context.close()
        browser.close()


def take(page: Page, path: str, file: Path) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, full_page=True)
    print(file)


if __name__ == "__main__":
    main()
