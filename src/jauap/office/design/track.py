"""The steps that a track shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.functional import Promise


@dataclass(frozen=True)
class Step:
    """One station. who: a name; when: a moment (aware) or words; both may be missing for what lies ahead."""

    name: str | Promise
    state: Literal["done", "now", "ahead", "wrong"]
    who: str | Promise = ""
    when: datetime | str | Promise | None = None
