"""One worker process: sets itself up, says "ready", waits for a line, and works until its input is closed."""

from __future__ import annotations

import sys
import threading

import django

from benchmarks import simulated


def main() -> None:
    django.setup()
    simulated.stand_up(simulated.Manner.here())
    from django.db import connection

    from jauap.office import worker

    connection.ensure_connection()
    working = worker.Worker()
    print("ready", flush=True)
    if not sys.stdin.readline():
        return
    threading.Thread(target=_listen, args=(working,), daemon=True).start()
    working.run()


def _listen(working: object) -> None:
    from jauap.office import worker

    sys.stdin.read()
    if isinstance(working, worker.Worker):
        working.stop.set()
        worker.wake()


if __name__ == "__main__":
    main()
