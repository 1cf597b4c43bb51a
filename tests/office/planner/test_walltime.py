"""A wall clock's time becomes the moment that people mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauap.office.planner.walltime import Meant, meant

EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2024, 2035))


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("zone", "day", "clock", "moment"),
    [
        ("Asia/Almaty", (2026, 12, 17), (10, 0), Meant(at(2026, 12, 17, 5))),
        # On 1 March 2024, at 00:00, Kazakhstan's clocks went back to 23:00: one zone for the country.
        ("Asia/Almaty", (2024, 2, 29), (22, 59), Meant(at(2024, 2, 29, 16, 59))),
        ("Asia/Almaty", (2024, 2, 29), (23, 30), Meant(at(2024, 2, 29, 17, 30), twice=True)),
        ("Asia/Almaty", (2024, 3, 1), (0, 0), Meant(at(2024, 2, 29, 19))),
        ("Asia/Almaty", (2024, 3, 1), (10, 0), Meant(at(2024, 3, 1, 5))),
        ("Asia/Aqtobe", (2024, 3, 1), (10, 0), Meant(at(2024, 3, 1, 5))),
        ("Europe/Brussels", (2026, 3, 29), (1, 59), Meant(at(2026, 3, 29, 0, 59))),
        ("Europe/Brussels", (2026, 3, 29), (2, 0), Meant(at(2026, 3, 29, 1), missing=True)),
        ("Europe/Brussels", (2026, 3, 29), (2, 59), Meant(at(2026, 3, 29, 1), missing=True)),
        ("Europe/Brussels", (2026, 3, 29), (3, 0), Meant(at(2026, 3, 29, 1))),
        ("Europe/Brussels", (2026, 10, 25), (2, 30), Meant(at(2026, 10, 25, 0, 30), twice=True)),
        ("Asia/Tbilisi", (2026, 3, 29), (2, 30), Meant(at(2026, 3, 28, 22, 30))),
        ("Australia/Lord_Howe", (2026, 10, 4), (2, 15), Meant(at(2026, 10, 3, 15, 30), missing=True)),
    ],
)
def test_table(zone: str, day: tuple[int, int, int], clock: tuple[int, int], moment: Meant) -> None:
    assert meant(date(*day), time(*clock), ZoneInfo(zone)) == moment


@given(
    st.datetimes(EARLIEST, LATEST).map(lambda d: d.replace(second=0, microsecond=0)),
    st.sampled_from(
        ["Asia/Almaty", "Europe/Brussels", "Asia/Tbilisi", "America/New_York", "Australia/Lord_Howe"]
    ),
)
def test_the_wall_clock_shows_the_time_that_was_meant(wall: datetime, zone: str) -> None:
    found = meant(wall.date(), wall.time(), ZoneInfo(zone))
    shown = found.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown >= wall if found.missing else shown == wall
