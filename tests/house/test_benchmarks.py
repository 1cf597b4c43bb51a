"""The benchmarks still run. No timing decides."""

from __future__ import annotations

import os

import pytest
from benchmarks.__main__ import ALL, run

from tests.servers.postgresql import Absent


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_a_benchmark_gives_figures_of_something_that_took_time(name: str) -> None:
    try:
        figures = run(name, "TINY")
    except Absent as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(reason))
    assert figures
    assert all(figure.value > 0 and figure.beside for figure in figures)
