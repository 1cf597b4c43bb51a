"""`jauap keys`: the key under which credentials are sealed."""

from __future__ import annotations

import typer

from jauap.cli import app
from jauap.cli.ready import console, django_ready, tables_ready
from jauap.cli.run import Data

keys = typer.Typer(no_args_is_help=True, help="The key that seals the pages' credentials.")
app.add_typer(keys, name="keys")


@keys.command()
def rotate(data: Data = None) -> None:
    """Make a new key, seal every page's credentials with it, then drop the old one."""
    django_ready(data)
    tables_ready()
    from jauap.office.pages import rotation

    count = rotation.rotate()
    console.print(f"A new key is in force; {count} pages were sealed anew.")
