"""Telegram: a channel with its comments, or a group, through a bot.

Source: Telegram, Bot API 10.3, as carried in aiogram 3.31.0 (methods and types; read 2026-11-24);
lengths: tdlib, MessageContent.cpp (code points after entities; commit 022d60202); rates: Telegram,
Bots FAQ, "My bot is hitting limits" (read 2026-11-24).

The text goes out as it was approved: no parse_mode, so nothing is a sign of formatting and nothing can
fail to be parsed; links, mentions and hashtags Telegram finds by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import regex

from jauap.errors import (
    BadInput,
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SignedOutKind,
    Unavailable,
)
from jauap.networks import _telegram_check as checking
from jauap.networks import _telegram_updates as updates
from jauap.networks._telegram_bot import TOKEN, Bot, Moved, Upload
from jauap.networks.base import (
    Ask,
    CannotTell,
    Capabilities,
    Checked,
    Credentials,
    Cursor,
    DeliveryKey,
    ExternalId,
    Find,
    Incoming,
    Intent,
    Limit,
    Looked,
    Network,
    Out,
    PageKind,
    Picture,
    Post,
    Posts,
    Profile,
    Published,
    Rate,
    Step,
    Target,
)
from jauap.networks.counting import codepoints
from jauap.networks.http import Http
from jauap.words import N_, Words, words

SERVER = "https://api.telegram.org"
UPDATES_AT_ONCE = 100
MOST_SIDES = 10_000
MOST_RATIO = 20

CAPABILITIES = Capabilities(
    name="Telegram",
    letters="Tg",
    kind=PageKind.MESSENGER,
    text=Limit(4096, codepoints),
    caption=Limit(1024, codepoints),
    pictures=10,
    picture_bytes=10_000_000,
    picture_types=("image/jpeg", "image/png"),
    alt_text=None,
    edit=True,
    hide=False,
    delete=True,
    delete_theirs=True,
    lists_posts=False,
    finds_by=Find.NOTHING,
    posts=Rate(1, 3.0),
    answers=Rate(1, 3.0),
    keeps_messages_h=24,
    cannot=(
        words(N_("Telegram gives bots no views, no shares and no list of posts.")),
        words(N_("Telegram has no place for the description of a picture: it stays in jauap.")),
        words(N_("Telegram does not tell when a person deletes a message.")),
        words(N_("A person's message can't be hidden, only deleted.")),
        words(N_("Telegram keeps messages for 24 hours; what is not read by then is lost.")),
    ),
    source="Telegram, Bot API 10.3, sendMessage, sendPhoto, sendMediaGroup, getUpdates, read 2026-11-24",
)

_NOBODY_CAN_LOOK = words(
    N_(
        "Telegram does not let a bot read what stands in a channel or a group. Open it on Telegram, look "
        "whether the post is there, and say so here."
    )
)
_CHAT = regex.compile(r"-?\d{1,19}|@[A-Za-z][A-Za-z0-9_]{3,31}")
_ID = regex.compile(r"(-?\d{1,19}):(\d{1,19})")
_LINK = regex.compile(r"(?:https?://)?(?:t\.me|telegram\.me)/([A-Za-z][A-Za-z0-9_]{3,31})/?")

Given = TypeVar("Given")


class Telegram(Network):
    CAPABILITIES = CAPABILITIES
    ASKS = (
        Ask("token", N_("Token of the bot"), N_("Numbers, a colon and letters, from BotFather"), secret=True),
        Ask(
            "account",
            N_("Channel or group"),
            N_("For example @office_news; for a private one its number, which begins with -100"),
        ),
    )
    PATH = (
        N_("On Telegram, open @BotFather, send /newbot and follow it. Copy the token that it gives."),
        N_("Make a new bot for each page: two pages with one bot would take each other's messages."),
        N_("In the channel: Administrators, add the bot, let it post, edit and delete messages."),
        N_(
            "For comments: link a group to the channel (Discussion), and make the bot an administrator there."
        ),
    )

    def __init__(
        self,
        credentials: Credentials,
        http: Http,
        *,
        renewed: Callable[[Credentials], None] = lambda _: None,
    ) -> None:
        super().__init__(credentials, http, renewed=renewed)
        self._bot = Bot(http, credentials.server or SERVER, credentials.secrets.get("token", ""))

    # ------------------------------------------------------------ the connection

    @classmethod
    def sign_in(cls, http: Http, typed: Mapping[str, str], back: str) -> Credentials:
        """A token and a chat as typed; `check` tries them."""
        token = typed.get("token", "").strip()
        if not TOKEN.fullmatch(token):
            raise BadInput(
                words(
                    N_("This is not a bot's token. It looks like 123456789:AAF... and comes from BotFather.")
                ),
                where="token",
            )
        return Credentials(typed.get("server", "").strip() or SERVER, _chat(typed), {"token": token})

    def check(self) -> Checked:
        return checking.checked(self._bot, self.credentials.account, self.profile)

    def profile(self) -> Profile:
        chat = self._read("getChat")
        return checking.profile_of(chat, self._bot.read("getChatMemberCount", chat_id=chat["id"]))

    # ------------------------------------------------------------ out

    def steps(self, out: Out) -> tuple[Step, ...]:
        """None: pictures travel with the post itself."""
        return ()

    def commit(self, post: Post, key: DeliveryKey) -> Published:
        """Telegram knows no key: a lost answer is for a person to decide."""
        refuse_what_does_not_fit(post.out)
        above = post.out.reply_to
        chat, answered = _inner(above.id) if above else (self.credentials.account, None)
        method, files, params = _sending(post.out)
        if answered:
            params["reply_parameters"] = {"message_id": answered}
        try:
            sent = self._follow(lambda there: self._bot.act(method, files, chat_id=there, **params), chat)
        except SignedOut as error:
            if above and error.kind is not SignedOutKind.REVOKED and not chat.startswith("-"):
                gone = words(
                    N_("This person can't be written to: they have blocked the bot or left Telegram.")
                )
                raise Rejected(error.their_words, gone) from None
            raise
        return _published(sent if isinstance(sent, list) else [sent])

    def find(self, intent: Intent) -> Looked:
        return CannotTell(_NOBODY_CAN_LOOK)

    def edit(self, target: Target, post: Post) -> Published:
        """The text; with pictures, each picture in its place (their number can't change)."""
        refuse_what_does_not_fit(post.out)
        pictures = post.out.pictures
        if pictures and len(pictures) != len(target.ids):
            raise Rejected("", words(N_("Telegram can replace pictures of a post, not add or remove them.")))
        if not pictures:
            self._change("editMessageText", target.id, text=post.out.text)
        for number, (there, picture) in enumerate(zip(target.ids, pictures, strict=False)):
            media = _media(0, picture, post.out.text if number == 0 else "")
            self._change("editMessageMedia", there, [_upload("p0", picture)], media=media)
        return Published(target.ids, target.url, post.at)

    def delete(self, target: Target) -> None:
        for there in target.ids:
            chat, message = _inner(there)
            try:
                self._bot.read("deleteMessage", chat_id=chat, message_id=message)
            except Rejected as error:
                if "message can't be deleted" in error.their_words:
                    said = N_("Telegram did not delete this: it is too old, or the bot lacks the right.")
                    raise Rejected(error.their_words, words(said)) from None
                if "message to delete not found" not in error.their_words:
                    raise

    # ------------------------------------------------------------ in

    def read_posts(self, since: Cursor) -> Posts:
        """Nothing: the Bot API lists no posts, and does not tell a bot what it posted itself."""
        return Posts((), since)

    def read_messages(self, since: Cursor, threads: tuple[Target, ...] = ()) -> Incoming:
        """What came after the cursor; asking from a cursor tells Telegram to forget what was before it.

        gap: by Telegram's own clock, from our last reading to 24 hours ago.
        """
        seen = updates.Seen.at(since)
        got = self._bot.read_at(
            "getUpdates",
            offset=seen.usable_offset(datetime.now(UTC)),
            limit=UPDATES_AT_ONCE,
            timeout=0,
            allowed_updates=["message", "edited_message"],
        )
        new = [update for update in got.result if isinstance(update, dict)] if _is_list(got.result) else []
        home = self._home(new)
        now_seen = seen.after(new, home, got.at)
        return Incoming(
            messages=tuple(updates.messages(new, home, self._bot.id, now_seen.threads)),
            gone=(),
            cursor=now_seen.cursor(),
            more=len(new) >= UPDATES_AT_ONCE,
            gap=seen.gap(got.at),
        )

    # ------------------------------------------------------------ shared steps

    def _home(self, new: list[dict[str, Any]]) -> updates.Home:
        """The page's chats, asked for only where a group's messages came."""
        if not updates.strangers(new):
            return updates.Home(0)
        chat = self._read("getChat")
        moved = updates.moved_to(new, chat["id"])
        if moved is not None:
            self._move(str(moved))
            chat = self._read("getChat")
        return updates.Home(chat["id"], chat.get("linked_chat_id") if chat.get("type") == "channel" else None)

    def _read(self, method: str) -> dict[str, Any]:
        """A method about the page's own chat. Raises Unavailable where the answer is none."""
        got = self._follow(lambda chat: self._bot.read(method, chat_id=chat), self.credentials.account)
        if not isinstance(got, dict) or not isinstance(got.get("id"), int):
            raise Unavailable("unreadable answer")
        return got

    def _follow(self, call: Callable[[str], Given], chat: str) -> Given:
        """Do it; where the group has become a supergroup (nothing was done then), once more there."""
        try:
            return call(chat)
        except Moved as moved:
            if chat == self.credentials.account:
                self._move(moved.chat)
            return call(moved.chat)

    def _move(self, chat: str) -> None:
        self.credentials = replace(self.credentials, account=chat)
        self.renewed(self.credentials)

    def _change(self, method: str, there: ExternalId, files: list[Upload] | None = None, **what: Any) -> None:
        chat, message = _inner(there)
        try:
            self._bot.read(method, files or [], chat_id=chat, message_id=message, **what)
        except Rejected as error:
            if "message is not modified" not in error.their_words:
                raise


def refuse_what_does_not_fit(out: Out) -> None:
    """Telegram would refuse it, or (a caption) cut it. Raises Rejected before anything is sent."""
    limit = CAPABILITIES.caption if out.pictures and CAPABILITIES.caption else CAPABILITIES.text
    over = limit.unit(out.text) - limit.count
    if over > 0:
        raise Rejected("", _too_long(over, limit.count, bool(out.pictures)))
    if not out.text.strip() and not out.pictures:
        raise Rejected("", words(N_("There is no text and no picture.")))
    if len(out.pictures) > CAPABILITIES.pictures:
        raise Rejected("", words(N_("Telegram takes {most} pictures at most."), most=CAPABILITIES.pictures))
    for picture in out.pictures:
        _refuse_odd(picture)


def _too_long(over: int, limit: int, with_pictures: bool) -> Words:
    if with_pictures:
        said = N_("With a picture Telegram takes {limit} characters; the text is longer by {over}.")
    else:
        said = N_("Telegram takes {limit} characters; the text is longer by {over}.")
    return words(said, limit=limit, over=over)


def _refuse_odd(picture: Picture) -> None:
    short, long = sorted((picture.width, picture.height))
    if short < 1 or short + long > MOST_SIDES or long > short * MOST_RATIO:
        raise Rejected("", words(N_("A picture is too large or too narrow for Telegram.")))
    if picture.size_bytes > CAPABILITIES.picture_bytes:
        raise Rejected("", words(N_("A picture is larger than 10 MB, which Telegram does not take.")))


def _chat(typed: Mapping[str, str]) -> str:
    """@name or a number, from what people copy. Raises BadInput."""
    given = typed.get("account", "").strip()
    link = _LINK.fullmatch(given)
    name = link.group(1) if link else given
    chat = name if name.startswith(("@", "-")) or name.isdigit() else f"@{name}"
    if not _CHAT.fullmatch(chat):
        raise BadInput(
            words(N_("This is not the name of a channel or group. It looks like @office_news.")),
            where="account",
        )
    return chat


def _inner(there: ExternalId) -> tuple[str, int]:
    """The chat, and the message's number in it. Raises Rejected."""
    match = _ID.fullmatch(there)
    if not match:
        raise Rejected("", words(N_("This is not the id of a message on Telegram.")))
    return match.group(1), int(match.group(2))


def _sending(out: Out) -> tuple[str, list[Upload], dict[str, Any]]:
    """The method that shows it, its files and fields. Reads the pictures."""
    files = [_upload(f"p{number}", picture) for number, picture in enumerate(out.pictures)]
    if not files:
        return "sendMessage", [], {"text": out.text}
    if len(files) == 1:
        _, content = files[0]
        return "sendPhoto", [("photo", content)], {"caption": out.text or None}
    media = [_media(n, picture, out.text if n == 0 else "") for n, picture in enumerate(out.pictures)]
    return "sendMediaGroup", files, {"media": media}


def _media(number: int, picture: Picture, caption: str) -> dict[str, str]:
    media = {"type": "photo", "media": f"attach://p{number}"}
    return {**media, "caption": caption} if caption else media


def _upload(field: str, picture: Picture) -> Upload:
    ending = picture.mime.rpartition("/")[2]
    return field, (f"{field}.{ending}", picture.content(), picture.mime)


def _published(sent: list[Any]) -> Published:
    """Raises OutcomeUnknown: an answer that does not say what stands is none."""
    try:
        ids = tuple(updates.external_id(message) for message in sent)
        first = sent[0]
        at = datetime.fromtimestamp(first["date"], UTC)
        return Published(ids, updates.address(first["chat"], int(first["message_id"])), at)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, OSError):
        raise OutcomeUnknown("unreadable answer") from None


def _is_list(got: object) -> bool:
    return isinstance(got, list)


NETWORK = Telegram
