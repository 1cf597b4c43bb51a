"""A fake Mastodon, written from its documentation, for what no small real server has.

Deletion, edit history, the Idempotency-Key with its hour, pictures that are still being worked
through (202, 206), mentions that a policy filters or drops, limits, and all faults of the core.

Sources: Mastodon documentation, methods "statuses", "media", "notifications", "accounts",
"instance", "apps", "oauth"; entities; "Rate limits" (read 2026-11-24). HTML of statuses: as the
examples there show it (links shortened by hidden spans, mentions as h-card).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import regex

from tests.networks.fakes.core import Fake, Reply, Request
from tests.networks.fakes.mastodon_shown import URL, Attachment, Note, Person, Shown, iso
from tests.networks.fakes.mastodon_signin import SignIn

NOT_FOUND = Reply(404, {"error": "Record not found"})
NO_TOKEN = Reply(401, {"error": "The access token is invalid"})
KEY_KEPT = timedelta(hours=1)


@dataclass
class Told:
    """A notification."""

    id: str
    to: str
    note: str
    filtered: bool
    at: datetime


class MastodonFake(Fake):
    """One server with an office, a citizen and what they write.

    policy: as in NotificationPolicy; slow_media: how often a picture answers "not yet".
    disabled: the office's login is switched off by a moderator.
    """

    def __init__(self) -> None:
        super().__init__()
        self.version = "4.5.2"
        self.max_characters = 500
        self.slow_media = 0
        self.disabled = False
        self.policy: dict[str, str] = {}
        self.told: list[Told] = []
        self.media: dict[str, Attachment] = {}
        self.keys: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.signing_in = SignIn(self.clock)
        self.shows = Shown(self.origin)
        self._number = 116_000_000_000_000_000
        long_ago = self.clock.now() - timedelta(days=400)
        self.office = self._person("akimat", "Әкімдік баспасөз қызметі", long_ago)
        self.citizen = self._person("aigul", "Айгүл", long_ago)
        self.token = self.let_in(self.office)

    # ------------------------------------------------------------ what tests do from outside

    def let_in(self, person: Person, scope: str = "read write") -> str:
        return self.signing_in.let_in(person.id, scope)

    def consent(self, url: str, person: Person | None = None, *, agree: bool = True) -> dict[str, str]:
        """What a browser brings back after a person has said yes (or no) at `url`."""
        return self.signing_in.consent(url, (person or self.office).id, agree=agree)

    def write(self, person: Person, text: str, parent: str = "", visibility: str = "public") -> Note:
        """A person writes something by another client."""
        with self.lock:
            return self._post(person, text, visibility, "kk", parent, [])

    def change(self, note: Note, text: str) -> None:
        with self.lock:
            note.history.append((note.edited or note.at, note.text))
            note.text, note.edited = text, self.clock.now()

    def remove(self, note: Note) -> None:
        with self.lock:
            note.gone = True
            self.told = [t for t in self.told if t.note != note.id]
            for child in self.shows.notes.values():
                child.parent = "" if child.parent == note.id else child.parent

    def standing(self, person: Person) -> list[Note]:
        """Public posts of the person, newest first, without answers."""
        mine = [n for n in self.shows.living() if n.author is person and not n.parent]
        return sorted((n for n in mine if n.visibility == "public"), key=lambda n: -int(n.id))

    def under(self, note_id: str) -> list[Note]:
        """All that stands under a post, oldest first."""
        found, wanted = [], {note_id}
        for note in sorted(self.shows.living(), key=lambda n: int(n.id)):
            if note.parent in wanted:
                wanted.add(note.id)
                found.append(note)
        return found

    # ------------------------------------------------------------ the server

    def operation(self, request: Request) -> str:
        if request.method == "POST" and request.path == "/api/v1/statuses":
            return "commit"
        if request.method == "POST" and request.path.endswith("/media"):
            return "upload"
        reading = ("/api/v1/notifications", "/context")
        return "read" if request.method == "GET" and request.path.endswith(reading) else "other"

    def answer(self, request: Request) -> Reply:
        public = self._public(request)
        if public is not None:
            return self._with_limits(public)
        token = self.signing_in.tokens.get(request.bearer)
        if token is None:
            return self._with_limits(NO_TOKEN)
        if self.disabled and token.person == self.office.id:
            return Reply(403, {"error": "Your login is currently disabled"})
        needed = "read" if request.method == "GET" else "write"
        if needed not in {scope.split(":")[0] for scope in token.scope.split()}:
            return Reply(403, {"error": "This action is outside the authorized scopes"})
        return self._with_limits(self._signed(request, self.shows.people[token.person]))

    def _with_limits(self, reply: Reply) -> Reply:
        reset = self.clock.now() + timedelta(minutes=5)
        told = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299"}
        return Reply(
            reply.status, reply.body, {**told, "X-RateLimit-Reset": reset.isoformat(), **reply.headers}
        )

    def _public(self, request: Request) -> Reply | None:
        match request.method, request.path.rstrip("/"):
            case "GET", "/api/v2/instance":
                return Reply(200, self._instance())
            case "GET", "/api/v1/instance":
                return Reply(200, {**self._instance(), "uri": urlsplit(self.origin).netloc})
            case "POST", "/api/v1/apps":
                return self.signing_in.register(request)
            case "POST", "/oauth/token":
                return self.signing_in.token(request)
            case "POST", "/oauth/revoke":
                self.signing_in.tokens.pop(request.fields.get("token", ""), None)
                return Reply(200, {})
        return None

    def _signed(self, request: Request, me: Person) -> Reply:
        parts = request.path.strip("/").split("/")[2:]
        match [request.method, *parts]:
            case ["GET", "accounts", "verify_credentials"]:
                return Reply(200, self.shows.account(me))
            case ["GET", "accounts", identity, "statuses"]:
                return self._statuses_of(request, identity)
            case ["GET", "notifications"]:
                return self._notifications(request, me)
            case ["GET", "notifications", "policy"]:
                return Reply(200, {**self.policy, "summary": {}})
            case ["POST", "media"]:
                return self._upload(request, me)
            case ["GET", "media", identity]:
                return self._media_ready(identity)
            case ["POST", "statuses"]:
                return self._publish(request, me)
            case ["GET", "statuses"]:
                wanted = parse_qs(request.raw_query).get("id[]", [])
                found = [
                    self.shows.notes[i]
                    for i in wanted[:20]
                    if i in self.shows.notes and not self.shows.notes[i].gone
                ]
                return Reply(200, [self.shows.status(n) for n in found])
            case [method, "statuses", identity, *more]:
                note = self.shows.notes.get(identity)
                if note is None or note.gone:
                    return NOT_FOUND
                return self._one(request, me, note, method, more)
        return Reply(404, {"error": "The page you were looking for doesn't exist"})

    def _one(self, request: Request, me: Person, note: Note, method: str, more: list[str]) -> Reply:
        match [method, *more]:
            case ["GET"]:
                return Reply(200, self.shows.status(note))
            case ["GET", "context"]:
                above = [self.shows.status(n) for n in reversed(list(self._above(note)))]
                below = [self.shows.status(n) for n in self.under(note.id)]
                return Reply(200, {"ancestors": above, "descendants": below})
            case ["GET", "source"]:
                return Reply(200, {"id": note.id, "text": note.text, "spoiler_text": ""})
            case ["GET", "history"]:
                forms = [*note.history, (note.edited or note.at, note.text)]
                shown = [{"content": self.shows.html(text), "created_at": iso(at)} for at, text in forms]
                return Reply(200, [{**form, "account": self.shows.account(note.author)} for form in shown])
            case ["DELETE"] if note.author is me:
                self.remove(note)
                return Reply(200, {**self.shows.status(note), "text": note.text})
            case ["PUT"] if note.author is me:
                return self._edit(request, note)
        return NOT_FOUND

    # ------------------------------------------------------------ publishing

    def _publish(self, request: Request, me: Person) -> Reply:
        given, lists = request.fields, self._lists(request)
        key = (me.id, request.headers.get("idempotency-key", ""))
        kept = self.keys.get(key) if key[1] else None
        if kept and self.clock.now() - kept[1] < KEY_KEPT and kept[0] in self.shows.notes:
            return Reply(200, self.shows.status(self.shows.notes[kept[0]]))
        refused = self._refused(given.get("status", ""), lists, me)
        if refused:
            return refused
        parent = given.get("in_reply_to_id", "")
        if parent and (parent not in self.shows.notes or self.shows.notes[parent].gone):
            return NOT_FOUND
        media = [self.media[i] for i in lists]
        language = given.get("language", "en")
        note = self._post(
            me, given.get("status", ""), given.get("visibility", "public"), language, parent, media
        )
        if key[1]:
            self.keys[key] = (note.id, self.clock.now())
        return Reply(200, self.shows.status(note))

    def _refused(self, text: str, media: list[str], me: Person) -> Reply | None:
        if not text.strip() and not media:
            return Reply(422, {"error": "Validation failed: Text can't be blank"})
        if self._length(text) > self.max_characters:
            limit = self.max_characters
            return Reply(422, {"error": f"Validation failed: Text character limit of {limit} exceeded"})
        if len(media) > 4:
            return Reply(422, {"error": "Validation failed: Cannot attach more than 4 files"})
        unready = [i for i in media if i not in self.media or self.media[i].owner != me.id]
        if unready or any(self.media[i].polls_left > 0 for i in media):
            return Reply(422, {"error": "Cannot attach files that have not finished processing"})
        return None

    def _edit(self, request: Request, note: Note) -> Reply:
        media = self._lists(request)
        text = request.fields.get("status", "")
        refused = self._refused(text, media, note.author)
        if refused:
            return refused
        note.media = [self.media[i] for i in media]
        if text != note.text:
            self.change(note, text)
            self.shown[text] += 1
        note.language = request.fields.get("language", note.language)
        return Reply(200, self.shows.status(note))

    def _post(
        self, author: Person, text: str, visibility: str, language: str, parent: str, media: list[Attachment]
    ) -> Note:
        note = Note(self._id(), author, text, visibility, language, self.clock.now(), parent, media)
        self.shows.notes[note.id] = note
        if author is self.office:
            self.shown[text] += 1
        for person in self.shows.people.values():
            mentioned = regex.search(rf"(?<!\w)@{person.username}\b", text)
            if mentioned and person is not author:
                self._tell(person, note)
        return note

    def _tell(self, person: Person, note: Note) -> None:
        young = self.clock.now() - note.author.created_at < timedelta(days=30)
        kinds = [self.policy.get("for_not_following")]
        kinds += [self.policy.get("for_new_accounts")] if young else []
        kinds += [self.policy.get("for_private_mentions")] if note.visibility == "direct" else []
        if "drop" not in kinds:
            filtered = "filter" in kinds
            self.told.append(Told(self._id(), person.id, note.id, filtered, self.clock.now()))

    def _upload(self, request: Request, me: Person) -> Reply:
        file = next((f for f in request.files if f.name == "file"), None)
        if file is None or not file.mime.startswith("image/"):
            return Reply(422, {"error": "Validation failed: File content type is invalid"})
        description = request.fields.get("description", "")
        got = Attachment(self._id(), file.mime, file.content, description, me.id, self.slow_media)
        self.media[got.id] = got
        return Reply(202 if got.polls_left else 200, self.shows.attachment(got))

    def _media_ready(self, identity: str) -> Reply:
        media = self.media.get(identity)
        if media is None:
            return NOT_FOUND
        if media.polls_left > 0:
            media.polls_left -= 1
            return Reply(206, self.shows.attachment(media))
        return Reply(200, self.shows.attachment(media))

    # ------------------------------------------------------------ lists

    def _statuses_of(self, request: Request, identity: str) -> Reply:
        mine = [n for n in self.shows.living() if n.author.id == identity]
        page = self._page(request, mine, lambda n: n.id)
        return Reply(200, [self.shows.status(n) for n in page], self._link(request, [n.id for n in page]))

    def _notifications(self, request: Request, me: Person) -> Reply:
        filtered_too = request.query.get("include_filtered") == "true"
        told = [t for t in self.told if t.to == me.id and (filtered_too or not t.filtered)]
        page = self._page(request, told, lambda t: t.id)
        shown = [
            {
                "id": t.id,
                "type": "mention",
                "created_at": iso(t.at),
                "account": self.shows.account(self.shows.notes[t.note].author),
                "status": self.shows.status(self.shows.notes[t.note]),
                **({"filtered": True} if t.filtered else {}),
            }
            for t in page
        ]
        return Reply(200, shown, self._link(request, [t.id for t in page]))

    def _page(self, request: Request, rows: Iterable[Any], key: Callable[[Any], str]) -> list[Any]:
        """Newest first; `min_id` gives those next to it, `since_id` the newest."""
        asked = request.query
        limit = min(int(asked.get("limit", 20)), 80)
        found = sorted(rows, key=lambda row: int(key(row)), reverse=True)
        found = [r for r in found if int(key(r)) < int(asked.get("max_id", 10**30))]
        found = [r for r in found if int(key(r)) > int(asked.get("min_id", asked.get("since_id", 0)))]
        return found[-limit:] if "min_id" in asked else found[:limit]

    def _link(self, request: Request, ids: list[str]) -> dict[str, str]:
        if not ids:
            return {}
        base = self.origin + request.path
        return {"Link": f'<{base}?max_id={ids[-1]}>; rel="next", <{base}?min_id={ids[0]}>; rel="prev"'}

    # ------------------------------------------------------------ small things

    def _instance(self) -> dict[str, Any]:
        statuses = {
            "max_characters": self.max_characters,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        }
        media = {
            "supported_mime_types": ["image/jpeg", "image/png", "image/webp", "video/mp4"],
            "description_limit": 1500,
            "image_size_limit": 16_777_216,
            "image_matrix_limit": 33_177_600,
        }
        return {
            "domain": urlsplit(self.origin).netloc,
            "title": "Mastodon",
            "version": self.version,
            "source_url": "https://github.com/mastodon/mastodon",
            "api_versions": {"mastodon": 7},
            "languages": ["kk"],
            "configuration": {"statuses": statuses, "media_attachments": media},
        }

    def _person(self, username: str, name: str, created_at: datetime) -> Person:
        person = Person(self._id(), username, name, created_at)
        self.shows.people[person.id] = person
        return person

    def newcomer(self, username: str) -> Person:
        """Somebody whose account is an hour old."""
        return self._person(username, username, self.clock.now() - timedelta(hours=1))

    def _id(self) -> str:
        self._number += 65_537
        return str(self._number)

    def _above(self, note: Note) -> Iterable[Note]:
        while note.parent and note.parent in self.shows.notes:
            note = self.shows.notes[note.parent]
            yield note

    def _lists(self, request: Request) -> list[str]:
        if "json" in request.headers.get("content-type", ""):
            return [str(i) for i in request.json().get("media_ids", [])]
        return request.lists.get("media_ids[]", [])

    def _length(self, text: str) -> int:
        text = regex.sub(r"(?<!\w)@(\w+)@[\w.:-]+", r"@\1", URL.sub("x" * 23, text))
        return len(regex.findall(r"\X", text))
