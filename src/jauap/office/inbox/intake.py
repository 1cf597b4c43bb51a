"""Taking in one reading of a page: each message once, newer versions with history, deletions, gaps.

The page's row is locked meanwhile, so two readings of one page come one after another; the unique
(page, external_id) stands behind that. The cursor is saved in the same transaction: a worker killed
anywhere reads again from where the messages were last committed, and the repetition changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from jauap.networks.base import Incoming
from jauap.networks.base import Message as Received
from jauap.office.deliveries.models import Delivery
from jauap.office.inbox import rows
from jauap.office.inbox.models import Gap, Message, MessageVersion, State
from jauap.office.pages.models import Page
from jauap.office.people.acting import WORKER, Entry, acting
from jauap.office.people.codes import new_code
from jauap.text import clean

AT_ONCE = 5_000
"""Ids in one query: below SQLite's 32,766 variables."""
T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """What one reading brought. again: there is more to read at once."""

    new: int = 0
    edited: int = 0
    gone: int = 0
    gap: bool = False
    again: bool = False

    @property
    def anything(self) -> bool:
        return bool(self.new or self.edited or self.gone or self.gap)


@dataclass
class _Plan:
    """What is to be written: messages not known, known ones with a newer version, ids that are gone."""

    new: list[Received] = field(default_factory=list)
    newer: list[tuple[Message, Received]] = field(default_factory=list)
    gone: dict[str, datetime] = field(default_factory=dict)
    gap: tuple[datetime, datetime] | None = None

    def __bool__(self) -> bool:
        return bool(self.new or self.newer or self.gone or self.gap)


def take_in(page: Page, incoming: Incoming, now: datetime) -> Taken:
    """Write one reading down. A reading that brought nothing new only moves the cursor."""
    plan, planned_at = _plan(page, incoming, now), (page.cursor, page.read_at)
    if not plan:
        with transaction.atomic():
            _have_read(page, incoming, now)
        return Taken(again=incoming.more)
    with acting(WORKER, "inbox.take_in", page, now=now) as entry:
        if (page.cursor, page.read_at) != planned_at:
            # Another reading was written before we had the lock.
            plan = _plan(page, incoming, now)
        _add(page, plan.new, now)
        _replace(plan.newer, now)
        _take_away(page, plan.gone, now)
        reopened = _reopen(page, plan.new, now)
        if plan.gap:
            Gap.objects.get_or_create(
                page=page,
                since=plan.gap[0],
                defaults={"organisation_id": page.organisation_id, "until": plan.gap[1]},
            )
        _have_read(page, incoming, now)
        taken = Taken(len(plan.new), len(plan.newer), len(plan.gone), plan.gap is not None, incoming.more)
        _tell(entry, taken, reopened)
    return taken


def _tell(entry: Entry, taken: Taken, reopened: int) -> None:
    entry.note(new=taken.new, edited=taken.edited, gone=taken.gone, gap=taken.gap, reopened=reopened)
    entry.tell("inbox")


def _have_read(page: Page, incoming: Incoming, now: datetime) -> None:
    page.cursor, page.read_at = incoming.cursor, now
    Page.objects.filter(pk=page.pk).update(cursor=incoming.cursor, read_at=now)


# ---------------------------------------------------------------- what is to be written


def _plan(page: Page, incoming: Incoming, now: datetime) -> _Plan:
    latest = _latest(incoming.messages)
    ours = _ours(page, latest.values())
    known = _known(page, [*latest, *(str(gone.id) for gone in incoming.gone)])
    plan = _Plan(gap=_gap(page, incoming, now))
    for external_id, received in latest.items():
        standing = known.get(external_id)
        if standing is None:
            if external_id not in ours:
                plan.new.append(received)
        elif not standing.gone and _is_newer(received, standing):
            plan.newer.append((standing, received))
    coming = {received.id for received in plan.new}
    for gone in incoming.gone:
        standing = known.get(gone.id)
        if gone.id in coming or (standing is not None and standing.deleted_at is None):
            plan.gone[gone.id] = gone.at
    return plan


def _latest(messages: Iterable[Received]) -> dict[str, Received]:
    """Each message once, in its newest version, in the order of their first coming."""
    latest: dict[str, Received] = {}
    for received in messages:
        before = latest.get(received.id)
        if before is None or rank(received.version) >= rank(before.version):
            latest[received.id] = received
    return latest


def _ours(page: Page, messages: Iterable[Received]) -> set[str]:
    """Ids of what the page itself wrote: by its author, or because one of our deliveries put it there."""
    ours, others = set(), []
    for received in messages:
        if received.author.id and received.author.id == page.account:
            ours.add(str(received.id))
        else:
            others.append(str(received.id))
    for ids in _some(others):
        sent = Delivery.objects.filter(page=page, act__in=["publish", "reply"], external_id__in=ids)
        ours |= set(sent.exclude(external_id="").values_list("external_id", flat=True))
    return ours


_NEEDED = ("external_id", "version", "text", "raw", "language", "deleted_at", "erased_at", "pictures")


def _known(page: Page, external_ids: Sequence[str]) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for ids in _some(external_ids):
        standing = Message.objects.filter(page=page, external_id__in=ids).only(*_NEEDED)
        found |= {row.external_id: row for row in standing}
    return found


def _gap(page: Page, incoming: Incoming, now: datetime) -> tuple[datetime, datetime] | None:
    """What the network says is lost; else what it can't have kept since we read last."""
    if incoming.gap is not None:
        since, until = incoming.gap
        return (since, until) if until > since else None
    kept_h = page.capabilities.keeps_messages_h
    if kept_h is None or page.read_at is None:
        return None
    until = now - timedelta(hours=kept_h)
    return (page.read_at, until) if until > page.read_at else None


def _is_newer(received: Received, standing: Message) -> bool:
    if not received.version and not standing.version:
        return clean.text(received.text) != standing.text
    return rank(received.version) > rank(standing.version)


_PARTS = re.compile(r"(\d+)")


def rank(version: str) -> tuple[tuple[int, str], ...]:
    """A version for comparing: digits by their value, so that "10" comes after "9"; '' before all."""
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in _PARTS.split(version) if part
    )


# ---------------------------------------------------------------- writing


def _add(page: Page, messages: Sequence[Received], now: datetime) -> None:
    rows.add_messages([_row(page, received, now) for received in messages])


def _row(page: Page, received: Received, now: datetime) -> rows.MessageRow:
    text = clean.text(received.text)
    raw = clean.writable(received.text)
    author, target = received.author, received.target
    return rows.MessageRow(
        code=new_code(),
        organisation_id=page.organisation_id,
        page_id=page.pk,
        external_id=received.id,
        kind=received.kind.value,
        author_id=author.id[:200],
        author_name=clean.line(author.name),
        author_handle=clean.line(author.handle),
        author_url=web(author.url),
        text=text,
        raw=raw if raw != text else "",
        language=received.language[:12],
        pictures=min(received.pictures, 1000),
        # A clock that runs ahead elsewhere must not keep a message on top of the list for ever.
        at=min(received.at, now),
        received_at=now,
        url=web(received.url),
        version=received.version[:80],
        target={"ids": list(target.ids), "root": target.root, "url": target.url},
        thread=_thread(received),
        post_external_id=received.post,
        parent_external_id=received.parent,
        private=received.private,
        state_since=now,
    )


def web(url: str) -> str:
    """An address that may stand in a link: http or https, at most 600 characters; '' for anything else."""
    return url if url.startswith(("https://", "http://")) and len(url) <= 600 and url.isprintable() else ""


def _thread(received: Received) -> str:
    return (received.post or received.target.root or received.id)[:300]


def _replace(newer: Sequence[tuple[Message, Received]], now: datetime) -> None:
    """The old text becomes history, the new one stands; the archive gets it anew."""
    if not newer:
        return
    MessageVersion.objects.bulk_create(
        MessageVersion(
            message=standing, text=standing.text, raw=standing.raw, version=standing.version, at=now
        )
        for standing, received in newer
        if clean.text(received.text) != standing.text
    )
    for standing, received in newer:
        text, raw = clean.text(received.text), clean.writable(received.text)
        if text != standing.text:
            standing.edited_at = now
        standing.text, standing.raw = text, raw if raw != text else ""
        standing.version = received.version[:80]
        standing.language = received.language[:12] or standing.language
        standing.pictures = min(received.pictures, 1000)
        standing.archive_no = None
    fields = ["text", "raw", "version", "language", "pictures", "archive_no"]
    Message.objects.bulk_update([standing for standing, _ in newer], fields, batch_size=50)
    edited = [standing.pk for standing, _ in newer if standing.edited_at == now]
    Message.objects.filter(pk__in=edited).update(edited_at=now)


def _take_away(page: Page, gone: dict[str, datetime], now: datetime) -> None:
    """From now on no screen shows text or author. Their erasure comes with the retention job."""
    for ids in _some(list(gone)):
        Message.objects.filter(page=page, external_id__in=ids, deleted_at=None).update(
            deleted_at=now, archive_no=None
        )


def _reopen(page: Page, messages: Sequence[Received], now: datetime) -> int:
    """The author's new message opens their latest closed one in the thread again. How many were opened."""
    writers = {(_thread(r), r.author.id[:200]): r.at for r in messages if r.author.id}
    threads = sorted({thread for thread, _ in writers})
    latest: dict[tuple[str, str], Message] = {}
    for some in _some(threads):
        closed = Message.objects.filter(
            Q(state=State.ANSWERED) | Q(state=State.NEEDS_NO_ANSWER),
            page=page,
            thread__in=some,
            deleted_at=None,
        )
        for row in closed.only("thread", "author_id", "at").order_by("at"):
            key = (row.thread, row.author_id)
            if key in writers and writers[key] >= row.at:
                latest[key] = row
    if not latest:
        return 0
    ids = [row.pk for row in latest.values()]
    return Message.objects.filter(pk__in=ids).update(
        state=State.OPEN, state_since=now, state_by=None, reason=""
    )


def _some(things: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch
