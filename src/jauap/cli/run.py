"""`jauap run`, `jauap demo`, `jauap worker`: starting."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import ExitStack
from typing import Annotated

import typer

from jauap.cli import app
from jauap.cli.ready import console, django_ready, installation_ready, tables_ready

Data = Annotated[str | None, typer.Option("--data", help="Folder of all that jauap keeps.")]
Port = Annotated[int, typer.Option("--port", help="Port of the web app on 127.0.0.1.")]


@app.command()
def run(data: Data = None, port: Port = 8000) -> None:
    """Start the web app and the worker in one process."""
    _serve(data, port, demo=False)


@app.command()
def demo(data: Data = None, port: Port = 8000) -> None:
    """Start with a demo office in three languages, on the rehearsal network alone."""
    _serve(data, port, demo=True)


@app.command()
def worker(data: Data = None) -> None:
    """Start a worker alone; any number of them on PostgreSQL, on any machines."""
    django_ready(data)
    tables_ready()
    installation_ready()
    from jauap.office.worker import Worker

    working = Worker()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: working.stop.set())
    logging.getLogger("jauap.worker").info("worker.started pid=%s", os.getpid())
    working.run()


def _serve(data: str | None, port: int, *, demo: bool) -> None:
    if port != 8000:
        os.environ.setdefault("JAUAP_ORIGIN", f"http://localhost:{port}")
    if demo:
        os.environ.setdefault("JAUAP_GALLERY", "1")
    django_ready(data)
    tables_ready()
    with ExitStack() as running:
        _start_rehearsal(running)
        installation_ready()
        _greet(demo)
        _start_worker(running)
        _serve_web(port)


def _start_rehearsal(running: ExitStack) -> None:
    from urllib.parse import urlsplit

    from django.conf import settings

    from jauap.networks.rehearsal.server import serve

    if settings.CONFIG.rehearsal:
        port = urlsplit(settings.CONFIG.rehearsal).port or 80
        network = serve(settings.CONFIG.folder / "rehearsal", port)
        running.callback(network.stop)


def _start_worker(running: ExitStack) -> None:
    from jauap.office.worker import Worker

    working = Worker()
    thread = threading.Thread(target=working.run, name="jauap-worker", daemon=True)
    thread.start()
    running.callback(thread.join, 30)
    running.callback(working.stop.set)


def _serve_web(port: int) -> None:
    import uvicorn

    uvicorn.run(
        "jauap.office.asgi:application",
        host="127.0.0.1",
        port=port,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        proxy_headers=False,
    )


def _greet(demo: bool) -> None:
    from django.conf import settings

    from jauap.office.people.models import Person

    console.print(f"\n  jauap is at [bold]{settings.CONFIG.origin}[/]   (stop it with Ctrl C)")
    if settings.CONFIG.rehearsal:
        console.print(f"  the rehearsal network, as citizens see it: [bold]{settings.CONFIG.rehearsal}[/]")
    if demo:
        _greet_demo()
    elif not Person.objects.exists():
        from jauap.cli.people import first_link

        console.print(f"\n  Make the first administrator here, once:\n  [bold]{first_link()}[/]")
    console.print()


def _greet_demo() -> None:
    from jauap.office import demo

    accounts = demo.ready()
    console.print("\n  Sign in to the demo office as")
    for email, role in accounts.people:
        console.print(f"    [bold]{email:<28}[/] {role}")
    console.print(f"  all with the password  [bold]{accounts.password}[/]")
