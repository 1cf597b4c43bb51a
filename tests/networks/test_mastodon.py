"""Mastodon: the contract on a fake and on snac2, and what only Mastodon has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jauap.errors import Rejected
from tests.networks.acts import publish, target
from tests.networks.contract import NetworkContract, times_seen
from tests.networks.fakes.mastodon import MastodonFake
from tests.networks.mastodon_worlds import FakeWorld, SnacWorld
from tests.networks.servers.snac import Snac, Someone, snac  # noqa: F401  a fixture
from tests.networks.world import World


@pytest.fixture
def fake() -> Iterator[MastodonFake]:
    with MastodonFake() as server:
        yield server


class TestMastodonFake(NetworkContract):
    @pytest.fixture
    def world(self, fake: MastodonFake) -> World:
        return FakeWorld(fake)


@pytest.fixture(scope="session")
def people(snac: Snac) -> tuple[Someone, Someone]:  # noqa: F811
    """The page's account and a citizen's; their keys take snac2 seconds to make."""
    return snac.newcomer("akimat"), snac.newcomer("aigul")


@pytest.mark.servers
class TestMastodonSnac(NetworkContract):
    @pytest.fixture
    def world(self, snac: Snac, people: tuple[Someone, Someone]) -> World:  # noqa: F811
        return SnacWorld(snac, *people)

    def test_a_deletion_may_be_repeated(self, world: World) -> None:
        """snac2 answers 404 to a deletion and the post stands: that must not pass for success."""
        published = publish(world.network, "Это не отозвать")
        assert not world.network.limits().delete
        with pytest.raises(Rejected) as refused:
            world.network.delete(target(published))
        assert "delete" in str(refused.value.said)
        assert times_seen(world, "Это не отозвать") == 1
