"""The exam's short form, and the doors that only a browser's client can try."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from tests.exam.doors import FORGED, STATES, Doors, addresses
from tests.office.conftest import office, stranger  # noqa: F401  fixtures
from tests.office.deliveries.conftest import Desk, clock, desk, square  # noqa: F401  fixtures


@pytest.mark.slow
def test_the_short_exam_ends_with_zeros() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.exam", "--short"],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("exam: "), done.stdout + done.stderr
    assert last.endswith("schedules, 0 doubles, 0 lost, 0 unapproved, 0 stuck"), done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("state", STATES)
def test_no_door_lets_out_what_was_not_approved(desk: Desk, state: str) -> None:  # noqa: F811
    pages = [desk.page("sim_key", "1"), desk.page("sim_key", "2")]
    doors = Doors(desk.office, desk.square, desk.clock, pages[:1], random.Random(state))
    doors.try_all(state)
    doors.let_it_run()
    assert doors.tried >= 2 * 6 * len(addresses())
    assert doors.unapproved() == []
    assert not any(FORGED in post.text for post in desk.square.standing)
