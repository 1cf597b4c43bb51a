"""Six pure functions that count a text as a network does. Nothing else counts.

Sources: Unicode Standard Annex 29 (extended grapheme clusters); twitter-text configuration v3 and
its conformance file validate.yml; Meta, Threads API, "Threads Posts" (emoji count as UTF-8 bytes);
tdlib, MessageContent.cpp (Telegram compares code points); atproto lexicon app.bsky.feed.post.
All read 2026-11-24. Text is expected in NFC.
"""

from __future__ import annotations

from collections.abc import Callable

import regex

Count = Callable[[str], int]

_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|️?⃣")


def utf16(text: str) -> int:
    """UTF-16 code units: Telegram's entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def codepoints(text: str) -> int:
    """Unicode code points: Telegram's length, and the rule where no source says otherwise."""
    return len(text)


def graphemes(text: str) -> int:
    """Extended grapheme clusters: Bluesky, Mastodon."""
    return sum(1 for _ in _CLUSTER.finditer(text))


def utf8(text: str) -> int:
    """Bytes in UTF-8: Bluesky's second limit and facet offsets, YouTube's description."""
    return len(text.encode("utf-8", "surrogatepass"))


def clusters(text: str) -> list[str]:
    """The text's grapheme clusters in order; joined they are the text."""
    return _CLUSTER.findall(text)
