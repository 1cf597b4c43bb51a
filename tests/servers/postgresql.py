"""A PostgreSQL of one's own: a fresh cluster in a throw-away folder, on a free port of 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Absent(Exception):
    """PostgreSQL's server is not installed here."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl, newest version first. Raises Absent."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    if named is None:
        raise Absent("PostgreSQL is missing: apt install postgresql")
    return Path(named).parent


@contextmanager
def running() -> Iterator[str]:
    """Its address, postgresql://...; stopped and removed at the end. Raises Absent."""
    bin_folder = binaries()
    folder = Path(tempfile.mkdtemp(prefix="jauap-postgresql-"))
    user = _unprivileged()
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    port = _free_port()
    data = folder / "data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    _run(user, bin_folder / "initdb", "-D", data, "-A", "trust", "-U", "jauap", "-E", "UTF8", "--no-locale")
    _run(user, bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://jauap@127.0.0.1:{port}/postgres"
    finally:
        _run(user, bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: pwd.struct_passwd | None, *command: object) -> None:
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, cwd="/", **who)


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses root: then the user of Debian's package, else nobody."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
