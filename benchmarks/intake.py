"""Taking in messages on SQLite with one core, against a bare script that inserts the same rows.

Ours: readings of a page as a network gives them -> `take_in` (stored, each once) -> the archive's sweep.
The bare script: one table with an FTS5 index over the text, all rows in one transaction, nothing else.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import crew, messages, simulated
from benchmarks.figures import Figure, Goal
from jauap.networks.base import Incoming

NEEDS = "sqlite"


@dataclass(frozen=True)
class Size:
    """messages: new ones. a_reading: new ones in one reading; repeated: old ones that come with them."""

    messages: int
    a_reading: int = 100
    repeated: int = 10
    rounds: int = 2


USUAL = Size(10_000)
TINY = Size(60, a_reading=20, rounds=1)
BARE = """
CREATE TABLE message (id INTEGER PRIMARY KEY, page INTEGER, external_id TEXT UNIQUE, author TEXT, name TEXT,
                      text TEXT, at TEXT, url TEXT, post TEXT, language TEXT);
CREATE VIRTUAL TABLE found USING fts5(text, content='message', content_rowid='id');
CREATE TRIGGER indexed AFTER INSERT ON message
  BEGIN INSERT INTO found(rowid, text) VALUES (new.id, new.text); END;
"""
INSERT = (
    "INSERT INTO message (page, external_id, author, name, text, at, url, post, language) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def measure(size: Size) -> list[Figure]:
    """The least of the rounds on each side; sides take turns."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    simulated.stand_up(simulated.Manner())
    cast = crew.office()
    bare, batched, taking, archiving = [], [], [], []
    for number in range(size.rounds):
        readings = _readings(number, size)
        bare.append(_bare(readings, each_reading=False))
        batched.append(_bare(readings, each_reading=True))
        page = crew.pages(cast, 1, read=False)[0]
        taking.append(_take_in(page, readings))
        archiving.append(_archive(size.messages))
    ours = min(t.wall_s + a.wall_s for t, a in zip(taking, archiving, strict=True))
    ours_cpu = min(t.cpu_s + a.cpu_s for t, a in zip(taking, archiving, strict=True))
    script, careful, computing = least(bare), least(batched), min(took.cpu_s for took in bare)
    beside = {
        "jauap": f"{ours:.2f} s, {size.messages / ours:.0f} messages/s "
        f"(taking in {least(taking):.2f} s, archive {least(archiving):.2f} s)",
        "bare script, one transaction": f"{script:.2f} s, {size.messages / script:.0f} messages/s",
        "bare script, a transaction a reading": f"{careful:.2f} s; jauap {ours / careful:.2f} times",
        "processor alone": f"{ours_cpu:.2f} s and {computing:.2f} s: {ours_cpu / computing:.2f} times",
        "size": f"{size.messages} messages, {size.a_reading} new and {size.repeated} repeated a reading",
        "left out": "jauap has no search over messages yet, so it writes no index for it; the script does",
    }
    return [
        Figure("intake on SQLite, one core", ours / script, "times a bare script", 8, Goal.AT_MOST, beside)
    ]


@dataclass(frozen=True)
class Took:
    """By the clock on the wall, and of the processor: the second does not see what else the machine does."""

    wall_s: float
    cpu_s: float


class _Watch:
    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def took(self) -> Took:
        return Took(time.perf_counter() - self._wall, time.process_time() - self._cpu)


def least(several: Sequence[Took]) -> float:
    return min(took.wall_s for took in several)


def _readings(page: int, size: Size) -> list[Incoming]:
    starts = range(0, size.messages, size.a_reading)
    return [messages.reading(page, first, size.a_reading, size.repeated) for first in starts]


def _take_in(page: object, readings: Sequence[Incoming]) -> Took:
    from django.utils import timezone

    from jauap.office.inbox.intake import take_in
    from jauap.office.pages.models import Page

    if not isinstance(page, Page):
        raise TypeError("a page is needed")
    watch = _Watch()
    for incoming in readings:
        take_in(page, incoming, timezone.now())
    return watch.took()


def _archive(expected: int) -> Took:
    from django.utils import timezone

    from jauap.office.inbox import archiving

    watch, written = _Watch(), 0
    while fresh := archiving.sweep(timezone.now()):
        written += fresh
    if written != expected:
        raise RuntimeError(f"{written} of {expected} messages are in the archive")
    return watch.took()


def _bare(readings: Sequence[Incoming], *, each_reading: bool) -> Took:
    """The same new rows. each_reading: commit after each, with jauap's own journal and care."""
    path = Path(os.environ["JAUAP_DATA"]) / "bare.sqlite3"
    database = sqlite3.connect(path, isolation_level=None)
    if each_reading:
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
    database.executescript(BARE)
    watch = _Watch()
    seen: set[str] = set()
    if not each_reading:
        database.execute("BEGIN")
    for incoming in readings:
        new = [m for m in incoming.messages if m.id not in seen]
        seen |= {str(m.id) for m in new}
        rows = [
            (1, m.id, m.author.id, m.author.name, m.text, m.at.isoformat(), m.url, m.post, m.language)
            for m in new
        ]
        if each_reading:
            database.execute("BEGIN")
        database.executemany(INSERT, rows)
        if each_reading:
            database.execute("COMMIT")
    if not each_reading:
        database.execute("COMMIT")
    took = watch.took()
    database.close()
    for left in path.parent.glob("bare.sqlite3*"):
        left.unlink()
    return took
