"""Deliveries whose time has come, and readings back of the unsure ones."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.utils import timezone

from jauap.office.deliveries import claims
from jauap.office.deliveries.attempt import Outcome, attempt
from jauap.office.deliveries.claims import Claim
from jauap.office.deliveries.models import Installation, Lane
from jauap.office.deliveries.settle import mark_late, settle
from jauap.office.jobs import Job
from jauap.office.pages.models import Page

LIMIT = 8


def jobs(now: datetime, most: int) -> list[Job[Outcome]]:
    """Claims up to `most` rows: first the looks, then what is due, the longest waiting page first."""
    claimed = claims.begin_looks(now, most)
    lanes = claims.lanes_due(now) if len(claimed) < most else []
    pages = Page.objects.in_bulk({page for page, _ in lanes})
    for page, lane in lanes:
        if len(claimed) >= most:
            break
        claimed += claims.begin(pages[page], Lane(lane), now, most - len(claimed))
    return [Job(partial(attempt, claim), partial(_then, claim)) for claim in claimed]


def _then(claim: Claim, outcome: Outcome) -> None:
    settle(claim, outcome, timezone.now())


def tidy(now: datetime) -> None:
    claims.sweep(now)
    mark_late(now)
    Installation.objects.update(worker_seen_at=now)
