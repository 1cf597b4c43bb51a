"""The contract, part two: listening, answering, changing what stands, figures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jauap.networks.base import (
    Absent,
    CannotTell,
    Cursor,
    Find,
    Found,
    Intent,
    Out,
)
from tests.networks.acts import fresh_key, made, publish, read_all, target
from tests.networks.looking import answered, times_seen
from tests.networks.world import World


class Listens:
    """See `contract.NetworkContract`."""

    # ------------------------------------------------------------ listening and answering

    def test_a_citizens_reply_is_read_with_its_post_author_and_time(self, world: World) -> None:
        post = publish(world.network, "Спросите нас")
        message = answered(world, post, "Когда дадут тепло? 5 < 6 & ok")
        assert message.post in post.ids
        assert message.author.id
        assert message.author.name or message.author.handle
        assert message.at.tzinfo is not None
        assert abs((message.at - datetime.now(UTC)).total_seconds()) < 600
        assert message.target.ids

    def test_reading_twice_from_one_cursor_gives_the_same(self, world: World) -> None:
        network = world.network
        _, _, start = read_all(network)
        post = publish(network, "Два чтения")
        answered(world, post, "Первый ответ")
        threads = (target(post),)
        once = [(m.id, m.text) for m in read_all(network, start, threads)[0]]
        again = [(m.id, m.text) for m in read_all(network, start, threads)[0]]
        assert once == again
        assert len(set(once)) == 1

    def test_the_cursor_resumes_where_reading_stopped(self, world: World) -> None:
        network = world.network
        post = publish(network, "Продолжение чтения")
        answered(world, post, "Раннее письмо")
        _, _, cursor = read_all(network)
        world.citizen_replies(post, "Позднее письмо")
        later = world.eventually(
            lambda: [m.text for m in read_all(network, cursor)[0]],
            lambda texts: any("Позднее письмо" in text for text in texts),
        )
        assert any("Позднее письмо" in text for text in later)
        assert not any("Раннее письмо" in text for text in later)

    def test_our_answer_arrives_at_the_citizen(self, world: World) -> None:
        post = publish(world.network, "Отвечаем всем")
        message = answered(world, post, "А когда?")
        answer = "Завтра, в 9:00 (вход_2)"
        sent = publish(world.network, answer, reply_to=message.target)
        assert sent.ids
        thread = world.eventually(
            lambda: world.citizen_sees_thread(post), lambda texts: world.as_shown(answer) in texts
        )
        assert thread.count(world.as_shown(answer)) == 1
        assert world.as_shown(answer) not in world.citizen_sees()

    def test_our_own_answer_is_not_read_as_a_message(self, world: World) -> None:
        post = publish(world.network, "Сами себе не пишем")
        message = answered(world, post, "Вопрос есть")
        publish(world.network, "Ответ есть", reply_to=message.target)
        world.eventually(lambda: world.citizen_sees_thread(post), lambda texts: "Ответ есть" in texts)
        texts = [m.text for m in read_all(world.network, threads=(target(post),))[0]]
        assert not any("Ответ есть" in text for text in texts)

    def test_a_lost_answer_to_a_citizen_is_found_in_its_thread(self, world: World) -> None:
        network = world.network
        post = publish(network, "Ответ под угрозой")
        message = answered(world, post, "Ответьте мне")
        out = Out("Отвечаем один раз", "ru", reply_to=message.target)
        ready, key = made(network, out), fresh_key(network)
        sent = network.commit(ready, key)
        looked = world.eventually(
            lambda: network.find(Intent(key, ready)), lambda got: not isinstance(got, Absent)
        )
        if network.CAPABILITIES.finds_by is Find.NOTHING:
            assert isinstance(looked, CannotTell)
        else:
            assert isinstance(looked, Found)
            assert looked.published.ids == sent.ids

    def test_a_citizens_edit_is_a_newer_version_of_the_same_message(self, world: World) -> None:
        post = publish(world.network, "Правка")
        first = answered(world, post, "Холдно")
        if not world.citizen_edits("Холдно", "Холодно, дом 7"):
            pytest.skip("this world's citizens can't edit, or the network does not tell")
        threads = (target(post),)
        versions = world.eventually(
            lambda: [m for m in read_all(world.network, threads=threads)[0] if m.id == first.id],
            lambda got: any("дом 7" in m.text for m in got),
        )
        newest = [m for m in versions if "дом 7" in m.text]
        assert newest
        assert newest[-1].version > first.version

    def test_a_citizens_deletion_is_told(self, world: World) -> None:
        network = world.network
        post = publish(network, "Удаление")
        message = answered(world, post, "Лишнее написал")
        _, _, cursor = read_all(network, threads=(target(post),))
        if not world.citizen_deletes("Лишнее написал"):
            pytest.skip("this world's citizens can't delete, or the network does not tell")
        gone = world.eventually(lambda: [g.id for g in read_all(network, cursor, (target(post),))[1]], bool)
        assert message.id in gone

    # ------------------------------------------------------------ changing what stands

    def test_an_edit_replaces_the_text_and_may_be_repeated(self, world: World) -> None:
        network = world.network
        if not network.limits().edit:
            pytest.skip("no editing here")
        published = publish(network, "Сегодня в шесть")
        changed = made(network, Out("Сегодня в семь", "ru"))
        network.edit(target(published), changed)
        again = network.edit(target(published), changed)
        assert again.ids == published.ids
        assert times_seen(world, "Сегодня в семь") == 1
        assert "Сегодня в шесть" not in world.citizen_sees()

    def test_a_deletion_may_be_repeated(self, world: World) -> None:
        network = world.network
        if not network.limits().delete:
            pytest.skip("no deleting here")
        published = publish(network, "Это отзовут")
        assert times_seen(world, "Это отзовут") == 1
        network.delete(target(published))
        network.delete(target(published))
        assert times_seen(world, "Это отзовут", expected=0) == 0

    def test_a_hidden_message_is_not_shown_and_hiding_may_be_repeated(self, world: World) -> None:
        network = world.network
        if not network.limits().hide:
            pytest.skip("no hiding here")
        post = publish(network, "Скроем грубость")
        message = answered(world, post, "Грубое слово")
        network.hide(message.target)
        network.hide(message.target)
        thread = world.eventually(
            lambda: world.citizen_sees_thread(post), lambda texts: "Грубое слово" not in texts
        )
        assert "Грубое слово" not in thread

    # ------------------------------------------------------------ the page's posts and figures

    def test_the_pages_posts_are_listed_oldest_first_and_once(self, world: World) -> None:
        network = world.network
        if not network.CAPABILITIES.lists_posts:
            pytest.skip("no list of posts here")
        sent = [publish(network, f"Список {i}").ids[0] for i in range(3)]
        world.eventually(world.citizen_sees, lambda texts: "Список 2" in texts)
        cursor, listed = Cursor(""), []
        for _ in range(50):
            got = network.read_posts(cursor)
            listed += got.posts
            cursor = got.cursor
            if not got.more:
                break
        ours = [p.id for p in listed if p.id in sent]
        assert ours == sent
        assert [p.at for p in listed] == sorted(p.at for p in listed)

    def test_figures_are_those_the_capabilities_name(self, world: World) -> None:
        network = world.network
        if not network.CAPABILITIES.metrics:
            pytest.skip("no figures here")
        published = publish(network, "Считаем")
        now = datetime.now(UTC)
        names = set(network.CAPABILITIES.metrics)
        figures = world.eventually(lambda: network.metrics((target(published),), now), bool)
        assert [f.id for f in figures] == [published.ids[0]]
        assert set(figures[0].counts) <= names
        assert all(isinstance(n, int) and n >= 0 for n in figures[0].counts.values())
