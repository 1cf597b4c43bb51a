"""Deliveries whose time has come, and readings back of the unsure ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils import timezone

from jauap.office.deliveries import claims, late
from jauap.office.deliveries.attempt import Ended, attempt
from jauap.office.deliveries.models import Installation
from jauap.office.deliveries.settle import settle
from jauap.office.jobs import Job

LIMIT = 8


def jobs(now: datetime, most: int) -> list[Job[Ended]]:
    """Claims up to `most` rows: first the looks (few at once), then what is due."""
    claimed = claims.begin_looks(now, most)
    claimed += claims.begin(now, most - len(claimed))
    return [Job(partial(attempt, claim), _write_one, _write_together) for claim in claimed]


def tidy(now: datetime) -> None:
    claims.sweep(now)
    late.mark(now)
    late.mark_unreadable(now)
    Installation.objects.update(worker_seen_at=now)


def _write_together(ended: Sequence[Ended]) -> None:
    settle(ended, timezone.now())


def _write_one(ended: Ended) -> None:
    settle([ended], timezone.now())
