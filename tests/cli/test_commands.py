"""The command line as an operator uses it, each command a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

JAUAP = Path(sys.executable).with_name("jauap")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation with tables and nobody in it."""
    assert _run("people", "list", "--data", tmp_path / "data").returncode == 0
    return tmp_path


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("JAUAP", "DJANGO"))}
    command = [str(JAUAP), *map(str, arguments)]
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=120, check=False)


def test_a_backup_is_restored_elsewhere_and_without_the_keys(folder: Path) -> None:
    made = _run("backup", folder / "all.tar.gz", "--data", folder / "data")
    assert made.returncode == 0, made.stdout
    assert "secret keys are not in it" in made.stdout
    back = _run("restore", folder / "all.tar.gz", "--data", folder / "new")
    assert back.returncode == 0, back.stdout
    assert (folder / "new" / "jauap.sqlite3").exists()
    assert not (folder / "new" / "keys").exists()


def test_a_backup_with_keys_says_what_that_means(folder: Path) -> None:
    made = _run("backup", folder / "all.tar.gz", "--with-key", "--data", folder / "data")
    assert "can speak for your pages" in made.stdout
    _run("restore", folder / "all.tar.gz", "--data", folder / "new")
    assert (folder / "new" / "keys" / "session").read_bytes() == (
        folder / "data" / "keys" / "session"
    ).read_bytes()


def test_a_damaged_backup_is_refused_in_words(folder: Path) -> None:
    _run("backup", folder / "all.tar.gz", "--data", folder / "data")
    whole = (folder / "all.tar.gz").read_bytes()
    (folder / "all.tar.gz").write_bytes(whole[: len(whole) // 2])
    refused = _run("restore", folder / "all.tar.gz", "--data", folder / "new")
    assert refused.returncode == 1
    assert "not a whole backup" in refused.stdout
    assert not (folder / "new" / "jauap.sqlite3").exists()


def test_a_restore_never_writes_over_what_is_there(folder: Path) -> None:
    _run("backup", folder / "all.tar.gz", "--data", folder / "data")
    refused = _run("restore", folder / "all.tar.gz", "--data", folder / "data")
    assert refused.returncode == 1
    assert "not empty" in refused.stdout


def test_the_doctor_speaks_to_programs_too(folder: Path) -> None:
    told = _run("doctor", "--format", "json", "--data", folder / "data")
    findings = {finding["what"]: finding["state"] for finding in json.loads(told.stdout)}
    assert findings["Database"] == "well"
    assert findings["People"] == "note"


def test_a_reset_for_nobody_says_so(folder: Path) -> None:
    told = _run("people", "reset", "nobody@example.org", "--data", folder / "data")
    assert told.returncode == 1
    assert "Nobody has this address" in told.stdout


def test_keys_can_be_rotated(folder: Path) -> None:
    assert _run("keys", "rotate", "--data", folder / "data").returncode == 0
