"""What every network must do, seen from both sides: by us through `Network`, by a citizen.

A network's tests make a class of `NetworkContract` (this one is not collected) and give it a
fixture `world`, see `world.World`. Everything is asked of the network's own capabilities; nothing
here knows which network it is.
"""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest

from jauap.errors import (
    NetworkError,
    OutcomeUnknown,
    Rejected,
    SignedOut,
    SlowDown,
    Unavailable,
)
from jauap.networks.base import (
    Absent,
    CannotTell,
    Capabilities,
    Cursor,
    DeliveryKey,
    Find,
    Found,
    Intent,
    Message,
    Out,
    Post,
    Published,
)
from tests.networks.acts import elsewhere, fresh_key, made, picture, publish, read_all, target
from tests.networks.world import Faults, World

TEXTS = {
    "kk": "Қысқы маусым (2026) #дайындық жол_ашық @office {ақпарат}: Ә Ғ Қ Ң Ө Ұ Ү Һ І 👨‍👩‍👧",
    "ru": "Приём (по записи) #школа дом_7 @office {номер} 5 < 6 & «ё» № 1",
    "en": "Open (from 9:00) #help room_4 @office {code} it's *not* `closed` \\ [here]",
    "ka": "გზა (ღია) #თბილისი ქუჩა_5 @office {ნომერი} 🚧",
}


def as_planned(world: World) -> Faults:
    faults = world.faults()
    if faults is None:
        pytest.skip("a real server: faults are planned only on fakes")
    return faults


def seen(world: World, text: str, times: int = 1) -> list[str]:
    """The page as a citizen sees it, once the text stands there `times` times (or patience ends)."""
    shown = world.as_shown(text)
    return world.eventually(world.citizen_sees, lambda texts: texts.count(shown) == times)


def times_seen(world: World, text: str, expected: int = 1) -> int:
    return seen(world, text, expected).count(world.as_shown(text))


def answered(world: World, post: Published, text: str) -> Message:
    """A citizen answers the post, and we have read it."""
    world.citizen_replies(post, text)
    found = world.eventually(
        lambda: [m for m in read_all(world.network, threads=(target(post),))[0] if text in m.text], bool
    )
    assert found, "the citizen's reply has not arrived"
    return found[-1]


def limit_text(caps: Capabilities) -> str:
    """A text exactly at the limit, of letters that are two bytes each."""
    text = "қ" * caps.text.count
    assert caps.text.unit(text) == caps.text.count
    return text


class NetworkContract:
    """Every network passes this. Subclass as `class TestName(NetworkContract)` with a fixture `world`."""

    # ------------------------------------------------------------ the connection

    def test_the_check_is_good_and_publishes_nothing(self, world: World) -> None:
        before = world.citizen_sees()
        checked = world.network.check()
        assert checked.good, [str(note) for note in checked.notes]
        assert checked.profile is not None
        assert world.citizen_sees() == before

    def test_the_profile_names_the_page(self, world: World) -> None:
        profile = world.network.profile()
        assert profile.id
        assert profile.name
        assert profile.url.startswith(("http://", "https://"))

    def test_the_limits_are_at_least_usable(self, world: World) -> None:
        caps = world.network.limits()
        assert caps.text.count > 100
        assert caps.letters
        assert len(caps.letters) == 2
        assert caps.source

    def test_after_revocation_the_check_says_so_in_words(self, world: World) -> None:
        if world.revoke() is False:
            pytest.skip("this world can't revoke")
        checked = world.network.check()
        assert not checked.good
        assert checked.notes
        assert str(checked.notes[0])

    def test_after_revocation_every_call_is_signed_out(self, world: World) -> None:
        network = world.network
        post = Post(Out("Не выйдет", "ru"), {}, datetime.now(UTC))
        if world.revoke() is False:
            pytest.skip("this world can't revoke")
        with pytest.raises(SignedOut):
            network.commit(post, fresh_key(network))
        with pytest.raises(SignedOut):
            network.read_messages(Cursor(""))
        if network.CAPABILITIES.finds_by is not Find.NOTHING:
            with pytest.raises(SignedOut):
                network.find(Intent(fresh_key(network), post))

    # ------------------------------------------------------------ publishing

    @pytest.mark.parametrize("language", sorted(TEXTS))
    def test_the_text_that_stands_is_the_text_approved(self, world: World, language: str) -> None:
        text = TEXTS[language]
        published = publish(world.network, text, language)
        assert published.ids
        assert all(published.ids)
        assert world.as_shown(text) in seen(world, text)

    def test_lines_and_paragraphs_stay(self, world: World) -> None:
        text = "Первое.\n\nВторое:\n- раз\n- два"
        publish(world.network, text)
        assert times_seen(world, text) == 1

    def test_a_link_stays_whole(self, world: World) -> None:
        text = "Порядок: https://example.org/a_(b)?x=1&y=2#z и всё."
        publish(world.network, text)
        assert times_seen(world, text) == 1

    def test_a_picture_goes_with_its_alt_text(self, world: World) -> None:
        caps = world.network.limits()
        if not caps.pictures:
            pytest.skip("no pictures here")
        alt = "Ескі көпір (жөндеуден кейін) & «жаңа» жол"
        text = "Көпір ашылды"
        published = publish(world.network, text, "kk", pictures=(picture(alt),))
        assert times_seen(world, text) == 1
        alts = world.eventually(world.citizen_sees_alts, lambda got: got is None or got == [alt])
        if caps.alt_text is not None and alts is not None:
            assert alts == [alt]
        if caps.lists_posts:
            ours = [p for p in world.network.read_posts(Cursor("")).posts if p.id in published.ids]
            assert [p.pictures for p in ours] == [1]

    def test_as_many_pictures_as_allowed_go_in_their_order(self, world: World) -> None:
        caps = world.network.limits()
        if caps.pictures < 2:
            pytest.skip("one picture at most")
        colours = ["teal", "maroon", "olive", "navy", "gray", "black", "white", "red", "blue", "lime"]
        pictures = tuple(
            picture(f"Сурет {i}", colours[i % len(colours)]) for i in range(min(caps.pictures, 10))
        )
        publish(world.network, "Суреттер", "kk", pictures=pictures)
        assert times_seen(world, "Суреттер") == 1
        wanted = [p.alt for p in pictures]
        alts = world.eventually(world.citizen_sees_alts, lambda got: got is None or got == wanted)
        if caps.alt_text is not None and alts is not None:
            assert alts == wanted

    def test_a_text_at_the_limit_passes(self, world: World) -> None:
        text = limit_text(world.network.limits())
        publish(world.network, text, "kk")
        assert times_seen(world, text) == 1

    def test_a_text_one_over_the_limit_is_rejected_with_words_and_nothing_stands(self, world: World) -> None:
        before = world.citizen_sees()
        with pytest.raises(Rejected) as refused:
            publish(world.network, limit_text(world.network.limits()) + "қ", "kk")
        assert str(refused.value.said) or refused.value.their_words
        assert world.citizen_sees() == before

    def test_the_steps_are_pure_and_preparing_may_be_repeated(self, world: World) -> None:
        network = world.network
        if not network.limits().pictures:
            pytest.skip("no pictures here")
        before = world.citizen_sees()
        out = Out("Дважды приготовлено", "ru", pictures=(picture("Рисунок"),))
        steps = network.steps(out)
        assert [s.name for s in steps] == [s.name for s in network.steps(out)]
        assert len({s.name for s in steps}) == len(steps)
        for step in steps:
            network.prepare(step)
        assert world.citizen_sees() == before
        network.commit(made(network, out), fresh_key(network))
        assert times_seen(world, out.text) == 1

    # ------------------------------------------------------------ keys and reading back

    def test_a_key_depends_on_its_moment_and_seed_alone(self, world: World) -> None:
        at = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
        network = world.network
        assert network.new_key(at, "a") == network.new_key(at, "a")
        assert len({network.new_key(at, str(i)) for i in range(500)}) == 500

    def test_what_was_sent_is_found_again_by_its_intent(self, world: World) -> None:
        network = world.network
        key, post = self._sent(world, "Найдётся (2026) #раз")
        published = network.commit(post, key)
        assert times_seen(world, post.out.text) == 1
        match network.find(Intent(key, post)):
            case Found(found):
                assert found.ids == published.ids
                assert found.url == published.url
            case CannotTell(why):
                assert network.CAPABILITIES.finds_by is Find.NOTHING
                assert str(why)
            case other:
                raise AssertionError(other)

    def test_what_was_never_sent_is_absent(self, world: World) -> None:
        key, post = self._sent(world, "Этого никто не отправлял")
        looked = world.network.find(Intent(key, post))
        if world.network.CAPABILITIES.finds_by is Find.NOTHING:
            assert isinstance(looked, CannotTell)
        else:
            assert isinstance(looked, Absent)

    def test_an_equal_post_of_another_delivery_is_not_taken_for_ours(self, world: World) -> None:
        text = "Одинаковые слова двух объявлений"
        other = publish(world.network, text)
        assert times_seen(world, text) == 1
        key, post = self._sent(world, text)
        looked = world.network.find(Intent(key, post, taken=frozenset(other.ids)))
        assert not isinstance(looked, Found)

    def test_an_own_key_sent_twice_shows_one_post(self, world: World) -> None:
        network = world.network
        if network.CAPABILITIES.finds_by is not Find.OWN_KEY:
            pytest.skip("no own key here")
        key, post = self._sent(world, "Дважды тем же ключом")
        first = network.commit(post, key)
        second = network.commit(post, key)
        assert first.ids == second.ids
        assert times_seen(world, post.out.text) == 1

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
        if not network.CAPABILITIES.edit:
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
        if not network.CAPABILITIES.delete:
            pytest.skip("no deleting here")
        published = publish(network, "Это отзовут")
        assert times_seen(world, "Это отзовут") == 1
        network.delete(target(published))
        network.delete(target(published))
        assert times_seen(world, "Это отзовут", expected=0) == 0

    def test_a_hidden_message_is_not_shown_and_hiding_may_be_repeated(self, world: World) -> None:
        network = world.network
        if not network.CAPABILITIES.hide:
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

    # ------------------------------------------------------------ what goes wrong

    def test_a_server_that_is_not_there_is_unavailable(self, world: World) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            nobody = elsewhere(world.network, f"http://127.0.0.1:{free.getsockname()[1]}")
            post = Post(Out("Никого нет", "ru"), {}, datetime.now(UTC))
            with pytest.raises(Unavailable):
                nobody.commit(post, fresh_key(nobody))
            with pytest.raises(Unavailable):
                nobody.read_messages(Cursor(""))
            assert not nobody.check().good

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            ("before:refuse", Rejected),
            ("before:500", (OutcomeUnknown, Unavailable)),
            ("before:cut", OutcomeUnknown),
            ("429", SlowDown),
            ("429:iso", SlowDown),
            ("429:bare", SlowDown),
        ],
    )
    def test_a_fault_before_the_effect_is_told_and_shows_nothing(
        self, world: World, fault: str, expected: type[NetworkError]
    ) -> None:
        faults = as_planned(world)
        key, post = self._sent(world, "До дела не дошло")
        faults.plan("commit", fault)
        with pytest.raises(expected) as told:
            world.network.commit(post, key)
        assert "До дела не дошло" not in world.citizen_sees()
        assert faults.requests("commit") == 1
        if isinstance(told.value, SlowDown):
            assert told.value.until > datetime.now(UTC)
        if world.network.CAPABILITIES.finds_by is not Find.NOTHING:
            assert isinstance(world.network.find(Intent(key, post)), Absent)

    @pytest.mark.parametrize(
        "fault",
        ["after:cut", "after:half", "after:500", "after:502", "after:503", "after:504", "after:garbage"],
    )
    def test_an_answer_lost_after_the_effect_is_unknown_and_then_found(
        self, world: World, fault: str
    ) -> None:
        faults = as_planned(world)
        key, post = self._sent(world, "Стоит, а ответа нет")
        faults.plan("commit", fault)
        with pytest.raises(OutcomeUnknown):
            world.network.commit(post, key)
        self._stands_once(world, faults, key, post)

    def test_an_answer_that_never_comes_is_unknown_and_then_found(self, world: World) -> None:
        faults = as_planned(world)
        network = world.network
        key, post = self._sent(world, "Ответа не дождались")
        faults.plan("commit", "after:timeout")
        with pytest.raises(OutcomeUnknown):
            elsewhere(network, network.credentials.server, timeout_s=1.5).commit(post, key)
        self._stands_once(world, faults, key, post)

    @pytest.mark.parametrize("fault", ["before:500", "before:cut", "after:garbage", "after:half"])
    def test_a_failed_reading_is_unavailable_and_the_next_one_is_whole(
        self, world: World, fault: str
    ) -> None:
        faults = as_planned(world)
        post = publish(world.network, "Чтение не удалось")
        world.citizen_replies(post, "Меня слышно?")
        faults.plan("read", fault)
        with pytest.raises(Unavailable):
            world.network.read_messages(Cursor(""))
        assert any("Меня слышно?" in m.text for m in read_all(world.network, threads=(target(post),))[0])

    @pytest.mark.parametrize("fault", ["before:500", "before:cut", "after:cut", "after:garbage"])
    def test_a_failed_upload_is_unavailable_and_may_be_repeated(self, world: World, fault: str) -> None:
        faults = as_planned(world)
        network = world.network
        if not network.limits().pictures:
            pytest.skip("no pictures here")
        out = Out("С рисунком", "ru", pictures=(picture("Рисунок"),))
        uploading = [s for s in network.steps(out) if s.picture]
        if not uploading:
            pytest.skip("pictures travel with the post itself")
        faults.plan("upload", fault)
        with pytest.raises(Unavailable):
            network.prepare(uploading[0])
        network.commit(made(network, out), fresh_key(network))
        assert times_seen(world, "С рисунком") == 1
        assert faults.requests("commit") == 1

    # ------------------------------------------------------------ shared steps

    def _sent(self, world: World, text: str) -> tuple[DeliveryKey, Post]:
        """An intent that is about to be sent."""
        return fresh_key(world.network), made(world.network, Out(text, "ru"))

    def _stands_once(self, world: World, faults: Faults, key: DeliveryKey, post: Post) -> None:
        looked = world.network.find(Intent(key, post))
        if world.network.CAPABILITIES.finds_by is Find.NOTHING:
            assert isinstance(looked, CannotTell)
        else:
            assert isinstance(looked, Found)
        assert times_seen(world, post.out.text) == 1
        assert faults.requests("commit") == 1
