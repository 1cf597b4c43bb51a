"""The delivery exam: `python -m tests.exam [--short] [--minutes 30] [--seed N]`; see docs/delivery.md.

The last line is the one summary. --seed N alone replays that one schedule with its whole story.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from tests.exam import simulated
from tests.exam.simulated import Tally

FIRST_SEED = 1


def main() -> None:
    given = _given()
    if given.seed is not None and not given.short and given.minutes is None:
        _end(simulated.replay(given.seed))
    seconds = 60.0 * (given.minutes if given.minutes is not None else 1 if given.short else 30)
    seed = given.seed or FIRST_SEED
    started = time.monotonic()
    total = _processes(20 if given.short else 200, seed)
    left = max(20.0, seconds - (time.monotonic() - started))
    got = simulated.run(first_seed=seed, seconds=left, most=1_000_000)
    print(f"(d) simulated: {got.line()}", flush=True)
    if got.failed:
        print(f"failing seeds, to replay: {' '.join(map(str, got.failed))}", flush=True)
    _end(total + got)


def _given() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(prog="python -m tests.exam", description=__doc__)
    wanted.add_argument("--short", action="store_true", help="a minute instead of thirty")
    wanted.add_argument("--minutes", type=float, help="how long all of it may take")
    wanted.add_argument("--seed", type=int, help="alone: replay one schedule; else: where seeds start")
    return wanted.parse_args()


def _processes(kills: int, seed: int) -> Tally:
    command = [sys.executable, "-m", "tests.exam.processes", str(kills), str(seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    *told, figures = done.stdout.strip().splitlines() or [""]
    print("\n".join(told), flush=True)
    if done.returncode:
        print(figures, flush=True)
        return Tally(stuck=1)
    return Tally(*(int(part) for part in figures.split()))


def _end(total: Tally) -> None:
    print(f"exam: {total.line()}", flush=True)
    sys.exit(0 if total.passed else 1)


if __name__ == "__main__":
    main()
