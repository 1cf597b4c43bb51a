"""Pages whose reading is due, answers whose end is not noted, what must be erased, and the archive's turn."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from jauap.office.inbox import answers, archiving, erasing, reading
from jauap.office.inbox.archiving import Shelf
from jauap.office.inbox.reading import Read, Turn
from jauap.office.jobs import Job

LIMIT = 4


def jobs(now: datetime, most: int) -> list[Job[Any]]:
    """Claims up to `most` pages, those that wait longest first; where there is room, the archive's turn."""
    claimed: list[Job[Any]] = [
        Job(partial(reading.read, turn), partial(_read, turn)) for turn in reading.claim(now, most)
    ]
    if len(claimed) < most and (shelf := archiving.begin(now)):
        claimed.append(Job(partial(archiving.shelve, shelf), partial(_shelved, shelf)))
    return claimed


def _read(turn: Turn, read: Read) -> None:
    reading.write(turn, read, timezone.now())


def _shelved(shelf: Shelf, _: None) -> None:
    archiving.done(shelf, timezone.now())


def tidy(now: datetime) -> None:
    answers.follow(now)
    erasing.erase_due(now)
