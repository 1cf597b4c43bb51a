"""`make test`: every stage in order; the first failure stops it, and PostgreSQL's summary closes.

    linters -> SQLite -> browser -> another Python -> slow tests and the exam's short form -> PostgreSQL

What needs a Debian package that is absent is skipped with the reason; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.servers.postgresql import Absent, running

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CI = os.environ.get("CI") == "true"
FAST = "not slow"
DATABASE_TESTS = [
    f"tests/office/{app}" for app in ("deliveries", "inbox", "live", "media", "pages", "people", "planner")
]
"""The apps that keep rows; the design system keeps none."""
OTHER_PYTHON = "3.13"


def main() -> int:
    started = time.monotonic()
    stages: list[tuple[str, Callable[[], bool]]] = [
        ("linters", linters),
        ("SQLite", sqlite),
        ("browser", browser),
        (f"Python {OTHER_PYTHON}", other_python),
        ("slow tests", slow),
        ("PostgreSQL", postgresql),
    ]
    for name, stage in stages:
        print(f"\n== {name} ({time.monotonic() - started:.0f} s)", flush=True)
        if not stage():
            print(f"\n{name}: failed", flush=True)
            return 1
    return 0


def linters() -> bool:
    commands = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["lint-imports"],
        ["mypy"],
        ["bandit", "-q", "-ll", "-iii", "-r", "src"],
    )
    return all(_ran([str(BIN / command[0]), *command[1:]]) for command in commands)


def sqlite() -> bool:
    return _pytest("-m", f"{FAST} and not browser", *_workers())


def browser() -> bool:
    """Apart from the others: Playwright's event loop runs as long as its process."""
    return _pytest("-m", f"{FAST} and browser", *_workers())


def slow() -> bool:
    return _pytest("-m", "slow")


def other_python() -> bool:
    """The fast tests on the other Python that we promise, where the machine has it."""
    found = _other_python()
    if found is None:
        return _absent(f"Python {OTHER_PYTHON} is not on this machine")
    venv = ROOT / "build" / f"venv-{OTHER_PYTHON}"
    uv = str(BIN / "uv")
    environment = {**os.environ, "VIRTUAL_ENV": str(venv)}
    prepared = (venv / "bin" / "python").exists() or _ran([uv, "venv", "-q", "--python", found, str(venv)])
    lock = [uv, "pip", "install", "-q", "--require-hashes", "-r", "requirements.lock"]
    own = [uv, "pip", "install", "-q", "--no-deps", "--build-constraints", "requirements.lock", "-e", "."]
    ready = prepared and _ran(lock, env=environment) and _ran(own, env=environment)
    python = str(venv / "bin" / "python")
    return ready and _ran(
        [
            python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            f"{FAST} and not browser and not servers",
            *_workers(),
        ]
    )


def postgresql() -> bool:
    try:
        with running() as url:
            environment = {**os.environ, "JAUAP_DATABASE_URL": url}
            return _pytest("-m", f"{FAST} and not browser", *_workers(), *DATABASE_TESTS, env=environment)
    except Absent as reason:
        return _absent(str(reason)) and not CI


def _other_python() -> str | None:
    named = shutil.which(f"python{OTHER_PYTHON}")
    if named and _works(named):
        return named
    versions = Path.home() / ".pyenv" / "versions"
    for folder in sorted(versions.glob(f"{OTHER_PYTHON}.*"), reverse=True):
        if _works(str(folder / "bin" / "python")):
            return str(folder / "bin" / "python")
    return None


def _works(python: str) -> bool:
    return subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0


def _workers() -> list[str]:
    return ["-n", str(min(os.cpu_count() or 1, 4))]


def _pytest(*arguments: str, env: dict[str, str] | None = None) -> bool:
    return _ran([sys.executable, "-m", "pytest", "-q", *arguments], env=env)


def _ran(command: list[str], env: dict[str, str] | None = None) -> bool:
    print("$", " ".join(Path(part).name if part.startswith("/") else part for part in command), flush=True)
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode == 0


def _absent(reason: str) -> bool:
    print(f"skipped: {reason}")
    return True


if __name__ == "__main__":
    sys.exit(main())
