"""What `jauap doctor` looks at: one function a question, each with its cure."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from jauap.office.deliveries import queries as deliveries
from jauap.office.deliveries.models import Delivery, Hold, Installation, NeedsPerson
from jauap.office.pages.models import Health, Page
from jauap.office.people.models import Person

FREE_BYTES = 1_000_000_000
BACKUP_AGE = timedelta(days=2)
OLDEST_ZONES = "2024.1"
"""tzdata 2024a brought Kazakhstan's single zone (UTC+5 since 1 March 2024)."""


@dataclass(frozen=True)
class Finding:
    """state: well, note or wrong. cure: what to do, '' where nothing is."""

    state: str
    what: str
    said: str
    cure: str = ""


def findings() -> list[Finding]:
    """All findings in a fixed order; what needs the database only where it answers."""
    found = [finding for look in (_versions, _folder, _keys, _zones, _origin) for finding in look()]
    found += _database()
    if found[-1].state == "well":
        looks: tuple[Callable[[], Iterator[Finding]], ...] = (_people, _worker, _pages, _outbox, _backup)
        found += [finding for look in looks for finding in look()]
    return found


def _versions() -> Iterator[Finding]:
    yield Finding("well", "Version", f"jauap {version('jauap')}, Django {version('django')}")


def _folder() -> Iterator[Finding]:
    folder = settings.CONFIG.folder
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        yield Finding(
            "wrong", "Disk", f"{free // 1_000_000} MB free", "Make room: below 1 GB nothing new is safe."
        )
    else:
        yield Finding("well", "Disk", f"{folder}, {free // 1_000_000_000} GB free")


def _keys() -> Iterator[Finding]:
    folder = settings.CONFIG.key_folder
    open_to_others = [
        path.name for path in folder.glob("*") if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if open_to_others:
        yield Finding(
            "wrong", "Keys", f"others can read {', '.join(open_to_others)}", f"chmod 600 {folder}/*"
        )
    else:
        yield Finding("well", "Keys", str(folder))


def _zones() -> Iterator[Finding]:
    july = datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Asia/Almaty"))
    if july.utcoffset() != timedelta(hours=5):
        yield Finding(
            "wrong", "Time zones", f"older than {OLDEST_ZONES}: Almaty is wrong", "make run (updates tzdata)"
        )
    else:
        yield Finding("well", "Time zones", f"tzdata {version('tzdata')}")


def _origin() -> Iterator[Finding]:
    config = settings.CONFIG
    if not config.secure and config.host != "localhost":
        cure = "Put a proxy with TLS before it and set JAUAP_ORIGIN=https://..."
        yield Finding("wrong", "Address", f"{config.origin} is not encrypted", cure)
    else:
        yield Finding("well", "Address", config.origin)


def _database() -> list[Finding]:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        todo = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [
            Finding(
                "wrong", "Database", type(error).__name__, "Is it running, and is JAUAP_DATABASE_URL right?"
            )
        ]
    if todo:
        return [Finding("note", "Database", f"{len(todo)} changes wait", "jauap run prepares it")]
    return [Finding("well", "Database", connection.vendor)]


def _people() -> Iterator[Finding]:
    if not Person.objects.filter(memberships__role="administrator", is_active=True).exists():
        yield Finding(
            "note", "People", "there is no administrator", "jauap run prints a link for the first one"
        )
    else:
        yield Finding("well", "People", f"{Person.objects.count()} accounts")


def _worker() -> Iterator[Finding]:
    seen = Installation.objects.values_list("worker_seen_at", flat=True).first()
    if deliveries.nobody_works():
        yield Finding(
            "wrong", "Worker", "something is due and nobody sends it", "Start jauap run, or jauap worker"
        )
    elif seen is None or seen < timezone.now() - deliveries.SILENT:
        yield Finding("note", "Worker", "none is running; nothing is due", "jauap run, or jauap worker")
    else:
        yield Finding("well", "Worker", "at work")


def _pages() -> Iterator[Finding]:
    for page in Page.objects.connected().exclude(health=Health.WELL):
        yield Finding(
            "wrong", "Page", f"{page.code} on {page.network}: {page.health}", "Pages screen: sign in again"
        )
    yield Finding("well", "Pages", f"{Page.objects.connected().count()} connected")


def _outbox() -> Iterator[Finding]:
    if Hold.objects.in_force().filter(restored=True).exists():
        cure = "An administrator confirms it on the band above every screen"
        yield Finding("wrong", "Outbox", "everything is held after a restore or a move", cure)
    waiting = Delivery.objects.exclude(needs_person=NeedsPerson.NO).count()
    if waiting:
        yield Finding("note", "Outbox", f"{waiting} deliveries wait for a person", "Today shows them")
    else:
        yield Finding("well", "Outbox", "nothing waits for a person")


def _backup() -> Iterator[Finding]:
    last = Installation.objects.values_list("last_backup_at", flat=True).first()
    if last is None:
        yield Finding("note", "Backup", "none was made yet", "jauap backup FILE")
    elif last < timezone.now() - BACKUP_AGE:
        yield Finding("note", "Backup", f"the last is of {last:%Y-%m-%d %H:%M} UTC", "jauap backup FILE")
    else:
        yield Finding("well", "Backup", f"{last:%Y-%m-%d %H:%M} UTC")
