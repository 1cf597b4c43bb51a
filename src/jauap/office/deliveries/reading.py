"""Both readings of an undecided delivery: what we wanted to say, and what the page shows now."""

from __future__ import annotations

from dataclasses import dataclass

from jauap.errors import NetworkError
from jauap.networks.base import Cursor, StandingPost
from jauap.office.deliveries.attempt import approved
from jauap.office.deliveries.content import Content
from jauap.office.deliveries.models import Delivery
from jauap.office.pages.open import network as open_network
from jauap.words import Words

SHOWN = 10
TURNS = 20


@dataclass(frozen=True)
class Readings:
    """ours: the approved content. theirs: the newest posts of the page, newest first.

    trouble: why the page could not be read (None = it was); lists: whether the network lists posts at all.
    """

    ours: Content
    theirs: tuple[StandingPost, ...]
    lists: bool
    trouble: Words | None = None


def side_by_side(delivery: Delivery) -> Readings:
    """Reads the page at this moment; a network that fails is said, not raised. Raises ContentDiffers."""
    ours = approved(delivery)
    if not delivery.page.capabilities.lists_posts:
        return Readings(ours, (), lists=False)
    try:
        return Readings(ours, _newest(delivery), lists=True)
    except NetworkError as error:
        return Readings(ours, (), lists=True, trouble=error.said)


def _newest(delivery: Delivery) -> tuple[StandingPost, ...]:
    network = open_network(delivery.page)
    since = Cursor("")
    newest: tuple[StandingPost, ...] = ()
    for _ in range(TURNS):
        got = network.read_posts(since)
        newest = (*newest, *got.posts)[-SHOWN:]
        if not got.more or got.cursor == since:
            break
        since = got.cursor
    return newest[::-1]
