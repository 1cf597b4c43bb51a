"""Noticing that this database woke up in another place: restored from a backup, or copied with its folder."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from jauap.office.deliveries.actions import hold_after_restore
from jauap.office.deliveries.models import Installation

MACHINE_ID = Path("/etc/machine-id")


def noticed(now: datetime) -> bool:
    """Called at every start, before any worker. Whether all sending is held now because the place is new."""
    with transaction.atomic():
        row, new = Installation.objects.select_for_update().get_or_create(pk=1, defaults={"machine": here()})
        if new or (row.machine == here() and row.backed_up_at is None):
            return False
        hold_after_restore(now, min(row.backed_up_at or row.worker_seen_at or now, now))
        row.machine, row.backed_up_at = here(), None
        row.save(update_fields=["machine", "backed_up_at"])
    return True


def here() -> str:
    """SHA-256 of what tells this place from another one. Hexadecimal.

    SQLite: the machine (systemd's machine-id; none in most containers) and the data folder's path.
    PostgreSQL: the server's own identifier and the number of the database, so that workers on many
    machines are one installation, and a dump read into another database is another one.
    """
    parts = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _sqlite() -> list[str]:
    try:
        machine = MACHINE_ID.read_text().strip()
    except OSError:
        machine = ""
    return [machine, str(settings.CONFIG.folder.resolve())]


def _postgresql() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT system_identifier::text, d.oid::text FROM pg_control_system(), pg_database d"
            " WHERE d.datname = current_database()"
        )
        return [str(value) for value in cursor.fetchone() or ()]
