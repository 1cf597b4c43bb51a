"""The test of a Telegram connection: what the bot is, where it is, and what it may do there.

Source: Telegram, Bot API 10.3, getMe, getChat, getChatMember, getWebhookInfo (read 2026-11-24).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jauap.errors import NetworkError, Rejected, SignedOut, SignedOutKind, Unavailable
from jauap.networks._telegram_bot import Bot
from jauap.networks.base import Checked, ExternalId, Profile
from jauap.words import N_, Words, words

WRONG_TOKEN = words(N_("Telegram does not know this token. Copy it again from BotFather, whole."))
WEBHOOK = words(
    N_(
        "Another program has set a webhook for this bot, so its messages can't be read here. Switch it off "
        "there, or make a new bot for jauap."
    )
)
NOT_THERE = words(
    N_(
        "The bot does not see this channel or group. Check its name, and add the bot there as an "
        "administrator."
    )
)
PRIVATE = words(N_("This is a private chat. Give a channel or a group."))
NO_POSTING = words(N_("The bot may not post there. Make it an administrator who may post messages."))
BLIND_GROUP = words(
    N_(
        "The bot does not see what people write in the group {group}. Make it an administrator there, or "
        "switch its privacy mode off in BotFather and add it again."
    )
)
NOT_IN_GROUP = words(
    N_(
        "The bot is not in the group with the comments. Add it there as an administrator, so that none "
        "is lost."
    )
)
NO_COMMENTS = words(
    N_(
        "No group is linked to the channel, so people can't comment there. Messages written to the bot "
        "itself are read."
    )
)
NO_DELETING = words(N_("In the group {group} the bot may not delete people's messages."))


def checked(bot: Bot, account: str, profile: Callable[[], Profile]) -> Checked:
    """Publishes nothing, reads no message."""
    try:
        me = _whole(bot.read("getMe"))
    except SignedOut as error:
        return Checked(False, None, (WRONG_TOKEN, *_theirs(error)))
    except NetworkError as error:
        return Checked(False, None, (error.said, *_theirs(error)))
    try:
        page = profile()
        chat = _whole(bot.read("getChat", chat_id=page.id))
        bad, notes = list(_bad(bot, me, chat)), list(_notes(bot, chat))
    except (SignedOut, Rejected) as error:
        revoked = isinstance(error, SignedOut) and error.kind is SignedOutKind.REVOKED
        return Checked(False, None, (error.said if revoked else NOT_THERE, *_theirs(error)))
    except NetworkError as error:
        return Checked(False, None, (error.said, *_theirs(error)))
    return Checked(not bad, page, (*bad, *notes))


def profile_of(chat: Mapping[str, Any], followers: object) -> Profile:
    """The page's head; a page without a name of its own has an address that only members can open."""
    number, user = str(chat["id"]), chat.get("username") or ""
    inner = number[4:] if number.startswith("-100") else number.lstrip("-")
    return Profile(
        id=ExternalId(number),
        name=str(chat.get("title") or user),
        handle=f"@{user}" if user else "",
        url=f"https://t.me/{user}" if user else f"https://t.me/c/{inner}",
        about=str(chat.get("description") or ""),
        followers=followers if isinstance(followers, int) else None,
    )


def _bad(bot: Bot, me: Mapping[str, Any], chat: Mapping[str, Any]) -> Iterator[Words]:
    """What keeps the page from publishing or from reading."""
    if _whole(bot.read("getWebhookInfo")).get("url"):
        yield WEBHOOK
    if chat.get("type") == "private":
        yield PRIVATE
        return
    member = _member(bot, chat["id"])
    if not _may_post(member, chat):
        yield NO_POSTING
    if chat.get("type") != "channel":
        if not _sees_all(me, member):
            yield words(BLIND_GROUP.msgid, group=str(chat.get("title") or ""))
        return
    group = chat.get("linked_chat_id")
    if group is None:
        return
    there = _member(bot, group)
    if not _inside(there):
        yield NOT_IN_GROUP
    elif not _sees_all(me, there):
        yield words(BLIND_GROUP.msgid, group=_title(bot, group))


def _notes(bot: Bot, chat: Mapping[str, Any]) -> Iterator[Words]:
    """What is good to know."""
    group = chat.get("linked_chat_id") if chat.get("type") == "channel" else chat.get("id")
    if group is None:
        yield NO_COMMENTS
        return
    there = _member(bot, group)
    if _inside(there) and not there.get("can_delete_messages"):
        yield words(NO_DELETING.msgid, group=_title(bot, group))


def _member(bot: Bot, chat: int) -> Mapping[str, Any]:
    """The bot's own rights in a chat; nothing where it is not there."""
    try:
        return _whole(bot.read("getChatMember", chat_id=chat, user_id=bot.id))
    except SignedOut as error:
        if error.kind is SignedOutKind.REVOKED:
            raise
        return {}
    except Rejected:
        return {}


def _title(bot: Bot, chat: int) -> str:
    return str(_whole(bot.read("getChat", chat_id=chat)).get("title") or "")


def _may_post(member: Mapping[str, Any], chat: Mapping[str, Any]) -> bool:
    if chat.get("type") == "channel":
        return member.get("status") == "administrator" and bool(member.get("can_post_messages"))
    return _inside(member) and member.get("can_send_messages") is not False


def _inside(member: Mapping[str, Any]) -> bool:
    return member.get("status") in ("creator", "administrator", "member") or bool(member.get("is_member"))


def _sees_all(me: Mapping[str, Any], member: Mapping[str, Any]) -> bool:
    return member.get("status") == "administrator" or bool(me.get("can_read_all_group_messages"))


def _whole(got: Any) -> dict[str, Any]:
    if not isinstance(got, dict):
        raise Unavailable("unreadable answer")
    return got


def _theirs(error: NetworkError) -> tuple[Words, ...]:
    said = error.their_words
    return (words(N_("Telegram says: {their_words}"), their_words=said),) if said else ()
