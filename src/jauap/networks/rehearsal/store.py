"""What the rehearsal network remembers: one SQLite file, durable before any answer goes out.

`synchronous=FULL`: a post whose answer was sent stands after a power cut. One connection under one
lock; every public method is one transaction.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jauap.networks.rehearsal.rules import Refused

_ENTRY = """
    SELECT e.*, p.handle, p.name AS page_name,
        (SELECT count(*) FROM pictures WHERE entry = e.id) AS pictures,
        (SELECT count(*) FROM entries r WHERE r.root = e.id AND r.deleted IS NULL AND r.hidden IS NULL)
            AS replies
    FROM entries e JOIN pages p ON p.id = e.page
"""


@dataclass(frozen=True)
class Page:
    id: int
    handle: str
    name: str
    language: str
    followers: int
    at: float


@dataclass(frozen=True)
class Entry:
    """A post of a page, or something that a person wrote. author: '' = the page. root: itself on top."""

    id: int
    page: int
    handle: str
    page_name: str
    author: str
    scripted: bool
    root: int
    parent: int | None
    text: str
    language: str
    version: int
    at: float
    edited: float | None
    hidden: float | None
    deleted: float | None
    pictures: int
    replies: int

    @property
    def top(self) -> bool:
        return self.root == self.id


@dataclass(frozen=True)
class Event:
    """Something that happened to a person's entry. text: as it was then."""

    seq: int
    kind: str
    text: str
    version: int
    at: float
    entry: Entry


@dataclass(frozen=True)
class Shown:
    """A picture under an entry."""

    id: int
    alt: str


@dataclass(frozen=True)
class Draft:
    """What a page or a person is about to write. pictures: (media id, alt) in their order."""

    text: str
    language: str = ""
    author: str = ""
    scripted: bool = False
    reply_to: int | None = None
    key: str | None = None
    pictures: tuple[Shown, ...] = ()


class Store:
    """now: seconds since 1970; given by tests that move the clock."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.now = now
        self._lock = threading.RLock()
        self._db = sqlite3.connect(
            folder / "rehearsal.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._db.executescript((files(__package__) / "schema.sql").read_text("utf-8"))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # ---- pages

    def register(self, name: str, handle: str, language: str) -> tuple[Page, str]:
        """A new page and its token; a taken handle gets a number."""
        token = secrets.token_urlsafe(24)
        with self._writing() as db:
            taken = {row[0] for row in db.execute("SELECT handle FROM pages")}
            free = next(
                h for i in range(1, 100_000) if (h := handle if i == 1 else f"{handle}{i}") not in taken
            )
            followers = 1_000 + int(hashlib.sha256(free.encode()).hexdigest()[:4], 16) % 9_000
            row = db.execute(
                "INSERT INTO pages (handle, name, language, token_sha256, followers, at)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
                (free, name, language, _sha256(token), followers, self.now()),
            ).fetchone()
        return _page(row), token

    def signed_in(self, token: str) -> Page | None:
        rows = self._rows("SELECT * FROM pages WHERE token_sha256 = ?", _sha256(token)) if token else []
        return _page(rows[0]) if rows else None

    def sign_out(self, page: int) -> None:
        """The page's token stops working for ever."""
        with self._writing() as db:
            db.execute("UPDATE pages SET token_sha256 = '' WHERE id = ?", (page,))

    def pages(self) -> list[Page]:
        return [_page(row) for row in self._rows("SELECT * FROM pages ORDER BY id")]

    def page(self, handle: str) -> Page | None:
        rows = self._rows("SELECT * FROM pages WHERE handle = ?", handle)
        return _page(rows[0]) if rows else None

    # ---- entries

    def write(self, page: int, draft: Draft, *, ignore_keys: bool = False) -> tuple[Entry, bool]:
        """The entry and whether it is new: an equal one with the same key stands already.

        ignore_keys: as servers do that know no keys. Raises Refused.
        """
        with self._writing() as db:
            copies = 0
            if draft.key is not None:
                sql = f"{_ENTRY} WHERE e.page = ? AND e.key = ? ORDER BY e.id"
                standing = [_entry(row) for row in db.execute(sql, (page, draft.key))]
                if standing and not ignore_keys:
                    return _same(standing[0], draft), False
                copies = len(standing)
            root = self._root(page, draft.reply_to)
            entry = db.execute(
                "INSERT INTO entries (page, author, scripted, root, parent, key, copy, text, language, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (page, draft.author, draft.scripted, root, draft.reply_to, draft.key, copies, draft.text,
                 draft.language, self.now()),
            ).fetchone()[0]  # fmt: skip
            self._attach(db, page, entry, draft.pictures)
            if draft.author:
                self._happened(db, entry, "written")
        return self.entry(entry), True

    def rewrite(self, page: int, entry: int, text: str, pictures: Sequence[Shown] | None = None) -> Entry:
        """Another text (and pictures, unless None). The same again changes nothing. Raises Refused."""
        standing = self._own(page, entry)
        with self._writing() as db:
            if standing.text != text:
                db.execute(
                    "UPDATE entries SET text = ?, version = version + 1, edited = ? WHERE id = ?",
                    (text, self.now(), entry),
                )
                if standing.author:
                    self._happened(db, entry, "edited")
            if pictures is not None:
                db.execute("UPDATE pictures SET entry = NULL WHERE entry = ?", (entry,))
                self._attach(db, page, entry, pictures)
        return self.entry(entry)

    def delete(self, page: int, entry: int) -> None:
        """Take an entry away; a second time changes nothing. A person's words go with it. Raises Refused."""
        if self._own(page, entry, gone_too=True).deleted:
            return
        with self._writing() as db:
            db.execute("UPDATE entries SET deleted = ? WHERE id = ?", (self.now(), entry))
            if self.entry(entry).author:
                db.execute("UPDATE entries SET text = '' WHERE id = ?", (entry,))
                db.execute("DELETE FROM events WHERE entry = ?", (entry,))
                self._happened(db, entry, "deleted")

    def hide(self, page: int, entry: int) -> None:
        """Hide a person's entry from others; a second time changes nothing. Raises Refused."""
        if not self._own(page, entry, gone_too=True).author:
            raise Refused(422, "Only what people wrote can be hidden.")
        with self._writing() as db:
            db.execute("UPDATE entries SET hidden = ? WHERE id = ? AND hidden IS NULL", (self.now(), entry))

    def entry(self, entry: int) -> Entry:
        """Raises Refused."""
        rows = self._rows(f"{_ENTRY} WHERE e.id = ?", entry)
        if not rows:
            raise Refused(404, "There is no such post.")
        return _entry(rows[0])

    def by_key(self, page: int, key: str) -> list[Entry]:
        return [
            _entry(r) for r in self._rows(f"{_ENTRY} WHERE e.page = ? AND e.key = ? ORDER BY e.id", page, key)
        ]

    def posts(self, page: int, after: int, limit: int) -> list[Entry]:
        """Standing top posts of the page, oldest first, with ids above `after`."""
        sql = (
            f"{_ENTRY} WHERE e.page = ? AND e.id > ? AND e.root IS NULL AND e.author = ''"
            " AND e.deleted IS NULL ORDER BY e.id LIMIT ?"
        )
        return [_entry(row) for row in self._rows(sql, page, after, limit)]

    def timeline(self, page: int, limit: int = 50) -> list[Entry]:
        """Standing top posts, people's too, newest first."""
        sql = (
            f"{_ENTRY} WHERE e.page = ? AND e.root IS NULL AND e.deleted IS NULL AND e.hidden IS NULL"
            " ORDER BY e.id DESC LIMIT ?"
        )
        return [_entry(row) for row in self._rows(sql, page, limit)]

    def thread(self, root: int) -> list[Entry]:
        """What stands under a post, oldest first, without the post; hidden ones are in it."""
        sql = f"{_ENTRY} WHERE e.root = ? AND e.deleted IS NULL ORDER BY e.id LIMIT 1000"
        return [_entry(row) for row in self._rows(sql, root)]

    def events(self, page: int, after: int, limit: int) -> list[Event]:
        rows = self._rows(
            "SELECT * FROM events WHERE page = ? AND seq > ? ORDER BY seq LIMIT ?", page, after, limit
        )
        return [
            Event(r["seq"], r["kind"], r["text"], r["version"], r["at"], self.entry(r["entry"])) for r in rows
        ]

    def counts(self) -> dict[str, dict[str, int]]:
        """How often each key and each text of pages came to stand before citizens (deleted ones count)."""
        keys = "SELECT key, count(*) FROM entries WHERE author = '' AND key IS NOT NULL GROUP BY key"
        texts = "SELECT text, count(*) FROM entries WHERE author = '' GROUP BY text"
        return {
            "keys": {row[0]: row[1] for row in self._rows(keys)},
            "texts": {row[0]: row[1] for row in self._rows(texts)},
        }

    # ---- pictures

    def keep_picture(self, page: int, mime: str, content: bytes) -> int:
        with self._writing() as db:
            row = db.execute(
                "INSERT INTO pictures (page, mime, content) VALUES (?, ?, ?) RETURNING id",
                (page, mime, content),
            ).fetchone()
        return int(row[0])

    def picture(self, picture: int) -> tuple[str, bytes] | None:
        """Its type and bytes, once it stands under a standing entry."""
        rows = self._rows(
            "SELECT mime, content FROM pictures p JOIN entries e ON e.id = p.entry"
            " WHERE p.id = ? AND e.deleted IS NULL",
            picture,
        )
        return (rows[0]["mime"], rows[0]["content"]) if rows else None

    def pictures(self, entry: int) -> list[Shown]:
        rows = self._rows("SELECT id, alt FROM pictures WHERE entry = ? ORDER BY place", entry)
        return [Shown(row["id"], row["alt"]) for row in rows]

    # ---- plans of people

    def plan(self, acts: Sequence[tuple[float, str]]) -> None:
        """acts: when each is due, and what."""
        with self._writing() as db:
            db.executemany("INSERT INTO plans (due, act) VALUES (?, ?)", acts)

    def next_due(self) -> float | None:
        due: float | None = self._rows("SELECT min(due) FROM plans")[0][0]
        return due

    def take_due(self) -> str | None:
        """The earliest act that is due; it is nobody else's from now on."""
        with self._writing() as db:
            row = db.execute(
                "DELETE FROM plans WHERE id = (SELECT id FROM plans WHERE due <= ? ORDER BY due, id LIMIT 1)"
                " RETURNING act",
                (self.now(),),
            ).fetchone()
        return str(row[0]) if row else None

    # ---- within a transaction

    def _own(self, page: int, entry: int, *, gone_too: bool = False) -> Entry:
        """An entry in the page's threads; strangers' entries are 404."""
        found = self.entry(entry)
        if found.page != page or (found.deleted and not gone_too):
            raise Refused(404, "There is no such post.")
        return found

    def _root(self, page: int, reply_to: int | None) -> int | None:
        return None if reply_to is None else self._own(page, reply_to).root

    def _attach(self, db: sqlite3.Connection, page: int, entry: int, pictures: Sequence[Shown]) -> None:
        for place, picture in enumerate(pictures):
            done = db.execute(
                "UPDATE pictures SET entry = ?, place = ?, alt = ?"
                " WHERE id = ? AND page = ? AND entry IS NULL",
                (entry, place, picture.alt, picture.id, page),
            )
            if not done.rowcount:
                raise Refused(422, f"There is no picture {picture.id} to attach.")

    def _happened(self, db: sqlite3.Connection, entry: int, kind: str) -> None:
        db.execute(
            "INSERT INTO events (page, entry, kind, text, version, at)"
            " SELECT page, id, ?, text, version, ? FROM entries WHERE id = ?",
            (kind, self.now(), entry),
        )


def _same(standing: Entry, draft: Draft) -> Entry:
    if standing.version == 1 and (standing.text, standing.parent) != (draft.text, draft.reply_to):
        raise Refused(409, "Another post stands under this key.")
    return standing


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _page(row: sqlite3.Row) -> Page:
    return Page(row["id"], row["handle"], row["name"], row["language"], row["followers"], row["at"])


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"], page=row["page"], handle=row["handle"], page_name=row["page_name"],
        author=row["author"], scripted=bool(row["scripted"]), root=row["root"] or row["id"],
        parent=row["parent"], text=row["text"], language=row["language"], version=row["version"],
        at=row["at"], edited=row["edited"], hidden=row["hidden"], deleted=row["deleted"],
        pictures=row["pictures"], replies=row["replies"],
    )  # fmt: skip
