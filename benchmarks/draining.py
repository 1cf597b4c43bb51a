"""Deliveries that are all due in the same second, and how fast real workers drain them.

First against what the pages' rates allow, then four workers against one where the network is slow.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import crew
from benchmarks.figures import Figure, Goal
from benchmarks.simulated import Manner, stand_up

NEEDS = "sqlite"


@dataclass(frozen=True)
class Size:
    """per_s: what each page's rate allows."""

    deliveries: int
    pages: int
    per_s: int = 1
    answers_s: float = 0.05


USUAL = Size(deliveries=2_000, pages=100)
"""A fifth of the 10,000 that the goal names, so that all benchmarks end in a quarter of an hour."""
TINY = Size(deliveries=6, pages=3, per_s=20)


def measure(size: Size) -> list[Figure]:
    manner = Manner(answers_s=size.answers_s, calls=size.per_s)
    stand_up(manner)
    cast = crew.office()
    crew.fill(cast, crew.pages(cast, size.pages), size.deliveries)
    took = crew.drained(1, manner)
    allowed = allowed_s(size)
    beside = {
        "took": f"{took:.1f} s; the rates allow {allowed:.1f} s",
        "pace": f"{size.deliveries / took:.0f} deliveries/s by one worker with 8 calls in flight",
        "size": f"{size.deliveries} deliveries on {size.pages} pages, {size.per_s} a second each, "
        f"answers in {size.answers_s * 1000:.0f} ms; the pages are read meanwhile",
    }
    return [
        Figure(
            "drained in the same second",
            allowed / took,
            "of what the rates allow",
            0.8,
            Goal.AT_LEAST,
            beside,
        )
    ]


def allowed_s(size: Size) -> float:
    """The least time: of each page's last call, after the burst that its rate allows (8 at most)."""
    each = -(-size.deliveries // size.pages)
    return max(0, each - min(size.per_s, 8)) / size.per_s + size.answers_s
