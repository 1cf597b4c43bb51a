"""The contract, part one: the connection, publishing, keys and reading back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from jauap.errors import Rejected, SignedOut
from jauap.networks.base import (
    Absent,
    CannotTell,
    Cursor,
    Find,
    Found,
    Intent,
    Out,
    Post,
)
from tests.networks.acts import fresh_key, made, picture, publish
from tests.networks.looking import an_intent, limit_text, seen, times_seen
from tests.networks.world import World

TEXTS = {
    "kk": "Қысқы маусым (2026) #дайындық жол_ашық @office {ақпарат}: Ә Ғ Қ Ң Ө Ұ Ү Һ І 👨‍👩‍👧",
    "ru": "Приём (по записи) #школа дом_7 @office {номер} 5 < 6 & «ё» № 1",
    "en": "Open (from 9:00) #help room_4 @office {code} it's *not* `closed` \\ [here]",
    "ka": "გზა (ღია) #თბილისი ქუჩა_5 @office {ნომერი} 🚧",
}


class Publishes:
    """See `contract.NetworkContract`."""

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
        key, post = an_intent(world, "Найдётся (2026) #раз")
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
        key, post = an_intent(world, "Этого никто не отправлял")
        looked = world.network.find(Intent(key, post))
        if world.network.CAPABILITIES.finds_by is Find.NOTHING:
            assert isinstance(looked, CannotTell)
        else:
            assert isinstance(looked, Absent)

    def test_an_equal_post_of_another_delivery_is_not_taken_for_ours(self, world: World) -> None:
        text = "Одинаковые слова двух объявлений"
        other = publish(world.network, text)
        assert times_seen(world, text) == 1
        key, post = an_intent(world, text)
        looked = world.network.find(Intent(key, post, taken=frozenset(other.ids)))
        assert not isinstance(looked, Found)

    def test_an_own_key_sent_twice_shows_one_post(self, world: World) -> None:
        network = world.network
        if network.CAPABILITIES.finds_by is not Find.OWN_KEY:
            pytest.skip("no own key here")
        key, post = an_intent(world, "Дважды тем же ключом")
        first = network.commit(post, key)
        second = network.commit(post, key)
        assert first.ids == second.ids
        assert times_seen(world, post.out.text) == 1
