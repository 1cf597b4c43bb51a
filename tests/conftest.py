"""What all tests share: an installation of their own in a throw-away folder, and the cast."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: nothing of a developer's installation may be touched.
_FOLDER = tempfile.mkdtemp(prefix="jauap-test-")
os.environ["JAUAP_DATA"] = _FOLDER
os.environ["JAUAP_TEST"] = "1"
# Not in pyproject: pytest-django would read the settings before this file.
os.environ["DJANGO_SETTINGS_MODULE"] = "jauap.office.settings"
os.environ["JAUAP_GALLERY"] = "1"
os.environ.setdefault("JAUAP_ALLOWED_ORIGINS", "")

from collections.abc import Iterator  # noqa: E402

import django  # noqa: E402
import pytest  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

django.setup()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, once a process: Playwright allows one at a time."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("/usr/bin/chromium is absent: apt-get install chromium")
        pytest.skip("/usr/bin/chromium is absent: apt-get install chromium")
    # Playwright's own event loop makes Django believe that the test is asynchronous.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
