"""Part (d): as many simulated schedules as fit the time, on two processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Tally:
    """Sums over schedules. failed: seeds that did not pass."""

    schedules: int = 0
    doubles: int = 0
    lost: int = 0
    unapproved: int = 0
    stuck: int = 0
    failed: tuple[int, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.schedules + other.schedules,
            self.doubles + other.doubles,
            self.lost + other.lost,
            self.unapproved + other.unapproved,
            self.stuck + other.stuck,
            self.failed + other.failed,
        )

    @property
    def passed(self) -> bool:
        return not (self.doubles or self.lost or self.unapproved or self.stuck)

    def line(self) -> str:
        return (
            f"{self.schedules:,} schedules, {self.doubles} doubles, {self.lost} lost, "
            f"{self.unapproved} unapproved, {self.stuck} stuck"
        )


def run(*, first_seed: int, seconds: float, most: int, processes: int = 2) -> Tally:
    """Schedules in processes of their own, each on its own database; the failing seeds are printed."""
    command = [sys.executable, "-m", "tests.exam.simulated"]
    running = [
        subprocess.Popen(
            [*command, str(first_seed + n), str(processes), str(seconds), str(most // processes)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(processes)
    ]
    total = Tally()
    for process in running:
        said = process.communicate()[0].strip().splitlines()
        if process.returncode or not said:
            total += Tally(stuck=1)
            continue
        figures = [int(part) for part in said[-1].split()]
        total += Tally(*figures[:5], failed=tuple(figures[5:]))
    return total


def replay(seed: int) -> Tally:
    """One schedule with its whole story."""
    with tempfile.TemporaryDirectory() as folder:
        return _some(folder, seed, 1, 60, 1, told=True)


def _some(folder: str, first: int, step: int, seconds: float, most: int, *, told: bool = False) -> Tally:
    from tests.exam.database import ready

    office = ready(folder)
    from tests.exam.simulator import Simulation, quiet

    quiet()
    total, until = Tally(), time.monotonic() + seconds
    for seed in range(first, first + most * step, step):
        if time.monotonic() > until:
            break
        result = Simulation(office, seed).run()
        failed = () if result.passed else (seed,)
        total += Tally(1, result.doubles, result.lost, result.unapproved, result.stuck, failed)
        if told:
            print("\n".join(result.story))
    return total


def main() -> None:
    first, step, seconds, most = (float(part) for part in sys.argv[1:5])
    with tempfile.TemporaryDirectory() as folder:
        got = _some(folder, int(first), int(step), seconds, int(most))
    print(got.schedules, got.doubles, got.lost, got.unapproved, got.stuck, *got.failed[:10], flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
