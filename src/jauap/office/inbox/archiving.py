"""The sweep into the archive: number the rows, write the files, note that they are written.

    begin   takes the turn (one archivist at a time), numbers what is new, in a transaction
    shelve  writes the files; no transaction, no database
    done    notes it and gives the turn back

Killed anywhere: the batch keeps its numbers, and the next turn writes the same files again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Max, Q

from jauap.archive import places, write
from jauap.archive.schema import Kind
from jauap.office.inbox import erasing
from jauap.office.inbox.models import Archivist, Batch, Figure, Message, Post
from jauap.office.pages.models import Page
from jauap.office.people.acting import WORKER, acting
from jauap.office.people.models import Organisation

EVERY = timedelta(seconds=30)
LEASE = timedelta(minutes=10)
BATCH = 5_000
BATCHES_A_TURN = 8
MODELS: dict[Kind, type[models.Model]] = {Kind.MESSAGES: Message, Kind.POSTS: Post, Kind.FIGURES: Figure}


@dataclass(frozen=True)
class Load:
    """One batch with its rows, ready to be written."""

    batch: Batch
    rows: Sequence[Mapping[str, Any]]


@dataclass
class Shelf:
    """One turn's work. compact: days before it become one file each; None = not in this turn."""

    lease: datetime
    folder: Path
    loads: list[Load] = field(default_factory=list)
    erased: dict[int, list[Message]] = field(default_factory=dict)
    compact: date | None = None
    organisations: list[int] = field(default_factory=list)
    more: bool = False

    @property
    def empty(self) -> bool:
        return not self.loads and not self.erased and self.compact is None


def folder() -> Path:
    place: Path = settings.CONFIG.folder / "archive"
    return place


def sweep(now: datetime) -> int:
    """A whole turn at once, however early. Number of rows written."""
    Archivist.objects.update(next_at=None)
    shelf = begin(now)
    if shelf is None:
        return 0
    shelve(shelf)
    done(shelf, now)
    return sum(len(load.rows) for load in shelf.loads)


def begin(now: datetime) -> Shelf | None:
    """Take the turn; None = another has it, it is not yet time, or there is nothing to do."""
    turn, _ = Archivist.objects.get_or_create(pk=1)
    if turn.next_at and turn.next_at > now:
        return None
    free = Archivist.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now), Q(next_at=None) | Q(next_at__lte=now)
    )
    if not free.filter(pk=1).update(lease_until=now + LEASE):
        return None
    shelf = Shelf(now + LEASE, folder())
    shelf.organisations = sorted(set(Page.objects.values_list("organisation_id", flat=True)))
    for number in shelf.organisations:
        for kind in MODELS:
            if len(shelf.loads) < BATCHES_A_TURN:
                _fill(shelf, number, kind, now)
            else:
                shelf.more = True
        if erased := erasing.waiting_for_archive(number, erasing.AT_ONCE):
            shelf.erased[number] = erased
    today = now.astimezone(UTC).date()
    if not shelf.more and (turn.compacted_on is None or turn.compacted_on < today):
        shelf.compact = today
    if shelf.empty:
        done(shelf, now)
        return None
    return shelf


def _fill(shelf: Shelf, organisation: int, kind: Kind, now: datetime) -> None:
    batches = list(Batch.objects.filter(organisation_id=organisation, kind=kind.value, written_at=None))
    fresh = number_rows(organisation, kind, now)
    if fresh is not None:
        batches.append(fresh)
        shelf.more |= fresh.last - fresh.first + 1 == BATCH
    shelf.loads += [Load(batch, rows_of(batch)) for batch in batches]


def number_rows(organisation: int, kind: Kind, now: datetime) -> Batch | None:
    """Give the next numbers to up to BATCH rows that the archive has not got. None = there are none."""
    model = MODELS[kind]
    if not model._default_manager.filter(organisation_id=organisation, archive_no=None).exists():
        return None
    where = Organisation.objects.get(pk=organisation)
    with acting(WORKER, "inbox.archive", where, now=now) as entry:
        mine = Batch.objects.filter(organisation_id=organisation, kind=kind.value)
        last: int = mine.aggregate(last=Max("last"))["last"] or 0
        count = _number(model, organisation, last)
        if not count:
            return None
        batch = mine.create(
            organisation_id=organisation, kind=kind.value, first=last + 1, last=last + count, numbered_at=now
        )
        entry.note(kind=kind.value, first=batch.first, last=batch.last)
        return batch


def _number(model: type[models.Model], organisation: int, last: int) -> int:
    """One statement for the whole batch; the same on SQLite (3.33 or later) and PostgreSQL."""
    table = connection.ops.quote_name(model._meta.db_table)
    sql = (
        f"UPDATE {table} SET archive_no = %s + fresh.place FROM ("  # noqa: S608 - the table's own name
        f" SELECT id, row_number() OVER (ORDER BY id) AS place FROM {table}"
        f" WHERE organisation_id = %s AND archive_no IS NULL ORDER BY id LIMIT %s"
        f") AS fresh WHERE {table}.id = fresh.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [last, organisation, BATCH])
        return int(cursor.rowcount)


def shelve(shelf: Shelf) -> None:
    """Write the files. May be repeated."""
    for load in shelf.loads:
        batch = load.batch
        write.append(
            shelf.folder, Kind(batch.kind), batch.organisation_id, load.rows, batch.first, batch.last
        )
    for organisation, messages in shelf.erased.items():
        _blank(shelf.folder, organisation, messages)
    if shelf.compact is not None:
        write.clean_up(shelf.folder)
        for organisation in shelf.organisations:
            for kind in MODELS:
                write.compact(shelf.folder, kind, organisation, shelf.compact)


def _blank(place: Path, organisation: int, messages: Sequence[Message]) -> None:
    erased = {(message.page.code, message.external_id): message for message in messages}

    def change(row: dict[str, Any]) -> dict[str, Any]:
        message = erased.get((row["page"], row["id"]))
        return row if message is None else {**row, **_erased(message)}

    days = [places.day_of(message.at) for message in messages]
    write.rewrite(place, Kind.MESSAGES, organisation, days, change)


def _erased(message: Message) -> dict[str, Any]:
    return {
        "author_id": None,
        "author_name": None,
        "author_handle": None,
        "text": None,
        "url": None,
        "deleted_at": message.deleted_at,
        "erased_at": message.erased_at,
        "erased_reason": message.erased_reason,
        "erased_hash": message.erased_hash,
    }


def done(shelf: Shelf, now: datetime) -> None:
    """The files stand. An old turn notes nothing: whoever took over writes them again."""
    mine = Archivist.objects.filter(pk=1, lease_until=shelf.lease)
    with transaction.atomic():
        if not mine.update(lease_until=None, next_at=now if shelf.more else now + EVERY):
            return
        Batch.objects.filter(pk__in=[load.batch.pk for load in shelf.loads]).update(written_at=now)
        for messages in shelf.erased.values():
            erasing.are_blank_there(messages)
        if shelf.compact is not None:
            Archivist.objects.filter(pk=1).update(compacted_on=shelf.compact)


# ----------------------------------------------- from rows of the database to rows of the archive


def rows_of(batch: Batch) -> list[Mapping[str, Any]]:
    """The batch's rows as they stand now, by number. Two queries."""
    pages = {page.pk: page for page in Page.objects.filter(organisation=batch.organisation_id)}
    numbers = Q(
        organisation_id=batch.organisation_id, archive_no__gte=batch.first, archive_no__lte=batch.last
    )
    match Kind(batch.kind):
        case Kind.MESSAGES:
            messages = Message.objects.filter(numbers).defer("target").order_by("archive_no")
            return [_message(row, pages[row.page_id]) for row in messages]
        case Kind.POSTS:
            posts = Post.objects.filter(numbers).select_related("delivery").order_by("archive_no")
            return [_post(row, pages[row.page_id]) for row in posts]
        case Kind.FIGURES:
            figures = Figure.objects.filter(numbers).select_related("post").order_by("archive_no")
            return [_figure(row, pages[row.post.page_id]) for row in figures]


def _head(row: Message | Post, page: Page) -> dict[str, Any]:
    return {
        "number": row.archive_no,
        "organisation": row.organisation_id,
        "page": page.code,
        "network": page.network,
        "id": row.external_id,
        "at": row.at,
    }


def _message(row: Message, page: Page) -> dict[str, Any]:
    """What its author has taken back is not written any more."""
    kept = {
        **_head(row, page),
        "received_at": row.received_at,
        "kind": row.kind,
        "author_id": row.author_id or None,
        "author_name": row.author_name or None,
        "author_handle": row.author_handle or None,
        "text": row.raw or row.text,
        "language": row.language or None,
        "version": row.version,
        "post": row.post_external_id or None,
        "parent": row.parent_external_id or None,
        "thread": row.thread,
        "private": row.private,
        "pictures": row.pictures,
        "url": row.url or None,
        "deleted_at": row.deleted_at,
    }
    if row.deleted_at is not None:
        kept |= dict.fromkeys(("author_id", "author_name", "author_handle", "text", "url"))
    return kept | (_erased(row) if row.erased_at else {})


def _post(row: Post, page: Page) -> dict[str, Any]:
    return {
        **_head(row, page),
        "received_at": row.received_at,
        "text": row.text,
        "language": row.language or None,
        "pictures": row.pictures,
        "url": row.url or None,
        "delivery": row.delivery.code if row.delivery else None,
    }


def _figure(row: Figure, page: Page) -> dict[str, Any]:
    return {
        "number": row.archive_no,
        "organisation": row.organisation_id,
        "page": page.code,
        "network": page.network,
        "id": row.post.external_id,
        "at": row.at,
        **{name: row.counts.get(name) for name in ("views", "likes", "shares", "replies", "quotes")},
    }
