"""Telegram: the contract on the fake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.networks.contract import NetworkContract
from tests.networks.fakes.telegram import TelegramFake
from tests.networks.telegram_world import TelegramWorld
from tests.networks.world import World


@pytest.fixture
def fake() -> Iterator[TelegramFake]:
    with TelegramFake() as server:
        yield server


class TestTelegramFake(NetworkContract):
    @pytest.fixture
    def world(self, fake: TelegramFake) -> World:
        return TelegramWorld(fake)
