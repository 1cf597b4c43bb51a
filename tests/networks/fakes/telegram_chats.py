"""What stands in a fake Telegram: chats, messages, and how the Bot API tells of them.

Source: Telegram, Bot API 10.3, "Available types" (read 2026-11-24).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.networks.fakes.core import Clock


@dataclass
class User:
    id: int
    first_name: str
    username: str = ""
    is_bot: bool = False

    def told(self) -> dict[str, Any]:
        name = {"username": self.username} if self.username else {}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **name}


@dataclass
class Chat:
    """linked: a channel's discussion group. rights: the bot's own, as ChatMember; {} = not there."""

    id: int
    type: str
    title: str
    username: str = ""
    linked: Chat | None = None
    rights: dict[str, Any] = field(default_factory=dict)
    moved_to: Chat | None = None
    numbers: int = 0

    def told(self) -> dict[str, Any]:
        if self.type == "private":
            return {"id": self.id, "type": "private", "first_name": self.title}
        name = {"username": self.username} if self.username else {}
        return {"id": self.id, "type": self.type, "title": self.title, **name}


@dataclass
class Standing:
    """A message. origin: for the automatic forward of a channel's post, that post."""

    chat: Chat
    number: int
    at: datetime
    by: User | Chat
    text: str
    photos: int = 0
    album: str = ""
    above: Standing | None = None
    origin: Standing | None = None
    edited: datetime | None = None
    gone: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def top(self) -> Standing:
        message = self
        while message.above:
            message = message.above
        return message


class Chats:
    """All that stands, and the updates that wait for the bot."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.all: dict[int, Chat] = {}
        self.messages: list[Standing] = []
        self.updates: list[tuple[int, datetime, dict[str, Any]]] = []
        self.next_update = 881_204_311

    def open(self, chat: Chat) -> Chat:
        self.all[chat.id] = chat
        return chat

    def find(self, name: str) -> Chat | None:
        """By number or @name; a group that has moved is found under its old number too."""
        if name.startswith("@"):
            return next((c for c in self.all.values() if c.username == name[1:]), None)
        return self.all.get(int(name))

    def message(self, chat: Chat, number: int) -> Standing | None:
        found = (m for m in self.messages if m.chat is chat and m.number == number and not m.gone)
        return next(found, None)

    def put(self, chat: Chat, by: User | Chat, text: str, **more: Any) -> Standing:
        """A message comes to stand; a channel's post goes on to its discussion group."""
        chat.numbers += 1
        message = Standing(chat, chat.numbers, self.clock.now(), by, text, **more)
        self.messages.append(message)
        if chat.linked:
            forward = self.put(chat.linked, chat, text, photos=message.photos, origin=message)
            self.tell("message", forward)
        return message

    def forward_of(self, post: Standing) -> Standing:
        return next(m for m in self.messages if m.origin is post)

    def tell(self, kind: str, message: Standing) -> None:
        """Queue an update, if the bot sees what is written there."""
        if message.chat.type == "private" or message.chat.rights.get("status") in ("administrator", "member"):
            self.updates.append((self.next_update, self.clock.now(), {kind: self.told(message)}))
            self.next_update += 1

    def told(self, message: Standing, *, whole: bool = True) -> dict[str, Any]:
        """A Message. whole: with the message that it answers, which comes without its own."""
        told: dict[str, Any] = {
            "message_id": message.number,
            "date": int(message.at.timestamp()),
            "chat": message.chat.told(),
            **_by(message),
            **message.more,
        }
        if message.photos:
            told["photo"] = [{"file_id": "AgAD", "file_unique_id": "AQAD", "width": 90, "height": 60}]
        if message.text:
            told["caption" if message.photos else "text"] = message.text
        if message.edited:
            told["edit_date"] = int(message.edited.timestamp())
        if message.album:
            told["media_group_id"] = message.album
        if message.origin:
            told |= _forwarded(message.origin)
        if message.above and whole:
            told["reply_to_message"] = self.told(message.above, whole=False)
        if message.chat.type == "supergroup" and message.top.origin and message.above:
            told["message_thread_id"] = message.top.number
        return told


def _by(message: Standing) -> dict[str, Any]:
    if isinstance(message.by, User):
        return {"from": message.by.told()}
    if message.chat.type == "channel":
        return {"sender_chat": message.by.told()}
    service = User(777000, "Telegram")
    return {"from": service.told(), "sender_chat": message.by.told()}


def _forwarded(post: Standing) -> dict[str, Any]:
    origin = {
        "type": "channel",
        "date": int(post.at.timestamp()),
        "chat": post.chat.told(),
        "message_id": post.number,
    }
    return {"is_automatic_forward": True, "forward_origin": origin}
