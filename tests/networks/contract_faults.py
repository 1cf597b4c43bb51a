"""The contract, part three: what goes wrong, before and after the effect."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest

from jauap.errors import NetworkError, OutcomeUnknown, Rejected, SlowDown, Unavailable
from jauap.networks.base import (
    Absent,
    Cursor,
    Find,
    Intent,
    Out,
    Post,
)
from tests.networks.acts import elsewhere, fresh_key, made, picture, publish, read_all, target
from tests.networks.looking import an_intent, as_planned, stands_once, times_seen
from tests.networks.world import World


class Withstands:
    """See `contract.NetworkContract`."""

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
        key, post = an_intent(world, "До дела не дошло")
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
        key, post = an_intent(world, "Стоит, а ответа нет")
        faults.plan("commit", fault)
        with pytest.raises(OutcomeUnknown):
            world.network.commit(post, key)
        stands_once(world, faults, key, post)

    def test_an_answer_that_never_comes_is_unknown_and_then_found(self, world: World) -> None:
        faults = as_planned(world)
        network = world.network
        key, post = an_intent(world, "Ответа не дождались")
        faults.plan("commit", "after:timeout")
        with pytest.raises(OutcomeUnknown):
            elsewhere(network, network.credentials.server, timeout_s=1.5).commit(post, key)
        stands_once(world, faults, key, post)

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
