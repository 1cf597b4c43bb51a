"""A whole jauap as a newcomer starts it, and a browser that walks through it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

START_WITHIN_S = 90


@dataclass(frozen=True)
class House:
    """A running jauap. origin, rehearsal: addresses; password: of all demo people."""

    origin: str
    rehearsal: str
    password: str
    folder: Path


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`jauap demo` in a fresh folder on free ports; killed with all it started."""
    folder = tmp_path_factory.mktemp("house")
    port, other = _free_port(), _free_port()
    log = (folder / "log").open("w+")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JAUAP_")},
        "JAUAP_REHEARSAL": f"http://localhost:{other}",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [
        Path(sys.executable).with_name("jauap"),
        "demo",
        "--data",
        folder / "data",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(f"http://localhost:{port}/account/login/", process, folder / "log")
        password = (folder / "data" / "keys" / "demo-password").read_text().strip()
        yield House(f"http://localhost:{port}", f"http://localhost:{other}", password, folder)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"jauap did not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(house: House, chromium: Browser) -> Iterator[SignIn]:
    """`sign_in("author", language="kk", width=390, dark=True)` gives a page at Today.

    What the console says of errors fails the test at its end. policy: False lets axe style the page.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def enter(
        role: str, *, language: str = "en", width: int = 1440, dark: bool = False, policy: bool = True
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844},
            color_scheme="dark" if dark else "light",
            locale=language,
            bypass_csp=not policy,
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": house.origin}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said.text) else None)
        if role:
            page.goto(f"{house.origin}/account/login/")
            page.fill("input[name=login]", f"{role}@demo.example")
            page.fill("input[name=password]", house.password)
            page.click("button[data-kind=primary]")
            page.wait_for_url(re.compile(re.escape(house.origin) + "/$"))
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints


def _is_complaint(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text
