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


def room(pace: Pace, rate: Rate, now: datetime) -> int:
    """How many calls may go now: 0 up to the burst."""
    interval, burst = _interval(rate), _burst(rate)
    start = max(_believable(pace.free_at, rate, now), now)
    return max(0, int((now + burst * interval - start) / interval))


def spend(pace: Pace, rate: Rate, now: datetime, calls: int) -> None:
    """Note in this object that `calls` go now."""
    pace.free_at = max(_believable(pace.free_at, rate, now), now) + calls * _interval(rate)


def _believable(free_at: datetime, rate: Rate, now: datetime) -> datetime:
    """A moment further ahead than the burst was noted before the clock went back: it counts as now."""
    return now if free_at > now + _burst(rate) * _interval(rate) else free_at


def _interval(rate: Rate) -> timedelta:
    return timedelta(seconds=rate.per_s / rate.count)


def _burst(rate: Rate) -> int:
    return min(rate.count, MOST_AT_ONCE)
