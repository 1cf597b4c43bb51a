"""Taking in messages on PostgreSQL: two real worker processes against one.

Pages on the simulated network have messages waiting; the workers read, take in and archive as in earnest.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import crew
from benchmarks.figures import Figure, Goal
from benchmarks.simulated import Manner, stand_up

NEEDS = "postgresql"


@dataclass(frozen=True)
class Size:
    """messages: of each page."""

    pages: int
    messages: int


USUAL = Size(pages=40, messages=500)
TINY = Size(pages=2, messages=20)


def measure(size: Size) -> list[Figure]:
    manner = Manner(messages=size.messages)
    stand_up(manner)
    cast = crew.office()
    all_of_them = size.pages * size.messages
    taken = {count: _taken(cast, size, count, manner) for count in (1, 2)}
    beside = {
        f"{count} worker{'s' * (count > 1)}": f"{took:.1f} s, {all_of_them / took:.0f} messages/s"
        for count, took in taken.items()
    }
    beside["size"] = f"{all_of_them} messages on {size.pages} pages, {manner.a_reading} a reading"
    value = taken[1] / taken[2]
    return [
        Figure(
            "intake on PostgreSQL, 2 workers", value, "times one worker's pace", 1.3, Goal.AT_LEAST, beside
        )
    ]


def _taken(cast: object, size: Size, workers: int, manner: Manner) -> float:
    """Seconds until the messages of fresh pages are all there."""
    from jauap.office.cast import Cast
    from jauap.office.inbox.models import Message
    from jauap.office.pages.models import Page

    if not isinstance(cast, Cast):
        raise TypeError("an office is needed")
    Page.objects.update(read_next_at=None)
    fresh = [page.pk for page in crew.pages(cast, size.pages)]
    theirs = Message.objects.filter(page__in=fresh)
    with crew.workers(workers, manner) as start:
        start()
        return crew.wait(lambda: theirs.count() >= size.pages * size.messages, every_s=0.05)
