"""Bluesky's own PDS and AppView on loopback, with a throw-away PostgreSQL and Redis.

The npm packages are installed once into the user's cache (guarded by a lock: test processes run
side by side), named by the hash of their lock file. Needs of the machine (Debian): nodejs, npm,
g++, make, python3 (one package is compiled), postgresql, redis-server, util-linux.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "atproto"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "jauap-tests"
ADMIN = ("admin", "admin-pass")
"""The administrator of a PDS that dev-env starts: its own constants."""
INSTALL_S, START_S = 540, 120


@dataclass(frozen=True)
class Servers:
    """pds: origin of the personal data server, which passes app.bsky.* on to the AppView."""

    pds: str
    appview: str


def missing() -> str:
    """What this machine lacks, in words; '' when nothing."""
    tools = {name: shutil.which(name) for name in ("node", "npm", "g++", "make", "redis-server", "setpriv")}
    lacking = [name for name, path in tools.items() if path is None]
    if _postgres() is None:
        lacking.append("postgresql")
    return f"Bluesky's servers need: {', '.join(lacking)}" if lacking else ""


@pytest.fixture(scope="session")
def bluesky_servers() -> Iterator[Servers]:
    """PDS and AppView, started for this test process and stopped after it."""
    lack = missing()
    if lack and os.environ.get("CI") == "true":
        pytest.fail(lack)
    if lack:
        pytest.skip(lack)
    modules = installed()
    with ExitStack() as stack:
        folder = stack.enter_context(_folder())
        database = stack.enter_context(_database(folder))
        cache = stack.enter_context(_cache(folder))
        yield stack.enter_context(_network(modules, folder, database, cache))


def installed() -> Path:
    """The folder whose node_modules hold the servers; installed on first use."""
    lock = (HERE / "package-lock.json").read_bytes()
    place = CACHE / f"atproto-{hashlib.sha256(lock).hexdigest()[:16]}"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (place / "done").exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, place / name)
            _run(["npm", "ci", "--no-audit", "--no-fund", *_headers()], cwd=place, timeout=INSTALL_S)
            (place / "done").touch()
    return place


def _headers() -> list[str]:
    """Compile against Node's headers on this machine, where it has them: nothing else to fetch."""
    return ["--nodedir=/usr"] if Path("/usr/include/node/node.h").exists() else []


def _run(command: list[str], *, cwd: Path, timeout: float) -> None:
    done = subprocess.run(command, cwd=cwd, timeout=timeout, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the database's user may enter, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="jauap-bluesky-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    on_path = shutil.which("initdb")
    return debian[-1].parent if debian else Path(on_path).parent if on_path else None


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """PostgreSQL without durability; it refuses to run as root, so root lends it another user."""
    programs, data, port = _postgres(), folder / "postgres", _free_port()
    assert programs
    data.mkdir()
    prefix = ["setpriv", "--pdeathsig", "KILL"]
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(data, user.pw_uid, user.pw_gid)
        prefix = ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid)]
        prefix += ["--clear-groups", "--pdeathsig", "KILL"]
    create = [str(programs / "initdb"), "-D", str(data), "-U", "bluesky", "-A", "trust"]
    _run([*prefix, *create, "-E", "UTF8", "--locale=C", "--no-sync"], cwd=folder, timeout=START_S)
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with _running([*prefix, str(programs / "postgres"), "-D", str(data), *options], folder, port):
        yield f"postgresql://bluesky@127.0.0.1:{port}/postgres"


@contextmanager
def _cache(folder: Path) -> Iterator[str]:
    port = _free_port()
    command = ["setpriv", "--pdeathsig", "KILL", "redis-server", "--bind", "127.0.0.1", "--port", str(port)]
    with _running([*command, "--save", "", "--appendonly", "no", "--dir", str(folder)], folder, port):
        yield f"127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """The server while it is needed, from the moment it takes connections."""
    log = folder / f"{port}.log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=folder, stdout=out, stderr=out) as server:
        try:
            _wait_for(port, server, log)
            yield
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


@contextmanager
def _network(modules: Path, folder: Path, database: str, cache: str) -> Iterator[Servers]:
    own = {"NODE_PATH": str(modules / "node_modules"), "DB_POSTGRES_URL": database, "REDIS_HOST": cache}
    own |= {"TMPDIR": str(folder), "LOG_ENABLED": "false", "NODE_ENV": "test"}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), **own}
    with (folder / "node.log").open("wb") as errors:
        node = subprocess.Popen(
            ["node", str(HERE / "launch.js")],
            cwd=folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    with node:
        try:
            yield Servers(**json.loads(_first_line(node, folder / "node.log")))
        finally:
            node.kill()


def _first_line(node: subprocess.Popen[bytes], errors: Path) -> bytes:
    """What the launcher prints when all servers answer. Raises RuntimeError with its errors."""
    assert node.stdout
    ready, _, _ = select.select([node.stdout], [], [], START_S)
    line = node.stdout.readline() if ready else b""
    if not line.startswith(b"{"):
        raise RuntimeError(f"Bluesky's servers did not start: {line!r} {errors.read_text()[-4000:]}")
    return line


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
