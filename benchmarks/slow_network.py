"""A network that answers in half a second: four worker processes with 8 calls in flight each, against one."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import crew
from benchmarks.figures import Figure, Goal
from benchmarks.simulated import Manner, stand_up

NEEDS = "postgresql"


@dataclass(frozen=True)
class Size:
    """deliveries: in each of the two drainings."""

    deliveries: int
    pages: int = 64
    workers: int = 4
    answers_s: float = 0.5


USUAL = Size(deliveries=640)
TINY = Size(deliveries=8, pages=4, workers=2, answers_s=0.01)


def measure(size: Size) -> list[Figure]:
    manner = Manner(answers_s=size.answers_s)
    stand_up(manner)
    cast = crew.office()
    pages = crew.pages(cast, size.pages)
    took = {}
    for workers in (1, size.workers):
        crew.fill(cast, pages, size.deliveries)
        took[workers] = crew.drained(workers, manner)
    beside = {
        f"{workers} worker{'s' * (workers > 1)}": f"{seconds:.1f} s, {size.deliveries / seconds:.1f}/s "
        f"of {workers * 8 / size.answers_s:.0f} that 8 calls in flight allow"
        for workers, seconds in took.items()
    }
    beside["size"] = (
        f"{size.deliveries} deliveries each time on {size.pages} pages, {size.answers_s * 1000:.0f} ms"
    )
    value = took[1] / took[size.workers]
    return [
        Figure(
            f"{size.workers} workers, slow network",
            value,
            "times one worker's pace",
            3,
            Goal.AT_LEAST,
            beside,
        )
    ]
