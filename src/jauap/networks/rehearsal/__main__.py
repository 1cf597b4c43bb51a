"""The rehearsal network alone: `python -m jauap.networks.rehearsal --folder DIR --port 8010`."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from jauap.networks.rehearsal.server import serve


def main() -> None:
    """Serve until SIGINT or SIGTERM. The first line printed is the origin."""
    wanted = argparse.ArgumentParser(prog="python -m jauap.networks.rehearsal", description=__doc__)
    wanted.add_argument("--folder", type=Path, required=True, help="where its file lies")
    wanted.add_argument("--port", type=int, default=8010, help="on 127.0.0.1; 0 = a free one")
    wanted.add_argument("--no-people", action="store_true", help="nobody posts by the script")
    wanted.add_argument("--speed", type=float, default=1.0, help="how fast people answer")
    wanted.add_argument("--seed", default="", help="another seed, other people")
    wanted.add_argument("--faults", action="store_true", help="open /admin, where faults are planned")
    given = wanted.parse_args()

    stop = threading.Event()
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: stop.set())
    running = serve(
        given.folder,
        given.port,
        people=not given.no_people,
        speed=given.speed,
        seed=given.seed,
        faults=given.faults,
    )
    print(running.origin, flush=True)
    stop.wait()
    running.stop()


if __name__ == "__main__":
    main()
