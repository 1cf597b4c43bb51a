"""Telegram: the contract on the fake, and what goes out as only Telegram has it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jauap.errors import (
    BadInput,
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SignedOutKind,
    SlowDown,
)
from jauap.networks.base import Credentials, ExternalId, Out, Target
from jauap.networks.http import Http
from jauap.networks.telegram import Telegram
from tests.networks.acts import fresh_key, made, picture, publish, read_all, target
from tests.networks.contract import NetworkContract
from tests.networks.fakes.core import Reply
from tests.networks.fakes.telegram import TOKEN, TelegramFake
from tests.networks.fakes.telegram_chats import Chat
from tests.networks.telegram_world import TelegramWorld, number, signed_in
from tests.networks.world import World


@pytest.fixture
def fake() -> Iterator[TelegramFake]:
    with TelegramFake() as server:
        yield server


@pytest.fixture
def telegram(fake: TelegramFake) -> Telegram:
    return signed_in(fake)


class TestTelegramFake(NetworkContract):
    @pytest.fixture
    def world(self, fake: TelegramFake) -> World:
        return TelegramWorld(fake)


# ---------------------------------------------------------------- what goes out


def test_a_post_has_the_channels_own_address_and_the_messages_number(telegram: Telegram) -> None:
    published = publish(telegram, "Мекенжай")
    assert published.ids == ("-1001234567890:1",)
    assert published.url == "https://t.me/akimat_news/1"


def test_a_text_of_4096_emoji_passes_because_code_points_count(
    fake: TelegramFake, telegram: Telegram
) -> None:
    publish(telegram, "🚧" * 4096)
    assert fake.shown["🚧" * 4096] == 1
    with pytest.raises(Rejected):
        publish(telegram, "🚧" * 4097)


def test_signs_of_formatting_are_letters(fake: TelegramFake, telegram: Telegram) -> None:
    text = "<b>не жирно</b> *и* _не_ [курсив](https://gov.kz) &amp; `код`"
    publish(telegram, text)
    assert fake.shown[text] == 1
    assert "parse_mode" not in fake.log[-1].request.body.decode()


def test_a_text_over_1024_with_a_picture_is_refused_with_words_before_any_call(
    fake: TelegramFake, telegram: Telegram
) -> None:
    publish(telegram, "қ" * 1024, pictures=(picture("Сурет"),))
    calls = len(fake.log)
    with pytest.raises(Rejected) as refused:
        publish(telegram, "қ" * 1030, pictures=(picture("Сурет"),))
    assert str(refused.value.said) == (
        "With a picture Telegram takes 1024 characters; the text is longer by 6."
    )
    assert len(fake.log) == calls


def test_eleven_pictures_are_refused_before_any_call(fake: TelegramFake, telegram: Telegram) -> None:
    with pytest.raises(Rejected):
        publish(telegram, "Көп", pictures=tuple(picture(str(i)) for i in range(11)))
    assert not fake.log


@pytest.mark.parametrize("size", [(9000, 1001), (2100, 100), (0, 10)])
def test_a_picture_of_an_impossible_shape_is_refused_before_any_call(
    fake: TelegramFake, telegram: Telegram, size: tuple[int, int]
) -> None:
    odd = replace(picture("Жолақ"), width=size[0], height=size[1])
    with pytest.raises(Rejected):
        publish(telegram, "Сурет", pictures=(odd,))
    assert not fake.log


def test_an_empty_post_is_refused_before_any_call(fake: TelegramFake, telegram: Telegram) -> None:
    with pytest.raises(Rejected):
        publish(telegram, " \n ")
    assert not fake.log


def test_an_album_gives_all_its_ids_and_goes_as_a_whole(fake: TelegramFake, telegram: Telegram) -> None:
    album = publish(telegram, "Альбом", pictures=(picture("1"), picture("2", "navy"), picture("3", "red")))
    assert len(album.ids) == 3
    assert len(fake.standing(fake.channel)) == 3
    telegram.delete(target(album))
    assert fake.standing(fake.channel) == []


def test_a_half_deleted_album_is_deleted_to_its_end(fake: TelegramFake, telegram: Telegram) -> None:
    album = publish(telegram, "Жартысы", pictures=(picture("1"), picture("2", "navy")))
    telegram.delete(Target(album.ids[:1]))
    telegram.delete(target(album))
    assert fake.standing(fake.channel) == []


def test_an_edit_with_pictures_replaces_each_picture_and_the_text(
    fake: TelegramFake, telegram: Telegram
) -> None:
    pictures = (picture("1"), picture("2", "navy"))
    album = publish(telegram, "Ескі", pictures=pictures)
    again = telegram.edit(target(album), made(telegram, Out("Жаңа", "kk", pictures=pictures)))
    assert again.ids == album.ids
    assert [m.text for m in fake.standing(fake.channel)] == ["Жаңа", ""]
    with pytest.raises(Rejected):
        telegram.edit(target(album), made(telegram, Out("Жаңа", "kk", pictures=pictures[:1])))


def test_what_telegram_will_not_delete_is_told_in_words(fake: TelegramFake, telegram: Telegram) -> None:
    published = publish(telegram, "Ескі хабар")
    fake.channel.rights["can_delete_messages"] = False
    with pytest.raises(Rejected) as refused:
        telegram.delete(target(published))
    assert "did not delete" in str(refused.value.said)


def test_an_id_that_is_none_of_ours_never_leaves_the_house(fake: TelegramFake, telegram: Telegram) -> None:
    for odd in ("17", "a:b", "-100:1/../getMe", "", "-100:1:2"):
        with pytest.raises(Rejected):
            telegram.delete(Target((ExternalId(odd),)))
    assert not fake.log


# ---------------------------------------------------------------- answering


def test_an_answer_stands_in_the_comments_thread(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жылу")
    asked = fake.comments(number(post), "Қашан?")
    message = read_all(telegram)[0][-1]
    publish(telegram, "Ертең", reply_to=message.target)
    answer = fake.standing(fake.group)[-1]
    assert (answer.text, answer.above, answer.by) == ("Ертең", asked, fake.bot)


def test_a_private_message_is_answered_privately(fake: TelegramFake, telegram: Telegram) -> None:
    fake.says(fake.private, "Менің сұрағым бар")
    message = read_all(telegram)[0][-1]
    publish(telegram, "Жауап", reply_to=message.target)
    assert [m.text for m in fake.standing(fake.private)] == ["Менің сұрағым бар", "Жауап"]
    assert fake.standing(fake.channel) == []


def test_a_person_who_blocked_the_bot_is_a_refusal_and_not_a_lost_page(
    fake: TelegramFake, telegram: Telegram
) -> None:
    fake.says(fake.private, "Сұрақ")
    message = read_all(telegram)[0][-1]
    fake.blocked.add(fake.citizen.id)
    with pytest.raises(Rejected):
        publish(telegram, "Жауап", reply_to=message.target)
    del fake.chats.all[fake.citizen.id]
    with pytest.raises(Rejected) as refused:
        publish(telegram, "Жауап", reply_to=message.target)
    assert "can't be written to" in str(refused.value.said)


def test_an_answer_to_a_message_that_is_gone_is_refused(fake: TelegramFake, telegram: Telegram) -> None:
    post = publish(telegram, "Жылу")
    asked = fake.comments(number(post), "Қашан?")
    message = read_all(telegram)[0][-1]
    asked.gone = True
    with pytest.raises(Rejected) as refused:
        publish(telegram, "Ертең", reply_to=message.target)
    assert "replied not found" in refused.value.their_words


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"can_post_messages": False}, SignedOutKind.ROLE_LOST),
        ({"status": "kicked"}, SignedOutKind.ROLE_LOST),
    ],
)
def test_a_lost_right_is_a_lost_role(
    fake: TelegramFake, telegram: Telegram, change: dict[str, object], kind: SignedOutKind
) -> None:
    fake.channel.rights.update(change)
    with pytest.raises(SignedOut) as lost:
        publish(telegram, "Құқық жоқ")
    assert lost.value.kind is kind


def test_a_channel_that_is_gone_is_a_page_that_is_gone(fake: TelegramFake, telegram: Telegram) -> None:
    del fake.chats.all[fake.channel.id]
    with pytest.raises(SignedOut) as lost:
        publish(telegram, "Арна жоқ")
    assert lost.value.kind is SignedOutKind.GONE


def test_the_wait_is_as_long_as_telegram_says(fake: TelegramFake, telegram: Telegram) -> None:
    fake.faults.plan("commit", "429")
    with pytest.raises(SlowDown) as slow:
        publish(telegram, "Асықпай")
    assert 5 < (slow.value.until - datetime.now(UTC)).total_seconds() <= 7


def test_a_group_that_became_a_supergroup_is_followed_and_the_post_goes_out_once(
    fake: TelegramFake,
) -> None:
    small = fake.chats.open(Chat(-4012345, "group", "Ауыл", rights={"status": "administrator"}))
    kept: list[Credentials] = []
    telegram = Telegram(
        Credentials(fake.origin, str(small.id), {"token": TOKEN}),
        Http(allowed=[fake.origin]),
        renewed=kept.append,
    )
    fake.moves(small, -1005550001)
    published = publish(telegram, "Көштік")
    assert published.ids[0].startswith("-1005550001:")
    assert [k.account for k in kept] == ["-1005550001"]
    assert fake.shown["Көштік"] == 1


@pytest.mark.parametrize("fault", ["after:500", "after:garbage", "after:cut", "before:refuse", "429"])
def test_the_token_is_in_no_error_and_in_no_log(
    fake: TelegramFake, telegram: Telegram, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    fake.faults.plan("commit", fault)
    with caplog.at_level(logging.INFO), pytest.raises(Exception, match=r".*") as told:
        publish(telegram, "Құпия")
    secret = TOKEN.split(":")[1]
    assert secret not in repr(told.value) + repr(vars(told.value)) + repr(told.value.__cause__)
    assert secret not in caplog.text
    assert secret not in repr(telegram.credentials)


def test_a_server_that_repeats_the_address_does_not_get_the_token_into_our_words(fake: TelegramFake) -> None:
    odd = signed_in(fake)
    fake.refusal = lambda request: Reply(  # type: ignore[method-assign]
        400, {"ok": False, "description": f"Bad Request: {request.path}"}
    )
    fake.faults.plan("commit", "before:refuse")
    with pytest.raises(Rejected) as refused:
        publish(odd, "Айна")
    assert "sendMessage" in refused.value.their_words
    assert TOKEN.split(":")[1] not in refused.value.their_words


def test_an_answer_without_a_message_is_no_proof_that_it_stands(fake: TelegramFake) -> None:
    fake._sendMessage = lambda params, request: {"message_id": "?"}  # type: ignore[method-assign]
    with pytest.raises(OutcomeUnknown):
        publish(signed_in(fake), "Дәлел жоқ")


def test_a_token_of_an_odd_shape_never_leaves_the_house(fake: TelegramFake) -> None:
    for odd in ("", "12:34", "12:../../getMe" + "a" * 20, TOKEN + "/x", TOKEN + "\n"):
        network = Telegram(Credentials(fake.origin, "@akimat_news", {"token": odd}), Http())
        with pytest.raises(SignedOut):
            network.commit(made(network, Out("Жоқ", "kk")), fresh_key(network))
    assert not fake.log


# ---------------------------------------------------------------- signing in


@pytest.mark.parametrize(
    ("typed", "account"),
    [
        ("@akimat_news", "@akimat_news"),
        ("akimat_news", "@akimat_news"),
        (" https://t.me/akimat_news/ ", "@akimat_news"),
        ("t.me/akimat_news", "@akimat_news"),
        ("-1001234567890", "-1001234567890"),
    ],
)
def test_a_channel_is_understood_as_people_copy_it(typed: str, account: str) -> None:
    got = Telegram.sign_in(Http(), {"token": f" {TOKEN} ", "account": typed}, "")
    assert (got.account, got.secrets["token"], got.server) == (account, TOKEN, "https://api.telegram.org")


@pytest.mark.parametrize(
    ("token", "account", "where"),
    [("abc", "@akimat_news", "token"), (TOKEN, "", "account"), (TOKEN, "два слова", "account")],
)
def test_what_can_not_be_right_is_said_at_its_field(token: str, account: str, where: str) -> None:
    with pytest.raises(BadInput) as bad:
        Telegram.sign_in(Http(), {"token": token, "account": account}, "")
    assert bad.value.where == where
