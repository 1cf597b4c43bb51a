"""Making an installation ready: settings, tables, catalogues. What every command does first."""

from __future__ import annotations

import os

import django
from rich.console import Console

console = Console(highlight=False)


def django_ready(data: str | None = None) -> None:
    """Settings are read and apps are loaded; the database is not touched."""
    if data:
        os.environ["JAUAP_DATA"] = data
    django.setup()


def tables_ready() -> None:
    """The database has all tables of this version. Says so when it takes a while."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    todo = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if todo:
        with console.status("Preparing the database ..."):
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)


def installation_ready() -> None:
    """Notices a database that woke up in another place, and then holds everything."""
    from django.utils import timezone

    from jauap.office.deliveries import installation

    if installation.noticed(timezone.now()):
        console.print(
            "[bold]This data was restored or moved here. "
            "Sending is held until an administrator confirms it.[/]"
        )
