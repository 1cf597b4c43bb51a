"""From a wall clock to a moment: what a person means by a date and a time of day in their zone.

An hour that does not exist (clocks go forward) becomes the first minute after the gap; one that
comes twice (clocks go back) is the first of the two. Both are said before anything is planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Meant:
    """at: aware, UTC. missing: the wall time does not exist that day. twice: it comes twice."""

    at: datetime
    missing: bool = False
    twice: bool = False


def meant(day: date, clock: time, zone: ZoneInfo) -> Meant:
    """The moment of a wall time in the zone, to the minute."""
    wall = datetime.combine(day, clock.replace(second=0, microsecond=0, tzinfo=None))
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first == second:
        return Meant(first)
    if first < second:
        return Meant(first, twice=True)
    return Meant(_first_after(second, zone), missing=True)


def _first_after(before: datetime, zone: ZoneInfo) -> datetime:
    """The first minute after the jump that follows `before` within a day."""
    offset = before.astimezone(zone).utcoffset()
    low, high = before, before + timedelta(days=1)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle if middle > low else low + timedelta(minutes=1)
        else:
            high = middle
    return high
