"""The fake Telegram is no mirror of our own client: aiogram, written by others, drives it too.

aiogram reads every answer into its own types, which are made from the published Bot API.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InputMediaPhoto, MessageOriginChannel, ReplyParameters

from jauap.networks.base import Cursor
from tests.networks.acts import picture, publish
from tests.networks.fakes.telegram import TelegramFake
from tests.networks.telegram_world import number, signed_in

Got = TypeVar("Got")
PNG = picture("Сурет").content()


@pytest.fixture
def fake() -> Iterator[TelegramFake]:
    with TelegramFake() as server:
        yield server


def by_aiogram(fake: TelegramFake, does: Callable[[Bot], Awaitable[Got]]) -> Got:
    async def run() -> Got:
        session = AiohttpSession(api=TelegramAPIServer.from_base(fake.origin))
        async with Bot(fake.token, session=session) as bot:
            return await does(bot)

    return asyncio.run(run())


def file() -> BufferedInputFile:
    return BufferedInputFile(PNG, "a.png")


def test_aiogram_posts_what_a_citizen_sees(fake: TelegramFake) -> None:
    message = by_aiogram(fake, lambda bot: bot.send_message("@akimat_news", "Қош (2026) #жол_1"))
    assert message.text == "Қош (2026) #жол_1"
    assert message.chat.id == fake.channel.id
    assert fake.standing(fake.channel)[0].text == message.text


def test_aiogram_posts_a_photo_and_an_album(fake: TelegramFake) -> None:
    photo = by_aiogram(fake, lambda bot: bot.send_photo("@akimat_news", file(), caption="Сурет"))
    assert photo.caption == "Сурет"
    assert photo.photo
    media = [InputMediaPhoto(media=file(), caption="Альбом"), InputMediaPhoto(media=file())]
    album = by_aiogram(fake, lambda bot: bot.send_media_group("@akimat_news", media))  # type: ignore[arg-type]
    assert [m.caption for m in album] == ["Альбом", None]
    assert album[0].media_group_id == album[1].media_group_id is not None


def test_aiogram_reads_a_comment_with_its_thread_as_we_do(fake: TelegramFake) -> None:
    post = publish(signed_in(fake), "Жол")
    fake.comments(number(post), "Қашан?")
    updates = by_aiogram(fake, lambda bot: bot.get_updates())
    comment = updates[-1].message
    assert comment is not None
    assert comment.reply_to_message is not None
    origin = comment.reply_to_message.forward_origin
    assert isinstance(origin, MessageOriginChannel)
    [ours] = signed_in(fake).read_messages(Cursor("")).messages
    assert ours.post == f"{origin.chat.id}:{origin.message_id}"
    assert ours.id == f"{comment.chat.id}:{comment.message_id}"
    assert ours.text == comment.text


def test_aiogram_answers_edits_and_deletes(fake: TelegramFake) -> None:
    post = publish(signed_in(fake), "Жол")
    asked = fake.comments(number(post), "Қашан?")
    reply = ReplyParameters(message_id=asked.number)
    answer = by_aiogram(fake, lambda bot: bot.send_message(fake.group.id, "Ертең", reply_parameters=reply))
    assert answer.reply_to_message is not None
    by_aiogram(
        fake, lambda bot: bot.edit_message_text("Бүгін", chat_id=fake.group.id, message_id=answer.message_id)
    )
    assert fake.standing(fake.group)[-1].text == "Бүгін"
    assert by_aiogram(fake, lambda bot: bot.delete_message(fake.group.id, answer.message_id))
    assert fake.standing(fake.group)[-1].text == "Қашан?"


def test_aiogram_asks_who_it_is_and_what_it_may(fake: TelegramFake) -> None:
    me = by_aiogram(fake, lambda bot: bot.get_me())
    chat = by_aiogram(fake, lambda bot: bot.get_chat("@akimat_news"))
    member = by_aiogram(fake, lambda bot: bot.get_chat_member(fake.channel.id, me.id))
    hook = by_aiogram(fake, lambda bot: bot.get_webhook_info())
    assert (me.is_bot, chat.linked_chat_id, member.status, hook.url) == (
        True, fake.group.id, "administrator", "",
    )  # fmt: skip
    assert by_aiogram(fake, lambda bot: bot.get_chat_member_count(fake.channel.id)) == 1204


def test_aiogram_understands_the_fakes_refusals(fake: TelegramFake) -> None:
    with pytest.raises(exceptions.TelegramBadRequest, match="too long"):
        by_aiogram(fake, lambda bot: bot.send_message("@akimat_news", "қ" * 4097))
    fake.faults.plan("commit", "429")
    with pytest.raises(exceptions.TelegramRetryAfter) as slow:
        by_aiogram(fake, lambda bot: bot.send_message("@akimat_news", "Асықпай"))
    assert slow.value.retry_after == 7
    fake.webhook = "https://other.example/hook"
    with pytest.raises(exceptions.TelegramConflictError):
        by_aiogram(fake, lambda bot: bot.get_updates())
    fake.channel.rights["status"] = "kicked"
    with pytest.raises(exceptions.TelegramForbiddenError):
        by_aiogram(fake, lambda bot: bot.send_message("@akimat_news", "Жоқ"))
