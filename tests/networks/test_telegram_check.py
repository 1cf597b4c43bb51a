"""Telegram: the test of a connection says in words what is wrong, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.networks.fakes.telegram import TelegramFake
from tests.networks.fakes.telegram_chats import Chat
from tests.networks.telegram_world import signed_in


@pytest.fixture
def fake() -> Iterator[TelegramFake]:
    with TelegramFake() as server:
        yield server


def _webhook(fake: TelegramFake) -> None:
    fake.webhook = "https://other.example/hook"


def _no_posting(fake: TelegramFake) -> None:
    fake.channel.rights["can_post_messages"] = False


def _not_in_channel(fake: TelegramFake) -> None:
    fake.channel.rights.clear()


def _not_in_group(fake: TelegramFake) -> None:
    fake.group.rights.clear()


def _left_group(fake: TelegramFake) -> None:
    fake.group.rights["status"] = "left"


def _blind(fake: TelegramFake) -> None:
    fake.group.rights["status"] = "member"


def _no_channel(fake: TelegramFake) -> None:
    del fake.chats.all[fake.channel.id]


def _revoked(fake: TelegramFake) -> None:
    fake.token = "1:another"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_webhook, "webhook"),
        (_no_posting, "may not post"),
        (_not_in_channel, "may not post"),
        (_not_in_group, "not in the group"),
        (_left_group, "not in the group"),
        (_blind, "does not see what people write in the group Пікірлер"),
        (_no_channel, "does not see this channel"),
    ],
)
def test_what_is_missing_is_said_first(
    fake: TelegramFake, spoil: Callable[[TelegramFake], None], said: str
) -> None:
    network = signed_in(fake)
    spoil(fake)
    checked = network.check()
    assert not checked.good
    assert said in str(checked.notes[0])


def test_a_wrong_token_is_said_in_words(fake: TelegramFake) -> None:
    network = signed_in(fake)
    _revoked(fake)
    checked = network.check()
    assert not checked.good
    assert "does not know this token" in str(checked.notes[0])


def test_a_bot_without_privacy_mode_sees_comments_as_a_member(fake: TelegramFake) -> None:
    _blind(fake)
    fake.reads_all = True
    assert signed_in(fake).check().good


def test_a_channel_without_a_group_is_good_and_says_that_nobody_can_comment(fake: TelegramFake) -> None:
    fake.channel.linked = None
    checked = signed_in(fake).check()
    assert checked.good
    assert "can't comment" in str(checked.notes[0])


def test_a_group_where_nothing_can_be_deleted_is_good_and_says_so(fake: TelegramFake) -> None:
    fake.group.rights["can_delete_messages"] = False
    checked = signed_in(fake).check()
    assert checked.good
    assert "may not delete" in str(checked.notes[0])


def test_a_group_is_a_page_too(fake: TelegramFake) -> None:
    rights = {"status": "administrator", "can_delete_messages": True}
    group = fake.chats.open(Chat(-1007770001, "supergroup", "Ауыл", "aul_group", rights=rights))
    checked = signed_in(fake, "@aul_group").check()
    assert checked.good
    assert checked.notes == ()
    assert checked.profile is not None
    assert (checked.profile.id, checked.profile.name) == (str(group.id), "Ауыл")
    group.rights["status"] = "member"
    assert not signed_in(fake, "@aul_group").check().good


def test_a_private_chat_is_no_page(fake: TelegramFake) -> None:
    checked = signed_in(fake, str(fake.citizen.id)).check()
    assert not checked.good


def test_checking_confirms_no_update_and_sends_nothing(fake: TelegramFake) -> None:
    fake.says(fake.private, "Сұрақ")
    signed_in(fake).check()
    assert len(fake.chats.updates) == 1
    assert not fake.shown


def test_the_profile_tells_followers_and_a_private_channel_has_an_address_too(fake: TelegramFake) -> None:
    network = signed_in(fake)
    assert network.profile().followers == 1204
    assert network.profile().url == "https://t.me/akimat_news"
    fake.channel.username = ""
    private = signed_in(fake, str(fake.channel.id))
    assert private.profile().url == "https://t.me/c/1234567890"
