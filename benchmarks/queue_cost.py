"""The queue's own cost of one delivery, against Procrastinate's of one empty job, on one PostgreSQL.

One worker process each, 8 at a time; ours sends to a network that answers at once, on pages that are
not read meanwhile. Procrastinate is a queue alone; ours keeps holds, order, rates, approval and audit.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass

from benchmarks import crew
from benchmarks.figures import Figure, Goal
from benchmarks.simulated import Manner, stand_up

NEEDS = "postgresql"


@dataclass(frozen=True)
class Size:
    """deliveries: a round. rounds: the sides take turns, and the least of each counts."""

    deliveries: int
    pages: int = 20
    rounds: int = 2


USUAL = Size(deliveries=500)
TINY = Size(deliveries=8, pages=2, rounds=1)


def measure(size: Size) -> list[Figure]:
    manner = Manner()
    stand_up(manner)
    cast = crew.office()
    pages = crew.pages(cast, size.pages, read=False)
    took: dict[str, list[float]] = {"announcements": [], "answers": [], "jobs": []}
    asyncio.run(_schema())
    for _ in range(size.rounds):
        for name in ("announcements", "answers"):
            crew.fill(cast, pages, size.deliveries, answers=name == "answers")
            took[name].append(crew.drained(1, manner))
        took["jobs"].append(asyncio.run(_procrastinate(size.deliveries)))
    each = {name: min(seconds) / size.deliveries * 1000 for name, seconds in took.items()}
    times = {name: ms / each["jobs"] for name, ms in each.items()}
    told = {
        "an announcement": f"{each['announcements']:.2f} ms, {times['announcements']:.2f} times",
        "an answer": f"{each['answers']:.2f} ms, {times['answers']:.2f} times",
        "Procrastinate, an empty job": f"{each['jobs']:.2f} ms",
        "size": f"{size.deliveries} a round, {size.pages} pages, least of {size.rounds}",
    }
    return [
        Figure("the queue's own cost", times["announcements"], "times Procrastinate's", 3, Goal.AT_MOST, told)
    ]


async def _schema() -> None:
    async with _app().open_async() as app:
        await app.schema_manager.apply_schema_async()


async def _procrastinate(count: int) -> float:
    """Seconds for `count` empty jobs by one of its workers, 8 at a time."""
    waiting = _app()

    @waiting.task(name="empty")
    async def empty() -> None:
        return

    async with waiting.open_async():
        await empty.batch_defer_async(*[{}] * count)
        started = time.perf_counter()
        await waiting.run_worker_async(wait=False, concurrency=8, install_signal_handlers=False)
        return time.perf_counter() - started


def _app():  # type: ignore[no-untyped-def]
    import procrastinate

    address = os.environ["JAUAP_DATABASE_URL"]
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address))
