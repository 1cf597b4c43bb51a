"""What the AppView shows: the part of Bluesky that gathers everybody's records; it lags behind the PDS.

Sources: atproto lexicons app.bsky.notification.listNotifications, app.bsky.feed.getPostThread,
app.bsky.feed.getPosts (25 at once), app.bsky.feed.getAuthorFeed, com.atproto.repo.getRecord.
Read 2026-11-24.
"""

from __future__ import annotations

from typing import Any

from jauap.networks import _bluesky_reading as reading
from jauap.networks._xrpc import Refused, Xrpc
from jauap.networks.base import Message, StandingPost, Target

AT_ONCE, DEPTH = 25, 50


class AppView:
    """Questions on behalf of one account. All raise SignedOut, SlowDown, Unavailable."""

    def __init__(self, xrpc: Xrpc) -> None:
        self._xrpc = xrpc

    def notifications(self, page: str = "") -> tuple[list[Message], str]:
        """Answers, mentions and quotes, new to old: a hundred, and where the next hundred begin."""
        asked = {"limit": 100, "reasons": ["reply", "mention", "quote"], **({"cursor": page} if page else {})}
        got = self._xrpc.look("app.bsky.notification.listNotifications", **asked)
        found = [reading.message(view, self._xrpc.did) for view in _list(got, "notifications")]
        return [m for m in found if m], str(got.get("cursor") or "")

    def feed(self, page: str = "") -> tuple[list[StandingPost], str]:
        """The page's own posts and answers, as `notifications`."""
        asked = {"actor": self._xrpc.did, "limit": 100, "filter": "posts_with_replies"}
        got = self._xrpc.look("app.bsky.feed.getAuthorFeed", **asked, **({"cursor": page} if page else {}))
        found = [reading.standing(item) for item in _list(got, "feed")]
        return [post for post in found if post], str(got.get("cursor") or "")

    def answers(self, thread: Target) -> list[Message]:
        """People's answers under a post of ours; none where the post itself is gone."""
        asked = {"uri": thread.id, "depth": DEPTH, "parentHeight": 0}
        try:
            got = self._xrpc.look("app.bsky.feed.getPostThread", **asked)
        except Refused:
            return []
        found = [reading.message(view, self._xrpc.did) for view in reading.answers(got.get("thread"))]
        return [m for m in found if m]

    def posts(self, ids: list[str]) -> dict[str, dict[str, Any]]:
        """Views of posts by address; those that are gone, or whose author blocks us, are not in it."""
        ids = [one for one in ids if reading.uri(one)]
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(ids), AT_ONCE):
            got = self._xrpc.look("app.bsky.feed.getPosts", uris=ids[start : start + AT_ONCE])
            found |= {str(v["uri"]): v for v in _list(got, "posts") if isinstance(v, dict) and v.get("uri")}
        return found

    def stands(self, one: str) -> bool:
        """Whether somebody's post is still there, also if its author blocks us."""
        here = reading.uri(one)
        if here is None:
            return False
        asked = {"repo": here.did, "collection": here.collection, "rkey": here.key}
        try:
            self._xrpc.look("com.atproto.repo.getRecord", **asked)
        except Refused:
            return False
        return True


def _list(got: dict[str, Any], name: str) -> list[Any]:
    value = got.get(name)
    return value if isinstance(value, list) else []
