"""Every setting is told to operators, and nothing is told that is none."""

from __future__ import annotations

import re
from pathlib import Path

from jauap.office import config

DOCS = Path(__file__).parents[2] / "docs" / "operators" / "settings.md"


def test_the_docs_list_exactly_the_settings_that_are_read() -> None:
    read = set(re.findall(r'"(JAUAP_[A-Z_]+)"', Path(config.__file__).read_text()))
    told = set(re.findall(r"^\| `(JAUAP_[A-Z_]+)`", DOCS.read_text(), re.M))
    assert told == read
