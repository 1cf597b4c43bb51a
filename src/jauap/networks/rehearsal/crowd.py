"""How many people see a post as it grows older: a plain curve, the same at every look."""

from __future__ import annotations

import hashlib
from math import exp

from jauap.networks.rehearsal.store import Entry

HALF_AN_HOUR_S = 1800.0


def figures(entry: Entry, followers: int, now: float) -> dict[str, int]:
    """views, likes, shares, replies at `now`. They never fall, but for replies that are taken away.

    Two in three of those who will ever see the post have seen it after half an hour; what share of
    the followers that is (20-90 %), and who likes it, lies in the post's number.
    """
    share, liking, sharing = _shares(entry.id)
    age_s = max(now - entry.at, 0.0)
    views = int(followers * (0.2 + 0.7 * share) * (1 - exp(-age_s / HALF_AN_HOUR_S)))
    return {
        "views": views,
        "likes": int(views * (0.01 + 0.05 * liking)),
        "shares": int(views * 0.01 * sharing),
        "replies": entry.replies,
    }


def _shares(number: int) -> tuple[float, float, float]:
    """Three numbers between 0 and 1 that belong to a post for ever."""
    digest = hashlib.sha256(str(number).encode()).digest()
    return digest[0] / 255, digest[1] / 255, digest[2] / 255
