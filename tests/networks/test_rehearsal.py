"""The rehearsal network passes the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.networks.contract import NetworkContract
from tests.networks.rehearsal_world import RehearsalWorld


@pytest.fixture
def world(tmp_path: Path) -> Iterator[RehearsalWorld]:
    made = RehearsalWorld(tmp_path)
    yield made
    made.close()


class TestRehearsal(NetworkContract):
    pass
