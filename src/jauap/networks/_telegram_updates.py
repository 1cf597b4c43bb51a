"""What the Bot API's updates say: people's messages, and which of our posts a comment stands under.

A comment is a message in the channel's discussion group. Its thread begins with the automatic
forward of our post, which names the post; a comment on a comment names only the thread. So the
cursor remembers, beside where reading stopped, which thread belongs to which post.

Sources: Telegram, Bot API 10.3, "Getting updates", "Message" (is_automatic_forward, forward_origin,
message_thread_id, sender_chat), read 2026-11-24; "Getting updates": updates are kept for 24 hours;
after a week without any, their numbers begin anew at random.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from jauap.networks.base import Author, Cursor, ExternalId, Message, MessageKind, Target

KEPT = timedelta(hours=24)
NUMBERED_ANEW = timedelta(days=6)
"""After so long without an update its number is worth nothing any more (Telegram says: a week)."""
THREADS_KEPT = 200
SIGNS = {
    "sticker": "🩹", "voice": "🎤", "audio": "🎵", "video": "🎬", "video_note": "🎬", "animation": "🎬",
    "document": "📎", "photo": "", "live_photo": "", "paid_media": "🎬", "story": "📖", "poll": "📊",
    "location": "📍", "venue": "📍", "contact": "👤", "dice": "🎲", "game": "🎮", "checklist": "☑️",
    "rich_message": "📄",
}  # fmt: skip
"""What stands in place of the text where a message has none; kinds that are not here are notices of
the service ("joined the group"), which nobody wrote."""


@dataclass(frozen=True)
class Home:
    """The chats of a page. discussion: the group with the channel's comments; None = none."""

    page: int
    discussion: int | None = None

    def __contains__(self, chat: object) -> bool:
        return chat is not None and chat in (self.page, self.discussion)


@dataclass(frozen=True)
class Seen:
    """Where reading stopped. offset: the next update's number, 0 = unknown.

    read: when we read last; got: when we last got an update. threads: first message of a thread in
    the group -> post in the channel; the oldest fall out.
    """

    offset: int = 0
    read: datetime | None = None
    got: datetime | None = None
    threads: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def at(cls, cursor: Cursor) -> Seen:
        """A cursor that is not ours is the beginning."""
        try:
            kept = json.loads(cursor) if cursor else {}
            threads = {int(thread): int(post) for thread, post in kept.get("threads", ())}
            return cls(
                int(kept.get("offset", 0)), _moment(kept.get("read")), _moment(kept.get("got")), threads
            )
        except (ValueError, TypeError, AttributeError, OverflowError, OSError):
            return cls()

    def cursor(self) -> Cursor:
        kept = {
            "offset": self.offset,
            "read": self.read and int(self.read.timestamp()),
            "got": self.got and int(self.got.timestamp()),
            "threads": list(self.threads.items())[-THREADS_KEPT:],
        }
        return Cursor(json.dumps(kept, separators=(",", ":")))

    def usable_offset(self, now: datetime) -> int | None:
        old = self.got is None or now - self.got > NUMBERED_ANEW
        return None if old or not self.offset else self.offset

    def gap(self, now: datetime) -> tuple[datetime, datetime] | None:
        """What Telegram has thrown away since we read last."""
        if self.read is None or now - self.read <= KEPT:
            return None
        return self.read, now - KEPT

    def after(self, updates: Iterable[Mapping[str, Any]], home: Home, now: datetime) -> Seen:
        """Where reading stands once these updates are taken in."""
        seen = replace(self, read=now)
        for update in updates:
            seen = replace(seen, offset=_number(update.get("update_id")) + 1, got=now)
            body = _body(update)
            threads = _thread(body, home) | _thread(_part(body, "reply_to_message"), home)
            if threads:
                seen = replace(seen, threads={**seen.threads, **threads})
        return seen


def messages(
    updates: Iterable[Mapping[str, Any]], home: Home, bot: int, threads: Mapping[int, int]
) -> Iterator[Message]:
    """What people wrote to the page. threads: as in `Seen`, these updates taken in.

    Left out: other chats, what the bot or the page itself wrote, notices of the service.
    """
    for update in updates:
        body = _body(update)
        sender = _sender(body)
        by_us = sender.get("id") == bot or _part(body, "sender_chat").get("id") in home
        if by_us or body.get("is_automatic_forward") or not sender.get("id") or not _content(body):
            continue
        chat = _part(body, "chat")
        if chat.get("type") == "private":
            yield _message(update, MessageKind.DIRECT)
        elif chat.get("id") in home:
            yield _comment(update, home, bot, threads)


def moved_to(updates: Iterable[Mapping[str, Any]], page: int) -> int | None:
    """The page's new id, where a notice says that the group has become a supergroup."""
    for update in updates:
        body = _body(update)
        new = body.get("migrate_to_chat_id")
        if isinstance(new, int) and _part(body, "chat").get("id") == page:
            return new
    return None


def strangers(updates: Iterable[Mapping[str, Any]]) -> bool:
    """Whether there is anything that is not a private chat, so that the page's chats must be known."""
    return any(_part(_body(update), "chat").get("type") != "private" for update in updates)


def external_id(message: Mapping[str, Any]) -> ExternalId:
    """CHAT:MESSAGE, because a message's number is unique in its chat alone. Raises KeyError, TypeError."""
    return ExternalId(f"{int(message['chat']['id'])}:{int(message['message_id'])}")


def address(chat: Mapping[str, Any], message: int) -> str:
    """The message's address; '' where Telegram has none (small groups, private chats)."""
    if chat.get("username"):
        return f"https://t.me/{chat['username']}/{message}"
    inner = str(chat.get("id", ""))
    return f"https://t.me/c/{inner[4:]}/{message}" if inner.startswith("-100") else ""


def _comment(update: Mapping[str, Any], home: Home, bot: int, threads: Mapping[int, int]) -> Message:
    body = _body(update)
    above = _part(body, "reply_to_message")
    post = threads.get(_number(body.get("message_thread_id"))) or threads.get(
        _number(above.get("message_id"))
    )
    if post is None and above.get("is_automatic_forward"):
        post = next(iter(_thread(above, home).values()), None)
    to_bot = _sender(above).get("id") == bot
    kind = MessageKind.REPLY if to_bot else MessageKind.COMMENT
    message = _message(update, kind)
    parent = external_id({"chat": body["chat"], **above}) if above.get("message_id") else ExternalId("")
    top = ExternalId(f"{home.page}:{post}") if post is not None else ExternalId("")
    if above.get("is_automatic_forward") and top:
        parent = top
    if to_bot and not top and home.discussion is None:
        top = parent
    return replace(message, post=top, parent=parent, target=replace(message.target, root=top))


def _message(update: Mapping[str, Any], kind: MessageKind) -> Message:
    body = _body(update)
    number = external_id(body)
    written, edited = _number(body.get("date")), _number(body.get("edit_date"))
    link = address(body["chat"], int(body["message_id"]))
    return Message(
        id=number,
        kind=kind,
        author=_author(body),
        text=_content(body).strip(),
        at=datetime.fromtimestamp(written, UTC),
        target=Target((number,), url=link),
        url=link,
        version=f"{edited or written}.{_number(update.get('update_id')):012d}",
        pictures=1 if body.get("photo") or body.get("live_photo") else 0,
        private=kind is MessageKind.DIRECT,
    )


def _author(body: Mapping[str, Any]) -> Author:
    sender = _sender(body)
    name = sender.get("title") or f"{sender.get('first_name') or ''} {sender.get('last_name') or ''}".strip()
    user = sender.get("username") or ""
    return Author(
        id=str(sender["id"]),
        name=str(name),
        handle=f"@{user}" if user else "",
        url=f"https://t.me/{user}" if user else "",
    )


def _content(body: Mapping[str, Any]) -> str:
    """The text, or a sign in its place; a space for a bare photo; '' for a notice of the service."""
    text = body.get("text") or body.get("caption")
    if isinstance(text, str) and text:
        return text
    for kind, sign in SIGNS.items():
        if kind in body:
            return f"{sign} {_described(kind, body)}".rstrip() or " "
    return ""


def _described(kind: str, body: Mapping[str, Any]) -> str:
    part = _part(body, kind)
    match kind:
        case "sticker":
            return str(part.get("emoji") or "")
        case "document":
            return str(part.get("file_name") or "")
        case "poll":
            return str(part.get("question") or "")
        case "location" | "venue":
            place = part if kind == "location" else _part(part, "location")
            return f"{place.get('latitude')}, {place.get('longitude')}"
    return ""


def _thread(body: Mapping[str, Any], home: Home) -> dict[int, int]:
    """For the automatic forward of a post of the page: its number in the group -> in the channel."""
    origin = _part(body, "forward_origin")
    if not body.get("is_automatic_forward") or _part(origin, "chat").get("id") != home.page:
        return {}
    return {_number(body.get("message_id")): _number(origin.get("message_id"))}


def _body(update: Mapping[str, Any]) -> Mapping[str, Any]:
    return _part(update, "message") or _part(update, "edited_message")


def _sender(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return _part(body, "sender_chat") or _part(body, "from")


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _moment(epoch: object) -> datetime | None:
    return datetime.fromtimestamp(epoch, UTC) if isinstance(epoch, int) else None
