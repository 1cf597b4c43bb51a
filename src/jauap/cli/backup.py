"""`jauap backup` and `jauap restore`: one consistent file, checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from jauap.cli import app
from jauap.cli.ready import console, django_ready, tables_ready
from jauap.cli.run import Data
from jauap.errors import BadInput


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it, for example jauap.tar.gz")],
    with_key: Annotated[bool, typer.Option("--with-key", help="Put the secret keys in as well.")] = False,
    data: Data = None,
) -> None:
    """Write everything into one file and check it. Runs beside a working jauap."""
    django_ready(data)
    tables_ready()
    from django.conf import settings
    from django.utils import timezone

    from jauap.office import backup as backups
    from jauap.office.deliveries.models import Installation

    with console.status("Backing up ...") as status:
        try:
            manifest = backups.back_up(
                settings.CONFIG,
                file,
                with_key=with_key,
                progress=lambda name: status.update(f"Backing up {name}"),
            )
        except BadInput as error:
            _stop(error)
    Installation.objects.update(last_backup_at=timezone.now())
    console.print(f"{file}: {len(manifest.files)} files, read back and checked.")
    if with_key:
        console.print("It holds the secret keys: whoever has this file can speak for your pages.")
    else:
        console.print("The secret keys are not in it. After a restore, pages ask for a new sign-in.")
        console.print(f"Keep {settings.CONFIG.key_folder} apart, or use --with-key.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `jauap backup` wrote")], data: Data = None
) -> None:
    """Bring back a backup into an empty data folder. Sending is held until an administrator confirms."""
    from jauap.office import backup as backups
    from jauap.office import config

    if data:
        os.environ["JAUAP_DATA"] = data
    here = config.read()
    with console.status("Restoring ...") as status:
        try:
            manifest = backups.restore(here, file, progress=lambda name: status.update(f"Restoring {name}"))
        except BadInput as error:
            _stop(error)
    console.print(f"Restored {len(manifest.files)} files of {manifest.made_at[:16]} UTC.")
    console.print(
        "Start jauap: sending is held until an administrator confirms, and what was due is read back."
    )


def _stop(error: BadInput) -> NoReturn:
    console.print(f"[bold]{error.said}[/]")
    raise typer.Exit(1)
