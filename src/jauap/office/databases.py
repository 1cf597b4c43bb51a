"""One database: SQLite in the data folder, or PostgreSQL by its address.

SQLite runs with synchronous=FULL: a delivery's intent is on the disk before the network is called.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jauap.office.config import Config

SQLITE_OPENING = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=15000; "
    "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;"
)


def database(config: Config) -> dict[str, Any]:
    """Django's DATABASES entry."""
    return postgresql(config.database_url) if config.database_url else sqlite(config)


def sqlite(config: Config) -> dict[str, Any]:
    config.folder.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": config.folder / "jauap.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 15, "init_command": SQLITE_OPENING},
    }


def postgresql(url: str) -> dict[str, Any]:
    """From postgresql://user:password@host:port/name?option=value."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c synchronous_commit=on", **dict(parse_qsl(parts.query))},
    }
