"""A fresh installation for each benchmark: a throw-away data folder, and a database that nobody else uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The project's own folder."""


@contextmanager
def folder() -> Iterator[Path]:
    """A throw-away folder."""
    made = Path(tempfile.mkdtemp(prefix="jauap-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def environment(data: Path, database_url: str = "") -> dict[str, str]:
    """The environment of a process that works on this installation and no other."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("JAUAP_")}
    return own | {
        "DJANGO_SETTINGS_MODULE": "jauap.office.settings",
        "JAUAP_DATA": str(data),
        "JAUAP_DATABASE_URL": database_url,
        "JAUAP_REHEARSAL": "",
        "JAUAP_TEST": "1",
    }


def python(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run this Python in the project's folder; standard output is caught, standard error is passed on."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=dict(env), stdout=subprocess.PIPE, text=True, check=True)


def made_ready() -> None:
    """Inside such a process: settings are read, and the database has its tables."""
    import django

    django.setup()
    from jauap.cli.ready import installation_ready, tables_ready

    tables_ready()
    installation_ready()
