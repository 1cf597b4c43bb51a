"""A session on Bluesky that renews itself; what refusals mean. On the fake: real servers don't misbehave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jauap.errors import BadInput, OutcomeUnknown, Rejected, SignedOut, SignedOutKind, Unavailable
from jauap.networks.base import Absent, CannotTell, Credentials, Cursor, Found, Intent, Out, Post, Target
from jauap.networks.bluesky import Bluesky
from jauap.networks.http import Http
from tests.networks.acts import fresh_key, made, picture, publish, read_all, target
from tests.networks.bluesky_worlds import FakeWorld
from tests.networks.fakes.bluesky import GATE, BlueskyFake, Record


@pytest.fixture
def fake() -> Iterator[BlueskyFake]:
    with BlueskyFake() as server:
        yield server


@pytest.fixture
def world(fake: BlueskyFake) -> FakeWorld:
    return FakeWorld(fake)


def test_the_app_password_is_exchanged_once_and_forgotten(world: FakeWorld) -> None:
    assert world.network.check().good
    assert world.network.check().good
    publish(world.network, "Бір рет кіреміз")
    assert world.fake.faults.requests("com.atproto.server.createSession") == 1
    kept = world.kept[-1]
    assert kept.account == world.page.did
    assert set(kept.secrets) == {"access", "refresh"}


def test_an_expired_token_is_renewed_and_stored_before_it_is_used(world: FakeWorld) -> None:
    publish(world.network, "Первая")
    before = world.kept[-1]
    world.fake.expire("access")
    publish(world.network, "Вторая")
    after = world.kept[-1]
    assert after.secrets["access"] != before.secrets["access"]
    assert after.secrets["refresh"] != before.secrets["refresh"]
    assert world.network.credentials == after
    assert world.fake.shown["Вторая"] == 1


def test_an_empty_refresh_token_never_replaces_a_stored_one(world: FakeWorld) -> None:
    publish(world.network, "Первая")
    stored = world.kept[-1].secrets["refresh"]
    world.fake.forgets_refresh = True
    world.fake.expire("access")
    publish(world.network, "Вторая")
    assert world.kept[-1].secrets["refresh"] == stored


def test_after_a_lost_rotation_the_old_token_is_tried_once_more(world: FakeWorld) -> None:
    publish(world.network, "Первая")
    world.fake.expire("access")
    world.fake.faults.plan("refresh", "after:cut")
    publish(world.network, "Вторая")
    assert world.fake.faults.requests("refresh") == 2
    assert world.fake.shown["Вторая"] == 1


def test_a_lost_rotation_that_burnt_the_old_token_is_signed_out(world: FakeWorld) -> None:
    publish(world.network, "Первая")
    world.fake.expire("access")
    world.fake.grace = False
    world.fake.faults.plan("refresh", "after:cut")
    with pytest.raises(SignedOut) as told:
        publish(world.network, "Вторая")
    assert told.value.kind is SignedOutKind.EXPIRED
    assert world.fake.faults.requests("refresh") == 2
    assert world.fake.shown["Вторая"] == 0


def test_a_server_that_is_down_while_renewing_does_not_sign_us_out(world: FakeWorld) -> None:
    publish(world.network, "Первая")
    world.fake.expire("access")
    world.fake.faults.plan("refresh", "before:503", times=2)
    with pytest.raises(Unavailable):
        publish(world.network, "Вторая")


def test_after_ninety_silent_days_a_person_signs_in_again(world: FakeWorld) -> None:
    publish(world.network, "Первая")
    world.fake.clock.advance(days=91)
    with pytest.raises(SignedOut):
        world.network.read_messages(Cursor(""))
    checked = world.network.check()
    assert not checked.good
    assert "Sign in again" in str(checked.notes[0])


def test_a_wrong_app_password_is_said_in_words(world: FakeWorld) -> None:
    secrets = {"identifier": "@" + world.page.handle, "app_password": "aaaa-bbbb-cccc-dddd"}
    checked = Bluesky(Credentials(world.fake.origin, "", secrets), world.http).check()
    assert not checked.good
    assert "app password" in str(checked.notes[0])


def test_what_a_person_types_becomes_credentials() -> None:
    http = Http()
    typed = {"identifier": " press.gov.kz ", "app_password": "abcd ", "server": "PDS.gov.kz/"}
    made_of = Bluesky.sign_in(http, typed, "")
    assert made_of == Credentials(
        "https://pds.gov.kz", "", {"identifier": "press.gov.kz", "app_password": "abcd"}
    )
    for name, value in {"identifier": "", "app_password": " ", "server": "mailto:a@b"}.items():
        with pytest.raises(BadInput) as told:
            Bluesky.sign_in(http, {**typed, name: value}, "")
        assert told.value.where == name


def test_a_lost_answer_repeated_by_its_key_shows_one_post(world: FakeWorld) -> None:
    post, key = made(world.network, Out("Жауап жоғалды", "kk")), fresh_key(world.network)
    world.fake.faults.plan("commit", "after:502")
    with pytest.raises(OutcomeUnknown):
        world.network.commit(post, key)
    assert world.network.commit(post, key).ids
    assert world.citizen_sees() == ["Жауап жоғалды"]


def test_another_text_under_our_key_is_never_overwritten(world: FakeWorld) -> None:
    network, key = world.network, fresh_key(world.network)
    network.commit(made(network, Out("Первый текст", "ru")), key)
    other = made(network, Out("Другой текст", "ru"))
    with pytest.raises(OutcomeUnknown):
        network.commit(other, key)
    assert isinstance(network.find(Intent(key, other)), CannotTell)
    assert world.citizen_sees() == ["Первый текст"]


def test_the_same_words_of_another_moment_under_our_key_are_not_ours(world: FakeWorld) -> None:
    network, key = world.network, fresh_key(world.network)
    post = made(network, Out("Бір сөз", "kk"))
    network.commit(post, key)
    later = replace(post, at=post.at + timedelta(minutes=1))
    assert isinstance(network.find(Intent(key, later)), CannotTell)


def test_reading_back_asks_the_pds_and_not_the_appview(world: FakeWorld) -> None:
    post, key = made(world.network, Out("Где он", "ru")), fresh_key(world.network)
    world.network.commit(post, key)
    asked = len(world.fake.log)
    assert isinstance(world.network.find(Intent(key, post)), Found)
    assert [one.operation for one in world.fake.log[asked:]] == ["com.atproto.repo.getRecord"]


def test_an_answer_of_another_thread_under_our_key_is_not_ours(world: FakeWorld) -> None:
    network = world.network
    top, key = publish(network, "Тема"), fresh_key(network)
    reply = made(network, Out("Ответ", "ru", reply_to=target(top)))
    network.commit(reply, key)
    alone = Post(Out("Ответ", "ru"), {}, reply.at)
    assert isinstance(network.find(Intent(key, reply)), Found)
    assert isinstance(network.find(Intent(key, alone)), CannotTell)


def test_ten_pictures_go_as_a_gallery_where_the_server_knows_it(world: FakeWorld) -> None:
    assert world.network.limits().pictures == 10
    publish(world.network, "Галерея", pictures=tuple(picture(f"Сурет {i}") for i in range(10)))
    (record,) = [r.value for u, r in world.fake.records.items() if "feed.post" in u]
    assert record["embed"]["$type"] == "app.bsky.embed.gallery"
    assert {"width": 64, "height": 48} in [item["aspectRatio"] for item in record["embed"]["items"]]


def test_five_pictures_are_refused_in_words_where_the_server_knows_no_galleries(world: FakeWorld) -> None:
    world.fake.galleries = False
    assert world.network.limits().pictures == 4
    with pytest.raises(Rejected) as told:
        publish(world.network, "Пять", pictures=tuple(picture(f"Сурет {i}") for i in range(5)))
    assert "at most 4 pictures" in str(told.value.said)
    assert world.citizen_sees() == []


def test_a_picture_too_large_is_refused_before_it_is_sent(world: FakeWorld) -> None:
    large = replace(picture("Үлкен"), content=lambda: b"x" * 950_001)
    with pytest.raises(Rejected) as told:
        publish(world.network, "Үлкен", pictures=(large,))
    assert "950" in str(told.value.said)
    assert world.fake.faults.requests("upload") == 0


def test_a_message_that_is_gone_can_not_be_answered(world: FakeWorld) -> None:
    post = publish(world.network, "Спросите")
    world.citizen_replies(post, "Вопрос")
    (message,) = read_all(world.network)[0]
    world.citizen_deletes("Вопрос")
    with pytest.raises(Rejected) as told:
        publish(world.network, "Ответ", reply_to=message.target)
    assert "no longer stands" in str(told.value.said)


def test_a_full_threadgate_is_refused_in_words(world: FakeWorld) -> None:
    post = publish(world.network, "Скрываем")
    world.citizen_replies(post, "Ещё один")
    (message,) = read_all(world.network)[0]
    root = post.ids[0]
    hidden = [f"{message.id}{i}" for i in range(300)]
    gate = {"$type": GATE, "post": root, "hiddenReplies": hidden}
    world.fake.records[root.replace("app.bsky.feed.post", GATE)] = Record("bafy", gate, datetime.now(UTC))
    with pytest.raises(Rejected) as told:
        world.network.hide(message.target)
    assert "300" in str(told.value.said)


def test_only_our_own_is_deleted_and_only_under_our_own_is_hidden(world: FakeWorld) -> None:
    theirs = world.citizen.post("Сам по себе")["uri"]
    for change in (world.network.delete, world.network.hide):
        with pytest.raises(Rejected):
            change(Target((theirs,), theirs))
    assert theirs in world.fake.records


def test_hiding_keeps_what_else_the_gate_says(world: FakeWorld) -> None:
    post = publish(world.network, "Правила")
    world.citizen_replies(post, "Грубость")
    (message,) = read_all(world.network)[0]
    key = post.ids[0].replace("app.bsky.feed.post", GATE)
    gate = {"$type": GATE, "post": post.ids[0], "allow": [{"$type": f"{GATE}#mentionRule"}]}
    world.fake.records[key] = Record("bafy", gate, datetime.now(UTC))
    world.network.hide(message.target)
    assert world.fake.records[key].value["allow"] == gate["allow"]
    assert world.fake.records[key].value["hiddenReplies"] == [message.id]


@pytest.mark.parametrize("status", [401, 403, 404, 413])
def test_a_front_doors_refusal_of_a_post_is_no_refusal_of_the_server(world: FakeWorld, status: int) -> None:
    network = world.network
    post, key = made(network, Out("За дверью", "ru")), fresh_key(network)
    network.profile()
    world.fake.answers_instead = (status, b"<html>blocked</html>")
    expected = Rejected if status == 413 else OutcomeUnknown
    with pytest.raises(expected):
        network.commit(post, key)
    world.fake.answers_instead = None
    assert isinstance(network.find(Intent(key, post)), Absent)


def test_an_appview_that_refuses_us_does_not_sign_us_out(world: FakeWorld) -> None:
    publish(world.network, "Тут")
    world.fake.answers_instead = (401, b'{"error": "BadJwtAudience", "message": "no"}')
    with pytest.raises(Unavailable):
        world.network.read_messages(Cursor(""))
    with pytest.raises(Unavailable):
        world.network.profile()
