"""Backup and restore: one consistent file, checked after writing and before reading.

The file is a tar; `manifest.json` in it has the SHA-256 of every other member, when it was made, and whether
it holds the keys (only with `with_key`; without them the pages ask for a new sign-in).
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from jauap import __version__
from jauap.errors import BadInput
from jauap.office.config import Config
from jauap.words import N_, words

MANIFEST = "manifest.json"
SQLITE = "jauap.sqlite3"
DUMP = "jauap.pgdump"
FOLDERS = ("media", "archive")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Manifest:
    """What the file holds. files: SHA-256 (hexadecimal) by member name."""

    made_at: str
    version: str
    with_key: bool
    files: dict[str, str]


def back_up(
    config: Config, target: Path, *, with_key: bool = False, progress: Progress = lambda _: None
) -> Manifest:
    """Write everything into one file. Raises BadInput (the target exists, or pg_dump is missing)."""
    if target.exists():
        raise BadInput(words(N_("{path} exists already."), path=str(target)))
    made_at = datetime.now(UTC).isoformat()
    aside = target.with_name(target.name + ".part")
    with (
        tempfile.TemporaryDirectory(prefix="jauap-backup-") as scratch,
        tarfile.open(aside, "w:gz", compresslevel=3) as tar,
    ):
        files: dict[str, str] = {}
        for name, path in _members(config, Path(scratch), with_key=with_key):
            progress(name)
            files[name] = _sha256(path)
            tar.add(path, arcname=name, recursive=False)
        manifest = Manifest(made_at, __version__, with_key, files)
        _add_text(tar, MANIFEST, json.dumps(manifest.__dict__, indent=1))
    check(aside)
    aside.replace(target)
    return manifest


def check(path: Path) -> Manifest:
    """Read the whole file and compare every member with the manifest. Raises BadInput."""
    seen: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(path, "r:gz") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if not _safe(member) or content is None:
                    raise BadInput(words(N_("The backup holds something that does not belong there.")))
                if member.name == MANIFEST:
                    manifest = Manifest(**json.loads(content.read(50_000_000)))
                else:
                    seen[member.name] = _digest(content)
    except (tarfile.TarError, OSError, EOFError, ValueError, TypeError) as error:
        raise BadInput(words(N_("This is not a whole backup of jauap."))) from error
    if manifest is None or manifest.files != seen:
        raise BadInput(words(N_("The backup is damaged: its content does not match its list.")))
    return manifest


def restore(config: Config, source: Path, *, progress: Progress = lambda _: None) -> Manifest:
    """Bring back everything into an empty data folder. Raises BadInput.

    The first start afterwards holds all sending until an administrator confirms it.
    """
    manifest = check(source)
    if (config.folder / SQLITE).exists() or (config.folder / "media").exists():
        raise BadInput(words(N_("The data folder is not empty. Move it away first.")))
    config.folder.mkdir(parents=True, exist_ok=True)
    aside = config.folder.with_name(config.folder.name + ".restoring")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    with tarfile.open(source, "r:gz") as tar:
        for member in tar:
            if member.name != MANIFEST and _safe(member):
                progress(member.name)
                tar.extract(member, aside, filter="data")
    _take_database(config, aside, manifest)
    for entry in aside.iterdir():
        place = config.key_folder if entry.name == "keys" else config.folder / entry.name
        if entry.name == "keys":
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            for key in entry.iterdir():
                shutil.move(key, place / key.name)
                (place / key.name).chmod(0o600)
        elif entry.name != DUMP:
            shutil.move(entry, place)
    shutil.rmtree(aside)
    return manifest


def _members(config: Config, scratch: Path, *, with_key: bool) -> Iterator[tuple[str, Path]]:
    """The database first: files that it knows of are there for longer than it."""
    if config.database_url:
        yield DUMP, _dump_postgresql(config, scratch / DUMP)
    else:
        yield SQLITE, _copy_sqlite(config.folder / SQLITE, scratch / SQLITE)
    for folder in FOLDERS:
        for path in sorted((config.folder / folder).rglob("*")):
            if path.is_file() and not path.name.endswith((".part", ".new")):
                yield str(PurePosixPath(path.relative_to(config.folder))), path
    if with_key:
        for path in sorted(config.key_folder.iterdir()):
            yield f"keys/{path.name}", path


def _copy_sqlite(source: Path, target: Path) -> Path:
    with sqlite3.connect(source) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    copy.close()
    live.close()
    return target


def _dump_postgresql(config: Config, target: Path) -> Path:
    command = ["pg_dump", "--format=custom", "--no-owner", f"--file={target}", config.database_url]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise BadInput(words(N_("pg_dump is missing. Install it: apt install postgresql-client"))) from error
    except subprocess.CalledProcessError as error:
        raise BadInput(words(N_("PostgreSQL could not be read."))) from error
    return target


def _take_database(config: Config, aside: Path, manifest: Manifest) -> None:
    if config.database_url and DUMP in manifest.files:
        command = [
            "pg_restore",
            "--no-owner",
            "--clean",
            "--if-exists",
            f"--dbname={config.database_url}",
            str(aside / DUMP),
        ]
        subprocess.run(command, check=True, capture_output=True)
        _mark_postgresql(config, manifest)
    elif config.database_url or DUMP in manifest.files:
        raise BadInput(words(N_("This backup was made with the other kind of database.")))
    else:
        with sqlite3.connect(aside / SQLITE) as copy:
            copy.execute("UPDATE deliveries_installation SET machine='', backed_up_at=?", [manifest.made_at])
        copy.close()


def _mark_postgresql(config: Config, manifest: Manifest) -> None:
    """Read into the database that it came from, nothing else would show that it is an older state."""
    import psycopg

    with psycopg.connect(config.database_url) as database:
        database.execute(
            "UPDATE deliveries_installation SET machine = '', backed_up_at = %s", [manifest.made_at]
        )


def _safe(member: tarfile.TarInfo) -> bool:
    parts = PurePosixPath(member.name).parts
    return member.isfile() and ".." not in parts and not member.name.startswith("/")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while piece := file.read(1_000_000):
        found.update(piece)
    return found.hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))
