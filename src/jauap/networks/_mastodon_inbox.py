"""How what people write is read from Mastodon: mentions, threads, and what changed since.

Mastodon tells of new mentions by notifications; of edits and deletions only by streaming. So a
reading also looks again at what it knows: the thread under each own post (its descendants), and
the latest mentions outside them. What is known, and in which version, travels in the cursor, so
that reading twice from one cursor gives the same.

Sources: Mastodon documentation, methods "notifications" (min_id; filtered ones only with
`include_filtered`, 4.3+), "statuses" (context: 4,096 descendants with a token; id[], 4.3+), both
read 2026-11-24.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jauap.errors import Rejected
from jauap.networks import _mastodon_entities as entities
from jauap.networks._mastodon_entities import Entity
from jauap.networks.base import Cursor, ExternalId, Gone, Incoming, Message, Target

Get = Callable[..., Any]
Fetch = Callable[[str], Entity | None]

PAGE = 40
WALK = 25
"""How many pages back we look for what a server put between two readings (a thousand mentions)."""
HALF_PAGE = 20
AT_ONCE = 20
"""Statuses that one request for several gives at most."""
ONE_BY_ONE = 5
THREADS_KNOWN = 100
MESSAGES_KNOWN = 2000
MENTIONS_WATCHED = 20
LOOSE = ""
"""In `Known`: mentions outside the swept threads."""


@dataclass(frozen=True)
class Newer:
    """entries: oldest first. full: more may wait. cut: what lies between `since` and them was not reached."""

    entries: tuple[Entity, ...]
    full: bool
    cut: bool


def newer(get: Get, path: str, since: str, page: int, **params: Any) -> Newer:
    """Entries with an id after `since`, from the one next to it on.

    Mastodon gives those next to `min_id`. Other software takes it for "the newest after", or
    knows no paging at all: then the rest is walked back to by `max_id`, and the list is cut at
    the known id.
    """
    asked = {"min_id": since or "0", "limit": page, **params}
    gathered, reached, count = _until(get(path, **asked), since, frozenset())
    full = HALF_PAGE <= count <= page and not reached
    for _ in range(WALK):
        if count < HALF_PAGE or reached:
            break
        asked["max_id"] = entities.known_id(gathered[-1].get("id"))
        seen = frozenset(entities.known_id(entry.get("id")) for entry in gathered)
        between, reached, count = _until(get(path, **asked), since, seen)
        gathered += between
        if not between:
            break
        full = False
    else:
        return Newer(tuple(reversed(gathered)), full=False, cut=True)
    return Newer(tuple(reversed(gathered)), full=full, cut=False)


def _until(got: object, since: str, seen: frozenset[ExternalId]) -> tuple[list[Entity], bool, int]:
    """Unseen entries down to the known id; whether it was there; how many came."""
    entries = list(entities.entities(got))
    ids = [entities.known_id(entry.get("id")) for entry in entries]
    known = ExternalId(since)
    reached = known in ids
    newest = entries[: ids.index(known)] if reached else entries
    return [entry for entry in newest if entities.known_id(entry.get("id")) not in seen], reached, len(ids)


def several(get: Get, fetch: Fetch, ids: list[ExternalId]) -> list[Entity]:
    """Those of the statuses that are there; in one request for twenty, one by one on older servers."""
    found: list[Entity] = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        try:
            found += entities.entities(get("/api/v1/statuses", **{"id[]": some}))
        except Rejected:
            found += [status for i in some if (status := fetch(f"/api/v1/statuses/{i}"))]
    return found


@dataclass
class Known:
    """The cursor's inside. threads: id of our post -> id of message -> version; LOOSE: the others."""

    last: str = ""
    at: str = ""
    threads: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor) -> Known:
        if not cursor:
            return cls()
        last, at, threads = json.loads(cursor)
        return cls(last, at, threads)

    def cursor(self) -> Cursor:
        """The latest threads and messages; an edit of what was dropped is no longer seen."""
        room = MESSAGES_KNOWN
        kept: dict[str, dict[str, str]] = {}
        for root, messages in list(reversed(self.threads.items()))[:THREADS_KNOWN]:
            latest = list(messages.items())[-min(room, MENTIONS_WATCHED if root == LOOSE else room) :]
            kept[root] = dict(latest) if room else {}
            room -= len(kept[root])
        threads = dict(reversed(kept.items()))
        return Cursor(json.dumps([self.last, self.at, threads], separators=(",", ":")))

    def version(self, identity: str) -> str | None:
        """None = never seen."""
        return next((m[identity] for m in self.threads.values() if identity in m), None)

    def root_of(self, identity: str) -> str:
        """Our post under which the message stands, as far as known."""
        return next((root for root, m in self.threads.items() if root and identity in m), "")

    def learn(self, root: str, message: Message) -> None:
        for other in self.threads.values():
            other.pop(message.id, None)
        self.threads.setdefault(root, {})[message.id] = message.version

    def forget(self, identity: str) -> None:
        for messages in self.threads.values():
            messages.pop(identity, None)


class Reader:
    """One reading of one page."""

    def __init__(self, get: Get, fetch: Fetch, host: str, me: str) -> None:
        self.get, self.fetch, self.host, self.me = get, fetch, host, me
        self.messages: list[Message] = []
        self.gone: list[Gone] = []

    def read(self, since: Cursor, threads: tuple[Target, ...], now: datetime) -> Incoming:
        known = Known.of(since)
        before = Known.of(since)
        roots = [root for target in threads if (root := entities.known_id(target.id))]
        fresh = self._mentions(known, roots)
        for root in roots:
            self._sweep(known, before, root, now)
        self._look_again(known, before.threads.get(LOOSE, {}), now)
        gap = None
        if fresh.cut and before.at and self.messages:
            gap = (datetime.fromisoformat(before.at), min(m.at for m in self.messages))
        return Incoming(
            messages=tuple(sorted(self.messages, key=lambda m: (m.at, m.id))),
            gone=tuple(self.gone),
            cursor=known.cursor(),
            more=fresh.full and not fresh.cut,
            gap=gap,
        )

    # ------------------------------------------------------------ what is new

    def _mentions(self, known: Known, roots: list[ExternalId]) -> Newer:
        kinds = {"types[]": ["mention"], "include_filtered": "true"}
        fresh = newer(self.get, "/api/v1/notifications", known.last, PAGE, **kinds)
        for notification in fresh.entries:
            known.last = str(entities.known_id(notification.get("id"))) or known.last
            at = entities.moment(notification.get("created_at"))
            known.at = at.isoformat() if at else known.at
            status = notification.get("status")
            if notification.get("type") == "mention" and isinstance(status, dict):
                root = self._root(known, roots, status)
                self._take(known, root if root in roots or root in known.threads else LOOSE, status, root)
        return fresh

    def _root(self, known: Known, roots: list[ExternalId], status: Entity) -> str:
        """Our post on top of the thread; '' where the top is not ours."""
        parent = entities.known_id(status.get("in_reply_to_id"))
        if not parent or parent in roots or parent in known.threads:
            return parent
        if known.root_of(parent):
            return known.root_of(parent)
        thread = self.fetch(f"/api/v1/statuses/{entities.known_id(status.get('id'))}/context") or {}
        above = [entities.own(s) for s in entities.entities(thread.get("ancestors"))]
        return entities.known_id(above[0].get("id")) if above and self._ours(above[0]) else ""

    def _take(self, known: Known, kept_under: str, status: Entity, root: str) -> ExternalId:
        """The message, if it is new or changed. Gives its id; '' where it is ours or no status."""
        message = entities.message(status, self.host, self.me, ExternalId(root))
        if message is None or self._ours(status):
            return ExternalId("")
        seen = known.version(message.id)
        if seen is None or message.version > seen:
            self.messages.append(message)
        known.learn(kept_under, message)
        return message.id

    # ------------------------------------------------------------ what changed

    def _sweep(self, known: Known, before: Known, root: ExternalId, now: datetime) -> None:
        """New, changed and deleted messages under one of our posts."""
        thread = self.fetch(f"/api/v1/statuses/{root}/context")
        if thread is None:
            return
        known.threads[root] = known.threads.pop(root, {})  # the latest swept is dropped last
        present = {
            self._take(known, root, entities.own(status), root)
            for status in entities.entities(thread.get("descendants"))
        }
        absent = [i for i in before.threads.get(root, {}) if i not in present]
        self._confirm(known, absent, now)

    def _look_again(self, known: Known, loose: Iterable[str], now: datetime) -> None:
        """Mentions outside the threads: one request for all of them, where the server knows it."""
        watched = [i for i in loose if known.version(i) is not None and not known.root_of(i)]
        if not watched:
            return
        try:
            got = entities.entities(self.get("/api/v1/statuses", **{"id[]": watched[-AT_ONCE:]}))
            present = {self._changed(known, entities.own(status)) for status in got}
            self._confirm(known, [i for i in watched[-AT_ONCE:] if i not in present], now)
        except Rejected:
            self._confirm(known, watched[-ONE_BY_ONE:], now)

    def _changed(self, known: Known, status: Entity) -> ExternalId:
        root = self._root(known, [], status) if self._newer_than_known(known, status) else ""
        return self._take(known, LOOSE, status, root)

    def _newer_than_known(self, known: Known, status: Entity) -> bool:
        return entities.version(status) > (known.version(entities.known_id(status.get("id"))) or "")

    def _confirm(self, known: Known, absent: list[str], now: datetime) -> None:
        """A message is gone only when its own address says so; one that is merely out of sight stays."""
        for identity in absent[:AT_ONCE]:
            status = self.fetch(f"/api/v1/statuses/{identity}")
            if status is None:
                self.gone.append(Gone(ExternalId(identity), now))
                known.forget(identity)
            elif not known.root_of(identity):
                self._changed(known, status)

    def _ours(self, status: Entity) -> bool:
        return entities.author_id(status) == self.me
