"""`make run` as a newcomer has it: from a fresh clone to the first page, later starts, and the memory held.

The package cache is warm. What `make run` does is done in its two halves, so that the port may be a free
one: `make .venv/run` sets up, `jauap demo` starts. The clone has what is committed, and nothing else.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, Goal
from benchmarks.places import ROOT, folder

NEEDS = "nothing"
LONGEST_S = 180.0


@dataclass(frozen=True)
class Size:
    """clone: set up in a clone of its own; else start this very tree. settle_s: before memory is read."""

    clone: bool
    later_starts: int
    settle_s: float


USUAL = Size(clone=True, later_starts=3, settle_s=20)
TINY = Size(clone=False, later_starts=1, settle_s=0)


def measure(size: Size) -> list[Figure]:
    with folder() as made:
        tree, set_up = _clone(made / "jauap") if size.clone else (ROOT, 0.0)
        binary = tree / ".venv" / "bin" / "jauap"
        with _started(binary, made / "data", made / "log") as (first, _, _process):
            pass
        later, memory, peak = [], 0.0, 0.0
        for _ in range(size.later_starts):
            with _started(binary, made / "data", made / "log") as (seconds, address, process):
                later.append(seconds)
                for _ in range(10):
                    _page(address)
                time.sleep(size.settle_s / size.later_starts)
                memory, peak = max(memory, _memory(process, "VmRSS")), max(peak, _memory(process, "VmHWM"))
    return [
        Figure(
            "make run to the first page", set_up + first, "s", 60, Goal.AT_MOST,
            {"setting up": f"{set_up:.1f} s", "first start": f"{first:.1f} s, with the demo office made"},
        ),
        Figure(
            "a later start to the first page", min(later), "s", 3, Goal.AT_MOST,
            {"all": ", ".join(f"{seconds:.2f} s" for seconds in later)},
        ),
        Figure(
            "memory of web and worker", memory, "MB", 300, Goal.AT_MOST,
            {"what": "resident, after ten pages and some work", "at its highest": f"{peak:.0f} MB"},
        ),
    ]  # fmt: skip


def _clone(to: Path) -> tuple[Path, float]:
    """A clone that is set up, and the seconds of the setting up."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(to)], check=True)
    plain = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    started = time.perf_counter()
    subprocess.run(["make", "-s", ".venv/run"], cwd=to, env=plain, check=True, stdout=subprocess.DEVNULL)
    return to, time.perf_counter() - started


@contextmanager
def _started(binary: Path, data: Path, log: Path) -> Iterator[tuple[float, str, subprocess.Popen[bytes]]]:
    """Seconds until the sign-in page came, its address, and the process."""
    port, other = _free_port(), _free_port()
    address = f"http://localhost:{port}"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("JAUAP_", "DJANGO_"))}
    env = {**own, "JAUAP_REHEARSAL": f"http://localhost:{other}"}
    with log.open("ab") as written:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(binary), "demo", "--data", str(data), "--port", str(port)],
            env=env,
            stdout=written,
            stderr=written,
        )
        try:
            _first_page(address, process, log)
            yield time.perf_counter() - started, address, process
        finally:
            process.terminate()
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _first_page(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"it ended by itself:\n{log.read_text()[-2000:]}")
        try:
            return _page(address)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise TimeoutError(address)


def _page(address: str) -> None:
    """The page that a newcomer sees first: the way leads to the sign-in."""
    with urllib.request.urlopen(address + "/", timeout=30) as answer:
        if b"<html" not in answer.read():
            raise RuntimeError("this is no page")


def _memory(process: subprocess.Popen[bytes], name: str) -> float:
    """Resident memory of the process, in megabytes of 1,000,000 bytes. name: a line of /proc/PID/status."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
    return kib * 1024 / 1e6


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
