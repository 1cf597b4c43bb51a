"""`python -m benchmarks [NAME ...] [--tiny] [--format json]`: runs them one after another."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sqlite3
import sys
import time
from contextlib import nullcontext
from importlib import import_module

from tests.servers.postgresql import Absent, running

from benchmarks.figures import Figure, lines
from benchmarks.places import environment, folder, python

ALL = ("intake", "intake_workers", "draining", "slow_network", "queue_cost", "starting")


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    asked.add_argument(
        "--tiny", action="store_true", help="only to see that they run; the figures mean nothing"
    )
    asked.add_argument("--format", choices=["text", "json"], default="text")
    typed = asked.parse_args()
    if unknown := set(typed.names) - set(ALL):
        asked.error(f"there is no {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped and folders go
    print(machine(), file=sys.stderr)
    for name in typed.names or ALL:
        _show(name, "TINY" if typed.tiny else "USUAL", typed.format)
    return 0


def _show(name: str, size: str, form: str) -> None:
    started = time.monotonic()
    try:
        figures = run(name, size)
    except Absent as reason:
        print(f"{name}: skipped: {reason}", flush=True)
        return
    if form == "json":
        print("\n".join(json.dumps(figure.to_json(), ensure_ascii=False) for figure in figures), flush=True)
        return
    print(f"\n== {name} ({time.monotonic() - started:.0f} s)")
    print("\n".join(lines(figures)), flush=True)


def run(name: str, size: str) -> list[Figure]:
    """Raises Absent where it needs PostgreSQL and the machine has none."""
    needs = import_module(f"benchmarks.{name}").NEEDS
    with folder() as data, running() if needs == "postgresql" else nullcontext("") as url:
        got = python("-m", "benchmarks.one", name, size, env=environment(data, url))
    return [Figure.from_json(json.loads(line)) for line in got.stdout.splitlines() if line.startswith("{")]


def machine() -> str:
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, load {load}"
    )


if __name__ == "__main__":
    sys.exit(main())
