"""What has changed between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|[^\s]+")
_MOST = 4_000
"""Words beyond which a comparison would take seconds; such texts are shown as replaced whole."""


@dataclass(frozen=True)
class Part:
    """kind: what stands in both, what came, what went."""

    kind: Literal["same", "came", "went"]
    text: str


def differences(old: str, new: str) -> list[Part]:
    """The parts in order; "same" and "came" joined are the new text, "same" and "went" the old one."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MOST:
        return _parts(("went", old), ("came", new)) if old != new else _parts(("same", new))
    parts: list[Part] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts += _parts(("same", "".join(after[c:d])))
        else:
            parts += _parts(("went", "".join(before[a:b])), ("came", "".join(after[c:d])))
    return parts


def _parts(*pairs: tuple[Literal["same", "came", "went"], str]) -> list[Part]:
    return [Part(kind, text) for kind, text in pairs if text]
