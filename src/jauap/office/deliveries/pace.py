"""The rate of one page's lane: how many calls may go now.

Generic cell rate algorithm (ITU-T I.371, annex A): `free_at` moves on by one interval a call and may
run ahead of the clock by the burst.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from jauap.networks.base import Rate
from jauap.office.deliveries.models import Lane, Pace
from jauap.office.pages.models import Page

MOST_AT_ONCE = 8


def rate_of(page: Page, lane: Lane) -> Rate:
    facts = page.capabilities
    return facts.posts if lane == Lane.ANNOUNCEMENT else facts.answers


def take(page: Page, lane: Lane, now: datetime, wanted: int) -> int:
    """Take up to `wanted` calls from the lane's rate; how many were granted. Inside a transaction.

    The lane's row stays locked until the transaction ends: claims of one lane come one after another.
    """
    rate = rate_of(page, lane)
    interval = timedelta(seconds=rate.per_s / rate.count)
    burst = min(rate.count, MOST_AT_ONCE)
    pace, _ = Pace.objects.select_for_update().get_or_create(
        page=page, lane=lane, defaults={"free_at": now}
    )
    start = min(max(pace.free_at, now), now + 60 * interval + timedelta(minutes=5))
    room = int((now + burst * interval - start) / interval)
    granted = max(0, min(wanted, room))
    if granted:
        pace.free_at = start + granted * interval
        pace.save(update_fields=["free_at"])
    return granted


def give_back(page: Page, lane: Lane, calls: int) -> None:
    """Return calls that found nothing to send. Inside the transaction of `take`."""
    if calls:
        rate = rate_of(page, lane)
        pace = Pace.objects.get(page=page, lane=lane)
        pace.free_at -= calls * timedelta(seconds=rate.per_s / rate.count)
        pace.save(update_fields=["free_at"])
