"""What the rail and the phone's bar show."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Item:
    """One place. short: a label for the phone's bar; key: the letter after `g`; the first three stand in the bar."""

    url: str
    label: str | Promise
    icon: str
    count: int = 0
    current: bool = False
    short: str | Promise = ""
    key: str = ""
