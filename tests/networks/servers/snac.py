"""snac2 on loopback: a small ActivityPub server that speaks Mastodon's API, written by others.

Built once from the source package of Debian trixie into the user's cache (guarded by a lock: test
processes run side by side). apt fetches it by a configuration of its own and checks it by Debian's
keys; the machine's own package lists stay untouched. Needs of the machine (Debian): gcc, make,
xz-utils, libssl-dev, libcurl4-openssl-dev, debian-archive-keyring.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "jauap-tests"
SUITE = "trixie"
MIRROR = "http://deb.debian.org/debian"
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
FETCH_S, BUILD_S, START_S = 300, 120, 20
_number = count(1)


def missing() -> str:
    """What this machine lacks, in words; '' when nothing."""
    lacking = [name for name in ("apt-get", "gcc", "make", "xz") if shutil.which(name) is None]
    headers = {"libssl-dev": "openssl/ssl.h", "libcurl4-openssl-dev": "curl/curl.h"}
    include = Path("/usr/include")
    for package, header in headers.items():
        if not any((place / header).exists() for place in (include, *include.glob("*-linux-gnu*"))):
            lacking.append(package)
    if not KEYS.exists():
        lacking.append("debian-archive-keyring")
    return f"snac2 needs: {', '.join(lacking)}" if lacking else ""


def built() -> Path:
    """The program, built on first use."""
    place = CACHE / f"snac-{SUITE}"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        program = place / "snac"
        if not program.exists():
            with tempfile.TemporaryDirectory(dir=place) as folder:
                shutil.copy(_make(_fetch(Path(folder))), place / "snac.new")
            (place / "snac.new").rename(program)
    return program


def _fetch(folder: Path) -> Path:
    """The unpacked source, fetched by apt with lists and cache of its own."""
    for part in ("lists/partial", "archives/partial"):
        (folder / part).mkdir(parents=True)
    (folder / "sources.list").write_text(f"deb-src [signed-by={KEYS}] {MIRROR} {SUITE} main\n")
    settings = {
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists",
        "Dir::Cache": folder,
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
    }
    apt = ["apt-get", "-q", *(part for name, value in settings.items() for part in ("-o", f"{name}={value}"))]
    _run([*apt, "update"], folder, FETCH_S)
    _run([*apt, "source", "--download-only", f"snac2/{SUITE}"], folder, FETCH_S)
    source = folder / "source"
    source.mkdir()
    archive = next(folder.glob("snac2_*.orig.tar.*"))
    _run(["tar", "xf", str(archive), "-C", str(source), "--strip-components=1"], folder, BUILD_S)
    return source


def _make(source: Path) -> Path:
    _run(["make", "-j2"], source, BUILD_S)
    return source / "snac"


def _run(command: list[str], cwd: Path, timeout: float) -> str:
    done = subprocess.run(command, cwd=cwd, timeout=timeout, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


@dataclass(frozen=True)
class Someone:
    """A person with an account on the server."""

    login: str
    password: str


@dataclass(frozen=True)
class Snac:
    """A running server."""

    program: Path
    data: Path
    origin: str

    def newcomer(self, name: str) -> Someone:
        """A fresh account; its login begins with `name`."""
        login = f"{name}{next(_number)}"
        done = subprocess.run(
            [self.program, "adduser", self.data, login],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=START_S,
            check=True,
        )
        told = re.search(r"User password is (\S+)", done.stdout)
        assert told, done.stdout
        return Someone(login, told[1])

    def says_yes(self, url: str, who: Someone) -> dict[str, str]:
        """Open the page at `url`, fill in its form as a person would; what the browser brings back."""
        with urllib.request.urlopen(url, timeout=START_S) as page:
            shown = page.read().decode()
        form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
        action = re.search(r'action="([^"]+)"', shown)
        assert action, shown
        sent = urllib.parse.urlencode({**form, "login": who.login, "passwd": who.password}).encode()
        try:
            urllib.request.build_opener(_StayHere).open(action[1], sent, timeout=START_S)
        except urllib.error.HTTPError as answer:
            query = urllib.parse.urlsplit(answer.headers["location"]).query
            return dict(urllib.parse.parse_qsl(query))
        raise AssertionError("the person was not let in")


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:  # type: ignore[override]
        """The redirect itself is what we want to read."""


@pytest.fixture(scope="session")
def snac() -> Iterator[Snac]:
    """The server, started for this test process and stopped after it."""
    lack = missing()
    if lack and os.environ.get("CI") == "true":
        pytest.fail(lack)
    if lack:
        pytest.skip(lack)
    program = built()
    with tempfile.TemporaryDirectory(prefix="jauap-snac-") as folder:
        data, port = Path(folder) / "data", _free_port()
        host = f"127.0.0.1:{port}"
        answers = f"127.0.0.1\n{port}\n{host}\n\n\n"
        subprocess.run(
            [program, "init", data],
            input=answers,
            text=True,
            check=True,
            capture_output=True,
            timeout=START_S,
        )
        settings = json.loads((data / "server.json").read_text())
        settings |= {"address": "127.0.0.1", "port": port, "host": host, "protocol": "http"}
        (data / "server.json").write_text(json.dumps(settings))
        log = Path(folder) / "log"
        with (
            log.open("wb") as out,
            subprocess.Popen([program, "httpd", data], stdout=out, stderr=out) as server,
        ):
            try:
                _wait_for(port, server, log)
                yield Snac(program, data, f"http://{host}")
            finally:
                server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(log.read_text()[-4000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
