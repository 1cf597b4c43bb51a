"""What Bluesky shows, as posts and messages; and the place where reading stopped.

Its lists run from new to old, in the order of a time that the author may have set back, and a
notification can come late or never (a reply made in the same second as its parent: measured). So
reading goes back past the last place by OVERLAP, and threads are swept beside the notifications.

Sources: atproto lexicons app.bsky.feed.defs, app.bsky.notification.listNotifications,
app.bsky.feed.getPostThread, app.bsky.feed.getAuthorFeed (read 2026-11-24).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from jauap.networks.base import Author, Cursor, ExternalId, Message, MessageKind, StandingPost, Target

OVERLAP = timedelta(hours=2)
SEEN, SWEPT = 500, 500
"""How many notifications and swept answers a cursor remembers."""
PAGES = 5
"""Pages of a hundred that one reading fetches."""

_URI = re.compile(
    r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,256})/(app\.bsky\.feed\.post)/([A-Za-z0-9._~:-]{1,512})"
)
_EMBEDS = {"app.bsky.embed.images": "images", "app.bsky.embed.gallery": "items"}

Item = TypeVar("Item", Message, StandingPost)
Ask = Callable[[str], tuple[list[Item], str]]
"""One page of a list, new to old, by the API's own cursor: its items and the next cursor ('' = the end)."""


@dataclass(frozen=True)
class Uri:
    """An at:// address of a post in its parts."""

    did: str
    collection: str
    key: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.key}"

    @property
    def url(self) -> str:
        """Where a browser shows it; by DID, so that a new handle breaks nothing."""
        return f"https://bsky.app/profile/{self.did}/post/{self.key}"


def uri(text: object) -> Uri | None:
    """The address in its parts; None where it is none of a post."""
    match = _URI.fullmatch(text) if isinstance(text, str) else None
    return Uri(*match.groups()) if match else None


# ---------------------------------------------------------------- where reading stopped


@dataclass(frozen=True)
class Place:
    """newest: time of the newest item read. seen: marks of items near it.

    page, top: while a long list is being read, where in it, and its newest item's time.
    swept: for each own thread, the answers that stood there.
    """

    newest: str = ""
    seen: tuple[str, ...] = ()
    page: str = ""
    top: str = ""
    swept: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor) -> Place:
        """Raises ValueError for a cursor that is none of ours."""
        if not cursor:
            return cls()
        got = json.loads(cursor)
        swept = {str(root): tuple(found) for root, found in got["swept"].items()}
        return cls(got["newest"], tuple(got["seen"]), got["page"], got["top"], swept)

    def cursor(self) -> Cursor:
        parts = {"newest": self.newest, "seen": self.seen, "page": self.page, "top": self.top}
        return Cursor(json.dumps({**parts, "swept": self.swept}, separators=(",", ":")))

    def with_swept(self, swept: dict[str, tuple[str, ...]]) -> Place:
        """swept: of this sweep; threads not swept now keep what is known, up to SWEPT answers in all."""
        kept: dict[str, tuple[str, ...]] = {}
        room = SWEPT
        for root, found in {**swept, **{k: v for k, v in self.swept.items() if k not in swept}}.items():
            if found and room > 0:
                kept[root] = found[:room]
                room -= len(found)
        return replace(self, swept=kept)


def mark(item: str) -> str:
    """A short sign of an id, to know it again."""
    return hashlib.sha256(item.encode()).hexdigest()[:12]


def walk(place: Place, ask: Ask[Item]) -> tuple[list[Item], Place]:
    """What is new since the place, each once; `page` of the new place says whether there is more."""
    floor = _moment(place.newest) - OVERLAP if place.newest else None
    known = set(place.seen)
    fresh: dict[str, Item] = {}
    top, page, finished = place.top, place.page, False
    for _ in range(PAGES):
        items, page = ask(page)
        for item in items:
            top = max(top, _iso(item.at))
            if mark(item.id) not in known:
                fresh.setdefault(item.id, item)
        finished = not page or (floor is not None and any(item.at < floor for item in items))
        if finished:
            break
    came: list[str] = [mark(one) for one in fresh]
    newest_first = [*place.seen, *came] if place.page else [*came, *place.seen]
    seen = tuple(dict.fromkeys(newest_first))[:SEEN]
    if finished:
        place = replace(place, newest=max(top, place.newest), seen=seen, page="", top="")
    else:
        place = replace(place, seen=seen, page=page, top=top)
    return list(fresh.values()), place


# ---------------------------------------------------------------- views


def message(view: object, own: str) -> Message | None:
    """A notification or a post as a message; None for our own and for what is no post. own: our DID."""
    if not isinstance(view, dict):
        return None
    here, record, author = uri(view.get("uri")), view.get("record"), view.get("author")
    if here is None or here.did == own or not isinstance(record, dict) or not isinstance(author, dict):
        return None
    root, parent = _reply(record)
    on_ours = root is not None and root.did == own
    return Message(
        id=ExternalId(str(here)),
        kind=MessageKind.REPLY if on_ours else MessageKind.MENTION,
        author=_author(author, here.did),
        text=_string(record, "text"),
        at=_moment(_string(view, "indexedAt")),
        target=Target((ExternalId(str(here)),), ExternalId(str(root or here)), here.url),
        post=ExternalId(str(root) if on_ours else ""),
        parent=ExternalId(str(parent or "")),
        url=here.url,
        language=_language(record),
        pictures=_pictures(record.get("embed")),
    )


def standing(item: object) -> StandingPost | None:
    """An entry of the page's own feed; None for a repost and for what is no post."""
    if not isinstance(item, dict) or item.get("reason"):
        return None
    view = item.get("post")
    record = view.get("record") if isinstance(view, dict) else None
    here = uri(view.get("uri")) if isinstance(view, dict) else None
    if here is None or not isinstance(view, dict) or not isinstance(record, dict):
        return None
    _, parent = _reply(record)
    indexed = _moment(_string(view, "indexedAt"))
    return StandingPost(
        id=ExternalId(str(here)),
        text=_string(record, "text"),
        at=min(indexed, _moment(_string(record, "createdAt"), indexed)),
        url=here.url,
        language=_language(record),
        pictures=_pictures(record.get("embed")),
        reply_to=ExternalId(str(parent or "")),
    )


def answers(thread: object) -> Iterator[dict[str, Any]]:
    """All posts under a thread's top, whatever their depth; blocked and missing ones are left out."""
    waiting = _replies(thread)
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and isinstance(node.get("post"), dict):
            yield node["post"]
            waiting += _replies(node)


def _replies(node: object) -> list[object]:
    found = node.get("replies") if isinstance(node, dict) else None
    return list(found) if isinstance(found, list) else []


def _reply(record: dict[str, Any]) -> tuple[Uri | None, Uri | None]:
    """Root and parent that a record names."""
    reply = record.get("reply")
    ends = [reply.get(name) if isinstance(reply, dict) else None for name in ("root", "parent")]
    root, parent = (uri(end.get("uri")) if isinstance(end, dict) else None for end in ends)
    return root, parent


def _author(author: dict[str, Any], did: str) -> Author:
    handle = _string(author, "handle")
    name = _string(author, "displayName") or handle or did
    return Author(id=did, name=name, handle=handle, url=f"https://bsky.app/profile/{did}")


def _pictures(embed: object) -> int:
    if not isinstance(embed, dict):
        return 0
    if embed.get("$type") == "app.bsky.embed.recordWithMedia":
        return _pictures(embed.get("media"))
    found = embed.get(_EMBEDS.get(str(embed.get("$type")), ""))
    return len(found) if isinstance(found, list) else 0


def _language(record: dict[str, Any]) -> str:
    langs = record.get("langs")
    return str(langs[0])[:35] if isinstance(langs, list) and langs else ""


def _string(view: dict[str, Any], name: str) -> str:
    value = view.get(name)
    return value if isinstance(value, str) else ""


def _moment(text: str, otherwise: datetime = datetime(1970, 1, 1, tzinfo=UTC)) -> datetime:
    """An ISO moment in UTC. An author may write anything there."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return otherwise


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
