"""Files of others stand unmodified, listed and licensed."""

from __future__ import annotations

import re

import pytest

from jauap.office.design import icons, vendored

ROOM = vendored.FOLDER.parent


def test_the_list_says_exactly_what_stands_there() -> None:
    assert vendored.listed() == vendored.hashes()


@pytest.mark.parametrize("room", vendored.SOURCES)
def test_every_package_has_its_licence_beside_it(room: str) -> None:
    assert (vendored.FOLDER / room / "LICENSE").stat().st_size > 200


def test_nothing_is_vendored_outside_the_list_of_packages() -> None:
    rooms = {entry.name for entry in vendored.FOLDER.iterdir() if entry.is_dir()}
    assert rooms == set(vendored.SOURCES)


def test_every_icon_that_a_template_names_stands_there() -> None:
    named = set()
    for template in ROOM.parent.rglob("templates/**/*.html"):
        named |= set(re.findall(r'{% icon "([a-z0-9-]+)"', template.read_text(encoding="utf-8")))
    assert {"plus", "check"} <= named
    assert all(icons.drawing(name) for name in named)


@pytest.mark.parametrize("name", ["../inter/LICENSE", "no-such-icon", "Eye", ""])
def test_a_name_that_is_no_icon_is_refused(name: str) -> None:
    with pytest.raises(icons.UnknownIcon):
        icons.drawing(name)
