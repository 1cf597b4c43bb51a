"""Settings of one installation, read once from the environment into a typed object.

`jauap doctor` prints them; docs/operators/settings.md lists them (a test compares the two).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

REHEARSAL_PORT = 8010


@dataclass(frozen=True)
class Config:
    """JAUAP_DATA: folder of all that the installation keeps (default: ./data).
    JAUAP_DATABASE_URL: postgresql://user:password@host:port/name (default: SQLite in the data folder).
    JAUAP_ORIGIN: the address people type (default: http://localhost:8000).
    JAUAP_ALLOWED_ORIGINS: exact origins, separated by spaces, that may have private addresses.
    JAUAP_KEY_FOLDER: folder of the secret keys, apart from the data (default: DATA/keys).
    JAUAP_REHEARSAL: origin of the rehearsal network (default: http://localhost:8010; empty = none).
    JAUAP_GALLERY: 1 shows the gallery of screens' parts at /gallery/.
    JAUAP_TEST: set by the test suite only: cheap password hashing.
    """

    folder: Path
    database_url: str
    origin: str
    allowed_origins: tuple[str, ...]
    key_folder: Path
    rehearsal: str
    gallery: bool
    test: bool

    @property
    def secure(self) -> bool:
        return self.origin.startswith("https://")

    @property
    def host(self) -> str:
        return self.origin.split("://", 1)[1].split("/")[0].rsplit(":", 1)[0]

    def key(self, name: str) -> bytes:
        """A secret key's file, made with 256 random bits (URL-safe) when first asked for."""
        path = self.key_folder / name
        if not path.exists():
            self.key_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(32) + "=")
            with suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink(missing_ok=True)
        return path.read_bytes().strip()


def read(environ: Mapping[str, str] = os.environ) -> Config:
    folder = Path(environ.get("JAUAP_DATA") or "data").absolute()
    rehearsal = environ.get("JAUAP_REHEARSAL", f"http://localhost:{REHEARSAL_PORT}")
    allowed = tuple(environ.get("JAUAP_ALLOWED_ORIGINS", "").split())
    return Config(
        folder=folder,
        database_url=environ.get("JAUAP_DATABASE_URL", ""),
        origin=environ.get("JAUAP_ORIGIN", "http://localhost:8000").rstrip("/"),
        allowed_origins=(*allowed, rehearsal) if rehearsal else allowed,
        key_folder=Path(environ.get("JAUAP_KEY_FOLDER") or folder / "keys"),
        rehearsal=rehearsal,
        gallery=environ.get("JAUAP_GALLERY") == "1",
        test=environ.get("JAUAP_TEST") == "1",
    )
