"""What the rail and the phone's bar show."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Item:
    """One place; the first three also stand in the phone's bar.

    short: a label for the bar; key: the letter after `g`.
    """

    url: str
    label: str | Promise
    icon: str
    count: int = 0
    current: bool = False
    short: str | Promise = ""
    key: str = ""
