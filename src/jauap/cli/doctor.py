"""`jauap doctor`: what is set up, what is not, and what to do."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from jauap.cli import app
from jauap.cli.ready import console, django_ready
from jauap.cli.run import Data

_SIGNS = {"well": "[green]well[/]", "note": "[yellow]note[/]", "wrong": "[red]wrong[/]"}


@app.command()
def doctor(data: Data = None, format: Annotated[str, typer.Option(help="text or json")] = "text") -> None:
    """Look at everything; the exit code is 1 when something is wrong."""
    django_ready(data)
    from jauap.office import health

    findings = health.findings()
    if format == "json":
        typer.echo(json.dumps([finding.__dict__ for finding in findings]))
    else:
        for finding in findings:
            console.print(f"{_SIGNS[finding.state]:<16} {finding.what}: {finding.said}")
            if finding.cure:
                console.print(f"       -> {finding.cure}")
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)
