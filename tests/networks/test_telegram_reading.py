"""Telegram: what people write arrives once, under its post, and what is lost is told as a gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jauap.errors import Rejected
from jauap.networks.base import Cursor, Message, MessageKind
from jauap.networks.telegram import Telegram
from tests.networks.acts import publish, read_all
from tests.networks.fakes.telegram import TelegramFake
from tests.networks.fakes.telegram_chats import Chat, User
from tests.networks.telegram_world import number, signed_in


@pytest.fixture
def fake() -> Iterator[TelegramFake]:
    with TelegramFake() as server:
        yield server


@pytest.fixture
def telegram(fake: TelegramFake) -> Telegram:
    return signed_in(fake)


def one(telegram: Telegram) -> Message:
    [message] = read_all(telegram)[0]
    return message


def test_a_comment_stands_under_its_post(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жол")
    fake.comments(number(post), "Қашан?")
    message = one(telegram)
    assert (message.kind, message.post, message.parent) == (MessageKind.COMMENT, post.ids[0], post.ids[0])
    assert (message.author.name, message.author.handle) == ("Айгүл", "@aigul_n")
    assert message.author.url == "https://t.me/aigul_n"
    assert not message.private


def test_a_comment_on_a_comment_stands_under_the_post_too(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жол")
    first = fake.comments(number(post), "Қашан?")
    second = User(77, "Ербол")
    fake.says(fake.group, "Маған да керек", second, above=first)
    messages = read_all(telegram)[0]
    assert [m.post for m in messages] == [post.ids[0]] * 2
    assert messages[1].parent == messages[0].id


def test_the_cursor_remembers_the_thread_when_only_a_later_comment_comes(
    fake: TelegramFake, telegram: Telegram
) -> None:
    post = publish(telegram, "Жол")
    first = fake.comments(number(post), "Қашан?")
    _, _, cursor = read_all(telegram)
    fake.says(fake.group, "Әлі күтеміз", User(77, "Ербол"), above=first)
    [later] = telegram.read_messages(cursor).messages
    assert later.post == post.ids[0]


def test_a_thread_is_known_by_its_first_message_even_if_the_first_comment_was_lost(
    fake: TelegramFake, telegram: Telegram
) -> None:
    post = publish(telegram, "Жол")
    _, _, cursor = read_all(telegram)
    first = fake.comments(number(post), "Жоғалған")
    fake.chats.updates.clear()
    fake.says(fake.group, "Қолдаймын", User(77, "Ербол"), above=first)
    [later] = telegram.read_messages(cursor).messages
    assert later.post == post.ids[0]


def test_an_answer_to_our_answer_is_a_reply(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жол")
    fake.comments(number(post), "Қашан?")
    publish(telegram, "Ертең", reply_to=one(telegram).target)
    answer = fake.standing(fake.group)[-1]
    fake.says(fake.group, "Рақмет", above=answer)
    message = read_all(telegram)[0][-1]
    assert (message.kind, message.post) == (MessageKind.REPLY, post.ids[0])


def test_a_private_message_is_direct(fake: TelegramFake, telegram: Telegram) -> None:
    fake.says(fake.private, "Жеке сұрақ")
    message = one(telegram)
    assert (message.kind, message.private, message.post) == (MessageKind.DIRECT, True, "")


def test_a_stranger_who_adds_the_bot_to_a_group_does_not_fill_the_inbox(
    fake: TelegramFake, telegram: Telegram
) -> None:
    strange = fake.chats.open(Chat(-1009999, "supergroup", "Бөтен", rights={"status": "member"}))
    fake.says(strange, "Жарнама")
    assert read_all(telegram)[0] == []


def test_what_the_channel_itself_writes_in_its_group_is_no_message(
    fake: TelegramFake, telegram: Telegram
) -> None:
    publish(telegram, "Жол")
    fake.chats.tell("message", fake.chats.put(fake.group, fake.channel, "Арна атынан"))
    assert read_all(telegram)[0] == []


def test_a_person_who_writes_as_their_channel_is_an_author(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жол")
    fake.comments(number(post), "Пікір", by=Chat(-100555, "channel", "Менің арнам", "my_channel"))  # type: ignore[arg-type]
    message = one(telegram)
    assert (message.author.id, message.author.name) == ("-100555", "Менің арнам")


def test_notices_of_the_service_are_no_messages(fake: TelegramFake, telegram: Telegram) -> None:
    fake.says(fake.group, "", more={"new_chat_members": [fake.citizen.told()]})
    fake.says(fake.group, "", more={"left_chat_member": fake.citizen.told()})
    assert read_all(telegram)[0] == []


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "🎤"),
        ({"sticker": {"emoji": "😡"}}, "🩹 😡"),
        ({"document": {"file_name": "шағым.pdf"}}, "📎 шағым.pdf"),
        ({"location": {"latitude": 51.1, "longitude": 71.4}}, "📍 51.1, 71.4"),
    ],
)
def test_a_message_without_text_is_not_lost(
    fake: TelegramFake, telegram: Telegram, more: dict[str, object], text: str
) -> None:
    post = publish(telegram, "Жол")
    fake.comments(number(post), "", more=more)
    assert one(telegram).text == text


def test_a_photo_without_a_caption_is_not_lost(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жол")
    fake.comments(number(post), "", photos=1)
    message = one(telegram)
    assert (message.text, message.pictures) == ("", 1)


def test_two_edits_in_one_second_are_two_versions(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жол")
    asked = fake.comments(number(post), "Қ")
    fake.changes(asked, "Қаш")
    fake.changes(asked, "Қашан")
    versions = [(m.version, m.text) for m in read_all(telegram)[0]]
    assert versions == sorted(versions)
    assert len({v for v, _ in versions}) == 3


def test_more_than_a_hundred_messages_are_read_in_turns_and_each_once(
    fake: TelegramFake, telegram: Telegram
) -> None:
    for i in range(230):
        fake.says(fake.private, f"Сұрақ {i}")
    texts = [m.text for m in read_all(telegram)[0]]
    assert texts == [f"Сұрақ {i}" for i in range(230)]


def test_messages_are_confirmed_only_by_the_next_reading(fake: TelegramFake, telegram: Telegram) -> None:
    fake.says(fake.private, "Сақталсын")
    cursor = telegram.read_messages(Cursor("")).cursor
    assert len(fake.chats.updates) == 1
    telegram.read_messages(cursor)
    assert fake.chats.updates == []


def test_after_a_night_off_no_gap_is_told(fake: TelegramFake, telegram: Telegram) -> None:
    cursor = telegram.read_messages(Cursor("")).cursor
    fake.clock.advance(hours=23)
    assert telegram.read_messages(cursor).gap is None


def test_after_a_weekend_off_the_gap_is_told_by_telegrams_own_clock(
    fake: TelegramFake, telegram: Telegram
) -> None:
    cursor = telegram.read_messages(Cursor("")).cursor
    left = fake.clock.now()
    fake.says(fake.private, "Жоғалған")
    fake.clock.advance(hours=63)
    fake.says(fake.private, "Жеткен")
    got = telegram.read_messages(cursor)
    assert [m.text for m in got.messages] == ["Жеткен"]
    assert got.gap is not None
    since, until = got.gap
    assert abs(since - left) < timedelta(minutes=1)
    assert abs(until - (left + timedelta(hours=39))) < timedelta(minutes=1)
    assert telegram.read_messages(got.cursor).gap is None


def test_after_a_week_of_silence_numbers_that_begin_anew_are_read(
    fake: TelegramFake, telegram: Telegram
) -> None:
    fake.says(fake.private, "Бұрын")
    seen = telegram.read_messages(Cursor("")).cursor
    old = seen.replace(f'"got":{_got(seen)}', f'"got":{_got(seen) - 8 * 86400}')
    assert old != seen
    fake.chats.updates.clear()
    fake.chats.next_update = 4_711
    fake.says(fake.private, "Қайта")
    assert [m.text for m in telegram.read_messages(Cursor(old)).messages] == ["Қайта"]


def _got(cursor: str) -> int:
    return int(cursor.split('"got":')[1].split(",")[0])


@pytest.mark.parametrize(
    "odd", ["{", "[]", '{"offset":"x"}', '{"threads":[1]}', '{"read":1e999}', "null", "7"]
)
def test_a_cursor_that_is_not_ours_is_the_beginning(fake: TelegramFake, telegram: Telegram, odd: str) -> None:
    fake.says(fake.private, "Сұрақ")
    assert [m.text for m in telegram.read_messages(Cursor(odd)).messages] == ["Сұрақ"]


def test_another_reader_is_said_in_words(fake: TelegramFake, telegram: Telegram) -> None:
    fake.webhook = "https://other.example/hook"
    with pytest.raises(Rejected) as refused:
        telegram.read_messages(Cursor(""))
    assert "Another program reads" in str(refused.value.said)


def test_a_group_that_moved_is_followed_by_reading(fake: TelegramFake) -> None:
    small = fake.chats.open(Chat(-4012345, "group", "Ауыл", rights={"status": "administrator"}))
    telegram = signed_in(fake, str(small.id))
    new = fake.moves(small, -1005550001)
    fake.says(new, "Жаңа топта")
    assert [m.text for m in read_all(telegram)[0]] == ["Жаңа топта"]
    assert telegram.credentials.account == "-1005550001"
