"""The rehearsal network's API: JSON, one bearer token a page.

POST   /api/pages                {name, handle, language} -> page and token; open to any office
GET    /api/page                 the page's head                 DELETE /api/page/token  sign out for good
POST   /api/media                bytes of a PNG or JPEG -> {id}
POST   /api/posts                {text, language, reply_to, pictures: [{id, alt}]}, header Idempotency-Key
GET    /api/posts?after=&key=    own top posts, oldest first, 50 at a time; or those of one key
PUT    /api/posts/ID             {text, pictures}                DELETE /api/posts/ID
POST   /api/messages/ID/hide
GET    /api/messages?after=      what people wrote, edited, deleted; 100 at a time, by a rising number
GET    /api/metrics?ids=1,2
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from jauap.networks.rehearsal import rules
from jauap.networks.rehearsal.crowd import figures
from jauap.networks.rehearsal.people import People
from jauap.networks.rehearsal.requests import Reply, Request
from jauap.networks.rehearsal.rules import Refused
from jauap.networks.rehearsal.store import Draft, Entry, Event, Page, Shown, Store

POSTS_AT_ONCE = 50
MESSAGES_AT_ONCE = 100


class Api:
    """people: told of what pages publish. ignore_keys: asked at each post."""

    def __init__(self, store: Store, people: People, ignore_keys: Callable[[], bool]) -> None:
        self.store, self.people, self.ignore_keys = store, people, ignore_keys
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = [
            ("GET", re.compile("/api/page"), self.head),
            ("DELETE", re.compile("/api/page/token"), self.sign_out),
            ("POST", re.compile("/api/media"), self.upload),
            ("POST", re.compile("/api/posts"), self.publish),
            ("GET", re.compile("/api/posts"), self.posts),
            ("PUT", re.compile(r"/api/posts/(\d{1,15})"), self.edit),
            ("DELETE", re.compile(r"/api/posts/(\d{1,15})"), self.delete),
            ("POST", re.compile(r"/api/messages/(\d{1,15})/hide"), self.hide),
            ("GET", re.compile("/api/messages"), self.messages),
            ("GET", re.compile("/api/metrics"), self.metrics),
        ]

    def answer(self, request: Request) -> Reply:
        """Raises Refused."""
        if (request.method, request.path) == ("POST", "/api/pages"):
            return Reply(201, self.register(request))
        page = self.store.signed_in(request.bearer)
        if page is None:
            raise Refused(401, "This token opens no page.")
        for method, path, act in self._routes:
            found = path.fullmatch(request.path) if method == request.method else None
            if found:
                return Reply(200, act(request, page, *map(int, found.groups())))
        raise Refused(404, "There is no such address.")

    # ---- pages

    def register(self, request: Request) -> dict[str, Any]:
        asked = _object(request)
        page, token = self.store.register(
            rules.good_name(asked.get("name")),
            rules.good_handle(asked.get("handle")),
            _language(asked.get("language")),
        )
        return {**self._head(page, request), "token": token}

    def head(self, request: Request, page: Page) -> dict[str, Any]:
        return self._head(page, request)

    def sign_out(self, _: Request, page: Page) -> dict[str, Any]:
        self.store.sign_out(page.id)
        return {"signed_out": True}

    def _head(self, page: Page, request: Request) -> dict[str, Any]:
        return {
            "id": str(page.id),
            "name": page.name,
            "handle": page.handle,
            "url": f"{request.origin}/@{page.handle}",
            "followers": page.followers,
        }

    # ---- posts

    def upload(self, request: Request, page: Page) -> dict[str, Any]:
        mime = rules.picture_type(request.body)
        return {"id": str(self.store.keep_picture(page.id, mime, request.body))}

    def publish(self, request: Request, page: Page) -> dict[str, Any]:
        asked = _object(request)
        pictures = _pictures(asked)
        draft = Draft(
            text=rules.good_text(asked.get("text"), pictures=len(pictures)),
            language=_language(asked.get("language")),
            reply_to=_number(asked["reply_to"]) if asked.get("reply_to") else None,
            key=request.headers.get("idempotency-key", "")[:200] or None,
            pictures=pictures,
        )
        entry, new = self.store.write(page.id, draft, ignore_keys=self.ignore_keys())
        if new:
            self.people.heard(entry)
        return _post(entry, request)

    def posts(self, request: Request, page: Page) -> dict[str, Any]:
        key = request.query.get("key")
        if key is not None:
            return {"posts": [_post(e, request) for e in self.store.by_key(page.id, key)], "more": False}
        found = self.store.posts(page.id, _number(request.query.get("after", "0")), POSTS_AT_ONCE + 1)
        return {
            "posts": [_post(e, request) for e in found[:POSTS_AT_ONCE]],
            "more": len(found) > POSTS_AT_ONCE,
        }

    def edit(self, request: Request, page: Page, entry: int) -> dict[str, Any]:
        asked = _object(request)
        pictures = _pictures(asked)
        if self.store.entry(entry).author:
            raise Refused(403, "Only its author can change this.")
        text = rules.good_text(asked.get("text"), pictures=len(pictures))
        return _post(self.store.rewrite(page.id, entry, text, pictures), request)

    def delete(self, _: Request, page: Page, entry: int) -> dict[str, Any]:
        if self.store.entry(entry).author:
            raise Refused(403, "Only its author can delete this.")
        self.store.delete(page.id, entry)
        return {"deleted": True}

    # ---- what people wrote

    def hide(self, _: Request, page: Page, entry: int) -> dict[str, Any]:
        self.store.hide(page.id, entry)
        return {"hidden": True}

    def messages(self, request: Request, page: Page) -> dict[str, Any]:
        after = _number(request.query.get("after", "0"))
        found = self.store.events(page.id, after, MESSAGES_AT_ONCE + 1)
        shown = found[:MESSAGES_AT_ONCE]
        return {
            "messages": [_message(event, request) for event in shown],
            "next": str(shown[-1].seq if shown else after),
            "more": len(found) > MESSAGES_AT_ONCE,
        }

    def metrics(self, request: Request, page: Page) -> dict[str, Any]:
        asked = [_number(part) for part in request.query.get("ids", "").split(",") if part][:100]
        own = [entry for n in asked if (entry := self._standing(page, n))]
        now = self.store.now()
        return {"metrics": [{"id": str(e.id), **figures(e, page.followers, now)} for e in own]}

    def _standing(self, page: Page, number: int) -> Entry | None:
        try:
            entry = self.store.entry(number)
        except Refused:
            return None
        return entry if entry.page == page.id and not entry.deleted and not entry.author else None


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _post(entry: Entry, request: Request) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "root": str(entry.root),
        "url": f"{request.origin}/post/{entry.root}" + ("" if entry.top else f"#e{entry.id}"),
        "text": entry.text,
        "language": entry.language,
        "at": moment(entry.at),
        "pictures": entry.pictures,
        "deleted": bool(entry.deleted),
    }


def _message(event: Event, request: Request) -> dict[str, Any]:
    entry = event.entry
    return {
        **_post(entry, request),
        "kind": event.kind,
        "text": event.text,
        "version": event.version,
        "changed": moment(event.at),
        "author": entry.author,
        "parent": str(entry.parent or ""),
    }


def _object(request: Request) -> dict[str, Any]:
    try:
        got = json.loads(request.body)
    except (ValueError, RecursionError):
        got = None
    if not isinstance(got, dict):
        raise Refused(400, "The body is no JSON object.")
    return got


def _pictures(asked: dict[str, Any]) -> tuple[Shown, ...]:
    given = asked.get("pictures") or []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise Refused(422, "Pictures are a list of objects with id and alt.")
    if len(given) > rules.PICTURES:
        raise Refused(422, f"At most {rules.PICTURES} pictures.")
    return tuple(Shown(_number(one.get("id")), rules.good_alt(one.get("alt", ""))) for one in given)


def _number(text: object) -> int:
    if not re.fullmatch(r"\d{1,15}", str(text), re.ASCII):
        raise Refused(422, "An id is a number.")
    return int(str(text))


def _language(given: object) -> str:
    return given if isinstance(given, str) and re.fullmatch(r"[a-z]{2,3}", given) else ""
