"""A fake Bot API: a channel, its discussion group, a citizen, and a bot with a queue of updates.

Every call is held against the foreign library's method classes: an unknown or missing parameter is
a refusal, where the real server is silent about the first. Modelled: limits in code points, albums,
the automatic forward with its thread, offsets that confirm, 24 hours, 409, groups that move.

Sources: Telegram, Bot API 10.3, as carried in aiogram 3.31.0; words of errors: tdlib/telegram-bot-api,
Client.cpp (commit 01a3679). Read 2026-11-24.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aiogram import methods
from pydantic import ValidationError

from tests.networks.fakes.core import Fake, Reply, Request
from tests.networks.fakes.telegram_chats import Chat, Chats, Standing, User

TOKEN = "7012345678:AAF-q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h"
COMMITS = ("sendMessage", "sendPhoto", "sendMediaGroup")
JSON_FIELDS = ("reply_parameters", "media", "allowed_updates", "entities", "caption_entities")
ADMIN = {
    "status": "administrator",
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": False,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_send_welcome_messages": False,
    "can_post_messages": True,
    "can_edit_messages": True,
}
KEPT = timedelta(hours=24)


class Refused(Exception):
    """The Bot API says no."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        self.status, self.description, self.parameters = status, description, parameters


class TelegramFake(Fake):
    """webhook: its address, where one is set. blocked: citizens who have blocked the bot."""

    def __init__(self) -> None:
        super().__init__()
        self.chats = Chats(self.clock)
        self.bot = User(int(TOKEN.split(":")[0]), "Баспасөз", "akimat_press_bot", is_bot=True)
        self.token = TOKEN
        self.webhook = ""
        self.reads_all = False
        self.blocked: set[int] = set()
        self.followers = 1204
        self.citizen = User(512_300_411, "Айгүл", "aigul_n")
        group = Chat(-1001987654321, "supergroup", "Пікірлер", rights=dict(ADMIN))
        channel = Chat(-1001234567890, "channel", "Әкімдік", "akimat_news", group, dict(ADMIN))
        self.group, self.channel = self.chats.open(group), self.chats.open(channel)
        self.private = self.chats.open(Chat(self.citizen.id, "private", self.citizen.first_name))

    # ------------------------------------------------------------ what people do

    def comments(self, post: int, text: str, by: User | None = None, **more: Any) -> Standing:
        """A citizen comments on a post of the channel."""
        with self.lock:
            standing = self.chats.message(self.channel, post)
            assert standing is not None
            return self.says(self.group, text, by, above=self.chats.forward_of(standing), **more)

    def says(self, chat: Chat, text: str, by: User | None = None, **more: Any) -> Standing:
        with self.lock:
            message = self.chats.put(chat, by or self.citizen, text, **more)
            self.chats.tell("message", message)
            return message

    def changes(self, message: Standing, text: str) -> None:
        with self.lock:
            message.text, message.edited = text, self.clock.now()
            self.chats.tell("edited_message", message)

    def moves(self, group: Chat, new_id: int) -> Chat:
        """A group becomes a supergroup with another id."""
        with self.lock:
            new = self.chats.open(Chat(new_id, "supergroup", group.title, rights=dict(group.rights)))
            notice = self.chats.put(group, self.citizen, "", more={"migrate_to_chat_id": new_id})
            self.chats.tell("message", notice)
            group.moved_to = new
            return new

    def standing(self, chat: Chat) -> list[Standing]:
        """Oldest first."""
        return [m for m in self.chats.messages if m.chat is chat and not m.gone]

    # ------------------------------------------------------------ the server

    def operation(self, request: Request) -> str:
        method = request.path.rpartition("/")[2]
        if method in COMMITS:
            return "commit"
        return "read" if method == "getUpdates" else method

    def refusal(self, request: Request) -> Reply:
        return _no(400, "Bad Request: MEDIA_EMPTY")

    def error(self, status: int, request: Request) -> Reply:
        if status in (502, 504):
            return super().error(status, request)
        return _no(status, "Internal Server Error")

    def too_many(self, form: str, request: Request) -> Reply:
        """Telegram says it in the body alone, whatever `form` asks for; "bare" says nothing."""
        if form == "bare":
            return _no(429, "Too Many Requests")
        return _no(429, "Too Many Requests: retry after 7", retry_after=7)

    def answer(self, request: Request) -> Reply:
        _, bot, method = request.path.split("/", 2)
        if bot != f"bot{self.token}":
            return _no(401, "Unauthorized")
        does: Callable[[dict[str, Any], Request], Any] | None = getattr(self, f"_{method}", None)
        if does is None:
            return _no(404, "Not Found")
        try:
            return Reply(200, {"ok": True, "result": does(self._params(method, request), request)})
        except Refused as no:
            return _no(no.status, no.description, **no.parameters)

    def _params(self, method: str, request: Request) -> dict[str, Any]:
        """The call's parameters, once the foreign library's class of the method takes them."""
        params = self._given(request)
        model = getattr(methods, method[0].upper() + method[1:])
        aliases = {f.alias or name for name, f in model.model_fields.items()}
        unknown = set(params) - aliases - {f.name for f in request.files if f.filename}
        if unknown:
            raise Refused(400, f"Bad Request: unknown parameters {sorted(unknown)}")
        try:
            model.model_validate({**params, **{f.name: f.name for f in request.files if f.filename}})
        except ValidationError as error:
            raise Refused(400, f"Bad Request: {error}") from error
        return params

    def _given(self, request: Request) -> dict[str, Any]:
        if "json" in request.headers.get("content-type", ""):
            got: dict[str, Any] = request.json()
            return got
        fields = request.fields if request.body else dict(request.query)
        return {n: json.loads(v) if n in JSON_FIELDS else v for n, v in fields.items()}

    # ------------------------------------------------------------ its methods

    def _getMe(self, params: dict[str, Any], request: Request) -> Any:
        return {**self.bot.told(), "can_read_all_group_messages": self.reads_all, "can_join_groups": True}

    def _getWebhookInfo(self, params: dict[str, Any], request: Request) -> Any:
        waiting = len(self.chats.updates)
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": waiting}

    def _getChat(self, params: dict[str, Any], request: Request) -> Any:
        chat = self._chat(params)
        gifts = ("unlimited", "limited", "unique")
        told = {
            **chat.told(),
            "accent_color_id": 1,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                **{f"{kind}_gifts": False for kind in gifts},
                "premium_subscription": False,
                "gifts_from_channels": False,
            },
        }
        if chat.linked:
            told["linked_chat_id"] = chat.linked.id
        back = next((c for c in self.chats.all.values() if c.linked is chat), None)
        return {**told, "linked_chat_id": back.id} if back else told

    def _getChatMember(self, params: dict[str, Any], request: Request) -> Any:
        chat = self._chat(params)
        if not chat.rights:
            raise Refused(403, f"Forbidden: bot is not a member of the {chat.type} chat")
        return {"user": self.bot.told(), **chat.rights}

    def _getChatMemberCount(self, params: dict[str, Any], request: Request) -> Any:
        self._chat(params)
        return self.followers

    def _sendMessage(self, params: dict[str, Any], request: Request) -> Any:
        text = self._text(params.get("text", ""), 4096, "message")
        if not text:
            raise Refused(400, "Bad Request: message text is empty")
        return self._told(self._put(params, text))

    def _sendPhoto(self, params: dict[str, Any], request: Request) -> Any:
        self._pictures(request, 1)
        return self._told(self._put(params, self._text(params.get("caption", ""), 1024, "caption"), photos=1))

    def _sendMediaGroup(self, params: dict[str, Any], request: Request) -> Any:
        media = params["media"]
        if not 2 <= len(media) <= 10:
            raise Refused(400, "Bad Request: wrong number of messages in the album")
        self._pictures(request, len(media))
        texts = [self._text(item.get("caption", ""), 1024, "caption") for item in media]
        album = str(self.chats.next_update * 7)
        return [self._told(self._put(params, text, photos=1, album=album)) for text in texts]

    def _editMessageText(self, params: dict[str, Any], request: Request) -> Any:
        message = self._own(params)
        if message.photos:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        return self._edited(message, self._text(params["text"], 4096, "message"))

    def _editMessageMedia(self, params: dict[str, Any], request: Request) -> Any:
        message = self._own(params)
        media = json.loads(params["media"]) if isinstance(params["media"], str) else params["media"]
        self._pictures(request, 1)
        message.photos = 1
        return self._edited(message, self._text(media.get("caption", ""), 1024, "caption"), new=True)

    def _deleteMessage(self, params: dict[str, Any], request: Request) -> Any:
        chat = self._chat(params)
        message = self.chats.message(chat, int(params["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to delete not found")
        if not chat.rights.get("can_delete_messages"):
            raise Refused(400, "Bad Request: message can't be deleted")
        message.gone = True
        return True

    def _getUpdates(self, params: dict[str, Any], request: Request) -> Any:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(params.get("offset", 0))
        young = self.clock.now() - KEPT
        self.chats.updates = [u for u in self.chats.updates if u[0] >= offset and u[1] > young]
        wanted = params.get("allowed_updates") or ["message", "edited_message"]
        waiting = [(n, told) for n, _, told in self.chats.updates if set(told) & set(wanted)]
        return [{"update_id": n, **told} for n, told in waiting[: int(params.get("limit", 100))]]

    # ------------------------------------------------------------ shared steps

    def _chat(self, params: dict[str, Any]) -> Chat:
        chat = self.chats.find(str(params["chat_id"]))
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.moved_to:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to.id,
            )
        if chat.id in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat.rights.get("status") == "kicked":
            raise Refused(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        return chat

    def _put(self, params: dict[str, Any], text: str, **more: Any) -> Standing:
        chat = self._chat(params)
        if chat.type == "channel" and not chat.rights.get("can_post_messages"):
            raise Refused(400, "Bad Request: need administrator rights in the channel chat")
        above = None
        if "reply_parameters" in params:
            above = self.chats.message(chat, int(params["reply_parameters"]["message_id"]))
            if above is None:
                raise Refused(400, "Bad Request: message to be replied not found")
        by: User | Chat = chat if chat.type == "channel" else self.bot
        self.shown[text] += 1
        return self.chats.put(chat, by, text, above=above, **more)

    def _own(self, params: dict[str, Any]) -> Standing:
        message = self.chats.message(self._chat(params), int(params["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if message.by not in (self.bot, self.channel):
            raise Refused(400, "Bad Request: message can't be edited")
        return message

    def _edited(self, message: Standing, text: str, *, new: bool = False) -> Any:
        if message.text == text and not new:
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        message.text, message.edited = text, self.clock.now()
        return self._told(message)

    def _text(self, text: str, limit: int, what: str) -> str:
        """Trimmed, then measured in code points."""
        if len(text.strip()) > limit:
            raise Refused(400, f"Bad Request: message {'caption ' * (what == 'caption')}is too long")
        return text.strip()

    def _pictures(self, request: Request, count: int) -> None:
        files = [f for f in request.files if f.filename]
        if len(files) != count:
            raise Refused(400, "Bad Request: there is no photo in the request")
        if not all(f.content.startswith((b"\x89PNG", b"\xff\xd8\xff")) for f in files):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")

    def _told(self, message: Standing) -> dict[str, Any]:
        return self.chats.told(message)


def _no(status: int, description: str, **parameters: Any) -> Reply:
    more = {"parameters": parameters} if parameters else {}
    return Reply(status, {"ok": False, "error_code": status, "description": description, **more})
