"""`jauap ...`: a thin face over the four floors."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from jauap import __version__

app = typer.Typer(
    name="jauap",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="The workbench of a government press office on social networks.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _common(
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder of all that jauap keeps (or JAUAP_DATA).")
    ] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    if data is not None:
        os.environ["JAUAP_DATA"] = str(data)


def main() -> None:
    """The command. Each module below adds its own commands to `app`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jauap.office.settings")
    from jauap.cli import backup, doctor, keys, people, run  # noqa: F401

    app()
